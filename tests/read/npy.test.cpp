// SPDX-License-Identifier: BSL-1.0

/// \file
/// NumPy's files, mapped and read: the same elements in both, the reasons where they cannot be mapped,
/// and a mapped table as data of every verb.

#include <smelt/read/npy.hpp>

#include <smelt/codecs/f16.hpp>
#include <support/on_both.hpp>
#include <support/scratch.hpp>

#include <string>
#include <utility>

#ifndef SMELT_TEST_DATA_DIR
#define SMELT_TEST_DATA_DIR "tests/data"
#endif

using namespace smelt;
using namespace smelt_test;

namespace {

std::string golden(const std::string& name) { return SMELT_TEST_DATA_DIR "/npy/" + name + ".npy"; }

template <class T = double>
table<T> floats() {
  auto made = rows<double>({{0.5, -1, 2, gone}, {3, 4.25, -endless, 6}, {7, 8, 9, 0.001}});
  table<T> rounded(3, 4);
  for (smelt::index r = 0; r < 3; ++r)
    for (smelt::index c = 0; c < 4; ++c) rounded(r, c) = static_cast<T>(made(r, c));
  return rounded;
}
const auto integers = [] { return rows<int>({{-3, 0, 127}, {1, -128, 2}}); };
const auto naturals = [] { return rows<int>({{0, 255, 3}, {4, 5, 6}}); };

template <class Error, class Call>
void refuses(const std::string& text, const Call& call) {
  CHECK_THROWS_WITH_AS(call(), text.c_str(), Error);
}
template <class T, class Layout = row_major>
std::string read_as(const std::string& name) {
  return difference(read_npy<T, Layout>(golden(name)), floats<T>());
}

}  // namespace

TEST_CASE("what is stored as it is wanted is mapped, and the view points into the file") {
  const auto wide = map_npy<double>(golden("f8_by_row"));
  CHECK(difference(wide.view(), floats()) == "");
  CHECK(wide.view().row_stride() == 4);
  CHECK(reinterpret_cast<std::uintptr_t>(wide.data()) % 64 == 0);
  CHECK(difference(map_npy<float>(golden("f4_by_row")).view(), floats<float>()) == "");
  const auto turned = map_npy<float, column_major>(golden("f4_by_column"));
  CHECK(difference(turned.view(), floats<float>()) == "");
  CHECK(turned.view().col_stride() == 3);
  CHECK(difference(map_npy<double>(golden("version_2")).view(), floats()) == "");
  CHECK(difference(map_npy<double>(golden("version_3")).view(), floats()) == "");

  CHECK(difference(map_npy<std::int32_t>(golden("i4")).view(), integers()) == "");
  CHECK(map_npy<std::int8_t>(golden("i1")).view()(1, 1) == -128);
  CHECK(map_npy<std::int16_t>(golden("i2")).view()(1, 1) == -128);
  CHECK(map_npy<std::int64_t>(golden("i8")).view()(0, 2) == 127);
  CHECK(map_npy<long long>(golden("i8")).view()(0, 2) == 127);
  CHECK(map_npy<std::uint8_t>(golden("u1")).view()(0, 1) == 255);
  CHECK(map_npy<std::uint16_t>(golden("u2")).view()(0, 1) == 255);
  CHECK(map_npy<std::uint32_t>(golden("u4")).view()(1, 2) == 6);
  CHECK(map_npy<std::uint64_t>(golden("u8")).view()(1, 2) == 6);
  CHECK(map_npy<std::uint8_t>(golden("bool")).view()(0, 1) == 1);
}

TEST_CASE("strided takes both orders, and one column or none is in either") {
  CHECK(difference(map_npy<float, strided>(golden("f4_by_column")).view(), floats<float>()) == "");
  CHECK(difference(map_npy<float, strided>(golden("f4_by_row")).view(), floats<float>()) == "");
  const auto column = rows<int>({{-4}, {-1}, {2}, {5}, {8}});
  CHECK(difference(map_npy<int>(golden("one_dimension")).view(), column) == "");
  CHECK(difference(map_npy<int, column_major>(golden("one_dimension")).view(), column) == "");
  CHECK(difference(map_npy<int, strided>(golden("one_dimension")).view(), column) == "");
  CHECK(difference(read_npy<int, column_major>(golden("one_dimension")), column) == "");
  CHECK(map_npy<float>(golden("no_rows")).view().cols() == 5);
  CHECK(map_npy<float, column_major>(golden("no_rows")).view().rows() == 0);
  CHECK(read_npy<double>(golden("no_rows")).cols() == 5);
}

TEST_CASE("a mapped table is data for every verb, moves, and has parts") {
  const scratch here("npy_verbs");
  const auto x = noise<float>(1025, 5, 9);
  const auto turned = laid_out<column_major>(x);
  write_npy(x, here.path("x.npy"));
  write_npy(turned, here.path("turned.npy"));
  auto kept = map_npy<float>(here.path("x.npy"));
  const auto mapped = std::move(kept);
  const auto chain = clean(fill::mean) | standardize();
  const auto expected = fit(on::seq, chain, x);
  CHECK(fitted_on_both(chain, mapped) == expected);
  CHECK(fitted_on_both(chain, map_npy<float, column_major>(here.path("turned.npy"))) == expected);
  CHECK(fitted_on_both(chain, map_npy<float, strided>(here.path("turned.npy"))) == expected);
  CHECK(difference(transformed_on_both(expected, mapped), transform(on::seq, expected, x)) == "");
  const auto labelled_rows = labelled(mapped.columns(0, 4), mapped.column(4));
  CHECK(labelled_rows.x.cols() == 4);
  CHECK(mapped.row_range(3, 7).first_row() == 3);
  CHECK(mapped.rows() == 1025);
  CHECK(mapped.cols() == 5);
  // Written again, it is the same file.
  write_npy(mapped, here.path("again.npy"));
  CHECK(bytes_of_file(here.path("again.npy")) == bytes_of_file(here.path("x.npy")));
}

TEST_CASE("any numbers in either order and byte order are read") {
  CHECK(read_as<double>("f8_by_row") == "");
  CHECK(read_as<double>("f8_big_endian") == "");
  CHECK(read_as<double, column_major>("f8_big_endian") == "");
  CHECK(read_as<float>("f4_by_column") == "");
  CHECK(read_as<float, column_major>("f4_by_row") == "");
  CHECK(read_as<float>("f4_big_endian_by_column") == "");
  CHECK(difference(read_npy<double>(golden("f4_by_row")), read_npy<double>(golden("f4_by_column"))) == "");
  for (const char* name : {"i1", "i2", "i4", "i8", "big_endian_i2"}) {
    CHECK(difference(read_npy<int>(golden(name)), integers()) == "");
    CHECK(difference(read_npy<std::int8_t>(golden(name)), read_npy<std::int8_t>(golden("i1"))) == "");
    CHECK(difference(read_npy<double>(golden(name)), read_npy<double>(golden("i4"))) == "");
  }
  for (const char* name : {"u1", "u2", "u4", "u8", "big_endian_u4"}) {
    CHECK(difference(read_npy<int>(golden(name)), naturals()) == "");
    CHECK(difference(read_npy<std::uint8_t>(golden(name)), read_npy<std::uint8_t>(golden("u1"))) == "");
    CHECK(difference(read_npy<float>(golden(name)), read_npy<float>(golden("u4"))) == "");
  }
  CHECK(difference(read_npy<float>(golden("bool")), {{0, 1, 0}, {1, 1, 1}}) == "");
}

TEST_CASE("half precision is mapped, read into wider numbers, and converted to") {
  const auto x = map_npy<f16>(golden("float16"));  // a float16 of the floats, 0.001 rounded
  CHECK(difference(x.view(), floats<f16>()) == "");
  CHECK(npy_info(golden("float16")).dtype.name() == "float16");
  CHECK(fitted_on_both(clean(infinity::missing, fill::mean) | standardize(), x) ==
        fit(on::seq, clean(infinity::missing, fill::mean) | standardize(), floats<f16>()));
  CHECK(read_npy<double>(golden("float16"))(2, 3) == double{f16(0.001)});
  CHECK(difference(read_npy<f16, column_major>(golden("f8_by_row"), {.rounding = rounding::nearest}),
                   floats<f16>()) == "");
  CHECK(read_npy<f16>(golden("i8"))(1, 1) == -128);
  refuses<value_error>(golden("f8_by_row") + ", row 2, column 3: 0.001 is not exactly a f16",
                       [] { read_npy<f16>(golden("f8_by_row")); });
  refuses<type_error>(golden("f4_by_row") + " holds float32, it cannot be mapped as f16; read_npy<f16>(path) "
                                            "converts it",
                      [] { map_npy<f16>(golden("f4_by_row")); });
  auto turned = bytes_of_file(golden("float16"));
  turned[turned.find('<')] = '>';
  for (std::size_t at = 128; at < turned.size(); at += 2) std::swap(turned[at], turned[at + 1]);
  CHECK(difference(read_npy_bytes<f16>(turned), floats<f16>()) == "");
}

TEST_CASE("tables of many squares, both ways") {
  const scratch here("npy_squares");
  for (const auto& [r, c] : {std::pair{1, 200}, {200, 1}, {64, 64}, {65, 129}, {130, 63}}) {
    const auto x = noise<float>(r, c, 7);
    write_npy(laid_out<column_major>(x), here.path("x.npy"));
    CHECK(difference(read_npy<float>(here.path("x.npy")), x) == "");
    write_npy(x, here.path("x.npy"));
    CHECK(difference(read_npy<float, column_major>(here.path("x.npy")), x) == "");
  }
}

TEST_CASE("what cannot be mapped, and what to call instead") {
  const auto text = [](const std::string& name, const std::string& rest) { return golden(name) + rest; };
  refuses<type_error>(text("f8_by_row", " holds float64, it cannot be mapped as float; "
                                        "read_npy<float>(path) converts it"),
                      [] { map_npy<float>(golden("f8_by_row")); });
  refuses<type_error>(text("i4", " holds int32, it cannot be mapped as uint32; read_npy<uint32>(path) "
                                 "converts it"),
                      [] { map_npy<std::uint32_t>(golden("i4")); });
  refuses<type_error>(text("bool", " holds bool, it cannot be mapped as int8; read_npy<int8>(path) "
                                   "converts it"),
                      [] { map_npy<std::int8_t>(golden("bool")); });
  refuses<type_error>(text("f8_big_endian", " holds big-endian float64, not in the byte order of this "
                                            "machine: read_npy<double>(path) turns it"),
                      [] { map_npy<double>(golden("f8_big_endian")); });
  refuses<type_error>(text("f8_big_endian", " holds float64, it cannot be mapped as float; "
                                            "read_npy<float>(path) converts it"),
                      [] { map_npy<float>(golden("f8_big_endian")); });
  refuses<type_error>(text("f4_by_column", " is stored by column (fortran_order): map_npy<float, "
                                           "column_major>(path) maps it, read_npy<float>(path) turns it"),
                      [] { map_npy<float>(golden("f4_by_column")); });
  refuses<type_error>(text("f4_by_row", " is stored by row: map_npy<float>(path) maps it, "
                                        "read_npy<float, column_major>(path) turns it"),
                      [] { map_npy<float, column_major>(golden("f4_by_row")); });
  refuses<type_error>(text("i4", " is stored by row: map_npy<int32>(path) maps it, "
                                 "read_npy<int32, column_major>(path) turns it"),
                      [] { map_npy<std::int32_t, column_major>(golden("i4")); });  // of two rows
  const scratch here("npy_misaligned");
  auto moved = bytes_of_file(golden("f8_by_row"));
  moved[8] = static_cast<char>(moved[8] + 1);
  moved.insert(127, 1, ' ');
  const auto path = here.path("x.npy");
  write_bytes(path, moved);
  refuses<type_error>(path + ": its elements begin at byte 129, and double must begin at a multiple of "
                             "8: read_npy<double>(path) moves them",
                      [&] { map_npy<double>(path); });
  CHECK(difference(read_npy<double>(path), floats()) == "");
  for (const std::string shape : {"(0, 5)", "(5, 0)"}) {  // nothing need not be aligned
    const std::string words = "{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + "}";
    write_bytes(path, std::string("\x93NUMPY\x01\0", 8) + static_cast<char>(words.size()) + '\0' + words);
    CHECK(map_npy<double>(path).view().rows() == (shape == "(0, 5)" ? 0 : 5));
  }
}

TEST_CASE("arrays that are no table, and files that are none") {
  for (const auto& [name, shape] :
       {std::pair<std::string, std::string>{"number", "()"}, {"three_dimensions", "(2, 3, 4)"}}) {
    const std::string said = golden(name) + " holds an array of shape " + shape +
                             "; a table has one dimension (one column) or two: reshape it";
    refuses<shape_error>(said, [&, n = name] { map_npy<float>(golden(n)); });
    refuses<shape_error>(said, [&, n = name] { read_npy<float>(golden(n)); });
    CHECK(npy_info(golden(name)).shape_text() == shape);
  }
  refuses<type_error>(golden("objects") + " holds Python objects (dtype '|O'): they are pickles, which "
                                        "smelt does not run; save plain numbers",
                      [] { npy_info(golden("objects")); });
  CHECK_THROWS_AS(map_npy<double>(golden("objects")), type_error);
  CHECK_THROWS_AS(read_npy<double>(golden("records")), type_error);
  CHECK_THROWS_AS(read_npy<double>("no/such.npy"), io_error);
  CHECK_THROWS_AS(map_npy<double>(SMELT_TEST_DATA_DIR "/README.md"), io_error);
  const auto bytes = bytes_of_file(golden("f8_by_row"));
  CHECK(difference(read_npy_bytes<double>(bytes), floats()) == "");
  refuses<io_error>("bytes: shape (3, 4) of float64 is 96 bytes, behind the header there are 95",
                    [&] { read_npy_bytes<double>(std::string_view(bytes).substr(0, 223)); });
}

TEST_CASE("numbers that do not fit are named with their place") {
  const auto name = golden("f8_by_row");
  refuses<value_error>(name + ", row 2, column 3: 0.001 is not exactly a float",
                       [&] { read_npy<float>(name); });
  CHECK(difference(read_npy<float>(name, {.rounding = rounding::nearest}), floats<float>()) == "");
  refuses<value_error>(golden("i8") + ", row 0, column 0: -3 is out of range for uint8",
                       [] { read_npy<std::uint8_t>(golden("i8")); });
  const auto by_column = golden("f4_by_column");
  refuses<value_error>(by_column + ", row 0, column 0: 0.5 is no whole number, as must be every int32",
                       [&] { read_npy<int>(by_column); });
}
