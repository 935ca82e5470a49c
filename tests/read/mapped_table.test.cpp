// SPDX-License-Identifier: BSL-1.0

/// \file
/// A mapped table keeps its file, wherever it moves, and even where the file could not be mapped.

#include <smelt/read/mapped_table.hpp>

#include <doctest/doctest.h>

#include <smelt/core/adapt.hpp>
#include <support/scratch.hpp>
#include <sys/stat.h>  // ::mkfifo

#include <string>
#include <thread>
#include <type_traits>
#include <utility>

using namespace smelt;
using smelt_test::scratch;

static_assert(file_element<float> && file_element<std::int8_t> && file_element<unsigned long long>);
static_assert(file_element<detail::binary16> && !file_element<detail::bfloat16>);
static_assert(!file_element<bool> && !file_element<char> && !file_element<long double>);
static_assert(!std::is_copy_constructible_v<mapped_table<float>>);
static_assert(viewable<mapped_table<float>> && detail::owning<mapped_table<float>>);
static_assert(!file_element<char16_t> && !file_element<char32_t> && !file_element<wchar_t> &&
              !file_element<char8_t>);

TEST_CASE("views of a table that has moved") {
  const scratch here("mapped_table");
  const std::string bytes("abcdefgh", 8);
  smelt_test::write_bytes(here.path("file"), bytes);
  auto first = detail::table_of_pages<std::uint8_t, row_major>(mapped_file(here.path("file")), 2, 2, 3,
                                                               false);
  const auto second = std::move(first);
  std::filesystem::remove(here.path("file"));
  CHECK(second.view()(1, 0) == 'f');
  CHECK(second.rows() == 2);
  CHECK(second.cols() == 3);
  CHECK(second.view().rows() == 2);
  CHECK(second.view().cols() == 3);
  CHECK(second.column(2)[1] == 'h');
  CHECK(second.columns(1, 3)(0, 0) == 'd');
  CHECK(second.columns(1, 3).cols() == 2);
  CHECK(second.row_range(1, 2)(0, 2) == 'h');
  CHECK(second.row_range(0, 2).rows() == 2);

  // Few bytes that were read lie in the object itself, and move with it.
  REQUIRE(::mkfifo(here.path("fifo").c_str(), 0600) == 0);
  std::thread writer([&] { smelt_test::write_bytes(here.path("fifo"), bytes); });
  auto held = detail::table_of_pages<std::uint8_t, column_major>(mapped_file(here.path("fifo")), 2, 2, 3,
                                                                 false);
  writer.join();
  const auto moved = std::move(held);
  CHECK(moved.view()(1, 0) == 'd');
  CHECK(moved.view()(0, 2) == 'g');
}

TEST_CASE("the layout decides the strides, and strided asks how elements are stored") {
  const scratch here("mapped_strides");
  smelt_test::write_bytes(here.path("file"), "abcdef");
  const auto strides = [&]<class Layout>(Layout, bool by_column) {
    const auto made = detail::table_of_pages<std::uint8_t, Layout>(mapped_file(here.path("file")), 0, 2, 3,
                                                                   by_column);
    return std::pair(made.view().row_stride(), made.view().col_stride());
  };
  const std::pair<smelt::index, smelt::index> by_row(3, 1), by_column(1, 2);
  CHECK(strides(row_major{}, true) == by_row);
  CHECK(strides(column_major{}, false) == by_column);
  CHECK(strides(strided{}, false) == by_row);
  CHECK(strides(strided{}, true) == by_column);
}

TEST_CASE("what lies at a multiple of its size is aligned") {
  alignas(8) const char bytes[16] = {};
  CHECK(detail::aligned(bytes, 8));
  CHECK(detail::aligned(bytes + 8, 8));
  CHECK_FALSE(detail::aligned(bytes + 4, 8));
  CHECK(detail::aligned(bytes + 4, 4));
}
