// SPDX-License-Identifier: BSL-1.0
/// \file
/// Column sets: every element type, strides, validity bits, and the same bits as a dense table.

#include <smelt/core/column_set.hpp>

#include <smelt/codecs/bf16.hpp>
#include <smelt/codecs/f16.hpp>
#include <support/on_both.hpp>

#include <limits>
#include <tuple>

using namespace smelt;
using namespace smelt_test;

namespace {

struct columns_of_four {
  std::vector<double> a;
  std::vector<float> b;
  std::vector<std::int32_t> c;
  std::vector<std::uint8_t> d;
  std::vector<std::uint8_t> bits;

  explicit columns_of_four(std::size_t rows) : bits((rows + 7) / 8) {
    for (std::size_t r = 0; r < rows; ++r) {
      a.push_back(0.25 * static_cast<double>(r * r % 97));
      b.push_back(static_cast<float>(r % 13) - 6.5f);
      c.push_back(static_cast<std::int32_t>(r * 7919 % 1000) - 500);
      d.push_back(static_cast<std::uint8_t>(r % 251));
      if (r % 5 != 0) bits[r / 8] = static_cast<std::uint8_t>(bits[r / 8] | (1u << (r % 8)));
    }
  }
  column_set set() const {
    return column_set(static_cast<smelt::index>(a.size()))
        .add(a, "a")
        .add(b, "b", bits.data())
        .add(c, "c")
        .add(d, "d");
  }
  table<double> dense() const {
    table<double> t(static_cast<smelt::index>(a.size()), 4, {"a", "b", "c", "d"});
    for (std::size_t r = 0; r < a.size(); ++r) {
      const auto row = static_cast<smelt::index>(r);
      t(row, 0) = a[r];
      t(row, 1) = r % 5 != 0 ? static_cast<double>(b[r]) : missing_value<double>;
      t(row, 2) = c[r];
      t(row, 3) = d[r];
    }
    return t;
  }
};

}  // namespace

TEST_CASE("a column set gives the bits of the dense table that holds the same values") {
  const auto chain = clean(fill::mean) | standardize() | normalize(min_max{-1, 1});
  for (std::size_t rows : {std::size_t{6}, std::size_t{1025}}) {
    const columns_of_four data(rows);
    const auto set = data.set();
    const auto dense = data.dense();
    const auto expected = fit(on::seq, chain, dense);
    CHECK(fitted_on_both(chain, set) == expected);
    CHECK(difference(transformed_on_both(expected, set), transform(on::seq, expected, dense)) == "");
  }
}

TEST_CASE("the kind of every type, and its bytes") {
  const auto bytes = []<class T>(T) { return detail::size_of(detail::kind_of<T>); };
  CHECK((bytes(double{}) == 8 && bytes(std::int64_t{}) == 8 && bytes(std::uint64_t{}) == 8));
  CHECK((bytes(float{}) == 4 && bytes(std::int32_t{}) == 4 && bytes(std::uint32_t{}) == 4));
  CHECK((bytes(f16{}) == 2 && bytes(bf16{}) == 2 && bytes(std::int16_t{}) == 2 && bytes(std::uint16_t{}) == 2));
  CHECK((bytes(std::int8_t{}) == 1 && bytes(std::uint8_t{}) == 1 && bytes(bool{}) == 1));
  static_assert(detail::kind_of<f16> == element_kind::half &&
                detail::kind_of<bf16> == element_kind::brain);
}

TEST_CASE("half precision of either kind, and its columns of a table") {
  table<f16> x(9, 2, {"a", "b"});
  std::vector<bf16> b;
  for (smelt::index r = 0; r < 9; ++r) {
    x(r, 0) = f16(0.1 * static_cast<double>(r));
    x(r, 1) = r == 4 ? missing_value<f16> : f16(-7.0);
    b.push_back(bf16(1e30 * static_cast<double>(r)));
  }
  const auto set = select(x, columns{"b", "a"}).add(b, "c");
  table<double> dense(9, 3, {"b", "a", "c"});
  for (smelt::index r = 0; r < 9; ++r) {
    dense(r, 0) = x(r, 1);
    dense(r, 1) = x(r, 0);
    dense(r, 2) = b[static_cast<std::size_t>(r)];
  }
  const auto chain = clean(fill::mean) | normalize(min_max{0, 1});
  const auto expected = fit(on::seq, chain, dense);
  CHECK(fitted_on_both(chain, set) == expected);
  CHECK(difference(transformed_on_both(expected, set), transform(on::seq, expected, dense)) == "");
}

TEST_CASE("bool is 0 and 1, in a set and in a table") {
  table<bool> x(1025, 2);
  table<std::uint8_t> bytes(1025, 2);
  for (smelt::index r = 0; r < 1025; ++r)
    for (smelt::index c = 0; c < 2; ++c) {
      x(r, c) = r % (c + 3) == 0;
      bytes(r, c) = r % (c + 3) == 0 ? 1 : 0;
    }
  const auto expected = fit(on::seq, standardize(), bytes);
  const auto y = transform(on::seq, expected, bytes);
  CHECK(fitted_on_both(standardize(), x) == expected);
  CHECK(difference(transformed_on_both(expected, x), y) == "");
  const auto set = select(x, columns{0, 1});
  CHECK(fitted_on_both(standardize(), set) == expected);
  CHECK(difference(transformed_on_both(expected, set), y) == "");
}

namespace {

template <class T>
void adds_as(column_set& set, std::vector<T>& values) {
  for (smelt::index r = 0; r < set.rows(); ++r)
    values.push_back(r % 7 == 3   ? std::numeric_limits<T>::max()
                     : r % 7 == 4 ? std::numeric_limits<T>::min()
                                  : static_cast<T>(r % 100));
  set.add(values);
}

}  // namespace

TEST_CASE("whole numbers of every width, and their edges") {
  table<double> dense(1025, 8);
  column_set set(1025);
  std::tuple<std::vector<std::int8_t>, std::vector<std::int16_t>, std::vector<std::int32_t>,
             std::vector<std::int64_t>, std::vector<std::uint8_t>, std::vector<std::uint16_t>,
             std::vector<std::uint32_t>, std::vector<std::uint64_t>>
      values;
  std::apply([&](auto&... of) { (adds_as(set, of), ...); }, values);
  smelt::index c = 0;
  std::apply(
      [&](auto&... of) {
        (([&] {
           for (smelt::index r = 0; r < 1025; ++r)
             dense(r, c) = static_cast<double>(of[static_cast<std::size_t>(r)]);
           ++c;
         }()),
         ...);
      },
      values);
  CHECK(set(3, 1) == 32767);
  CHECK(set(4, 0) == -128);
  CHECK(set(3, 3) == 0x1p63);
  const auto expected = fit(on::seq, standardize(), dense);
  CHECK(fitted_on_both(standardize(), set) == expected);
  CHECK(difference(transformed_on_both(expected, set), transform(on::seq, expected, dense)) == "");
  // Columns of a dense table of them, too.
  table<std::int64_t> counts(9, 3);
  for (smelt::index k = 0; k < 27; ++k) counts(k / 3, k % 3) = k * k - 300;
  const auto some = select(counts, columns{2, 0});
  CHECK(some(4, 0) == counts(4, 2));
  CHECK(some(4, 1) == counts(4, 0));
}

TEST_CASE("bits from any bit on: truths, and what is present") {
  for (const smelt::index rows : {1, 7, 8, 9, 1025})
    for (smelt::index first : {0, 1, 7, 8, 13}) {
      std::vector<std::uint8_t> truths, present;
      table<double> dense(rows, 2);
      const auto write = [](std::vector<std::uint8_t>& bytes, smelt::index at, bool set) {
        const auto byte = static_cast<std::size_t>(at / 8);
        if (bytes.size() <= byte) bytes.resize(byte + 1);
        if (set) bytes[byte] = static_cast<std::uint8_t>(bytes[byte] | (1u << (at % 8)));
      };
      std::vector<float> numbers;
      for (smelt::index r = 0; r < rows; ++r) {
        const bool truth = r % 3 == 1, there = r % 5 != 4;
        write(truths, first + r, truth);
        write(present, 21 - first + r, there);
        numbers.push_back(static_cast<float>(r) / 4);
        dense(r, 0) = there ? (truth ? 1 : 0) : missing_value<double>;
        dense(r, 1) = there ? static_cast<double>(numbers.back()) : missing_value<double>;
      }
      const auto set = column_set(rows)
                           .add(bit_column<>{truths.data(), rows, first}, "", present.data(), 21 - first)
                           .add(numbers, "", present.data(), 21 - first);
      const auto chain = clean(fill::mean) | standardize();
      const auto expected = fit(on::seq, chain, dense);
      CHECK(fitted_on_both(chain, set) == expected);
      CHECK(difference(transformed_on_both(expected, set), transform(on::seq, expected, dense)) == "");
    }
  const std::uint8_t byte = 0;
  CHECK_THROWS_WITH_AS(column_set(1).add(bit_column<>{&byte, 1, -1}),
                       "a column of bits cannot begin at bit -1", shape_error);
  CHECK_THROWS_WITH_AS(column_set(1).add(bit_column<>{&byte, 1, 0}, "", &byte, -8),
                       "validity bits cannot begin at bit -8", shape_error);
  CHECK_THROWS_WITH_AS(column_set(1).add(bit_column<>{&byte, 2, 0}),
                       "a column of 2 rows does not fit a set of 1 rows", shape_error);
}

TEST_CASE("an output may lie beside the bytes of bits, and not over them") {
  alignas(4) std::uint8_t memory[88] = {};
  const std::vector<float> eleven(11);
  const auto fitted = fit(on::seq, clip(0, 1), one_column({0, 1}));
  const auto overlaps = [&](const column_set& set, std::ptrdiff_t byte) {
    const matrix_view<float> out(reinterpret_cast<float*>(memory + byte), 11, 1);
    return thrown_by([&] { transform(on::seq, fitted, set, out); }).find("overlaps") != std::string::npos;
  };
  for (const smelt::index first : {8 * 42 + 5, 8 * 43 + 6, 8 * 44}) {
    const auto truths = column_set(11).add(bit_column<>{memory, 11, first});
    const auto present = column_set(11).add(eleven, "", memory, first);
    for (const auto* set : {&truths, &present}) {
      CHECK(overlaps(*set, 0) == (first < 8 * 44));           // bytes 0 to 43
      CHECK(overlaps(*set, 44) == (first + 10 >= 8 * 44));    // bytes 44 to 87
    }
  }
}

TEST_CASE("select takes columns by number or name, in the order asked for") {
  const columns_of_four data(3);
  const auto dense = data.dense();
  const auto by_name = select(dense, columns{"d", "a"});
  const auto by_number = select(dense, columns{3, 0});
  REQUIRE(by_name.cols() == 2);
  CHECK(by_name.names()[0] == "d");
  for (smelt::index r = 0; r < 3; ++r) {
    CHECK(by_name(r, 0) == dense(r, 3));
    CHECK(by_number(r, 1) == dense(r, 0));
  }
  CHECK_THROWS_WITH_AS(select(dense, columns{"x"}), "select: no column is named 'x'; there are: 'a', 'b', 'c', 'd'",
                       value_error);
  const auto rest = select(dense, columns::all_but({"c", "a"}));
  REQUIRE(rest.cols() == 2);
  CHECK(rest.names()[0] == "b");
  for (smelt::index r = 0; r < 3; ++r) CHECK(rest(r, 1) == dense(r, 3));
  CHECK(select(dense, columns::all_but({1})).names()[1] == "c");
  CHECK(select(dense, columns::all_but({})).cols() == 4);
  CHECK_THROWS_WITH_AS(select(dense, columns::all_but({"x"})),
                       "select: no column is named 'x'; there are: 'a', 'b', 'c', 'd'", value_error);
  CHECK_THROWS_WITH_AS(select(dense, columns::all_but({-1})),
                       "select: there is no column -1, the data have 4 columns", value_error);
  CHECK_THROWS_WITH_AS(select(dense, columns{4}),
                       "select: there is no column 4, the data have 4 columns", value_error);
}

TEST_CASE("select from columns that lie apart, and from what owns its elements elsewhere") {
  table<float, column_major> x(3, 2);
  for (smelt::index i = 0; i < 6; ++i) x.data()[i] = static_cast<float>(i);
  CHECK(select(x, columns{1})(2, 0) == 5.0);
  CHECK_THROWS_WITH_AS(select(x, columns{-1}),
                       "select: there is no column -1, the data have 2 columns", value_error);
  const struct {
    matrix_view<const float, column_major> there;
    auto view() const { return there; }
  } owner{x.view()};
  CHECK(select(owner, columns{1, 0})(1, 1) == 1.0);
}

TEST_CASE("a set has names where one column has one, whichever it is") {
  const std::vector<double> a = {1, 2};
  const auto set = column_set(2).add(a, "a").add(a);
  REQUIRE(set.names().size() == 2);
  CHECK(set.names()[0] == "a");
  CHECK(set.names()[1].empty());
  CHECK(column_set(2).add(a).add(a, "a").names().size() == 2);
  CHECK(column_set(2).add(a).names().empty());
}

TEST_CASE("the bytes of an element are those of its type") {
  CHECK(detail::size_of(detail::kind_of<double>) == sizeof(double));
  CHECK(detail::size_of(detail::kind_of<float>) == sizeof(float));
  CHECK(detail::size_of(detail::kind_of<std::int32_t>) == sizeof(std::int32_t));
  CHECK(detail::size_of(detail::kind_of<std::uint8_t>) == sizeof(std::uint8_t));
  CHECK(detail::size_of(detail::kind_of<bool>) == sizeof(bool));
  CHECK(detail::bytes_of_column({nullptr, 1, nullptr, element_kind::f32}, 11) == 44);
  CHECK(detail::bytes_of_column({nullptr, 1, nullptr, element_kind::bit, 0, 7}, 11) == 3);
  CHECK(detail::bytes_of_column({nullptr, 1, nullptr, element_kind::bit, 0, 7}, 0) == 0);
}

TEST_CASE("the kind of an element is that of its type") {
  CHECK((detail::kind_of_element<bool>() == element_kind::u8));
  CHECK((detail::kind_of_element<double>() == element_kind::f64));
  CHECK((detail::kind_of_element<float>() == element_kind::f32));
  CHECK((detail::kind_of_element<std::int8_t>() == element_kind::i8));
  CHECK((detail::kind_of_element<std::uint8_t>() == element_kind::u8));
  CHECK((detail::kind_of_element<std::int16_t>() == element_kind::i16));
  CHECK((detail::kind_of_element<std::uint16_t>() == element_kind::u16));
  CHECK((detail::kind_of_element<std::int32_t>() == element_kind::i32));
  CHECK((detail::kind_of_element<std::uint32_t>() == element_kind::u32));
  CHECK((detail::kind_of_element<std::int64_t>() == element_kind::i64));
  CHECK((detail::kind_of_element<std::uint64_t>() == element_kind::u64));
}

TEST_CASE("a column of another length does not fit") {
  const std::vector<float> three(3);
  CHECK_THROWS_WITH_AS(column_set(4).add(three),
                       "a column of 3 rows does not fit a set of 4 rows", shape_error);
}
