// SPDX-License-Identifier: BSL-1.0
/// \file
/// The peer `unfused`: the same stages of smelt on all cores, one call for each. What fusion buys is the
/// difference, and nothing else.

#include "drawn.hpp"
#include "peers.hpp"
#include "stages.hpp"

#include <smelt/eigen.hpp>

namespace smelt_comparison {
namespace {

using namespace smelt::on;

struct tables {
  explicit tables(const request& r) : x(read_data(r)), y(result_table(x.rows(), x.cols())) {}
  table<float> x;
  table<float> y;
};

/// The first `count` stages, fitted before, each on what those before it made: the first goes from `x` to
/// `y`, the others in place.
template <class... Stages>
made_task transform_task(const request& r, int count, const Stages&... stages) {
  auto d = std::make_shared<tables>(r);
  std::vector<std::function<void()>> all;
  const auto next = [&](const auto& stage) {
    if (static_cast<int>(all.size()) == count) return;
    if (all.empty())
      all.emplace_back([d, f = fit(eigen, stage, d->x)] { transform(eigen, f, d->x, d->y); });
    else
      all.emplace_back([d, f = fit(eigen, stage, d->y)] { transform(eigen, f, smelt::in_place(d->y)); });
    all.back()();
  };
  (next(stages), ...);
  auto made = std::make_unique<steps>();
  made->step = [all] {
    for (const auto& each : all) each();
  };
  made->save = [d](const std::string& path) { smelt::write_npy(d->y, path); };
  return made;
}

/// With a fit of each stage, where it needs one.
template <class... Stages>
void fit_and_transform(tables& d, const Stages&... stages) {
  bool first = true;
  const auto one = [&](const auto& stage) {
    if (first)
      transform(eigen, fit(eigen, stage, d.x), d.x, d.y);
    else
      transform(eigen, fit(eigen, stage, d.y), smelt::in_place(d.y));
    first = false;
  };
  (one(stages), ...);
}

made_task fit_task(const request& r) {
  auto x = std::make_shared<table<float>>(read_data(r));
  auto found = std::make_shared<table<double>>(5, x->cols());
  auto made = std::make_unique<steps>();
  made->step = [=] {
    const auto moments = fit(eigen, moments_summary{}, *x);
    const auto extrema = fit(eigen, extrema_summary{}, *x);
    for (index c = 0; c < x->cols(); ++c) {
      (*found)(0, c) = moments.number(0, 0, c);
      (*found)(1, c) = moments.number(0, 1, c);
      (*found)(2, c) = extrema.number(0, 0, c);
      (*found)(3, c) = extrema.number(0, 1, c);
      (*found)(4, c) = moments.number(0, 2, c);
    }
  };
  made->save = [=](const std::string& path) { smelt::write_npy(*found, path); };
  return made;
}

made_task drop_task(const request& r) {
  auto d = std::make_shared<tables>(r);
  auto rows = std::make_shared<index>(0);
  auto made = std::make_unique<steps>();
  const auto drop = fit(eigen, smelt::drop::any, d->x);
  *rows = transform(eigen, drop, d->x, d->y);
  const auto scale = fit(eigen, smelt::standardize(), d->y.row_range(0, *rows));
  made->step = [=] {
    *rows = transform(eigen, drop, d->x, d->y);
    transform(eigen, scale, smelt::in_place(d->y.view().row_range(0, *rows)));
  };
  made->save = [=](const std::string& path) { smelt::write_npy(d->y.row_range(0, *rows), path); };
  return made;
}

/// The whole table through the stages, and then half of its rows.
made_task sample_task(const request& r) {
  auto d = std::make_shared<drawn>(r);
  auto y = std::make_shared<table<float>>(d->x.rows(), d->x.cols());
  const index half = d->x.rows() / 2;
  const auto fill = fit(eigen, smelt::fill::mean, d->x);
  transform(eigen, fill, d->x, *y);
  const auto scale = fit(eigen, smelt::standardize(), *y);
  const auto some = fit(eigen, smelt::sample(smelt::take{half, smelt::seed{7}}), *y);
  const auto rows = smelt::labelled(*y, d->labels);
  using range_type = decltype(batches(eigen, some, rows, {}));
  auto range = std::shared_ptr<range_type>(new range_type(batches(eigen, some, rows, {.rows = half})));
  const auto draw = [=](const auto& use) {
    transform(eigen, fill, d->x, *y);
    transform(eigen, scale, smelt::in_place(*y));
    for (const auto& b : range->restart(++d->epoch)) use(b);
  };
  auto made = std::make_unique<steps>();
  made->step = [=] {
    draw([&](const auto& b) { d->seen += b.x(0, 0); });
  };
  made->keep = [=] {
    d->keep(half);
    draw([&](const auto& b) { d->take(b, 0); });
  };
  save_drawn(*made, d);
  return made;
}

/// Every stage fitted and applied to the whole table, and then an epoch of shuffled batches of it.
made_task full_task(const request& r) {
  auto d = std::make_shared<drawn>(r);
  auto y = std::make_shared<table<float>>(d->x.rows(), d->x.cols());
  const auto on = eigen.on(smelt::default_workers());
  const auto epoch = [=](const auto& use) {
    transform(eigen, fit(eigen, smelt::fill::mean, d->x), d->x, *y);
    transform(eigen, fit(eigen, smelt::standardize(), *y), smelt::in_place(*y));
    transform(eigen, fit(eigen, smelt::normalize(smelt::min_max{-1, 1}), *y), smelt::in_place(*y));
    const auto rows = smelt::labelled(*y, d->labels);
    const auto f = fit(eigen, smelt::sample(smelt::shuffled{smelt::seed{7}}), rows);
    for (const auto& b : batches(on, f, rows, {.rows = r.batch, .epoch = ++d->epoch})) use(b);
  };
  auto made = std::make_unique<steps>();
  made->step = [=] {
    epoch([&](const auto& b) { d->seen += b.x(0, 0); });
  };
  made->keep = [=] {
    d->keep(d->x.rows());
    index at = 0;
    epoch([&](const auto& b) {
      d->take(b, at);
      at += b.rows();
    });
  };
  save_drawn(*made, d);
  return made;
}

}  // namespace

made_task unfused_task(const request& r) {
  using namespace smelt;
  if (r.work == "scale" && !by_column(r.data)) return transform_task(r, 3, fill::mean, standardize(), clip(-3, 3));
  if (r.work == "norm") return transform_task(r, 2, fill::mean, normalize(l2));
  if (r.work == "fit") return fit_task(r);
  if (r.work == "drop") return drop_task(r);
  if (r.work == "sample") return sample_task(r);
  if (r.work == "full") return full_task(r);
  if (r.work == "fit_transform") {
    auto d = std::make_shared<tables>(r);
    auto made = std::make_unique<steps>();
    made->step = [d] { fit_and_transform(*d, fill::mean, standardize()); };
    made->save = [d](const std::string& path) { write_npy(d->y, path); };
    return made;
  }
  if (r.work == "length")
    return std::apply([&](const auto&... stage) { return transform_task(r, r.stages, stage...); },
                      stages_of_length());
  return nullptr;
}

}  // namespace smelt_comparison
