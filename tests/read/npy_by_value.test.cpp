// SPDX-License-Identifier: BSL-1.0

/// \file
/// Files of numbers with std::nothrow: the same tables, and statuses that say what the throwing forms
/// throw.

#include <smelt/read/npy_by_value.hpp>

#include <support/both_ways.hpp>
#include <support/scratch.hpp>
#include <support/tables.hpp>

#include <string>

#ifndef SMELT_TEST_DATA_DIR
#define SMELT_TEST_DATA_DIR "tests/data"
#endif

using namespace smelt;
using namespace smelt_test;

namespace {

const std::string number = SMELT_TEST_DATA_DIR "/npy/number.npy";
const std::string wide = SMELT_TEST_DATA_DIR "/npy/f8_by_row.npy";

}  // namespace

TEST_CASE("what can be read is there") {
  const scratch here("npy_by_value");
  const auto path = here.path("x");
  CHECK(npy_info(std::nothrow, wide)->shape_text() == "(3, 4)");
  const auto mapped = map_npy<double>(std::nothrow, wide);
  REQUIRE(mapped.ok());
  CHECK(mapped->view()(1, 1) == 4.25);
  const auto read = read_npy<float, column_major>(std::nothrow, wide, {.rounding = rounding::nearest});
  REQUIRE(read.ok());
  CHECK((*read)(2, 3) == 0.001f);
  CHECK(write_npy(std::nothrow, *read, path).ok());
  CHECK(npy_info(path).fortran_order);
  write_bytes(path, "12345678");
  CHECK(map_raw<std::uint8_t>(std::nothrow, path, 2, 4)->view()(1, 3) == '8');
  CHECK((*read_raw<int>(std::nothrow, path, {.dtype = "|u1", .rows = 8}))(7, 0) == '8');
}

TEST_CASE("what cannot be read is told as it is thrown") {
  const std::string shape =
      number + " holds an array of shape (); a table has one dimension (one column) or two: reshape it";
  both_say<shape_error>(shape, [](auto... first) { return map_npy<double>(first..., number); });
  both_say<shape_error>(shape, [](auto... first) { return read_npy<double>(first..., number); });
  const std::string none = "cannot open 'no/such.npy': No such file or directory";
  both_say<io_error>(none, [](auto... first) { return npy_info(first..., "no/such.npy"); });
  both_say<io_error>(none, [](auto... first) { return map_raw<float>(first..., "no/such.npy", 1, 1); });
  both_say<io_error>(none, [](auto... first) {
    return read_raw<float>(first..., "no/such.npy", {.rows = 1});
  });
  const scratch here("npy_not_written");
  const auto path = here.path("no/such.npy");
  const auto ended = write_npy(std::nothrow, table<float>(1, 1), path);
  CHECK(ended.kind() == failure::io);
  CHECK(ended.what() == "cannot create '" + path + "': No such file or directory");
}
