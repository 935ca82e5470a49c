// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What the parts of the GPU bench share: memory larger than any cache, filled with noise; the
/// ceilings; and the rule that nothing is timed whose result is not that of on::seq.

#include "bodies.hpp"
#include "measure.hpp"

#include <smelt/codecs.hpp>

#include <cstring>
#include <string>
#include <vector>

namespace smelt_bench {

using smelt::column_major;
using smelt::device;
using smelt::matrix_view;
using smelt::row_major;

/// Rates in bytes of a millisecond, as this card reached them minutes before.
struct ceilings {
  double copy = 0;
  double sum = 0;
  double gather[3] = {};  // rows of 16, 64 and 256 bytes
  double launch = 0;      // ms of an empty kernel: between two that follow one another,
  double answer = 0;      // until the host knows that one is done,
  double call = 0;        // and until the call is back
};

struct bench {
  explicit bench(const options& o)
      : opt(o), gpu(make_policy()), card(facts()), out(o, card), pool(pool_bytes()) {
    for (int i = 0; i < sets; ++i) {
      inputs.push_back(gpu.make_column<std::byte>(pool));
      outputs.push_back(gpu.make_column<std::byte>(pool));
    }
  }

  static constexpr int sets = 2;
  const options opt;
  const device_policy gpu;
  const device_facts card;
  report out;
  ceilings top;
  index pool;  // bytes of each block below
  std::vector<smelt::detail::device_block<std::byte, runtime>> inputs;
  std::vector<smelt::detail::device_block<std::byte, runtime>> outputs;

  int repetitions() const { return emulated ? 1 : opt.quick ? 9 : 15; }
  int calls() const { return emulated ? 1 : 4; }
  std::vector<index> widths() const {
    if (emulated) return {1, 13, 64};
    if (opt.quick) return {1, 8, 13, 64, 1024};
    return {1, 3, 8, 13, 28, 64, 100, 256, 1024};
  }
  /// Elements of a comparison with on::seq: several times what a grid takes at once.
  index compared() const { return emulated ? 3000 : 3 * (index{1} << 19) + 12345; }

  template <class T, class Layout>
  matrix_view<T, Layout, device> in(int turn, index rows, index cols) const {
    return {reinterpret_cast<T*>(inputs[static_cast<std::size_t>(turn % sets)].data()), rows, cols};
  }
  template <class T, class Layout>
  matrix_view<T, Layout, device> to(int turn, index rows, index cols) const {
    return {reinterpret_cast<T*>(outputs[static_cast<std::size_t>(turn % sets)].data()), rows, cols};
  }

  template <class Body, class Params>
  void launch(int blocks, const Params& p) const {
    gpu.runtime().template launch<Body>(blocks, block_threads, 0, p);
  }
  int grid() const { return 16 * gpu.runtime().processors(); }

  /// Noise in a table; `share` of 2^16 elements, or first elements of a row, missing.
  template <class T, class Layout>
  void fill(const matrix_view<T, Layout, device>& x, unsigned which,
            holes where = holes::one_in_a_hundred, std::uint64_t share = 655) const {
    launch<noise_body>(grid(), noise_params<T>{x.data(), x.rows(), x.cols(),
                                               std::is_same_v<Layout, row_major>, where, share,
                                               which * std::uint64_t{0x1000193}});
  }

 private:
  index pool_bytes() const {
    if (emulated) return index{1} << 15;
    // A fit waits for the host twice: the larger the table, the less that is of its time.
    index bytes = index{1} << (opt.quick ? 28 : 32);
    while (static_cast<std::size_t>(bytes) * 2 * sets > card.free / 2) bytes /= 2;
    smelt::expect<smelt::error>(static_cast<std::size_t>(bytes) > card.cache,
                                "the free memory of this device is no larger than its cache");
    return bytes;
  }
};

// Parts of the bench, each compiled by itself where time matters.
void time_ceilings(bench& b);
void time_floats_by_row(bench& b);
void time_floats_by_column(bench& b);
void time_bytes(bench& b);
void time_doubles(bench& b);
void time_bf16(bench& b);
void time_f16(bench& b);
void time_norms(bench& b);
void time_drops(bench& b);
void time_gathers(bench& b);
void time_launches(bench& b);
void time_both(bench& b);

template <class T>
const char* name_of_type() {
  return std::is_same_v<T, float>          ? "f32"
         : std::is_same_v<T, double>       ? "f64"
         : std::is_same_v<T, smelt::bf16>  ? "bf16"
         : std::is_same_v<T, smelt::f16>   ? "f16"
                                           : "u8";
}
template <class Layout>
const char* name_of_layout() {
  return std::is_same_v<Layout, row_major> ? "row" : "column";
}

/// The first element with other bits; empty: none.
template <class A, class B>
std::string difference(const A& a, const B& b) {
  using value = typename A::value_type;
  static_assert(std::is_same_v<value, typename B::value_type>);
  if (a.rows() != b.rows() || a.cols() != b.cols())
    return smelt::message(a.rows(), " x ", a.cols(), ", expected ", b.rows(), " x ", b.cols());
  for (index r = 0; r < a.rows(); ++r)
    for (index c = 0; c < a.cols(); ++c) {
      const value x = a(r, c);
      const value y = b(r, c);
      if (std::memcmp(&x, &y, sizeof x) != 0)
        return smelt::message("row ", r, ", column ", c, ": ", static_cast<double>(x), ", expected ",
                              static_cast<double>(y));
    }
  return {};
}

/// Whether `chain` on a table small enough for on::seq has its bits; what is wrong, or nothing.
template <class Out, class Layout, class T, class Chain>
std::string compared(const bench& b, const Chain& chain, const matrix_view<T, Layout, device>& x) {
  const auto host = to_host(b.gpu, x);
  const auto expected = fit(smelt::on::seq, chain, host);
  const auto fitted = fit(b.gpu, chain, x);
  if (!(fitted == expected)) return "the fit is not that of on::seq";
  const auto y = b.to<Out, Layout>(0, x.rows(), x.cols());
  b.fill(y, 99);  // whatever is not written shows
  const index rows = transform(b.gpu, fitted, x, y);
  check(b.gpu);
  return difference(to_host(b.gpu, y.row_range(0, rows)),
                    smelt::transform<Out>(smelt::on::seq, expected, host));
}

/// The first, middle and last rows of a whole table that was timed.
template <class Fitted, class X, class Y>
std::string looked_at(const bench& b, const Fitted& f, const X& x, const Y& y) {
  const index n = std::min<index>(x.rows(), 40);
  for (index first : {index{0}, (x.rows() - n) / 2, x.rows() - n}) {
    const auto expected = smelt::transform<typename Y::value_type>(
        smelt::on::seq, f, to_host(b.gpu, x.row_range(first, first + n)));
    const auto said = difference(to_host(b.gpu, y.row_range(first, first + n)), expected);
    if (!said.empty()) return smelt::message("after the timing, from row ", first, " on: ", said);
  }
  return {};
}

/// Runs `time(figure)`; whatever it throws makes the figure a wrong one.
template <class Time>
void add(bench& b, figure f, Time&& time) {
  try {
    if (f.wrong.empty()) time(f);
  } catch (const std::exception& e) {
    f.wrong = e.what();
  }
  b.out.add(f);
}

}  // namespace smelt_bench
