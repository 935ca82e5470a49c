// SPDX-License-Identifier: BSL-1.0

/// \file
/// Files of elements and nothing else: their size is exact, and they are mapped or converted.

#include <smelt/read/raw.hpp>

#include <doctest/doctest.h>

#include <support/scratch.hpp>
#include <support/tables.hpp>

#include <limits>
#include <string>

using namespace smelt;
using namespace smelt_test;

namespace {

template <class Error, class Call>
void refuses(const std::string& text, const Call& call) {
  CHECK_THROWS_WITH_AS(call(), text.c_str(), Error);
}
template <class T>
std::string raw(const table<T>& x) {
  return {reinterpret_cast<const char*>(x.data()), static_cast<std::size_t>(x.rows() * x.cols()) * sizeof(T)};
}

}  // namespace

TEST_CASE("elements by row or by column, behind somebody's header or not") {
  const scratch here("raw");
  const auto path = here.path("x.bin");
  const auto x = noise<float>(6, 4, 5);
  write_bytes(path, raw(x));
  CHECK(difference(map_raw<float>(path, 6, 4).view(), x) == "");
  const auto turned = map_raw<float, column_major>(path, 4, 6);
  CHECK(difference(laid_out<row_major>(turned.view()), read_raw<float>(path, {"<f4", 4, 6, true})) == "");
  CHECK(turned.view()(1, 0) == x(0, 1));
  CHECK(read_raw<double>(path, {.dtype = "<f4", .rows = 6, .cols = 4})(3, 2) ==
        static_cast<double>(x(3, 2)));

  write_bytes(path, "header.." + raw(x));
  CHECK(difference(map_raw<float>(path, 6, 4, 8).view(), x) == "");
  CHECK(difference(map_raw<float, strided>(path, 6, 4, 8).view(), x) == "");
  write_bytes(path, "head" + std::string("\0\1\0\2\xff\xff", 6));
  const auto three = read_raw<int>(path, {.dtype = ">i2", .rows = 3, .offset = 4});
  CHECK(difference(three, rows<int>({{1}, {2}, {-1}})) == "");
  using half = detail::binary16;
  CHECK(map_raw<half>(path, 2, 1, 6).view()(0, 0) == half::of_bits(0x0200));
  CHECK(read_raw<half>(path, {.dtype = ">f2", .rows = 2, .offset = 6})(0, 0) == half::of_bits(2));
  CHECK(map_raw<double>(path, 0, 3, 10).cols() == 3);
  CHECK(map_raw<double>(path, 3, 0, 10).rows() == 3);
}

TEST_CASE("files that are longer or shorter, and places that are none") {
  const scratch here("raw_errors");
  const auto path = here.path("x.bin");
  write_bytes(path, std::string(50, '\0'));
  refuses<io_error>(path + ": 3 x 4 elements of float32 from byte 0 on are 48 bytes, the file has 50",
                    [&] { map_raw<float>(path, 3, 4); });
  refuses<io_error>(path + ": 7 x 1 elements of float64 from byte 0 on are 56 bytes, the file has 50",
                    [&] { read_raw<double>(path, {.rows = 7}); });
  refuses<io_error>(path + ": 0 x 1 elements of float64 from byte 51 on are 51 bytes, the file has 50",
                    [&] { read_raw<double>(path, {.offset = 51}); });
  refuses<shape_error>(path + ": elements cannot begin at byte -4", [&] { map_raw<float>(path, 3, 4, -4); });
  refuses<shape_error>("a table cannot have -3 rows and 4 columns", [&] { map_raw<float>(path, -3, 4); });
  refuses<shape_error>("a table of 4611686018427387904 x 2 elements has too many to count",
                       [&] { map_raw<float>(path, smelt::index{1} << 62, 2); });
  // The bytes before and of the elements, together, beyond what can be counted.
  CHECK_THROWS_AS(map_raw<std::uint8_t>(path, std::numeric_limits<smelt::index>::max(), 1,
                                        std::numeric_limits<smelt::index>::max()),
                  io_error);
  refuses<type_error>(path + ": float must begin at a multiple of 4 bytes, not at byte 2: "
                             "read_raw<float>(path, format) moves them",
                      [&] { map_raw<float>(path, 3, 4, 2); });
  CHECK(read_raw<float>(path, {"<f4", 3, 4, false, 2})(2, 3) == 0);
  CHECK_THROWS_AS(read_raw<float>(path, {.dtype = "f4"}), type_error);
  CHECK_THROWS_AS(map_raw<float>(here.path("none"), 1, 1), io_error);
  write_bytes(path, std::string(8, '\xff'));
  refuses<value_error>(path + ", row 0, column 0: 18446744073709551615 is out of range for int64",
                       [&] { read_raw<std::int64_t>(path, {.dtype = "<u8", .rows = 1}); });
  CHECK(read_raw<float>(path, {.dtype = "<u8", .rows = 1}, {.rounding = rounding::nearest})(0, 0) == 0x1p64f);
}
