// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The device of the tests of on::cuda: emulated; a GPU where nvcc compiles them (tests/cuda/suite.cu).
/// What a test asks of it is the same for both.

#include <smelt/smelt.hpp>
#if SMELT_NVCC
#include <cuda/real_device.cuh>
#else
#include <support/on_device.hpp>
#endif

#include <algorithm>  // std::max
#include <array>
#include <cstdint>
#include <string>
#include <type_traits>

namespace smelt_test {

#if !SMELT_NVCC
template <int Warp>
using test_stream = emulated_stream<Warp>;
using device_call = emulated_call;
#endif

/// Two multiprocessors: small tables already take several rounds of a grid. With little shared memory a
/// tile has few rows, and small tables many tiles. The warps of a GPU have 32 lanes, whatever a test
/// would like.
template <int Warp = 32>
auto device_of(std::uint64_t seed, int resident, int threads, bool watch = true,
               int shared_limit = 24 << 10) {
  return smelt::cuda_policy<test_stream<Warp>>(
      test_stream<Warp>({.seed = seed,
                         .resident = resident,
                         .watch = watch,
                         .processors = 2,
                         .shared_limit = shared_limit}),
      std::max(threads, SMELT_NVCC ? 32 : 1));
}
using device_policy = smelt::cuda_policy<test_stream<32>>;

/// Noise of any type; some values missing where the type has such.
template <class T, class Layout = smelt::row_major>
smelt::table<T, Layout> noise_of(smelt::index rows, smelt::index cols) {
  const auto from = noise(rows, cols, 11);
  smelt::table<T, Layout> made(rows, cols);
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < cols; ++c) {
      if constexpr (std::is_floating_point_v<T>)
        made(r, c) = static_cast<T>(from(r, c));
      else
        made(r, c) = static_cast<T>((r * 31 + c * 17) % 97);
    }
  return made;
}

/// Statistics of three stages, and bounds that go before them.
inline const auto whole_chain = smelt::clip(-3, 3) | smelt::clean(smelt::fill::mean) | smelt::standardize() |
                                smelt::normalize(smelt::min_max{-1, 1});

/// A stage without numbers that looks across rows by an op.
template <class Op>
struct across_by {
  static constexpr smelt::effect does = smelt::effect::across;
  using op = Op;
  template <class Slot>
  std::array<double, 0> solve(const Slot&) const {
    return {};
  }
  std::string text() const { return "across_by"; }
};

/// Every value of a row becomes a sum of the row that tells one order of terms from another, and one
/// zero from the other.
struct leaning_op {
  static constexpr int numbers = 0;
  template <class V>
  SMELT_HD V term(V x, const V*) const {
    return x;
  }
  template <class V>
  SMELT_HD V combine(V a, V b) const {
    return smelt::add(a, smelt::product(b, V(0.5)));
  }
  SMELT_HD double finish(double total) const { return total; }
  template <class V>
  SMELT_HD V apply(V, V total, const V*) const {
    return total;
  }
};
using leaning = across_by<leaning_op>;

/// Every value less half the sum of its row, of what is there.
struct centred_op {
  static constexpr int numbers = 0;
  template <class V>
  SMELT_HD V term(V x, const V*) const {
    return smelt::where(smelt::missing(x), V(0.0), x);
  }
  template <class V>
  SMELT_HD V combine(V a, V b) const {
    return smelt::add(a, b);
  }
  SMELT_HD double finish(double total) const { return total * 0.5; }
  template <class V>
  SMELT_HD V apply(V x, V half, const V*) const {
    return smelt::subtract(x, half);
  }
};
using centred = across_by<centred_op>;

/// Rows leave by their place in the source and their number in the part at hand, which are never
/// taken for one another. A row that is not in the part has none, and is not asked about: it would
/// divide by zero.
struct thin_op {
  static constexpr int numbers = 0;
  static constexpr std::array<double, 0> neutral = {};
  SMELT_HD bool keeps_row(smelt::index row, smelt::index number) const {
    return (row + 2 * number + row % (number + 1)) % 5 != 1;
  }
};
struct thin {
  static constexpr smelt::effect does = smelt::effect::drop;
  using op = thin_op;
  op make_op() const { return {}; }
  template <class Slot>
  std::array<double, 0> solve(const Slot&) const {
    return {};
  }
  std::string text() const { return "thin"; }
};

}  // namespace smelt_test
