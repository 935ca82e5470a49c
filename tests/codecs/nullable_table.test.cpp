// SPDX-License-Identifier: BSL-1.0
/// \file
/// Columns with null bits that own their memory: where they begin, what is there before anything is written,
/// and what is left of rows that are forgotten.

#include <smelt/codecs/nullable_table.hpp>

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/tables.hpp>

#include <cstdint>
#include <limits>
#include <new>
#include <string>
#include <utility>
#include <vector>

using namespace smelt;
using namespace smelt_test;

namespace {

/// The bits of all columns from row `rows` on, to the end of their memory.
template <class T>
int bits_behind(nullable_table<T>& x, smelt::index rows) {
  int set = 0;
  for (smelt::index c = 0; c < x.cols(); ++c)
    for (smelt::index bit = rows; bit < 8 * x.view().stride(); ++bit)
      set += x.view().bits(c)[bit / 8] >> (bit % 8) & 1;
  return set;
}

}  // namespace

TEST_CASE("every column begins at a line of the caches, and nothing is there yet") {
  for (smelt::index rows : {0, 1, 8, 511, 512, 513}) {
    CAPTURE(rows);
    nullable_table<std::int16_t> x(rows, 3, {"a", "b", "c"});
    CHECK(x.rows() == rows);
    CHECK(x.total_rows() == rows);
    CHECK(x.first_row() == 0);
    CHECK(x.cols() == 3);
    CHECK(x.names()[2] == "c");
    CHECK(x.view().names()[1] == "b");
    for (smelt::index c = 0; c < 3; ++c) {
      CHECK(reinterpret_cast<std::uintptr_t>(x.view().bits(c)) % 64 == 0);
      CHECK(reinterpret_cast<std::uintptr_t>(x.view().columns(c, c + 1).values().data()) % 64 == 0);
      CHECK(x.nulls(c) == rows);
    }
    CHECK(bits_behind(x, 0) == 0);
  }
}

TEST_CASE("a chain that drops rows, and the rows that are left") {
  const auto x = noise<float>(3000, 5, 9);
  const auto f = fit(on::seq, clean(drop::at_least(2)) | standardize(), x);
  const auto right = transform(on::seq, f, x);
  nullable_table<float> out(3000, 5);
  out.shrink(transform(on::eigen, f, x, out));
  CHECK(difference(transform(on::seq, fit(on::seq, clip(-9, 9), right), out), right) == "");
  CHECK(bits_behind(out, right.rows()) == 0);
  for (smelt::index c = 0; c < 5; ++c) {
    smelt::index gone_there = 0;
    for (smelt::index r = 0; r < right.rows(); ++r) gone_there += missing(right(r, c));
    CHECK(out.nulls(c) == gone_there);
    CHECK(gone_there > 0);
  }
  CHECK(same_bits(out.row_range(7, 9).columns(1, 3)(1, 1), right(8, 2)));
  CHECK(same_bits(out.columns(1, 3)(8, 1), right(8, 2)));
  const nullable_table<float> copy = out;
  for (smelt::index rows : {1024, 1023, 9, 8, 1, 0}) {
    out.shrink(rows);
    CHECK(bits_behind(out, rows) == 0);
    for (smelt::index r = 0; r < rows; ++r) REQUIRE(out.view().present(r, 4) == copy.view().present(r, 4));
  }
  CHECK_THROWS_AS(out.shrink(1), shape_error);
}

TEST_CASE("in memory of the caller's, zeroed before it is given back") {
  struct {
    int asked = 0;
    int left = 0;  // bytes that are given back and not 0
    void* allocate(std::size_t bytes, std::size_t alignment) {
      ++asked;
      return ::operator new(bytes, std::align_val_t{alignment});
    }
    void deallocate(void* block, std::size_t bytes, std::size_t alignment) {
      for (std::size_t b = 0; b < bytes; ++b) left += static_cast<unsigned char*>(block)[b] != 0;
      ::operator delete(block, std::align_val_t{alignment});
    }
  } memory;
  const auto x = noise<float>(64, 2);
  for (const bool zeroed : {false, true}) {
    memory.left = 0;
    {
      nullable_table<float> out(64, 2, {}, memory);
      if (zeroed) out.zero_on_release();
      transform(on::seq, fit(on::seq, clip(1, 2), x), x, out);
    }
    CHECK((memory.left == 0) == zeroed);
  }
  CHECK(memory.asked == 4);
}

TEST_CASE("shapes and names that are none") {
  const auto said = [](smelt::index rows, smelt::index cols, std::vector<std::string> names = {}) {
    return thrown_by([&] { nullable_table<float>(rows, cols, std::move(names)); });
  };
  CHECK(said(-1, 3) == "a table cannot have -1 rows and 3 columns");
  CHECK(said(3, -1) == "a table cannot have 3 rows and -1 columns");
  CHECK(said(3, 2, {"a"}) == "a table of 2 columns was given 1 names");
  const auto most = std::numeric_limits<smelt::index>::max();
  for (smelt::index cols : {1, 2}) CHECK(said(most, cols).find("too many to count") != std::string::npos);
  CHECK(said(most, 0) == "");
}

TEST_CASE("columns of a table, and bits behind the last row when it shrinks") {
  smelt::nullable_table<float> x(64, 3);
  for (smelt::index r = 0; r < 64; ++r)
    for (smelt::index c = 0; c < 3; ++c) x.view().put(r, c, 1.0f);
  CHECK(std::as_const(x).columns(1, 3).cols() == 2);
  x.shrink(15);
  CHECK(x.view().bits(1)[1] == 0x7F);
  CHECK(x.view().bits(1)[2] == 0);
}
