// SPDX-License-Identifier: BSL-1.0

/// \file
/// Arrow's arrays as data: every format, offsets of arrays and of their columns, nulls, each refusal by
/// its text, and one release whatever happens.

#include <smelt/interop/arrow.hpp>

#include <smelt/codecs/f16.hpp>
#include <support/arrow.hpp>
#include <support/dlpack.hpp>
#include <support/on_both.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

using namespace smelt;
using namespace smelt_test;

static_assert(arrow_schema<arrow_schema_struct> && !arrow_schema<arrow_array_struct>);
static_assert(arrow_array<arrow_array_struct> && !arrow_array<arrow_device_struct>);
static_assert(arrow_device_array<arrow_device_struct> && !arrow_device_array<arrow_array_struct>);

namespace {

/// Bits, the first the lowest of the first byte, behind `first` bits of noise.
std::vector<std::uint8_t> bits(const std::vector<bool>& values, std::size_t first = 0) {
  std::vector<std::uint8_t> made((first + values.size()) / 8 + 1, 0);
  for (std::size_t k = 0; k < first + values.size(); ++k)
    if (k < first ? k % 2 == 0 : bool(values[k - first]))
      made[k / 8] = static_cast<std::uint8_t>(made[k / 8] | (1u << (k % 8)));
  return made;
}

/// The call ends with the error, and both structs have been released.
template <class Error>
void refuses(counted_array& a, const std::string& text) {
  CHECK_THROWS_WITH_AS(from_arrow(&a.schema, &a.array), text.c_str(), Error);
  CHECK(a.released == 1);
  CHECK(a.schema_released == 1);
  CHECK((a.array.release == nullptr));
}

/// A column of two rows in a batch.
struct batch_of_one {
  double values[2] = {1, 2};
  counted_array batch{"+s", "", 2};
  counted_array& column;
  explicit batch_of_one(const std::string& format = "g")
      : column(batch.column(format, "mass", 2, values)) {}
};
template <class Error>
void refuses_format(const std::string& format, const std::string& text) {
  batch_of_one x(format);
  refuses<Error>(x.batch, "column 0 'mass' (format '" + format + "') holds " + text);
}

}  // namespace

TEST_CASE("a record batch is a column set, released when the columns go") {
  const double mass[] = {1.5, 2.5, 3.5};
  const float length[] = {4, 5, 6};
  const std::int64_t count[] = {-7, 8, std::int64_t{1} << 40};
  const auto present = bits({true, false, true});
  const auto truths = bits({false, true, true});
  counted_array batch("+s", "", 3);
  batch.column("g", "mass", 3, mass);
  batch.column("f", "length", 3, length, present.data());
  batch.column("l", "count", 3, count);
  batch.column("b", "truth", 3, truths.data(), present.data());
  batch.column("n", "nothing", 3).array.n_buffers = 0;
  {
    const auto x = from_arrow(&batch.schema, &batch.array);
    CHECK(batch.schema_released == 1);
    CHECK(batch.released == 0);
    CHECK((batch.array.release == nullptr));
    CHECK(x.rows() == 3);
    CHECK(x.cols() == 5);
    CHECK(x.names()[2] == "count");
    const auto v = x.view();
    CHECK(v.stored()[0].data == mass);
    const auto expected = rows({{1.5, 4, -7, 0, gone}, {2.5, gone, 8, gone, gone}, {3.5, 6, 0x1p40, 1, gone}});
    table<double> seen(3, 5);
    for (smelt::index r = 0; r < 3; ++r)
      for (smelt::index c = 0; c < 5; ++c) seen(r, c) = v(r, c);
    CHECK(difference(seen, expected) == "");
  }
  CHECK(batch.released == 1);
}

TEST_CASE("every number format, at offsets of the array and of the column") {
  const auto check = [](const char* format, auto zero) {
    using T = decltype(zero);
    for (const int outer : {0, 3, 8})
      for (const int inner : {0, 5}) {
        std::vector<T> values(30);
        std::vector<bool> there(30);
        for (std::size_t k = 0; k < 30; ++k) {
          values[k] = static_cast<T>(static_cast<double>(3 * k));
          there[k] = k % 4 != 1;
        }
        const auto present = bits(there);
        counted_array batch("+s", "", 10);
        batch.array.offset = outer;
        auto& column = batch.column(format, "x", 10 + outer, values.data(), present.data());
        column.array.offset = inner;
        const auto x = from_arrow(&batch.schema, &batch.array);
        for (smelt::index r = 0; r < 10; ++r) {
          const auto k = static_cast<std::size_t>(r + outer + inner);
          const double expected = there[k] ? static_cast<double>(values[k]) : gone;
          CHECK(same_bits(x.view()(r, 0), expected));
        }
      }
  };
  check("c", std::int8_t{});
  check("C", std::uint8_t{});
  check("s", std::int16_t{});
  check("S", std::uint16_t{});
  check("i", std::int32_t{});
  check("I", std::uint32_t{});
  check("l", std::int64_t{});
  check("L", std::uint64_t{});
  check("e", f16{});
  check("f", float{});
  check("g", double{});
}

TEST_CASE("bools at every offset") {
  const std::vector<bool> values{true, false, false, true, true, false, true, false, true, true, false};
  for (int outer = 0; outer < 9; ++outer)
    for (int inner = 0; inner < 9; ++inner) {
      const auto truths = bits(values, static_cast<std::size_t>(outer + inner));
      counted_array batch("+s", "", 11);
      batch.array.offset = outer;
      batch.column("b", "x", 11 + outer, truths.data()).array.offset = inner;
      const auto x = from_arrow(&batch.schema, &batch.array);
      for (smelt::index r = 0; r < 11; ++r) CHECK((x.view()(r, 0) == 1) == values[static_cast<std::size_t>(r)]);
    }
}

TEST_CASE("an array of numbers is one column") {
  const std::int32_t values[] = {1, 2, 3, 4};
  counted_array x("i", "x", 3, values);
  x.array.offset = 1;
  const auto kept = from_arrow(&x.schema, &x.array);
  CHECK(kept.cols() == 1);
  CHECK(kept.view()(2, 0) == 4);
  CHECK(kept.names()[0] == "x");
}

TEST_CASE("columns of a batch are data for every verb") {
  constexpr std::size_t rows = 1025;
  std::vector<double> a(rows);
  std::vector<std::int64_t> b(rows);
  std::vector<bool> there(rows);
  table<double> dense(rows, 2, {"a", "b"});
  for (std::size_t r = 0; r < rows; ++r) {
    a[r] = 0.25 * static_cast<double>(r * r % 97);
    b[r] = static_cast<std::int64_t>(r * 7919 % 1000) - 500;
    there[r] = r % 5 != 0;
    dense(static_cast<smelt::index>(r), 0) = there[r] ? a[r] : gone;
    dense(static_cast<smelt::index>(r), 1) = static_cast<double>(b[r]);
  }
  const auto present = bits(there);
  counted_array batch("+s", "", rows);
  batch.column("g", "a", rows, a.data(), present.data()).array.null_count = 205;
  batch.column("l", "b", rows, b.data());
  const auto x = from_arrow(&batch.schema, &batch.array);
  const auto chain = clean(fill::mean) | standardize() | normalize(min_max{-1, 1});
  const auto expected = fit(on::seq, chain, dense);
  CHECK(fitted_on_both(chain, x) == expected);
  CHECK(difference(transformed_on_both(expected, x), transform(on::seq, expected, dense)) == "");
}

TEST_CASE("nothing: no rows, no columns, no names") {
  counted_array batch("+s", "", 0);
  batch.column("g", "a", 0);
  batch.column("b", "b", 0).schema.name = nullptr;
  const auto x = from_arrow(&batch.schema, &batch.array);
  CHECK(x.rows() == 0);
  CHECK(x.cols() == 2);
  CHECK(x.names()[1].empty());
  counted_array unsaid("+s", "", 0);
  unsaid.column("g", "a", 0).array.null_count = 1;  // nulls of no rows, and no bits
  CHECK(from_arrow(&unsaid.schema, &unsaid.array).rows() == 0);
  counted_array empty("+s", "", 7);
  empty.array.n_buffers = 0;
  empty.array.buffers = nullptr;
  CHECK(from_arrow(&empty.schema, &empty.array).cols() == 0);
  CHECK(empty.released == 1);
}

TEST_CASE("who has the columns releases them, once") {
  batch_of_one a, b;
  {
    auto first = from_arrow(&a.batch.schema, &a.batch.array);
    auto second = from_arrow(&b.batch.schema, &b.batch.array);
    auto third = std::move(first);
    CHECK(third.rows() == 2);
    CHECK(first.rows() == 0);  // NOLINT: what is left is empty
    CHECK(first.cols() == 0);
    third = std::move(second);
    CHECK(a.batch.released + b.batch.released == 0);
  }
  CHECK(a.batch.released == 1);
  CHECK(b.batch.released == 1);
  batch_of_one old, young;
  young.values[0] = 5;
  auto kept = from_arrow(&old.batch.schema, &old.batch.array);
  kept = from_arrow(&young.batch.schema, &young.batch.array);
  CHECK(old.batch.released == 1);
  CHECK(young.batch.released == 0);
  CHECK(kept.view()(0, 0) == 5);
  using table_type = arrow_table<host, arrow_array_struct>;
  static_assert(!std::is_copy_constructible_v<table_type> && detail::owning<table_type>);
}

TEST_CASE("structs that are missing or released") {
  batch_of_one a, b;
  CHECK_THROWS_WITH_AS(from_arrow(&a.batch.schema, static_cast<arrow_array_struct*>(nullptr)),
                       "from_arrow was given no array", value_error);
  CHECK(a.batch.schema_released == 1);
  CHECK_THROWS_WITH_AS(from_arrow(static_cast<arrow_schema_struct*>(nullptr), &b.batch.array),
                       "from_arrow was given no schema", value_error);
  CHECK(b.batch.released == 1);
  CHECK_THROWS_WITH_AS(from_arrow(&b.batch.schema, &b.batch.array), "this Arrow array has been released",
                       value_error);
  CHECK(b.batch.schema_released == 1);
  CHECK_THROWS_WITH_AS(from_arrow(&a.batch.schema, &a.batch.array), "this Arrow schema has been released",
                       value_error);
  CHECK(a.batch.released == 1);
}

TEST_CASE("elements that are no numbers") {
  for (const char* format : {"u", "U", "z", "Z", "vu", "w:4"}) refuses_format<type_error>(format, "text or bytes");
  refuses_format<type_error>("tsu:UTC", "times: cast them to int64");
  refuses_format<type_error>("d:19,10", "decimals: cast them to float64");
  refuses_format<type_error>("+l", "columns in a column: flatten it");
  refuses_format<type_error>("", "elements that smelt does not know");
  refuses_format<type_error>("gg", "elements that smelt does not know");
  batch_of_one coded("c");
  coded.column.schema.dictionary = &coded.column.schema;
  refuses<type_error>(coded.batch, "column 0 'mass' is dictionary-encoded: decode it, or give its codes");
  counted_array text("u", "t", 3);
  refuses<type_error>(text, "this Arrow array (format 'u') holds text or bytes");
}

TEST_CASE("arrays that contradict themselves") {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const auto value = [](auto change, const std::string& text) {
    batch_of_one x;
    change(x);
    refuses<value_error>(x.batch, text);
  };
  value([](auto& x) { x.batch.array.length = -1; }, "this Arrow array has -1 rows from 0 on");
  value([](auto& x) { x.batch.array.offset = most; },
        "this Arrow array has 2 rows from 9223372036854775807 on");
  value([](auto& x) { x.batch.array.offset = 1; },
        "column 0 'mass' has 2 rows from 0 on, the array needs 3");
  value([](auto& x) { x.column.array.offset = -1; },
        "column 0 'mass' has 2 rows from -1 on, the array needs 2");
  value([](auto& x) { x.column.array.length = most; },
        "column 0 'mass' has 9223372036854775807 rows from 0 on, the array needs 2");
  value([](auto& x) { x.batch.schema.n_children = 2; }, "this Arrow array has 1 columns, its schema 2");
  value([](auto& x) { x.batch.array.n_children = x.batch.schema.n_children = -1; },
        "this Arrow array has -1 columns, its schema -1");
  value([](auto& x) { x.batch.array.children = nullptr; }, "this Arrow array has 1 columns, its schema 1");
  value([](auto& x) { x.batch.schema.children = nullptr; }, "this Arrow array has 1 columns, its schema 1");
  value([](auto& x) { x.column.array.n_buffers = 3; }, "column 0 'mass' has 3 buffers, not 2");
  value([](auto& x) { x.column.array.null_count = 1; },
        "column 0 'mass' has 1 nulls and no bits that say which");
  value([](auto& x) { x.column.buffers[1] = nullptr; }, "column 0 'mass' has no values");

  constexpr std::int64_t far = most / 64;
  batch_of_one long_enough;
  long_enough.column.array.length = far;
  long_enough.column.array.null_count = 0;  // and no bits
  CHECK(from_arrow(&long_enough.batch.schema, &long_enough.batch.array).view()(1, 0) == 2);
  batch_of_one far_away;
  far_away.batch.array.length = 0;
  far_away.column.array.offset = far;
  CHECK(from_arrow(&far_away.batch.schema, &far_away.batch.array).rows() == 0);
  value([](auto& x) { x.column.array.offset = most / 64 + 1; },
        "column 0 'mass' has 2 rows from 144115188075855872 on, the array needs 2");
  value([](auto& x) { x.column.array.length = most / 64 + 1; },
        "column 0 'mass' has 144115188075855872 rows from 0 on, the array needs 2");

  batch_of_one odd;
  odd.column.buffers[1] = reinterpret_cast<const char*>(odd.values) + 4;
  refuses<type_error>(odd.batch, "column 0 'mass' begins at an address that is no multiple of 8");
  const std::uint8_t bit = 1;
  batch_of_one null_rows;
  null_rows.batch.buffers[0] = &bit;
  refuses<type_error>(null_rows.batch,
                      "rows of this Arrow array are null as a whole: give its columns those nulls");
  batch_of_one all_there;
  all_there.batch.buffers[0] = &bit;
  all_there.batch.array.null_count = 0;
  all_there.column.array.null_count = 0;
  all_there.column.buffers[0] = &bit;  // need not be looked at
  CHECK(from_arrow(&all_there.batch.schema, &all_there.batch.array).view()(1, 0) == 2);

  batch_of_one by_value;
  by_value.column.array.n_buffers = 3;
  const auto said = from_arrow(std::nothrow, &by_value.batch.schema, &by_value.batch.array);
  CHECK(said.what() == std::string("column 0 'mass' has 3 buffers, not 2"));
  CHECK(by_value.batch.released == 1);
  batch_of_one good;
  CHECK(from_arrow(std::nothrow, &good.batch.schema, &good.batch.array)->rows() == 2);
}

TEST_CASE("memory of a device: the event is waited for, and only what is reached is taken") {
  int waited = 0;
  void* seen = nullptr;
  const auto wait = [&](void* event) {
    ++waited;
    seen = event;
  };
  int event = 0;
  {
    batch_of_one x;
    arrow_device_struct there{x.batch.array, 1, kDLCUDA, &event, {}};
    {
      const auto kept = from_arrow<device>(&x.batch.schema, &there, wait);
      static_assert(std::is_same_v<decltype(kept.view()), device_column_set>);
      CHECK(kept.rows() == 2);
      CHECK(waited == 1);
      CHECK(seen == &event);
      CHECK((there.array.release == nullptr));
    }
    CHECK(x.batch.released == 1);
    CHECK(x.batch.schema_released == 1);
  }
  {
    batch_of_one x;
    arrow_device_struct here{x.batch.array, -1, kDLCPU, nullptr, {}};
    CHECK(from_arrow(&x.batch.schema, &here, wait).view()(1, 0) == 2);
    CHECK(waited == 1);
  }
  batch_of_one x;
  arrow_device_struct there{x.batch.array, 1, kDLCUDA, &event, {}};
  CHECK_THROWS_WITH_AS(from_arrow(&x.batch.schema, &there, wait),
                       "this Arrow array lies in CUDA device 1, which a view of space 'host' does not reach",
                       type_error);
  CHECK(waited == 1);
  CHECK(x.batch.released == 1);
  CHECK(x.batch.schema_released == 1);
  batch_of_one nulls("n");
  arrow_device_struct far{nulls.batch.array, 0, kDLCUDA, nullptr, {}};
  CHECK_THROWS_WITH_AS(from_arrow<device>(&nulls.batch.schema, &far, wait),
                       "column 0 'mass' (format 'n') holds elements that smelt does not know", type_error);
  CHECK_THROWS_WITH_AS(from_arrow(&nulls.batch.schema, static_cast<arrow_device_struct*>(nullptr), wait),
                       "from_arrow was given no array", value_error);
  batch_of_one no_schema;
  arrow_device_struct alone{no_schema.batch.array, 0, kDLCPU, nullptr, {}};
  CHECK_THROWS_WITH_AS(from_arrow(static_cast<arrow_schema_struct*>(nullptr), &alone, wait),
                       "from_arrow was given no schema", value_error);
  CHECK(no_schema.batch.released == 1);
  batch_of_one good;
  arrow_device_struct near{good.batch.array, 0, kDLCPU, nullptr, {}};
  CHECK(from_arrow(std::nothrow, &good.batch.schema, &near, wait)->rows() == 2);
  CHECK_FALSE(from_arrow<pinned>(std::nothrow, &good.batch.schema, &near, wait).ok());
}
