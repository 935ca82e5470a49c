// SPDX-License-Identifier: BSL-1.0
/// \file
/// Small floats against a table of all their numbers, made with ldexp, and a search for the nearest;
/// and on every policy against tables of doubles that were read and rounded one by one.

#include <smelt/core/small_float.hpp>

#include <smelt/core/lanes.hpp>
#include <support/on_both.hpp>

#include <bit>
#include <cmath>
#include <vector>

using namespace smelt;
using namespace smelt_test;

namespace {

/// The value of a code by the definition of the format.
template <int Exponent, int Mantissa, bool Infinities>
double value_of(unsigned code) {
  const unsigned mantissa = code & ((1u << Mantissa) - 1);
  const unsigned exponent = (code >> Mantissa) & ((1u << Exponent) - 1);
  const double sign = (code >> (Exponent + Mantissa)) & 1u ? -1.0 : 1.0;
  const int bias = (1 << (Exponent - 1)) - 1;
  const bool last = exponent == (1u << Exponent) - 1;
  if (Infinities && last) return mantissa ? std::nan("") : sign * HUGE_VAL;
  if (!Infinities && last && mantissa == (1u << Mantissa) - 1) return std::nan("");
  if (exponent == 0) return sign * std::ldexp(mantissa, 1 - bias - Mantissa);
  return sign * std::ldexp((1u << Mantissa) + mantissa, static_cast<int>(exponent) - bias - Mantissa);
}

std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }

template <int Exponent, int Mantissa, bool Infinities>
void check_all() {
  using number = small_float<Exponent, Mantissa, Infinities>;
  using stored = typename number::stored_bits;
  constexpr unsigned codes = 1u << (1 + Exponent + Mantissa);
  const unsigned canonical = std::numeric_limits<number>::quiet_NaN().bits;
  int wrong = 0;
  std::vector<double> finite;  // those that are not negative, ascending: their places are their codes
  for (unsigned code = 0; code < codes; ++code) {
    const auto x = number::of_bits(static_cast<stored>(code));
    const double expected = value_of<Exponent, Mantissa, Infinities>(code);
    wrong += missing(expected) ? !missing(double{x}) : bits(x) != bits(expected);
    wrong += number(double{x}).bits != (missing(expected) ? canonical : code);
    if (code < codes / 2 && std::isfinite(expected)) finite.push_back(expected);
  }
  CHECK(wrong == 0);
  REQUIRE(finite.back() == double{std::numeric_limits<number>::max()});

  auto check = [&](double x, unsigned code) {
    wrong += number(x).bits != code;
    wrong += number(-x).bits != (code | codes / 2);
  };
  for (unsigned code = 0; code + 1 < finite.size(); ++code) {
    const double half = (finite[code] + finite[code + 1]) / 2;
    check(std::nextafter(half, 0.0), code);
    check(half, code % 2 == 0 ? code : code + 1);
    check(std::nextafter(half, HUGE_VAL), code + 1);
  }
  CHECK(wrong == 0);
  // Beyond the greatest: infinity from half a step on, or the greatest itself.
  // In the lanes of a vector the same.
  using lanes = detail::registers<detail::vector_lanes>;
  auto lanes_differ = [&](double x) {
    const auto in = detail::bits_as<lanes::bits>(lanes::doubles{} + 0.0) + bits(x);
    const auto out = number::codec::template narrow<lanes::doubles>(in);
    const auto stored_words = __builtin_convertvector(out, lanes::words);
    const auto back = detail::bits_as<lanes::floats>(
        number::codec::template widen<lanes::floats>(stored_words));
    const double expected{number(x)};
    bool differ = false;
    for (int l = 0; l < detail::vector_lanes; ++l)
      differ = differ || out[l] != number(x).bits ||
               (missing(expected) ? !missing(back[l]) : bits(double{back[l]}) != bits(expected));
    return differ;
  };
  for (unsigned code = 0; code < codes; ++code)
    wrong += lanes_differ(number::of_bits(static_cast<stored>(code)));
  for (unsigned code = 0; code + 1 < finite.size(); ++code)
    for (double sign : {1.0, -1.0}) {
      const double half = sign * (finite[code] + finite[code + 1]) / 2;
      wrong += lanes_differ(half) + lanes_differ(std::nextafter(half, 0.0)) +
               lanes_differ(std::nextafter(half, sign * HUGE_VAL));
    }
  for (double x : {1e300, -1e300, HUGE_VAL, -HUGE_VAL, 0x1p-1074, -0x1p-1022, 1e-30, std::nan("")})
    wrong += lanes_differ(x);
  CHECK(wrong == 0);
  const auto greatest = static_cast<unsigned>(finite.size() - 1);
  const double step = finite.back() - finite[finite.size() - 2];
  const unsigned beyond = Infinities ? greatest + 1 : greatest;
  check(std::nextafter(finite.back() + step / 2, 0.0), greatest);
  check(finite.back() + step / 2, beyond);
  check(finite.back() * 1.9, beyond);
  check(1e300, beyond);
  check(HUGE_VAL, beyond);
  check(0x1p-1074, 0);
  check(0x1p-1022, 0);
  CHECK(wrong == 0);
  CHECK(number(-std::nan("")).bits == canonical);
  CHECK(number(std::bit_cast<double>(0x7ff0000000000001u)).bits == canonical);
  static_assert(number(1.0) == 1.0 && number(-0.5) == -0.5);
  static_assert(has_missing<number> && has_infinity<number> == Infinities);
  CHECK(double{std::numeric_limits<number>::epsilon()} == std::ldexp(1.0, -Mantissa));
  CHECK(double{std::numeric_limits<number>::min()} == finite[std::size_t{1} << Mantissa]);
  CHECK(double{std::numeric_limits<number>::lowest()} == -finite.back());
  CHECK(double{std::numeric_limits<number>::denorm_min()} == finite[1]);
}

/// As input and output of a chain: what is read is what a table of doubles of the same values gives,
/// what is written is rounded once from double.
template <class T, class Layout, class OutLayout>
void check_chain(smelt::index rows, smelt::index cols) {
  CAPTURE(rows);
  CAPTURE(cols);
  const auto chain = fill::constant(0.5) | standardize() | clip(-2, 2);
  const auto from = laid_out<Layout>(noise<double>(rows, cols, 9, 1));
  table<T, Layout> stored(rows, cols);
  table<double, Layout> read(rows, cols);
  for (smelt::index i = 0; i < rows * cols; ++i) {
    stored.data()[i] = T(from.data()[i]);
    read.data()[i] = stored.data()[i];
  }
  const auto f = fit(on::seq, chain, read);
  CHECK(fit(on::seq, chain, stored) == f);
  CHECK(fit(on::eigen, chain, stored) == f);
  const auto expected = transform<double>(on::seq, f, read);
  CHECK(difference(transform<double>(on::eigen, f, stored), expected) == "");
  table<T, OutLayout> out(rows, cols);
  table<T, OutLayout> plain(rows, cols);
  transform(on::eigen, f, stored, out);
  transform(on::seq, f, stored, plain);
  smelt::index wrong = 0;
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < cols; ++c)
      wrong += out(r, c).bits != T(expected(r, c)).bits || plain(r, c).bits != out(r, c).bits;
  CHECK(wrong == 0);
}

template <class T>
void check_chains() {
  for (smelt::index cols : {1, 3, 8, 13, 70})
    for (smelt::index rows : {1, 7, 65, 200}) check_chain<T, row_major, row_major>(rows, cols);
  check_chain<T, column_major, column_major>(200, 5);
  check_chain<T, row_major, column_major>(200, 13);
  check_chain<T, column_major, row_major>(200, 13);
}

}  // namespace

TEST_CASE("every number of 16 bits, and the doubles between any two") {
  check_all<5, 10, true>();
  check_all<8, 7, true>();
}
TEST_CASE("every number of 8 bits, and the doubles between any two") {
  check_all<4, 3, false>();
  check_all<5, 2, true>();
}
TEST_CASE("chains read and write them on every policy") {
  check_chains<small_float<5, 10, true>>();
  check_chains<small_float<8, 7, true>>();
  check_chains<small_float<4, 3, false>>();
  check_chains<small_float<5, 2, true>>();
}
TEST_CASE("an infinity in them is found, in those that have one") {
  using half = small_float<5, 10, true>;
  table<half> x(100, 3);
  for (smelt::index i = 0; i < 300; ++i) x.data()[i] = half(static_cast<double>(i % 50));
  const auto f = fit(on::seq, standardize(), x);
  x(70, 2) = half(-HUGE_VAL);
  table<float> out(100, 3);
  for (const auto& said : {complaint_of([&] { transform(on::seq, f, x, out); }),
                           complaint_of([&] { transform(on::eigen, f, x, out); })}) {
    CHECK(said.find("transform: 1 infinite value(s), the first in row 70, column 2") == 0);
    CHECK(missing(out(70, 2)));
  }
  CHECK(complaint_of([&] { fit(on::eigen, standardize(), x); }) ==
        complaint_of([&] { fit(on::seq, standardize(), x); }));
}
