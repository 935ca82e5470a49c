// SPDX-License-Identifier: BSL-1.0
/// \file
/// Values through the steps of a program: packets give what one double gives, each step has its own
/// numbers, and what has none is given null.

#include <smelt/policies/eigen/through.hpp>

#include <doctest/doctest.h>

#include <utility>  // std::make_integer_sequence


using namespace smelt;
using namespace smelt::detail;

namespace {

struct scale_op {
  static constexpr int numbers = 2;
  template <class V>
  V apply(V x, const V* n) const {
    return add(product(x, n[0]), n[1]);
  }
};
struct negate_op {
  static constexpr int numbers = 0;
  template <class V>
  V apply(V x, const V* n) const {
    if (n != nullptr) return x;  // it has no numbers: the test would fail
    return subtract(V(0.0), x);
  }
};

using three = program<op_step<scale_op, 0>, op_step<negate_op, 2>, op_step<scale_op, 2>>;

constexpr smelt::index pitch = 8;
/// Number k of column c.
double number(int k, smelt::index c) { return static_cast<double>((k + 1) * 10 + c); }

}  // namespace

TEST_CASE("every step in its order, with the numbers of its columns") {
  double numbers[4 * pitch];
  double values[pitch];
  for (smelt::index c = 0; c < pitch; ++c) {
    values[c] = static_cast<double>(3 * c - 5);
    for (int k = 0; k < 4; ++k) numbers[k * pitch + c] = number(k, c);
  }
  const three p{{}, numbers, pitch, pitch};
  for (smelt::index c = 0; c + packet::size <= pitch; c += packet::size) {
    double got[packet::size];
    store_raw(got, through(p, load(values + c), numbers_at{numbers + c, pitch}));
    for (smelt::index l = 0; l < packet::size; ++l) {
      const smelt::index col = c + l;
      const double first = values[col] * number(0, col) + number(1, col);
      CHECK(got[l] == -first * number(2, col) + number(3, col));
      CHECK(through(p, values[col], numbers_of_column{numbers + col, pitch}) == got[l]);
      CHECK(through(p, values[col], numbers_at{numbers + col, pitch}) == got[l]);
    }
  }
}

TEST_CASE("some of the steps") {
  const double numbers[] = {2, 1, 10, 7};
  const three p{{}, numbers, 1, 1};
  const numbers_of_column one{numbers, 1};
  CHECK(through<0>(p, 5.0, one, std::make_integer_sequence<int, 0>{}) == 5);
  CHECK(through<0>(p, 5.0, one, std::make_integer_sequence<int, 1>{}) == 11);
  CHECK(through<0>(p, 5.0, one, std::make_integer_sequence<int, 2>{}) == -11);
  CHECK(through<2>(p, 5.0, one, std::make_integer_sequence<int, 1>{}) == 57);
}
