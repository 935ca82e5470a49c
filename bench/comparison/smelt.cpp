// SPDX-License-Identifier: BSL-1.0
/// \file
/// The peers `smelt` and `smelt_one`: one chain, one call, on all cores or on one.

#include "drawn.hpp"
#include "peers.hpp"
#include "stages.hpp"

#include <smelt/eigen.hpp>

namespace smelt_comparison {
namespace {

using policy = std::remove_const_t<decltype(smelt::on::eigen)>;

template <class Layout>
struct fixed {
  explicit fixed(const request& r) : x(read_data<Layout>(r)), y(result_table<Layout>(x.rows(), x.cols())) {}
  table<float, Layout> x;
  table<float, Layout> y;
};

/// A chain that was fitted before, into memory that exists; where rows drop, their number is kept.
template <class Layout, class Chain>
made_task transform_task(const request& r, const policy& on, const Chain& chain) {
  auto d = std::make_shared<fixed<Layout>>(r);
  auto made = std::make_unique<steps>();
  auto rows = std::make_shared<index>(0);
  made->step = [=, f = fit(smelt::on::eigen, chain, d->x)] { *rows = transform(on, f, d->x, d->y); };
  made->save = [=](const std::string& path) { smelt::write_npy(d->y.row_range(0, *rows), path); };
  return made;
}

/// Rows as they come, some at a time, into the memory of one batch.
made_task batch_task(const request& r, const policy& on) {
  auto d = std::make_shared<fixed<smelt::row_major>>(r);
  const index n = std::min(r.batch, d->x.rows());
  const index count = r.batches < 0 ? d->x.rows() / n : std::min(r.batches, d->x.rows() / n);
  auto few = std::make_shared<table<float>>(n, d->x.cols());
  auto made = std::make_unique<steps>();
  d->y.shrink(count * n);
  const auto f = fit(smelt::on::eigen, scale_chain(), d->x);
  made->step = [=] {
    for (index b = 0; b < count; ++b) transform(on, f, d->x.row_range(b * n, (b + 1) * n), *few);
  };
  made->keep = [=] {
    for (index b = 0; b < count; ++b)
      transform(on, f, d->x.row_range(b * n, (b + 1) * n), d->y.view().row_range(b * n, (b + 1) * n));
  };
  made->save = [=](const std::string& path) { smelt::write_npy(d->y, path); };
  return made;
}

made_task fit_task(const request& r, const policy& on) {
  auto x = std::make_shared<table<float>>(read_data(r));
  auto found = std::make_shared<table<double>>();
  auto made = std::make_unique<steps>();
  made->step = [=] { *found = summary_of(fit(on, column_summary{}, *x)); };
  made->save = [=](const std::string& path) { smelt::write_npy(*found, path); };
  return made;
}

made_task fit_transform_task(const request& r, const policy& on) {
  auto d = std::make_shared<fixed<smelt::row_major>>(r);
  auto made = std::make_unique<steps>();
  made->step = [=] { transform(on, fit(on, filled_and_scaled(), d->x), d->x, d->y); };
  made->save = [=](const std::string& path) { smelt::write_npy(d->y, path); };
  return made;
}

/// A batch of as many rows as are drawn: labels follow, and the memory is there for the next draw.
made_task sample_task(const request& r, const policy& on) {
  auto d = std::make_shared<drawn>(r);
  const index half = d->x.rows() / 2;
  const auto f = fit(smelt::on::eigen, sample_chain(half), d->x);
  using range_type = decltype(batches(on, f, d->data(), {}));
  auto range = std::shared_ptr<range_type>(new range_type(batches(on, f, d->data(), {.rows = half})));
  auto made = std::make_unique<steps>();
  made->step = [=] {
    for (const auto& b : range->restart(++d->epoch)) d->seen += b.x(0, 0);
  };
  made->keep = [=] {
    d->keep(half);
    for (const auto& b : range->restart(++d->epoch)) d->take(b, 0);
  };
  save_drawn(*made, d);
  return made;
}

/// The fit, and an epoch in batches.
made_task full_task(const request& r, const policy& on) {
  auto d = std::make_shared<drawn>(r);
  auto made = std::make_unique<steps>();
  const auto epoch = [=](const auto& use) {
    const auto f = fit(on, full_chain(), d->data());
    for (const auto& b : batches(on, f, d->data(), {.rows = r.batch, .epoch = ++d->epoch})) use(b);
  };
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

made_task made_on(const request& r, const policy& on, const policy& on_all) {
  using smelt::row_major;
  if (r.work == "scale" && by_column(r.data)) return transform_task<smelt::column_major>(r, on, scale_chain());
  if (r.work == "scale" || r.work == "break_even") return transform_task<row_major>(r, on, scale_chain());
  if (r.work == "norm") return transform_task<row_major>(r, on, norm_chain());
  if (r.work == "drop") return transform_task<row_major>(r, on, drop_chain());
  if (r.work == "batch") return batch_task(r, on);
  if (r.work == "fit") return fit_task(r, on);
  if (r.work == "fit_transform") return fit_transform_task(r, on);
  if (r.work == "sample") return sample_task(r, on);
  if (r.work == "full") return full_task(r, on_all);
  if (r.work == "length") return smelt_length_task(r);
  return nullptr;
}

}  // namespace

/// Batches of an epoch are small: they are given the threads, which a plain on::eigen would not wake.
made_task smelt_task(const request& r) {
  return made_on(r, smelt::on::eigen, smelt::on::eigen.on(smelt::default_workers()));
}
made_task smelt_one_task(const request& r) {
  return made_on(r, smelt::on::eigen.alone(), smelt::on::eigen.alone());
}

}  // namespace smelt_comparison
