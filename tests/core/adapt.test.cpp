// SPDX-License-Identifier: BSL-1.0
/// \file
/// Other people's data as views: Eigen, mdspan, spans, vectors, arrays, and columns of all of them.

#include <smelt/core/adapt.hpp>

#include <doctest/doctest.h>

#include <support/tables.hpp>

#include <Eigen/Core>

#include <array>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <vector>

using namespace smelt;

namespace {

/// As std::mdspan: the names by which a rank-2 one is known, with strides of any kind.
template <class T, std::size_t Rank = 2>
struct own_mdspan {
  T* at;
  std::array<unsigned, Rank> sizes;
  std::array<int, Rank> strides;
  static constexpr std::size_t rank() { return Rank; }
  T* data_handle() const { return at; }
  unsigned extent(std::size_t i) const { return sizes[i]; }
  int stride(std::size_t i) const { return strides[i]; }
};

template <class Matrix>
void count_up(Matrix& m) {
  for (Eigen::Index r = 0; r < m.rows(); ++r)
    for (Eigen::Index c = 0; c < m.cols(); ++c)
      m(r, c) = static_cast<typename Matrix::Scalar>(10 * r + c);
}
/// Whether a view of rows x cols elements holds 10 (r + row) + (c + col).
template <class View>
bool counts(const View& v, smelt::index rows, smelt::index cols, smelt::index row = 0,
            smelt::index col = 0) {
  bool all = v.rows() == rows && v.cols() == cols;
  for (smelt::index r = 0; all && r < rows; ++r)
    for (smelt::index c = 0; c < cols; ++c)
      all = all && v(r, c) == static_cast<typename View::value_type>(10 * (r + row) + c + col);
  return all;
}

using by_row = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using by_column = Eigen::MatrixXd;

}  // namespace

TEST_CASE("smelt's own: a table and a view of it") {
  table<double> x(2, 2, {"a", "b"});
  for (smelt::index i = 0; i < 4; ++i) x.data()[i] = static_cast<double>(10 * (i / 2) + i % 2);
  static_assert(std::is_same_v<decltype(as_view(x)), matrix_view<double>>);
  CHECK(counts(as_view(x), 2, 2));
  CHECK(as_view(x).names()[1] == "b");
  CHECK(counts(as_view(x.columns(1, 2)), 2, 1, 0, 1));
}

TEST_CASE("Eigen matrices of either order, writable and not") {
  by_row a(4, 3);
  by_column b(4, 3);
  count_up(a);
  count_up(b);
  static_assert(std::is_same_v<decltype(as_view(a)), matrix_view<float, row_major>>);
  static_assert(std::is_same_v<decltype(as_view(std::as_const(b))), matrix_view<const double, column_major>>);
  CHECK(counts(as_view(a), 4, 3));
  CHECK(counts(as_view(b), 4, 3));
  as_view(a)(3, 2) = -1;
  CHECK(a(3, 2) == -1);
  Eigen::Matrix<int, 2, 3> fixed;
  count_up(fixed);
  CHECK(counts(as_view(fixed), 2, 3));
}

TEST_CASE("Eigen maps, with strides too, and read-only ones") {
  std::vector<float> memory(60);
  for (std::size_t i = 0; i < 60; ++i) memory[i] = static_cast<float>(10 * (i / 20) + (i % 20) / 2);
  const Eigen::Map<by_row, Eigen::Unaligned, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>> each(
      memory.data(), 3, 5, {20, 2});
  static_assert(std::is_same_v<decltype(as_view(each))::layout, strided>);
  CHECK(counts(as_view(each), 3, 5));
  std::vector<double> packed = {0, 1, 2, 10, 11, 12};
  const Eigen::Map<const Eigen::Matrix<double, 2, 3, Eigen::RowMajor>> map(packed.data());
  static_assert(std::is_same_v<decltype(as_view(map)), matrix_view<const double, row_major>>);
  CHECK(counts(as_view(map), 2, 3));
  const Eigen::Map<const by_column, 0, Eigen::OuterStride<>> apart(packed.data(), 2, 2,
                                                                   Eigen::OuterStride<>(3));
  CHECK(as_view(apart).col_stride() == 3);
  CHECK(as_view(apart)(1, 1) == 11);
}

TEST_CASE("Eigen blocks: rows, columns, corners of either order") {
  by_row a(5, 4);
  by_column b(5, 4);
  count_up(a);
  count_up(b);
  CHECK(counts(as_view(a.block(1, 2, 3, 2)), 3, 2, 1, 2));
  CHECK(counts(as_view(b.block(1, 2, 3, 2)), 3, 2, 1, 2));
  CHECK(counts(as_view(a.leftCols(3)), 5, 3));
  CHECK(counts(as_view(b.bottomRows(2)), 2, 4, 3, 0));
  CHECK(counts(as_view(a.row(3)), 1, 4, 3, 0));
  CHECK(counts(as_view(b.row(3)), 1, 4, 3, 0));
  CHECK(counts(as_view(a.col(2)), 5, 1, 0, 2));
  CHECK(counts(as_view(b.col(2)), 5, 1, 0, 2));
}

TEST_CASE("Eigen vectors") {
  Eigen::VectorXd standing(3);
  standing << 0, 10, 20;
  Eigen::RowVectorXf lying(3);
  lying << 0, 1, 2;
  CHECK(counts(as_view(standing), 3, 1));
  CHECK(counts(as_view(lying), 1, 3));
}

TEST_CASE("a class shaped like mdspan, of any strides") {
  std::vector<std::int32_t> memory(40);
  for (std::size_t i = 0; i < 40; ++i)
    memory[i] = static_cast<std::int32_t>(10 * (i % 4) + i / 4);
  own_mdspan<const std::int32_t> turned{memory.data(), {4, 10}, {1, 4}};
  CHECK(counts(as_view(turned), 4, 10));
  own_mdspan<std::int32_t> flipped{memory.data() + 3, {4, 2}, {-1, 4}};
  CHECK(as_view(flipped)(0, 1) == 31);
  CHECK(as_view(flipped)(3, 0) == 0);
  static_assert(viewable<own_mdspan<float>> && !viewable<own_mdspan<float, 3>>);
}

TEST_CASE("spans, vectors and arrays are one column") {
  std::vector<double> v = {0, 10, 20};
  const std::array<float, 2> a = {0, 10};
  double c[] = {0, 10};
  CHECK(counts(as_view(v), 3, 1));
  CHECK(counts(as_view(a), 2, 1));
  CHECK(counts(as_view(c), 2, 1));
  CHECK(counts(as_view(std::span<const double>(v).subspan(1)), 2, 1, 1));
  static_assert(std::is_same_v<decltype(as_view(std::span<const double>(v))),
                               matrix_view<const double, column_major>>);
  as_view(v)(2, 0) = 7;
  CHECK(v[2] == 7);
  CHECK(as_view(std::span<double>()).rows() == 0);
}

TEST_CASE("what is not data") {
  static_assert(!viewable<int> && !viewable<std::string_view*>);
  static_assert(!viewable<std::vector<std::string>> && !viewable<std::vector<bool>>);
  static_assert(!viewable<decltype(by_column() * 2.0)>);  // no memory of its own
  // Letters are numbers to the compiler.
  static_assert(!viewable<std::string> && !viewable<std::string_view> && !viewable<const char*>);
  static_assert(!viewable<const char (&)[8]> && !viewable<std::vector<char>>);
  static_assert(!viewable<std::wstring> && !viewable<std::u8string> && !viewable<std::u16string>);
  static_assert(viewable<std::vector<signed char>> && viewable<std::span<const bool>>);
}

TEST_CASE("one text is no column of letters; texts, or letters that say they are labels, are one") {
  static_assert(!column_like<const char (&)[8]> && !column_like<std::string&>);
  static_assert(!column_like<std::string_view> && !column_like<const std::wstring&>);
  static_assert(column_like<std::vector<std::string>&> && column_like<std::vector<char>&>);
  const std::vector<char> kinds = {'a', 'c', 'a'};
  CHECK(as_column(kinds)[1] == 'c');
}

TEST_CASE("columns: a column view, a span, a vector of anything") {
  const std::vector<std::string> names = {"x", "y"};
  CHECK(as_column(names)[1] == "y");
  std::vector<std::uint64_t> ids = {~std::uint64_t{0}, 1};
  CHECK(as_column(std::span<std::uint64_t>(ids))[0] == ~std::uint64_t{0});
  table<double> x(3, 4);
  for (smelt::index i = 0; i < 12; ++i) x.data()[i] = static_cast<double>(i);
  const auto last = as_column(x.column(3));
  CHECK((last.size() == 3 && last.stride() == 4 && last[2] == 11));
}

TEST_CASE("a column of an Eigen matrix keeps its stride") {
  by_row a(5, 4);
  by_column b(5, 4);
  count_up(a);
  count_up(b);
  const auto in_row = as_column(a.col(2));
  const auto in_column = as_column(b.col(2));
  static_assert(std::is_same_v<decltype(as_column(a.col(2))), column_view<float>>);
  REQUIRE(in_row.size() == 5);
  REQUIRE(in_column.size() == 5);
  for (smelt::index r = 0; r < 5; ++r) {
    CHECK(in_row[r] == static_cast<float>(10 * r + 2));
    CHECK(in_column[r] == 10.0 * static_cast<double>(r) + 2);
  }
  CHECK(as_column(b.row(3))[2] == 32.0);
  Eigen::VectorXi v(3);
  v << 7, 8, 9;
  CHECK(as_column(v).data() == v.data());  // no copy
  CHECK(as_column(std::as_const(v))[2] == 9);
  std::vector<int> memory = {1, 0, 2, 0, 3, 0};
  const Eigen::Map<Eigen::VectorXi, 0, Eigen::InnerStride<2>> apart(memory.data(), 3);
  CHECK(as_column(apart)[2] == 3);
}

TEST_CASE("elements that follow one another as rows") {
  std::vector<float> numbers{1, 2, 3, 4, 5, 6};
  const auto rows = as_rows(numbers, 3);
  static_assert(std::is_same_v<decltype(rows), const matrix_view<float>>);
  CHECK(rows.rows() == 2);
  CHECK(rows(1, 0) == 4.0f);
  CHECK(as_rows(numbers, 1).rows() == 6);
  const std::vector<float>& fixed = numbers;
  static_assert(std::is_same_v<decltype(as_rows(fixed, 2)), matrix_view<const float>>);
  CHECK(as_rows(fixed, 2).rows() == 3);
  CHECK(as_rows(std::span<const float>(numbers).first(0), 2).rows() == 0);
  for (const smelt::index cols : {0, 4, -3})
    CHECK(smelt_test::thrown_by([&] { as_rows(numbers, cols); })
              .find("6 elements are no whole rows of " + std::to_string(cols) + " columns") == 0);
}
