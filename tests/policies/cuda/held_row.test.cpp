// SPDX-License-Identifier: BSL-1.0
/// \file
/// The tree of row sums in registers, lanes and shared memory is that of the planner, terms in
/// their order: the op below is neither commutative nor associative.

#include <smelt/policies/cuda/held_row.hpp>

#include <doctest/doctest.h>

#include <support/emulated_device.hpp>

#include <cstring>  // std::memcmp
#include <vector>

using namespace smelt;
using namespace smelt_test;

namespace {

struct lopsided {
  SMELT_HD double combine(double a, double b) const { return subtract(product(a, 1.25), b); }
};

SMELT_HD double term(int row, int c) { return 1.0 / (3.0 + row + 7.0 * c); }

struct sums {
  double* out;  // what each thread found
  int size;     // of a group
};
struct halve_body {
  template <class Context>
  SMELT_HD static void run(Context& ctx, const sums& p) {
    detail::row_group<Context> group(ctx, p.size, reinterpret_cast<double*>(ctx.shared()));
    for (int turn = 0; turn < 2; ++turn) {  // the second finds the memory of the first
      double terms[detail::held_values];
      for (int k = 0; k < detail::held_values; ++k)
        terms[k] = term(group.number + 10 * turn, group.place + k * group.size);
      ctx.put(p.out + turn * ctx.threads() + ctx.thread(), group.halve(lopsided{}, terms));
    }
  }
};

template <class Stream>
void same_tree(Stream on, int threads, int size) {
  CAPTURE(threads);
  CAPTURE(size);
  const auto bytes = static_cast<std::size_t>(2 * threads) * sizeof(double);
  auto* const there = static_cast<double*>(on.allocate(bytes));
  on.template launch<halve_body>(1, threads, bytes, sums{there, size});
  std::vector<double> found(static_cast<std::size_t>(2 * threads));
  on.copy(found.data(), there, bytes);
  on.wait();
  on.release(there);
  int wrong = 0;
  for (int turn = 0; turn < 2; ++turn)
    for (int t = 0; t < threads / size * size; ++t) {
      const int width = size * detail::held_values;
      std::vector<double> terms(static_cast<std::size_t>(width));
      for (int c = 0; c < width; ++c)
        terms[static_cast<std::size_t>(c)] = term(t / size + 10 * turn, c);
      const double expected = halve(lopsided{}, terms.data(), width);
      const double got = found[static_cast<std::size_t>(turn * threads + t)];
      wrong += std::memcmp(&expected, &got, sizeof got) != 0;
    }
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("groups below, of and above a warp; threads that make no group") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    for (int size : {2, 4, 32, 64, 128}) same_tree(emulated_runtime({.seed = seed}), 128, size);
    same_tree(emulated_runtime({.seed = seed}), 96, 64);
    for (int size : {2, 4, 8, 16}) same_tree(narrow_emulated_runtime({.seed = seed}), 16, size);
    same_tree(narrow_emulated_runtime({.seed = seed}), 20, 8);
  }
}
