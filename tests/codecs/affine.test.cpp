// SPDX-License-Identifier: BSL-1.0
/// \file
/// Quantized matrices: what codes read as, one by one and by rows, and what numbers are written as.

#include <smelt/codecs/affine.hpp>

#include <doctest/doctest.h>

#include <support/tables.hpp>

#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

using namespace smelt;
using namespace smelt_test;

namespace {

/// All codes down the rows, a scale and a zero of its own for each column.
template <class Q>
affine_table<Q> all_codes(smelt::index cols) {
  std::vector<double> scale;
  std::vector<double> zero;
  for (smelt::index c = 0; c < cols; ++c) {
    scale.push_back(0.1 * static_cast<double>(c + 1));
    zero.push_back(static_cast<double>(c * 7 % 5) - 1.5);
  }
  constexpr auto codes = smelt::index{1} << (8 * sizeof(Q));
  affine_table<Q> x(codes, scale, zero);
  for (smelt::index r = 0; r < codes; ++r)
    for (smelt::index c = 0; c < cols; ++c) x.view().codes()(r, c) = static_cast<Q>(r + c * 31);
  return x;
}

template <class Q>
void check_codes(smelt::index cols) {
  CAPTURE(cols);
  const auto table = all_codes<Q>(cols);
  const auto x = table.view();
  smelt::index wrong = 0;
  std::vector<double> rows(static_cast<std::size_t>(3 * cols) + 1, 77.0);
  for (smelt::index r = 0; r + 3 <= x.rows(); ++r) {
    if (x.rows() > 1000 && r % 7 != 0) continue;
    const smelt::index numbers[] = {r, r + 1, r + 2};
    read_rows(x, static_cast<const smelt::index*>(numbers), smelt::index{3}, rows.data());
    for (smelt::index i = 0; i < 3; ++i)
      for (smelt::index c = 0; c < cols; ++c) {
        const std::int32_t q = x.codes()(r + i, c);
        const double expected = q == missing_code<Q> ? gone : (q - x.zero(c)) * x.scale(c);
        const double one = x(r + i, c);
        wrong += missing(expected) ? !missing(one) : one != expected;
        wrong += std::memcmp(&one, &rows[static_cast<std::size_t>(i * cols + c)], sizeof one) != 0;
      }
    wrong += rows.back() != 77.0;
  }
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("every code, one by one and by rows of every width") {
  for (smelt::index cols : {1, 3, 8, 9, 21}) {
    check_codes<std::int8_t>(cols);
    check_codes<std::uint8_t>(cols);
  }
  check_codes<std::int16_t>(9);
  check_codes<std::uint16_t>(9);
}
TEST_CASE("codes of others have no missing one, or theirs; strides and parts") {
  const std::int8_t codes[] = {-128, 5, 99, 127, -1, 99};  // the last of each three is not the matrix's
  const double scale[] = {0.5, 2.0};
  const double zero[] = {3.0, 0.0};
  const affine_view<const std::int8_t> x({codes, 2, 2, 3, 1}, scale, zero, no_missing_code);
  CHECK(x(0, 0) == -65.5);
  CHECK(x(1, 1) == -2.0);
  const affine_view<const std::int8_t> y({codes, 2, 2, 3, 1}, scale, zero, 5);
  CHECK(missing(y(0, 1)));
  const auto part = y.row_range(1, 2).columns(1, 2);
  CHECK(part(0, 0) == -2.0);
  CHECK(part.first_row() == 1);
  CHECK(part.total_rows() == 2);
  const std::vector<std::string> names{"a", "b"};
  CHECK(y.named(names).columns(1, 2).names()[0] == "b");
}
TEST_CASE("rows are written where they belong, past the end of each nothing") {
  std::vector<std::int8_t> codes(5 * 4, 77);
  const double scale[] = {0.5, 2.0, 1.0};
  const double zero[] = {3.0, 0.0, -7.0};
  const affine_view<std::int8_t> x({codes.data(), 5, 3, 4, 1}, scale, zero);
  const double from[] = {-1.5, 40.0, 11.0, 62.0, gone, 0.0};
  write_rows(x, 2, 2, from);
  const std::int8_t expected[] = {0, 20, 4, 77, 127, -128, -7, 77};
  for (std::size_t i = 0; i < codes.size(); ++i)
    CHECK(codes[i] == (8 <= i && i < 16 ? expected[i - 8] : std::int8_t{77}));
}
TEST_CASE("parts of a table, of columns and of rows") {
  const auto table = all_codes<std::uint8_t>(5);
  const auto x = table.view();
  const auto rows = table.row_range(3, 9);
  CHECK(rows.rows() == 6);
  CHECK(rows.cols() == 5);
  CHECK(rows(5, 4) == x(8, 4));
  const auto columns = table.columns(1, 4);
  CHECK(columns.cols() == 3);
  CHECK(columns(7, 2) == x(7, 3));
  CHECK(columns.zero(0) == x.zero(1));
  CHECK(columns.scale(2) == x.scale(3));
}
TEST_CASE("numbers become the nearest code, even ones of two, and the ends beyond them") {
  const affine_table<std::int8_t> empty(0, {0.5}, {10.0});
  const auto x = empty.view();
  for (double q : {-127.0, -3.0, 0.0, 126.0, 127.0}) CHECK(x.code(0, (q - 10.0) * 0.5) == q);
  CHECK(x.code(0, 0.25) == 10);   // 10.5
  CHECK(x.code(0, 0.75) == 12);   // 11.5
  CHECK(x.code(0, -5.25) == 0);   // -0.5
  CHECK(x.code(0, 1e300) == 127);
  CHECK(x.code(0, -1e300) == -127);
  CHECK(x.code(0, endless) == 127);
  CHECK(x.code(0, -endless) == -127);
  CHECK(x.code(0, gone) == -128);
  const affine_table<std::uint16_t> unsigned_codes(0, {1.0}, {0.0});
  CHECK(unsigned_codes.view().code(0, 65534.4) == 65534);
  CHECK(unsigned_codes.view().code(0, 1e9) == 65534);
  CHECK(unsigned_codes.view().code(0, -1.0) == 0);
  CHECK(unsigned_codes.view().code(0, gone) == 65535);
}
TEST_CASE("written and read: half a step at most") {
  affine_table<std::int16_t> table(200, {0.01, 3.0}, {-5.0, 0.25}, {"a", "b"});
  const auto to = table.view();
  for (smelt::index r = 0; r < 200; ++r)
    for (smelt::index c = 0; c < 2; ++c) {
      const double x = std::sin(static_cast<double>(r * 2 + c)) * 100;
      to.put(r, c, x);
      CHECK(std::fabs(std::as_const(table).view()(r, c) - x) <= to.scale(c) / 2 * (1 + 1e-12));
    }
  CHECK(table.names()[1] == "b");
  CHECK(thrown_by([] { affine_table<std::int8_t>(3, {1.0, 2.0}, {0.0}); })
            .find("a quantized table of 2 columns was given 1 zeros") == 0);
}
TEST_CASE("copied: the same rows of other memory, with their numbers") {
  const auto table = all_codes<std::int8_t>(5);
  const auto part = table.row_range(30, 77);
  std::vector<std::vector<std::byte>> memory;
  const auto made = part.copied<device>([&]<class T>(const T* first, smelt::index count) {
    auto& block = memory.emplace_back(static_cast<std::size_t>(count) * sizeof(T));
    std::memcpy(block.data(), first, block.size());
    return reinterpret_cast<const T*>(block.data());
  });
  CHECK(memory[0].size() == 47 * 5);
  CHECK(made.rows() == 47);
  CHECK(made.first_row() == 30);
  CHECK(made.total_rows() == 77);
  for (smelt::index r = 0; r < 47; ++r) CHECK(made(r, 4) == part(r, 4));
  table.row_range(30, 30).copied<device>([&]<class T>(const T* first, smelt::index count) {
    if constexpr (std::is_same_v<T, std::int8_t>) CHECK(count == 0);
    return first;
  });
}
