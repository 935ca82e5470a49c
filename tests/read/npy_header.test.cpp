// SPDX-License-Identifier: BSL-1.0

/// \file
/// Headers of .npy files: what NumPy writes is understood, and what is wrong is named.

#include <smelt/read/npy_header.hpp>

#include <doctest/doctest.h>

#include <smelt/read/mapped_file.hpp>

#include <string>
#include <vector>

#ifndef SMELT_TEST_DATA_DIR
#define SMELT_TEST_DATA_DIR "tests/data"
#endif

using namespace smelt;

namespace {

/// A file of this dictionary, and `elements` bytes behind it.
std::string file_of(const std::string& dictionary, std::size_t elements = 0, int version = 1) {
  std::string made = "\x93NUMPY";
  made += static_cast<char>(version);
  made += '\0';
  const std::size_t size = dictionary.size();
  for (int k = 0; k < (version == 1 ? 2 : 4); ++k)
    made += static_cast<char>(static_cast<unsigned char>(size >> 8 * k));
  return made + dictionary + std::string(elements, '\0');
}
npy_header parsed(const std::string& dictionary, std::size_t elements = 0, int version = 1) {
  return npy_info_bytes(file_of(dictionary, elements, version), "x.npy");
}
template <class Error>
void refused(const std::string& bytes, const std::string& text) {
  CHECK_THROWS_WITH_AS(npy_info_bytes(bytes, "x.npy"), text.c_str(), Error);
}
/// A dictionary that is refused for what stands in it.
void bad(const std::string& dictionary, const std::string& text) {
  refused<io_error>(file_of(dictionary), "x.npy" + text);
}
/// An element type that is refused.
void unread(const std::string& descr, const std::string& text) {
  refused<type_error>(
      file_of("{'descr': '" + descr + "', 'fortran_order': False, 'shape': (1,), }", 8), text);
}
npy_header of_file(const std::string& name) {
  return npy_info_bytes(mapped_file(SMELT_TEST_DATA_DIR "/npy/" + name).text(), name);
}

}  // namespace

TEST_CASE("what NumPy writes is understood") {
  const auto plain = of_file("f8_by_row.npy");
  CHECK(plain.version == 1);
  CHECK(plain.dtype == npy_dtype{npy_kind::real, 8, false});
  CHECK_FALSE(plain.fortran_order);
  CHECK(plain.shape == std::vector<smelt::index>{3, 4});
  CHECK(plain.shape_text() == "(3, 4)");
  CHECK(plain.offset == 128);
  CHECK(of_file("f4_by_column.npy").fortran_order);
  const auto turned = of_file("f4_big_endian_by_column.npy");
  CHECK(turned.dtype == npy_dtype{npy_kind::real, 4, true});
  CHECK(turned.fortran_order);
  CHECK(turned.dtype.text() == ">f4");
  CHECK(of_file("version_2.npy").version == 2);
  CHECK(of_file("version_3.npy").version == 3);
  CHECK(of_file("version_3.npy").shape == plain.shape);
  CHECK(of_file("one_dimension.npy").shape_text() == "(5,)");
  CHECK(of_file("number.npy").shape_text() == "()");
  CHECK(of_file("three_dimensions.npy").shape_text() == "(2, 3, 4)");
  CHECK(of_file("no_rows.npy").shape_text() == "(0, 5)");
  for (const std::string size : {"1", "2", "4", "8"})
    for (const std::string kind : {"i", "u"}) {
      const auto dtype = of_file(kind + size + ".npy").dtype;
      CHECK(dtype.text() == (size == "1" ? "|" : "<") + kind + size);
      CHECK(dtype.name() == (kind == "i" ? "int" : "uint") + std::to_string(8 * std::stoi(size)));
    }
  CHECK(of_file("bool.npy").dtype.name() == "bool");
  CHECK(of_file("bool.npy").dtype.text() == "|b1");
  CHECK(of_file("big_endian_i2.npy").dtype.text() == ">i2");
}

TEST_CASE("keys in any order, quotes of either kind, spaces, and the numbers of Python 2") {
  const auto turned = parsed("{\"shape\":(2,3,),\"fortran_order\":True,\"descr\":\"<i2\"}\n", 12);
  CHECK(turned.fortran_order);
  CHECK(turned.shape == std::vector<smelt::index>{2, 3});
  CHECK(parsed(" { 'descr' : '<f4' ,\t'fortran_order':False,\r\n'shape': ( 3L , ) , } \f\n", 12).shape ==
        std::vector<smelt::index>{3});
  CHECK(parsed("{'descr': '<u1', 'fortran_order': False, 'shape': (2,)}", 2).dtype ==
        npy_dtype{npy_kind::unsigned_integer, 1, false});
  CHECK_FALSE(parsed("{'descr': '>b1', 'fortran_order': False, 'shape': ()}", 1).dtype.big_endian);
  CHECK(parsed("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1, 1, 1, 1)}", 8, 3)
            .shape.size() == 8);
  // What is not there needs no counting.
  CHECK(parsed("{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807, 0, 99)}")
            .shape[0] == 9223372036854775807);
}

TEST_CASE("bytes that are no .npy file") {
  refused<io_error>("", "x.npy is no .npy file: it does not begin with \\x93NUMPY");
  refused<io_error>("\x93NUMPX\x01", "x.npy is no .npy file: it does not begin with \\x93NUMPY");
  refused<io_error>("\x93NUMPY\x01", "x.npy ends within its header, after 7 bytes");
  const auto whole = file_of("{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}", 12, 2);
  refused<io_error>(whole.substr(0, 11), "x.npy ends within its header, after 11 bytes");
  refused<io_error>(whole.substr(0, 40), "x.npy ends within its header of 67 bytes, after 40");
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK_THROWS_AS(npy_info_bytes(whole.substr(0, size)), io_error);
  refused<io_error>(file_of("{}", 0, 4), "x.npy is of format version 4.0; smelt reads 1.0, 2.0 and 3.0");
  auto minor = file_of("{}");
  minor[7] = 1;
  refused<io_error>(minor, "x.npy is of format version 1.1; smelt reads 1.0, 2.0 and 3.0");
  // Twelve bytes that ask for four gigabytes.
  refused<io_error>(std::string("\x93NUMPY\x02\0\xff\xff\xff\xff", 12),
                    "x.npy has a header of 4294967295 bytes; smelt reads at most 65536");
  CHECK(parsed("{'descr': '<f4', 'fortran_order': False, 'shape': (0,)}" + std::string(65481, ' '), 0, 2)
            .offset == 65548);
  refused<io_error>(file_of(std::string(65537, ' '), 0, 2),
                    "x.npy has a header of 65537 bytes; smelt reads at most 65536");
}

TEST_CASE("files that are shorter or longer than their shape") {
  const std::string twelve = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4)}";
  refused<io_error>(file_of(twelve, 95),
                    "x.npy: shape (3, 4) of float64 is 96 bytes, behind the header there are 95");
  refused<io_error>(file_of(twelve, 97),
                    "x.npy: shape (3, 4) of float64 is 96 bytes, behind the header there are 97");
  // 2^62 x 4 bytes, and a product of sizes that is 0 in 64 bits.
  for (const std::string shape : {"4611686018427387904", "4294967296, 4294967296"})
    refused<io_error>(file_of("{'descr': '<i4', 'fortran_order': False, 'shape': (" + shape + ",)}"),
                      "x.npy: shape (" + shape + (shape.size() > 20 ? "" : ",") +
                          ") of int32 has too many bytes to count");
}

TEST_CASE("a dictionary with a fault, and where it is") {
  bad("", ", byte 10: expected '{' in the header, found the end of the header");
  bad("[1]", ", byte 10: expected '{' in the header, found '['");
  bad("{descr: 1}", ", byte 11: expected a text in quotes, found 'd'");
  bad("{'descr", ", byte 11: a text in quotes does not end within the header");
  bad("{'kind': 1}", ", byte 17: the key 'kind' is none of 'descr', 'fortran_order' and 'shape'");
  bad("{'\x1f\xc3\xa9': 1}", ", byte 16: the key '...' is none of 'descr', 'fortran_order' and 'shape'");
  bad("{'" + std::string(50, 'k') + "': 1}",
      ", byte 63: the key '" + std::string(40, 'k') +
          "...' is none of 'descr', 'fortran_order' and 'shape'");
  bad("{'descr' '<f4'}", ", byte 19: expected ':' in the header, found '''");
  bad("{'descr': <f4}", ", byte 20: expected a text in quotes, found '<'");
  bad("{'descr': '<f4' 'shape': (1,)}", ", byte 26: expected ',' in the header, found '''");
  bad("{'descr': '<f4', 'descr': '<f4'}", ", byte 34: the key 'descr' stands there twice");
  bad("{'fortran_order': 0}", ", byte 28: expected True or False, found '0'");
  bad("{'fortran_order': Tru", ", byte 28: expected True or False, found 'T'");
  bad("{'shape': (3)}", ", byte 22: expected ',' in the header, found ')'");
  bad("{'shape': 3}", ", byte 20: expected '(' in the header, found '3'");
  bad("{'shape': (3, -4)}", ", byte 24: expected a size of the shape, found '-'");
  bad("{'shape': (3, 4.0)}", ", byte 25: expected ',' in the header, found '.'");
  bad("{'shape': (3,,)}", ", byte 23: expected a size of the shape, found ','");
  bad("{'shape': (", ", byte 21: expected a size of the shape, found the end of the header");
  refused<io_error>(file_of("{'shape': (3") + "L",
                    "x.npy, byte 22: expected ',' in the header, found the end of the header");
  bad("{'shape': (9223372036854775808,)}", ", byte 39: a size of the shape is too large to count");
  bad("{'shape': (1,1,1,1,1,1,1,1,1)}", ", byte 37: the shape has more than 8 dimensions");
  bad("{'descr': '<f4', 'fortran_order': False, 'shape': (0,)} import os",
      ", byte 66: nothing may follow the dictionary, found 'i'");
  bad("{'descr': '<f4', 'fortran_order': False}", ": the header has no 'shape'");
  bad("{'descr': '<f4', 'shape': (0,)}", ": the header has no 'fortran_order'");
  bad("{'shape': (0,), 'fortran_order': False}", ": the header has no 'descr'");
}

TEST_CASE("elements that are no numbers, or not yet") {
  unread("|O", "x.npy holds Python objects (dtype '|O'): they are pickles, which smelt does not run; "
               "save plain numbers");
  unread("<U2", "x.npy holds text or raw bytes (dtype '<U2'), smelt reads numbers");
  unread("|S3", "x.npy holds text or raw bytes (dtype '|S3'), smelt reads numbers");
  unread("|V8", "x.npy holds text or raw bytes (dtype '|V8'), smelt reads numbers");
  unread("<M8[ns]", "x.npy holds times (dtype '<M8[ns]'), smelt reads numbers: save x.astype('int64')");
  unread("<c16", "x.npy holds complex numbers (dtype '<c16'), smelt reads real ones: save x.real and "
                 "x.imag");
  unread("<f16", "x.npy holds long doubles (dtype '<f16'), which differ between machines: save "
                 "x.astype('float64')");
  for (const std::string descr : {"", "f8", "=f8", "|f8", "<f", "<f1", "<f3", "<i16", "<b8", "<x4", "<f88", "<8"})
    unread(descr, "x.npy holds elements of an unknown dtype '" + descr +
                      "'; smelt reads bool, int8 to int64, uint8 to uint64, float16 to float64, with < or > or | before "
                      "them");
  refused<type_error>(file_of("{'descr': [('a', '<i4'), ('b', '<f8')]"),
                      "x.npy holds a structured dtype (records of fields): save its fields one by one");
  for (const char* file : {"objects", "records", "text", "times", "complex", "long_double"})
    CHECK_THROWS_AS(of_file(std::string(file) + ".npy"), type_error);
}
