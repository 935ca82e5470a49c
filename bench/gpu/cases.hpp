// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The lines of the GPU bench: what is called, with how many bytes, against which ceiling.

#include "bench.hpp"

#include <chrono>

namespace smelt_bench {

inline auto scaling() {
  using namespace smelt;
  return clean(fill::mean) | standardize() | normalize(min_max{-1, 1}) | clip(-0.9, 0.9);
}

/// A transform into given memory, over and over. `bytes` of a call; `kernels`: the call waits for the
/// device, so that its kernels are timed apart.
template <class Out, class T, class Layout, class Fitted>
void time_transform(bench& b, figure f, const Fitted& fitted, index rows, index cols, bool kernels,
                    bool look) {
  f.rows = rows;
  f.cols = cols;
  add(b, f, [&](figure& timed) {
    auto call = [&](int turn) {
      transform(b.gpu, fitted, std::as_const(b).template in<T, Layout>(turn, rows, cols),
                b.template to<Out, Layout>(turn, rows, cols));
    };
    for (int turn = 0; turn < bench::sets; ++turn)
      b.fill(b.template to<Out, Layout>(turn, rows, cols), 99);
    timed.call = measured(b.repetitions(), b.calls(), call);
    if (kernels) timed.kernels = kernels_of(b.repetitions(), call);
    check(b.gpu);
    for (int turn = 0; look && turn < bench::sets && timed.wrong.empty(); ++turn)
      timed.wrong = looked_at(b, fitted, b.template in<T, Layout>(turn, rows, cols),
                              b.template to<Out, Layout>(turn, rows, cols));
  });
}

template <class T, class Layout, class Chain>
void time_fit(bench& b, figure f, const Chain& chain, index rows, index cols) {
  f.rows = rows;
  f.cols = cols;
  f.bytes = static_cast<double>(rows * cols) * sizeof(T);
  f.ceiling = "sum";
  f.floor = f.bytes / b.top.sum;
  add(b, f, [&](figure& timed) {
    auto call = [&](int turn) {
      static_cast<void>(fit(b.gpu, chain, b.template in<T, Layout>(turn, rows, cols)));
    };
    timed.call = measured(b.repetitions(), 1, call);
    timed.kernels = kernels_of(b.repetitions(), call);
  });
}

/// The chain that everyone wants: its fit, and its transform, over all widths.
template <class T, class Out, class Layout>
void time_scaling(bench& b) {
  const auto chain = scaling();
  const auto wide = static_cast<index>(std::max(sizeof(T), sizeof(Out)));
  std::string type = name_of_type<T>();
  if (!std::is_same_v<T, Out>) type += std::string(" to ") + name_of_type<Out>();
  for (index cols : b.widths()) {
    const index rows = b.pool / wide / cols;
    const index few = std::min(rows, b.compared() / cols + 1);
    figure f{.what = "transform", .type = type, .layout = name_of_layout<Layout>()};
    const auto x = b.in<T, Layout>(0, few, cols);
    b.fill(x, 1);
    const std::string wrong = compared<Out>(b, chain, x);
    for (int turn = 0; turn < bench::sets; ++turn)
      b.fill(b.in<T, Layout>(turn, rows, cols), 2 + static_cast<unsigned>(turn));
    const auto fitted = place(b.gpu, fit(b.gpu, chain, b.in<T, Layout>(0, rows, cols)));
    f.bytes = static_cast<double>(rows * cols) * (sizeof(T) + sizeof(Out));
    f.ceiling = "copy";
    f.floor = f.bytes / b.top.copy;
    f.budget = 95;
    f.wrong = wrong;
    time_transform<Out, T, Layout>(b, f, fitted, rows, cols, false, true);
    figure g{.what = "fit", .type = name_of_type<T>(), .layout = name_of_layout<Layout>()};
    g.budget = 93;
    g.wrong = wrong;
    time_fit<T, Layout>(b, g, chain, rows, cols);
  }
}

inline void time_row_norms(bench& b) {
  const auto chain = smelt::normalize(smelt::l2);
  for (index cols : b.widths()) {
    const index rows = b.pool / static_cast<index>(sizeof(float)) / cols;
    const auto few = b.in<float, row_major>(0, std::min(rows, b.compared() / cols + 1), cols);
    b.fill(few, 1);
    figure f{.what = "row norm l2", .type = "f32", .layout = "row"};
    f.wrong = compared<float>(b, chain, few);
    for (int turn = 0; turn < bench::sets; ++turn)
      b.fill(b.in<float, row_major>(turn, rows, cols), 2 + static_cast<unsigned>(turn));
    const auto fitted = place(b.gpu, fit(b.gpu, chain, b.in<float, row_major>(0, rows, cols)));
    f.bytes = static_cast<double>(rows * cols) * 2 * sizeof(float);
    f.ceiling = "copy";
    f.floor = f.bytes / b.top.copy;
    f.budget = 93;
    time_transform<float, float, row_major>(b, f, fitted, rows, cols, false, true);
  }
}

/// Rows that drop: all are read, those that stay are written.
inline void time_row_drops(bench& b) {
  const auto chain = smelt::clean(smelt::drop::any) | smelt::standardize();
  for (index cols : {index{8}, index{64}})
    for (int percent : {1, 50}) {
      const auto share = static_cast<std::uint64_t>(65536 * percent / 100);
      const index rows = b.pool / static_cast<index>(sizeof(float)) / cols;
      const auto few = b.in<float, row_major>(0, std::min(rows, b.compared() / cols + 1), cols);
      b.fill(few, 1, holes::first_column, share);
      figure f{.what = smelt::message("drop ", percent, " % of the rows"),
               .type = "f32",
               .layout = "row"};
      f.wrong = compared<float>(b, chain, few);
      for (int turn = 0; turn < bench::sets; ++turn)
        b.fill(b.in<float, row_major>(turn, rows, cols), 2 + static_cast<unsigned>(turn),
               holes::first_column, share);
      const auto fitted = place(b.gpu, fit(b.gpu, chain, b.in<float, row_major>(0, rows, cols)));
      const index stay = transform(b.gpu, fitted, b.in<float, row_major>(0, rows, cols),
                                   b.to<float, row_major>(0, rows, cols));
      f.bytes = static_cast<double>((rows + stay) * cols) * sizeof(float);
      f.ceiling = "copy";
      f.floor = f.bytes / b.top.copy;
      const std::string wrong = f.wrong;
      time_transform<float, float, row_major>(b, f, fitted, rows, cols, true, false);
      figure g{.what = f.what + ": fit", .type = "f32", .layout = "row"};
      g.wrong = wrong;
      time_fit<float, row_major>(b, g, chain, rows, cols);
    }
}

/// Rows in a random order: the rows' bytes are read and written, no list of rows exists.
inline void time_row_gathers(bench& b) {
  const auto chain = smelt::standardize() | smelt::sample(smelt::shuffled{smelt::seed{7}});
  for (int size = 0; size < 3; ++size) {
    const index cols = index{4} << (2 * size);
    const index rows = b.pool / static_cast<index>(sizeof(float)) / cols;
    const auto few = b.in<float, row_major>(0, std::min(rows, b.compared() / cols + 1), cols);
    b.fill(few, 1);
    figure f{.what = smelt::message("shuffled rows of ", cols * 4, " bytes"),
             .type = "f32",
             .layout = "row"};
    f.wrong = compared<float>(b, chain, few);
    for (int turn = 0; turn < bench::sets; ++turn)
      b.fill(b.in<float, row_major>(turn, rows, cols), 2 + static_cast<unsigned>(turn));
    const auto fitted = place(b.gpu, fit(b.gpu, chain, b.in<float, row_major>(0, rows, cols)));
    f.bytes = static_cast<double>(rows * cols) * 2 * sizeof(float);
    f.ceiling = "gather";
    f.floor = f.bytes / b.top.gather[size];
    f.budget = cols * 4 >= 64 ? 90 : 0;
    time_transform<float, float, row_major>(b, f, fitted, rows, cols, false, false);
  }
}

/// Three times of a small call: until it returns, between two that follow one another, and until
/// the host knows that it is done.
template <class Call>
void time_small(bench& b, figure f, Call&& call) {
  using clock = std::chrono::steady_clock;
  const int calls = emulated ? 2 : 200;
  const auto ms = [](clock::time_point from) {
    return std::chrono::duration<double, std::milli>(clock::now() - from).count();
  };
  const std::string what = f.what;
  const bool first = b.top.launch == 0;
  auto held_against = [&](figure& timed, double& ceiling) {
    if (first)
      ceiling = timed.call.median;
    else {
      timed.ceiling = "empty kernel";
      timed.floor = ceiling;
    }
  };
  f.what = what + ": between calls";
  add(b, f, [&](figure& timed) {
    timed.call = measured(b.repetitions(), calls, [&](int) { call(); });
    held_against(timed, b.top.launch);
  });
  auto from_outside = [&](bool done) {
    std::vector<double> each;
    for (int repetition = 0; repetition < b.repetitions(); ++repetition) {
      b.gpu.runtime().wait();
      double sum = 0;
      for (int i = 0; i < calls; ++i) {
        const auto begin = clock::now();
        call();
        if (!done) sum += ms(begin);
        b.gpu.runtime().wait();
        if (done) sum += ms(begin);
      }
      each.push_back(sum / calls);
    }
    return of(std::move(each));
  };
  f.what = what + ": until it returns";
  add(b, f, [&](figure& timed) {
    timed.call = from_outside(false);
    held_against(timed, b.top.call);
  });
  f.what = what + ": until it is done";
  add(b, f, [&](figure& timed) {
    timed.call = from_outside(true);
    held_against(timed, b.top.answer);
  });
}

inline void time_small_calls(bench& b) {
  time_small(b, {.what = "empty kernel"}, [&] { b.launch<empty_body>(1, empty_params{}); });
  for (index rows : {index{1}, index{1000}}) {
    if (emulated && rows > 1) continue;
    const auto x = b.in<float, row_major>(0, rows, 64);
    const auto y = b.to<float, row_major>(0, rows, 64);
    const auto source = b.in<float, row_major>(1, emulated ? 100 : 5000, 64);
    b.fill(source, 2);
    b.fill(x, 1);
    const auto fitted = place(b.gpu, fit(b.gpu, scaling(), source));
    transform(b.gpu, fitted, x, y);
    figure f{.what = "small transform", .type = "f32", .layout = "row", .rows = rows, .cols = 64};
    f.wrong = looked_at(b, fitted, x, y);
    time_small(b, f, [&] { transform(b.gpu, fitted, x, y); });
    check(b.gpu);
  }
}

/// What a user waits for: a fit, a transform of the same data, and the answer that all is well.
inline void time_fit_and_transform(bench& b) {
  const auto chain = scaling();
  for (index divisor : {16, 4, 1}) {
    if (emulated && divisor > 1) continue;
    const index cols = 64;
    const index rows = b.pool / divisor / static_cast<index>(sizeof(float)) / cols;
    figure f{.what = "fit and transform", .type = "f32", .layout = "row", .rows = rows, .cols = cols};
    for (int turn = 0; turn < bench::sets; ++turn)
      b.fill(b.in<float, row_major>(turn, rows, cols), 2 + static_cast<unsigned>(turn));
    const double table = static_cast<double>(rows * cols) * sizeof(float);
    f.bytes = 3 * table;
    f.ceiling = "sum and copy";
    f.floor = table / b.top.sum + 2 * table / b.top.copy;
    add(b, f, [&](figure& timed) {
      auto call = [&](int turn) {
        const auto x = b.in<float, row_major>(turn, rows, cols);
        transform(b.gpu, fit(b.gpu, chain, x), x, b.to<float, row_major>(turn, rows, cols));
        check(b.gpu);
      };
      timed.call = measured(b.repetitions(), 1, call);
      timed.kernels = kernels_of(b.repetitions(), call);
      const auto x = b.in<float, row_major>(0, rows, cols);
      const auto y = b.to<float, row_major>(0, rows, cols);
      const auto fitted = fit(b.gpu, chain, x);
      transform(b.gpu, fitted, x, y);
      timed.wrong = looked_at(b, fitted, x, y);
    });
  }
}

}  // namespace smelt_bench
