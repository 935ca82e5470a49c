// SPDX-License-Identifier: BSL-1.0
/// \file
/// Tables: memory, names, deep copies, and forgetting rows in either layout.

#include <smelt/core/table.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>  // std::aligned_alloc, std::free
#include <limits>
#include <new>
#include <utility>

using namespace smelt;

// Whoever is given a table's memory back: looks at it before the system has it.
namespace {
struct given_back {
  static inline std::size_t size = 0;  // of the blocks that are looked at
  static inline int blocks = 0;
  static inline int of_zeros = 0;
};
}  // namespace
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto to = static_cast<std::size_t>(alignment);
  void* const p = std::aligned_alloc(to, (size + to - 1) / to * to);
  if (p == nullptr) throw std::bad_alloc();
  return p;
}
[[gnu::noinline]] void operator delete(void* p, std::align_val_t) noexcept {
  if (p != nullptr && given_back::size > 0) {
    const auto* const bytes = static_cast<const unsigned char*>(p);
    ++given_back::blocks;
    given_back::of_zeros += std::all_of(bytes, bytes + given_back::size, [](unsigned char b) { return b == 0; });
  }
  std::free(p);
}
void operator delete(void* p, std::size_t, std::align_val_t alignment) noexcept { operator delete(p, alignment); }

namespace {

template <class Layout = row_major>
table<double, Layout> counted(smelt::index rows, smelt::index cols) {
  table<double, Layout> made(rows, cols);
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < cols; ++c) made(r, c) = static_cast<double>(100 * r + c);
  return made;
}

}  // namespace

TEST_CASE("the example") {
  // [table example]
  table<double> penguins(2, 2, {"bill", "mass"});
  penguins(0, 0) = 39.1, penguins(0, 1) = 3750;
  penguins(1, 0) = 39.5, penguins(1, 1) = 3800;
  auto mass = penguins.column("mass");
  // [table example]
  CHECK(mass[1] == 3800);
}

TEST_CASE("elements lie row by row, or column by column, on a cache line") {
  const auto rows = counted(3, 5);
  const auto cols = counted<column_major>(3, 5);
  CHECK((rows.row_stride() == 5 && rows.col_stride() == 1 && rows.data()[7] == 102));
  CHECK((cols.row_stride() == 1 && cols.col_stride() == 3 && cols.data()[7] == 102));
  CHECK((cols.view().row_stride() == 1 && cols.view().cols() == 5));
  CHECK(reinterpret_cast<std::uintptr_t>(rows.data()) % 64 == 0);
  CHECK(reinterpret_cast<std::uintptr_t>(cols.data()) % 64 == 0);
  for (smelt::index r = 0; r < 3; ++r)
    for (smelt::index c = 0; c < 5; ++c) {
      CHECK(rows(r, c) == static_cast<double>(100 * r + c));
      CHECK(rows(r, c) == cols(r, c));
    }
}

TEST_CASE("columns are found by name") {
  const table<float> x(4, 3, {"a", "b", "c"});
  CHECK(x.find("c") == 2);
  CHECK(x.column("b").data() == x.data() + 1);
  CHECK(x.names().size() == 3);
  CHECK_THROWS_WITH_AS(x.find("d"), "no column is named 'd'; there are: 'a', 'b', 'c'", value_error);
  CHECK_THROWS_WITH_AS(table<float>(4, 3).find("a"),
                       "no column is named 'a'; there are: none (the data have no names)",
                       value_error);
  CHECK_THROWS_WITH_AS(table<float>(4, 3, {"a"}), "a table of 3 columns was given 1 names",
                       shape_error);
}

TEST_CASE("views of a table: all of it, columns, rows, one column; names go along") {
  table<double> x(4, 3, {"a", "b", "c"});
  for (smelt::index i = 0; i < 12; ++i) x.data()[i] = static_cast<double>(i);
  static_assert(std::is_same_v<decltype(x.view()), matrix_view<double>>);
  static_assert(std::is_same_v<decltype(std::as_const(x).view()), matrix_view<const double>>);
  CHECK((x.view().rows() == 4 && x.view().cols() == 3));
  CHECK((std::as_const(x).view().rows() == 4 && std::as_const(x).view().cols() == 3));
  CHECK(x.view().names()[2] == "c");
  CHECK(x.columns(1, 3).names()[0] == "b");
  CHECK(x.columns(1, 3)(2, 1) == 8);
  CHECK(x.row_range(2, 4)(0, 0) == 6);
  CHECK((x.first_row() == 0 && x.total_rows() == 4));
  CHECK(x.row_range(2, 4).rows() == 2);
  CHECK(x.row_range(2, 4).first_row() == 2);
  CHECK(x.row_range(2, 4).total_rows() == 4);
  CHECK(x.column(2)[3] == 11);
  x.view()(3, 2) = -1;
  CHECK(x(3, 2) == -1);
}

TEST_CASE("copies are deep; a move takes the memory") {
  auto a = counted(3, 2);
  auto b = a;
  b(1, 1) = -7;
  CHECK(a(1, 1) == 101);
  a = b;
  b(1, 1) = 0;
  CHECK(a(1, 1) == -7);
  const double* memory = a.data();
  const auto moved = std::move(a);
  CHECK(moved.data() == memory);
  CHECK(moved(1, 1) == -7);
  buffer<int> from(3);
  buffer<int> to = std::move(from);
  CHECK((from.size() == 0 && to.size() == 3));
  from = std::move(to);
  CHECK((from.size() == 3 && to.size() == 0));
  auto& self = b;
  b = self;
  CHECK(b(2, 1) == 201);
}

TEST_CASE("shrink forgets the last rows and moves nothing, in both layouts") {
  auto rows = counted(5, 3);
  auto cols = counted<column_major>(5, 3);
  const double* memory = cols.data();
  rows.shrink(5);
  rows.shrink(2);
  cols.shrink(2);
  CHECK((rows.rows() == 2 && rows.total_rows() == 2 && cols.rows() == 2));
  CHECK(cols.data() == memory);
  CHECK(cols.col_stride() == 5);
  for (smelt::index r = 0; r < 2; ++r)
    for (smelt::index c = 0; c < 3; ++c) {
      CHECK(rows(r, c) == static_cast<double>(100 * r + c));
      CHECK(cols(r, c) == static_cast<double>(100 * r + c));
      CHECK(cols.view()(r, c) == cols(r, c));
    }
  auto copy = cols;
  copy(1, 2) = 0;
  CHECK(cols(1, 2) == 102);
  CHECK(copy(0, 2) == 2);
  cols.shrink(1);
  CHECK(cols(0, 2) == 2);
  cols.shrink(0);
  CHECK(cols.rows() == 0);
  CHECK_THROWS_WITH_AS(rows.shrink(3), "cannot shrink 2 rows to 3", shape_error);
  CHECK_THROWS_AS(rows.shrink(-1), shape_error);
}

TEST_CASE("shapes that hold nothing, and shapes that nobody can count") {
  const table<double> none;
  CHECK((none.rows() == 0 && none.cols() == 0 && none.data() == nullptr));
  CHECK((table<double>(0, 7).cols() == 7 && table<double>(7, 0).rows() == 7));
  CHECK(table<double>(0, 7).data() == nullptr);
  CHECK(table<double>(1, 1).data() != nullptr);
  const volatile smelt::index most = std::numeric_limits<smelt::index>::max();  // unknown to the compiler
  CHECK_THROWS_AS(table<double>(most, 2), shape_error);
  CHECK_THROWS_AS(buffer<int>(-1), shape_error);
  CHECK_THROWS_AS(table<double>(most / 8, 4), shape_error);
  CHECK_THROWS_WITH_AS(table<double>(most / 2, 2),
                       "cannot hold 9223372036854775806 elements of 8 bytes", shape_error);
  CHECK_THROWS_WITH_AS(table<double>(most / 2 + 1, 2),
                       "a table of 4611686018427387904 x 2 elements has too many to count",
                       shape_error);
  CHECK_THROWS_WITH_AS(table<double>(2, -1), "a table cannot have 2 rows and -1 columns", shape_error);
  CHECK_THROWS_WITH_AS(table<double>(-1, 2), "a table cannot have -1 rows and 2 columns", shape_error);
}

TEST_CASE("memory that is to be zeroed is zero when it is given back, and that of others is not touched") {
  const auto zeros = [](auto&& use) {
    given_back::size = 7 * 5 * sizeof(double);
    given_back::blocks = given_back::of_zeros = 0;
    use();
    given_back::size = 0;
    return std::pair(given_back::blocks, given_back::of_zeros);
  };
  const auto one = [](bool zeroed) {
    auto x = counted(7, 5);
    if (zeroed) x.zero_on_release();
    return x;
  };
  CHECK(zeros([&] { one(false); }) == std::pair(1, 0));
  CHECK(zeros([&] { one(true); }) == std::pair(1, 1));
  CHECK(zeros([&] {  // copied, moved, assigned, shrunk
          auto x = one(true);
          auto copy = x;
          auto moved = std::move(x);
          copy.shrink(2);
          moved = one(false);
          moved = copy;
        }) == std::pair(4, 3));
  CHECK(zeros([] { table<double>().zero_on_release(); }) == std::pair(0, 0));
}
