// SPDX-License-Identifier: BSL-1.0
/// \file
/// Rows that are decoded together are those of elements one by one, for every width and place.

#include <smelt/codecs/packed.hpp>

#include <doctest/doctest.h>

#include <smelt/codecs/packed_table.hpp>
#include <support/tables.hpp>

#include <cstring>

using namespace smelt;

namespace {

template <class T>
int wrong_rows(const packed_view<T>& x, smelt::index first, smelt::index n) {
  // No more is written than the rows.
  std::vector<T> rows(static_cast<std::size_t>(n * x.cols()) + 1, T(77));
  std::vector<smelt::index> numbers;
  for (smelt::index r = 0; r < n; ++r) numbers.push_back(first + r);
  read_rows(x, static_cast<const smelt::index*>(numbers.data()), n, rows.data());
  int wrong = rows.back() != T(77);
  for (smelt::index r = 0; r < n; ++r)
    for (smelt::index c = 0; c < x.cols(); ++c) {
      const T expected = x(first + r, c);
      wrong += std::memcmp(&expected, &rows[static_cast<std::size_t>(r * x.cols() + c)], sizeof(T)) != 0;
    }
  return wrong;
}

/// Random bits, read as columns of these numbers.
template <class T>
packed_table<T> random_bits(smelt::index rows, smelt::index cols, double divisor) {
  std::vector<packed_column> columns;
  std::uint32_t bit = 0;
  for (smelt::index c = 0; c < cols; ++c) {
    const auto bits = static_cast<std::uint32_t>((c * 7 + 5) % 33);
    columns.push_back({bit, bits, static_cast<double>(c) - 4.0, c % 4 == 1 ? 0.37 : 1.0,
                       c % 5 == 2 ? divisor : 1.0, c % 3 == 0 ? 0 : packed_column::none});
    bit += bits;
  }
  packed_table<T> made(columns, rows, (bit + 7) / 8);
  std::uint32_t state = 1;
  for (smelt::index i = 0; i < made.bytes(); ++i)
    reinterpret_cast<unsigned char*>(made.words())[i] =
        static_cast<unsigned char>((state = state * 1664525u + 1013904223u) >> 24);
  return made;
}

template <class T>
void check_all() {
  static_assert(block_view<packed_view<T>>);
  for (double divisor : {10.0, 1000.0, 1e15})
    for (smelt::index cols : {1, 2, 3, 7, 8, 9, 16, 33, 50}) {
      CAPTURE(cols);
      const auto x = random_bits<T>(40, cols, divisor);
      for (smelt::index first : {0, 1, 7})
        for (smelt::index n : {0, 1, 3, 4, 5, 33}) CHECK(wrong_rows(x.view(), first, n) == 0);
      if (cols > 3) CHECK(wrong_rows(x.row_range(2, 40).columns(1, cols), 3, 20) == 0);
    }
}

}  // namespace

TEST_CASE("where rows lie: from the first byte of the first, a row's bytes apart") {
  const auto x = random_bits<float>(40, 7, 10.0);
  const auto whole = x.view();
  const auto part = x.row_range(4, 31);
  CHECK(part.row_range(3, 5).offset() == 7);
  const auto row = x.bytes_per_row();
  const auto* const at = reinterpret_cast<const char*>(x.words()) + 4 * row;
  CHECK(detail::bytes_of(part.placed()) == detail::byte_range{at, at + 27 * row});
  CHECK(part.placed().size == row);
  CHECK(whole.memory() == static_cast<const void*>(x.words()));
}
TEST_CASE("float: random bits as columns of every width") { check_all<float>(); }
TEST_CASE("double: random bits as columns of every width") { check_all<double>(); }
TEST_CASE("float: decimals whose quotient lies at the middle of two floats are divided") {
  // 2^24 + 1 = 167772170 / 10 lies between two floats; so do its neighbours by the inverse of 10.
  packed_table<float> x({{0, 32, 0.0, 1.0, 10.0}, {32, 32, 0.0, 1.0, 10.0}}, 8, 8);
  for (smelt::index r = 0; r < 8; ++r) {
    x.words()[2 * r] = 167772170u + 20u * static_cast<std::uint32_t>(r);
    x.words()[2 * r + 1] = 4u;
  }
  std::vector<packed_column> many(16, packed_column{0, 32, 0.0, 1.0, 10.0});
  packed_table<float> wide(many, 8, 8);
  std::memcpy(wide.words(), x.words(), 64);
  CHECK(wrong_rows(x.view(), 0, 8) == 0);
  CHECK(wrong_rows(wide.view(), 0, 8) == 0);
  CHECK(wide.view()(0, 0) == 16777216.0f);
  CHECK(wide.view()(1, 15) == 16777220.0f);
  // 690439725000 / 100000 is such a middle; times the inverse, the next double is on the wrong side.
  std::vector<packed_column> same(16, packed_column{0, 32, 690439724999.0, 1.0, 1e5});
  packed_table<float> near(same, 8, 4);
  for (smelt::index r = 0; r < 8; ++r) near.words()[r] = 1u;
  CHECK(690439725000.0 * (1.0 / 1e5) > 6904397.25);
  CHECK(near.view()(3, 9) == 6904397.0f);
  CHECK(wrong_rows(near.view(), 0, 8) == 0);
}
