// SPDX-License-Identifier: BSL-1.0

/// \file
/// Tables written as .npy files: the bytes that NumPy writes, from every layout, and nothing left
/// behind by what fails.

#include <smelt/read/npy_write.hpp>

#include <doctest/doctest.h>

#include <smelt/read/npy.hpp>
#include <support/scratch.hpp>
#include <support/tables.hpp>

#include <array>
#include <span>
#include <string>
#include <vector>

#ifndef SMELT_TEST_DATA_DIR
#define SMELT_TEST_DATA_DIR "tests/data"
#endif

using namespace smelt;
using namespace smelt_test;

namespace {

std::string golden(const std::string& name) { return SMELT_TEST_DATA_DIR "/npy/" + name + ".npy"; }

/// Written again, a file of NumPy's has the same bytes.
template <class T, class Layout = row_major>
void rewritten(const std::string& name) {
  const scratch here("npy_rewritten");
  write_npy(map_npy<T, Layout>(golden(name)), here.path("x.npy"));
  CHECK_MESSAGE(bytes_of_file(here.path("x.npy")) == bytes_of_file(golden(name)), name);
  CHECK(here.count() == 1);
}

}  // namespace

TEST_CASE("the bytes that NumPy writes") {
  rewritten<double>("f8_by_row");
  rewritten<float>("f4_by_row");
  rewritten<float, column_major>("f4_by_column");
  rewritten<detail::binary16>("float16");
  rewritten<std::int8_t>("i1");
  rewritten<std::int16_t>("i2");
  rewritten<std::int32_t>("i4");
  rewritten<std::int64_t>("i8");
  rewritten<std::uint8_t>("u1");
  rewritten<std::uint16_t>("u2");
  rewritten<std::uint32_t>("u4");
  rewritten<std::uint64_t>("u8");
  rewritten<float>("no_rows");

  const scratch here("npy_bytes");
  const auto path = here.path("x.npy");
  write_npy(std::vector<std::int32_t>{-4, -1, 2, 5, 8}, path);
  CHECK(bytes_of_file(path) == bytes_of_file(golden("one_dimension")));
  std::array<std::int32_t, 5> five{-4, -1, 2, 5, 8};
  write_npy(std::span<std::int32_t>(five), path);
  CHECK(bytes_of_file(path) == bytes_of_file(golden("one_dimension")));
  table<bool> truth(2, 3);
  for (smelt::index k = 0; k < 6; ++k) truth(k / 3, k % 3) = k == 1 || k > 2;
  write_npy(truth, path);
  CHECK(bytes_of_file(path) == bytes_of_file(golden("bool")));
}

TEST_CASE("gaps and turns are written without them") {
  const scratch here("npy_gaps");
  const auto path = here.path("x.npy");
  const auto x = noise<double>(301, 67);  // more than one buffer
  const auto check = [&](const auto& view) {
    write_npy(view, path);
    CHECK(difference(read_npy<double>(path), view) == "");
  };
  check(x.view());
  check(x.columns(3, 60));
  check(x.row_range(7, 9));
  check(x.columns(2, 2));
  const auto turned = laid_out<column_major>(x);
  check(turned.view());
  check(turned.row_range(5, 300));
  CHECK(npy_info(path).fortran_order);
  check(matrix_view<const double, strided>(x.data() + 66, 150, 33, 134, -2));
  CHECK_FALSE(npy_info(path).fortran_order);
  check(matrix_view<const double, strided>(x.data(), 150, 33, 33, 2));  // rows that overlap
}

TEST_CASE("elements begin at a multiple of 64 bytes") {
  const scratch here("npy_multiple");
  for (smelt::index cols = 1; cols < 2'000'000'000'000'000; cols *= 7) {
    write_npy(table<std::uint8_t>(0, cols), here.path("x.npy"));
    CHECK(npy_info(here.path("x.npy")).offset % 64 == 0);
  }
}

TEST_CASE("a file is replaced, and one that is mapped stays") {
  const scratch here("npy_replaced");
  const auto path = here.path("x.npy");
  write_npy(std::vector<int>{1, 2}, path);
  const auto before = map_npy<int>(path);
  write_npy(std::vector<int>{3, 4, 5}, path);
  CHECK(before.view()(1, 0) == 2);
  CHECK(map_npy<int>(path).view()(2, 0) == 5);
  CHECK(here.count() == 1);
  CHECK_THROWS_AS(write_npy(std::vector<int>{1}, here.path("no/such/folder.npy")), io_error);
}
