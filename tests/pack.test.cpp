// SPDX-License-Identifier: BSL-1.0
/// \file
/// survey and pack: round trips of every kind of column, threads, what is refused.

#include <smelt/pack.hpp>

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/tables.hpp>

#include <cstring>

using namespace smelt;
using namespace smelt_test;

namespace {

/// A column of each kind: whole numbers, one value, decimals, ids of 32 bits, numbers of any kind, and
/// some missing in every second.
template <class T>
table<T> kinds(smelt::index rows) {
  table<T> x(rows, 10, {"whole", "one", "tenths", "ids", "any", "g0", "g1", "g2", "g3", "g4"});
  const auto any = noise<double>(rows, 1, 0);
  for (smelt::index r = 0; r < rows; ++r) {
    const double values[] = {static_cast<double>(r * 7919 % 1000 - 500), 42.5,
                             static_cast<double>(r * 31 % 977) / 10,
                             static_cast<double>(r * 104729 % 16777216), any(r, 0)};
    for (smelt::index c = 0; c < 10; ++c)
      x(r, c) = c > 4 && (r + c) % 5 == 0 ? missing_value<T> : static_cast<T>(values[c % 5]);
  }
  return x;
}

/// The most that a value moves by in any column; missing ones must stay.
template <class T>
double worst_move(const table<T>& x, const packed_table<T>& packed, smelt::index c) {
  double worst = 0.0;
  for (smelt::index r = 0; r < x.rows(); ++r) {
    const T was = x(r, c);
    const T is = packed.view()(r, c);
    REQUIRE(missing(was) == missing(is));
    if (!missing(was)) worst = std::max(worst, std::fabs(static_cast<double>(was) - static_cast<double>(is)));
  }
  return worst;
}

template <class T, class How>
void check_round_trip(How how, double most_bytes) {
  const auto x = kinds<T>(10007);
  const auto found = survey(on::eigen, x, how);
  CHECK(static_cast<double>(found.bytes_per_row()) <= most_bytes);
  workers pool{3};
  const auto packed = pack(on::eigen.on(pool), x, found);
  const auto alone = pack(on::seq, x, survey(on::seq, x, how));
  CHECK(packed.bytes() == alone.bytes());
  CHECK(packed.bytes() == 10007 * found.bytes_per_row());
  CHECK(std::memcmp(packed.words(), alone.words(), static_cast<std::size_t>(packed.bytes())) == 0);
  CHECK(packed.stored_columns() == alone.stored_columns());
  CHECK(packed.names()[3] == "ids");
  for (smelt::index c = 0; c < x.cols(); ++c) {
    CAPTURE(c);
    const auto& column = found.columns()[static_cast<std::size_t>(c)];
    const double moved = worst_move(x, packed, c);
    CHECK(moved <= column.worst_error);
    if (column.exact) CHECK(moved == 0.0);
    else CHECK(moved > column.worst_error / 8);  // the bound is no idle one
  }
}

}  // namespace

TEST_CASE("round trips: within the bound that was told, whatever the policy") {
  check_round_trip<float>(in_bits{12}, 15);
  check_round_trip<double>(in_bits{12}, 15);
  check_round_trip<float>(in_bits{26}, 21);
  check_round_trip<float>(within{0.25}, 17);
  check_round_trip<double>(within{1e-3}, 30);
}
TEST_CASE("exactly: bit by bit, and chains give the bits of the table") {
  const auto x = kinds<float>(3000);
  const auto some = select(x.view(), columns{0, 1, 2, 3, 5, 6, 7, 8});
  table<float> y(3000, 8);
  for (smelt::index r = 0; r < 3000; ++r)
    for (smelt::index c = 0; c < 8; ++c) y(r, c) = static_cast<float>(some(r, c));
  const auto packed = pack(on::eigen, y, exactly{});
  CHECK(packed.bytes_per_row() < 16);
  const auto chain = clean(fill::mean) | standardize();
  const auto f = fit(on::seq, chain, y);
  CHECK(fit(on::eigen, chain, packed) == f);
  CHECK(difference(transform(on::eigen, f, packed), transform(on::seq, f, y)) == "");
  // Shuffled batches read chosen rows only.
  const auto shuffle = fit(on::eigen, chain | sample(shuffled{seed{7}}), packed);
  smelt::index rows = 0;
  const auto expected = transform(on::seq, fit(on::seq, chain | sample(shuffled{seed{7}}), y), y);
  for (auto& batch : batches(on::eigen, shuffle, packed, {.rows = 128})) {
    for (smelt::index r = 0; r < batch.x.rows(); ++r, ++rows)
      CHECK(std::memcmp(&batch.x(r, 0), &expected(rows, 0), 8 * sizeof(float)) == 0);
  }
  CHECK(rows == 3000);
}
TEST_CASE("sizes: no rows, no columns, one of each; integers") {
  CHECK(pack(on::seq, table<float>(0, 3), exactly{}).bytes() == 0);
  CHECK(pack(on::seq, table<float>(5, 0), exactly{}).bytes_per_row() == 0);
  table<std::int32_t> ids(3, 1);
  ids(0, 0) = -2147483647 - 1;
  ids(1, 0) = 2147483647;
  ids(2, 0) = 5;
  const auto packed = pack(on::seq, ids, exactly{});
  CHECK(packed.bytes_per_row() == 4);
  for (smelt::index r = 0; r < 3; ++r) CHECK(packed.view()(r, 0) == ids(r, 0));
}
TEST_CASE("quantize: the ends of each column are codes, half a step is lost at most") {
  auto check = [](auto code, double steps) {
    const auto x = kinds<float>(5000);
    const auto y = quantize<decltype(code)>(on::eigen, x);
    CHECK(y.names()[3] == "ids");
    for (smelt::index c = 0; c < x.cols(); ++c) {
      CAPTURE(c);
      double least = endless;
      double greatest = -endless;
      double moved = 0.0;
      for (smelt::index r = 0; r < x.rows(); ++r) {
        const double was = x(r, c);
        const double is = y.view()(r, c);
        REQUIRE(missing(was) == missing(is));
        if (missing(was)) continue;
        least = std::min(least, was);
        greatest = std::max(greatest, was);
        moved = std::max(moved, std::fabs(was - is));
      }
      CHECK(moved <= (greatest - least) / steps / 2 * (1 + 1e-6) + std::fabs(least) * 1e-12);
    }
  };
  check(std::int8_t{}, 253.0);
  check(std::uint8_t{}, 253.0);
  check(std::int16_t{}, 65533.0);
  auto x = noise<double>(10, 2, 0);
  x(4, 1) = -endless;
  CHECK(thrown_by([&] { quantize<std::int8_t>(on::seq, x); })
            .find("pack: an infinite value in row 4, column 1 has no code") == 0);
  CHECK(quantize<std::int8_t>(on::seq, table<double>(0, 2)).rows() == 0);
}
TEST_CASE("what cannot be packed is named") {
  auto x = noise<double>(9000, 3, 0);
  x(8500, 1) = endless;
  x(8999, 0) = endless;
  CHECK(thrown_by([&] { survey(on::eigen, x, in_bits{9}); })
            .find("pack: an infinite value in row 8500, column 1 has no code") == 0);
  CHECK(thrown_by([&] { survey(on::seq, x.row_range(8400, 9000), in_bits{9}); })
            .find("pack: an infinite value in row 8500, column 1") == 0);
  x(8500, 1) = x(8999, 0) = 0.0;
  const auto found = survey(on::seq, x, in_bits{9});
  CHECK(thrown_by([&] { pack(on::seq, x.columns(0, 2), found); })
            .find("the survey is of 3 columns, this view has 2") == 0);
  x(8700, 2) = 1e9;
  CHECK(thrown_by([&] { pack(on::eigen, x, found); })
            .find("pack: the value in row 8700, column 2 is not among those that were surveyed") == 0);
  x(8700, 2) = -1e9;
  x(40, 1) = 1e9;  // of two in different tasks the first is named
  workers pool{3};
  CHECK(thrown_by([&] { pack(on::eigen.on(pool), x, found); })
            .find("pack: the value in row 40, column 1 is not") == 0);
  x(40, 1) = 0.0;
  CHECK(thrown_by([&] { pack(on::seq, x, found); }).find("pack: the value in row 8700, column 2") == 0);
  CHECK(thrown_by([&] { pack(on::seq, x.row_range(8600, 9000), found); })
            .find("pack: the value in row 8700, column 2") == 0);
  x(8700, 2) = gone;
  CHECK(thrown_by([&] { pack(on::eigen, x, found); }).find("pack: the value in row 8700, column 2") == 0);
  table<float> tenths(2, 1);
  tenths(0, 0) = 0.5f;
  tenths(1, 0) = 2.5f;
  const auto exact = survey(on::seq, tenths, exactly{});
  table<double> gaps(3, 1);
  gaps(0, 0) = 5.0;
  gaps(1, 0) = gone;
  gaps(2, 0) = 12.5;
  const auto steps = survey(on::seq, gaps, in_bits{2});
  CHECK(missing(pack(on::seq, gaps, steps).view()(1, 0)));
  gaps(0, 0) = 1.25;  // a step below the least stands the missing one's code
  CHECK(thrown_by([&] { pack(on::seq, gaps, steps); }).find("pack: the value in row 0, column 0") == 0);
  tenths(1, 0) = 1.23f;
  CHECK(thrown_by([&] { pack(on::seq, tenths, exact); }).find("pack: the value in row 1, column 0") == 0);
  CHECK(thrown_by([&] { survey(on::seq, table<double>(1, 1), in_bits{40}); }).find("in_bits{40}") == 0);
}
