// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The works on a CPU as a program of their own does them, see host_data.hpp.

#include "host_data.hpp"

namespace smelt_comparison {

/// A table by column: each column is one of a single width.
template <class Kernels>
made_task column_task(const request& r) {
  auto x = std::make_shared<table<float, smelt::column_major>>(read_data<smelt::column_major>(r));
  auto y = std::make_shared<table<float, smelt::column_major>>(x->rows(), x->cols());
  auto numbers = std::make_shared<std::vector<flat_numbers>>();
  for (const auto& facts : facts_of(*x)) {
    numbers->emplace_back(1);
    numbers->back().set_scale({facts});
    numbers->back().low = -3.0f;
    numbers->back().high = 3.0f;
  }
  omp_set_num_threads(smelt::default_concurrency());
  auto made = std::make_unique<steps>();
  made->step = [=] {
    const index rows = x->rows();
    const bool stream = beyond_cache(rows * x->cols());
    const index step = std::min(rows, index{1} << 16);
    const index pieces = (rows + step - 1) / step;
#pragma omp parallel for schedule(dynamic)
    for (index i = 0; i < pieces * x->cols(); ++i) {
      const index c = i / pieces;
      const index at = c * rows + i % pieces * step;
      Kernels::scale((*numbers)[static_cast<std::size_t>(c)], x->data() + at, y->data() + at,
                     std::min(step, rows - i % pieces * step), stream);
    }
  };
  made->save = [=](const std::string& path) { smelt::write_npy(*y, path); };
  return made;
}

template <class Kernels>
made_task host_task(const request& r) {
  const std::string& work = r.work;
  const bool scales = work == "scale" || work == "break_even" || work == "batch";
  if (!scales && work != "norm" && work != "fit" && work != "fit_transform" && work != "drop" &&
      work != "sample" && work != "full")
    return nullptr;
  if (work == "scale" && by_column(r.data)) return column_task<Kernels>(r);
  auto d = std::make_shared<host_data<Kernels>>(r);
  auto made = std::make_unique<steps>();
  d->make_result(work == "sample" ? d->rows / 2 : work == "fit" ? 0 : d->rows);
  d->labels_out.resize(static_cast<std::size_t>(d->y.rows()));
  made->save = [d](const std::string& path) { smelt::write_npy(d->y, path); };
  if (work == "sample" || work == "full")
    made->save = [d](const std::string& path) {
      smelt::write_npy(d->y, path);
      smelt::write_npy(d->labels_out, path + ".ids.npy");
    };
  if (work != "fit" && work != "fit_transform" && work != "full")
    d->numbers.set_scale(facts_of(d->x, work == "drop"));
  if (scales) {
    d->numbers.low = -3.0f;
    d->numbers.high = 3.0f;
  }

  if (work == "scale" || work == "break_even") {
    made->step = [d] { d->scale(d->x.data(), d->y.data(), d->rows); };
  } else if (work == "batch") {
    const index n = std::min(r.batch, d->rows);
    const index count = r.batches < 0 ? d->rows / n : std::min(r.batches, d->rows / n);
    auto few = std::make_shared<table<float>>(n, d->cols);
    d->y.shrink(count * n);
    made->step = [=] {
      for (index b = 0; b < count; ++b) d->scale(d->x.data() + b * n * d->cols, few->data(), n);
    };
    made->keep = [=] {
      for (index b = 0; b < count; ++b)
        d->scale(d->x.data() + b * n * d->cols, d->y.data() + b * n * d->cols, n);
    };
  } else if (work == "norm") {
    made->step = [d] { d->norm(); };
  } else if (work == "fit") {
    auto result = std::make_shared<table<double>>(5, d->cols);
    made->step = [=] {
      std::vector<double> present;
      const auto facts = d->fold(false, &present);
      for (index c = 0; c < d->cols; ++c) {
        const auto& f = facts[static_cast<std::size_t>(c)];
        const double numbers[5] = {f.mean, f.deviation * f.deviation, f.low, f.high,
                                   static_cast<double>(d->rows) - present[static_cast<std::size_t>(c)]};
        for (index i = 0; i < 5; ++i) (*result)(i, c) = numbers[i];
      }
    };
    made->save = [=](const std::string& path) { smelt::write_npy(*result, path); };
  } else if (work == "fit_transform") {
    made->step = [d] {
      d->numbers.set_scale(d->fold(true));
      d->scale(d->x.data(), d->y.data(), d->rows);
    };
  } else if (work == "drop") {
    auto kept = std::make_shared<index>(0);
    made->step = [=] { *kept = d->drop(); };
    made->save = [=](const std::string& path) { smelt::write_npy(d->y.row_range(0, *kept), path); };
  } else if (work == "sample") {
    made->step = [d] {
      d->draw(d->y.rows());
      const bool stream = beyond_cache(d->y.rows() * d->cols);
      in_pieces(d->y.rows(), d->cols, d->numbers.repeats, [&](index first, index last) {
        d->gather(first, last, d->y.data() + first * d->cols, d->labels_out.data() + first, stream);
      });
    };
  } else {
    // An epoch: every batch is made by all threads, in the same memory or, to be kept, one after another.
    auto epoch = [d, r](bool keep) {
      d->numbers.set_range(d->fold(true));
      d->draw(d->rows);
      const index threads = omp_get_max_threads();
      for (index at = 0; at < d->rows; at += r.batch) {
        const index n = std::min(r.batch, d->rows - at);
        const index each = (n / threads / d->numbers.repeats + 1) * d->numbers.repeats;
        float* const to = d->y.data() + (keep ? at * d->cols : 0);
        std::int64_t* const labels = d->labels_out.data() + (keep ? at : 0);
#pragma omp parallel for schedule(static, 1)
        for (index t = 0; t < threads; ++t)
          if (t * each < n)
            d->gather(at + t * each, at + std::min(n, (t + 1) * each), to + t * each * d->cols, labels + t * each,
                      false);
      }
    };
    made->step = [epoch] { epoch(false); };
    made->keep = [epoch] { epoch(true); };
  }
  return made;
}

}  // namespace smelt_comparison
