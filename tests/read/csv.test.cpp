// SPDX-License-Identifier: BSL-1.0

/// \file
/// Tables and labels from separated values: the numbers, the words for what is no number, three
/// real files, and random damage to a file that was well.

#include <smelt/core/arithmetic.hpp>
#include <smelt/read/csv.hpp>

#include <doctest/doctest.h>
#include <unistd.h>  // ::getpid

#include <algorithm>  // std::count
#include <array>
#include <bit>         // std::bit_cast
#include <cmath>       // HUGE_VAL
#include <cstdio>      // std::fopen
#include <cstdlib>     // std::strtod, the oracle
#include <filesystem>  // a file of our own
#include <random>
#include <string>
#include <vector>

#ifndef SMELT_DATA_DIR
#define SMELT_DATA_DIR "examples/data"
#endif

using namespace smelt;
using std::operator""s;

namespace {

const std::string digits_csv = SMELT_DATA_DIR "/digits.csv";
const std::string wine_csv = SMELT_DATA_DIR "/wine_data.csv";
const std::string penguins_csv = SMELT_DATA_DIR "/penguins.csv";

template <class T>
std::vector<T> row(const table<T>& t, smelt::index r) {
  return {t.data() + r * t.cols(), t.data() + (r + 1) * t.cols()};
}

template <class T>
std::vector<std::string> names(const table<T>& t) {
  return {t.names().begin(), t.names().end()};
}

std::string bytes_of(const std::string& path) {
  const mapped_file file(path);
  return std::string(file.text());
}

/// "f, line 12: ..." or "f, line 12, column 3 ...: ...", with something after the colon.
bool names_a_line(const std::string& what) {
  const std::string before = "f, line ";
  if (what.compare(0, before.size(), before) != 0) return false;
  const auto end = what.find_first_not_of("0123456789", before.size());
  if (end == before.size() || end == what.npos || what[before.size()] == '0') return false;
  const std::string column = ", column ";
  if (what[end] == ':') return end + 2 < what.size();
  if (what.compare(end, column.size(), column) != 0) return false;
  const auto after = what.find_first_not_of("0123456789", end + column.size());
  return after > end + column.size() && what.find(": ", after) < what.size() - 2;
}

}  // namespace

TEST_CASE_TEMPLATE("a plain table, with and without a header", T, float, double, std::int32_t,
                   std::uint8_t, std::int64_t) {
  const auto t = read_csv_text<T>("a,b,c\n1,2,3\n4,5,6\n");
  CHECK(t.rows() == 2);
  CHECK(t.cols() == 3);
  CHECK(names(t) == std::vector<std::string>{"a", "b", "c"});
  CHECK(row(t, 0) == std::vector<T>{1, 2, 3});
  CHECK(row(t, 1) == std::vector<T>{4, 5, 6});

  const auto bare = read_csv_text<T>("1,2,3\n4,5,6");
  CHECK(bare.rows() == 2);
  CHECK(bare.names().empty());
  CHECK(row(bare, 1) == std::vector<T>{4, 5, 6});

  const auto chosen = read_csv_text<T>("a,b,c\n1,?,3\n4,\"x,\ny\",6\n", {.columns = {"c", "a"}});
  CHECK(names(chosen) == std::vector<std::string>{"c", "a"});
  CHECK(chosen.rows() == 2);  // not one for each line end
  CHECK(row(chosen, 0) == std::vector<T>{3, 1});
  CHECK(row(chosen, 1) == std::vector<T>{6, 4});
}

TEST_CASE("a header alone is a table without rows") {
  const auto t = read_csv_text<double>("a,b\n");
  CHECK(t.rows() == 0);
  CHECK(t.cols() == 2);
  CHECK(names(t) == std::vector<std::string>{"a", "b"});
}

TEST_CASE("numbers may be signed, padded, quoted, infinite") {
  const auto t = read_csv_text<double>("+1.5, -2e3 ,\"3\",\" 4 \",-inf,.5\r\n");
  CHECK(row(t, 0) == std::vector<double>{1.5, -2000, 3, 4, -HUGE_VAL, 0.5});
  const auto i = read_csv_text<std::int32_t>(" +1,\"-2\"\n-0, 007\n", {.header = header::none});
  CHECK(row(i, 0) == std::vector<std::int32_t>{1, -2});
  CHECK(row(i, 1) == std::vector<std::int32_t>{0, 7});
}

TEST_CASE_TEMPLATE("values have the bits of strtod, in every place of a row", T, float, double) {
  using bits_of = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  std::mt19937_64 random(3);
  constexpr std::size_t rows = 5000, cols = 7;
  std::vector<T> expected;
  std::string text;
  while (expected.size() < rows * cols) {
    const T x = std::bit_cast<T>(static_cast<bits_of>(random()));
    if (missing(x) || infinite(static_cast<double>(x))) continue;
    std::array<char, 64> digits{};
    switch (random() % 3) {
      case 0:
        std::snprintf(digits.data(), 64, "%.17g", static_cast<double>(x));
        break;
      case 1:
        std::snprintf(digits.data(), 64, "\" %.20e\"", static_cast<double>(x));
        break;
      default:
        *std::to_chars(digits.data(), digits.data() + 60, x).ptr = '\0';
    }
    const char* begin = digits[0] == '"' ? digits.data() + 1 : digits.data();
    expected.push_back(sizeof(T) == 4 ? static_cast<T>(std::strtof(begin, nullptr))
                                      : static_cast<T>(std::strtod(begin, nullptr)));
    text += digits.data();
    text += expected.size() % cols != 0 ? "," : random() % 2 != 0 ? "\n" : "\r\n";
  }
  const auto t = read_csv_text<T>(text);
  REQUIRE(t.rows() == rows);
  REQUIRE(t.cols() == cols);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < rows * cols; ++i)
    wrong += std::bit_cast<bits_of>(t.data()[i]) != std::bit_cast<bits_of>(expected[i]);
  CHECK(wrong == 0);
}

TEST_CASE("missing tokens become NaN, always with the same bits, or the value that is given") {
  const std::string text = "1,2\n,NA\nNaN,nan\n null ,\"\"\n";
  const auto t = read_csv_text<double>(text);
  REQUIRE(t.rows() == 4);
  for (smelt::index r = 1; r < 4; ++r)
    for (smelt::index c = 0; c < 2; ++c)
      CHECK(std::bit_cast<std::uint64_t>(t(r, c)) == 0x7ff8000000000000u);
  const auto f = read_csv_text<float>(text);
  CHECK(std::bit_cast<std::uint32_t>(f(3, 1)) == 0x7fc00000u);

  const auto filled = read_csv_text<std::int32_t>(text, {.missing_value = -9});
  CHECK(row(filled, 3) == std::vector<std::int32_t>{-9, -9});
  CHECK(row(read_csv_text<double>(text, {.missing_value = 0.5}), 2) ==
        std::vector<double>{0.5, 0.5});

  // Tokens of one's own replace the usual ones; a number may be one, and only as a whole.
  const auto own = read_csv_text<double>("-999,-9991,-99\n?,1,2\n", {.missing = {"-999", "?"}});
  CHECK(missing(own(0, 0)));
  CHECK(own(0, 1) == -9991);
  CHECK(own(0, 2) == -99);
  CHECK(missing(own(1, 0)));
  CHECK_THROWS_WITH_AS(read_csv_text<double>("1,2\n,3\n", {.missing = {"?"}}),
                       "text, line 2, column 0: '' is not a number", io_error);
  // A blank line is a missing value where there is one column.
  const auto one = read_csv_text<double>("x\n1\n\n3\n\n");
  REQUIRE(one.rows() == 3);
  CHECK(missing(one(1, 0)));
  CHECK(one(2, 0) == 3);
}

TEST_CASE("what is no number says what, where and of what type") {
  const auto says = [](auto zero, const std::string& text, const char* words,
                       const csv_options& options = {}) {
    CHECK_THROWS_WITH_AS(read_csv_text<decltype(zero)>(text, options, "d.csv"), words, io_error);
  };
  says(0.0, "m,s\n1,2\n3,abc\n", "d.csv, line 3, column 1 's': 'abc' is not a number");
  says(0.0f, "1,2\n3,4x\n", "d.csv, line 2, column 1: '4x' is not a number");
  says(0.0, "1,2\n3,4\rx\n", "d.csv, line 2, column 1: '4\\x0dx' is not a number");
  says(0.0, "1,2\n1 2,3\n", "d.csv, line 2, column 0: '1 2' is not a number");
  says(0.0, "1,2\n1e400,3\n", "d.csv, line 2, column 0: '1e400' is out of range for double");
  says(0.0f, "1,2\n3,-1e-50\n", "d.csv, line 2, column 1: '-1e-50' is out of range for float");
  says(std::uint8_t{}, "p\n300\n", "d.csv, line 2, column 0 'p': '300' is out of range for uint8");
  says(std::uint8_t{}, "1\n-1\n", "d.csv, line 2, column 0: '-1' is out of range for uint8");
  says(0, "1\n2147483648\n", "d.csv, line 2, column 0: '2147483648' is out of range for int32");
  says(0, "1,2\n3,3.5\n", "d.csv, line 2, column 1: '3.5' is not a whole number");
  says(0, "1,2\n3,inf\n", "d.csv, line 2, column 1: 'inf' is not a whole number");
  says(0, "1,2\n3,NA\n",
       "d.csv, line 2, column 1: 'NA' is missing, and int32 has no value for it: "
       "choose a .missing_value");
  says(0.0, "#\nx\n\"1\n\n\"\n2\n", "d.csv, line 3, column 0 'x': '1\\x0a\\x0a' is not a number",
       {.skip_lines = 1});
  says(0.0, "\"a\nb\",c\n1,2\n3,z\n", "d.csv, line 4, column 1 'c': 'z' is not a number");
  // The first line is a row where it may be one: its numbers are checked, not taken for names.
  says(std::uint8_t{}, "300,1\n", "d.csv, line 1, column 0: '300' is out of range for uint8");
  says(0.0, "x,1\n", "d.csv, line 1, column 0: 'x' is not a number", {.header = header::none});
  says(0.0, "1,2,3\n1,2\n", "d.csv, line 2: 2 fields, 3 expected");
  // Columns are numbered as they lie in the file, not as they are chosen.
  says(0.0, "a,b,c\n1,2,z\n", "d.csv, line 2, column 2 'c': 'z' is not a number",
       {.columns = {"c", "a"}});
}

TEST_CASE("a file that is not there is an io_error with its name") {
  CHECK_THROWS_WITH_AS(read_csv<float>("no/such.csv"),
                       "cannot open 'no/such.csv': No such file or directory", io_error);
  CHECK_THROWS_WITH_AS(read_csv<float>("/dev/null"), "/dev/null, line 1: there is nothing to read",
                       io_error);
  CHECK_THROWS_AS(read_csv_labels("no/such.csv", "x"), io_error);
}

TEST_CASE("a field that ends with the last byte of a page is not read beyond") {
  const auto path = (std::filesystem::temp_directory_path() /
                     ("smelt_csv_page_" + std::to_string(::getpid()) + ".csv"))
                        .string();
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  for (const std::string last : {"1,25", "1,", "1,\"5\"", "1,NA", "1,-", "1,2\r"}) {
    std::string text = "1,2\n";
    while (text.size() + 4 + last.size() <= page) text += "3,4\n";
    text.insert(0, page - text.size() - last.size(), ' ');
    text += last;
    REQUIRE(text.size() == page);
    std::FILE* file = std::fopen(path.c_str(), "wb");
    REQUIRE(file != nullptr);
    REQUIRE(std::fwrite(text.data(), 1, page, file) == page);
    REQUIRE(std::fclose(file) == 0);
    if (last == "1,-")
      CHECK_THROWS_AS(read_csv<double>(path), io_error);
    else
      CHECK(read_csv<double>(path).rows() == std::count(text.begin(), text.end(), '\n') + 1);
  }
  std::filesystem::remove(path);
}

TEST_CASE("digits.csv: 1797 rows of 64 pixels and a label") {
  const auto t = read_csv<float>(digits_csv);
  REQUIRE(t.rows() == 1797);
  REQUIRE(t.cols() == 65);
  CHECK(t.names().empty());
  const auto bytes = read_csv<std::uint8_t>(digits_csv);
  const auto whole = read_csv<std::int32_t>(digits_csv);

  // The same numbers by hand.
  const auto text = bytes_of(digits_csv);
  const char* at = text.data();
  std::size_t wrong = 0;
  for (smelt::index i = 0; i < 1797 * 65; ++i) {
    char* stop = nullptr;
    const long x = std::strtol(at, &stop, 10);
    at = stop + 1;
    wrong += t.data()[i] != static_cast<float>(x) || bytes.data()[i] != x || whole.data()[i] != x;
  }
  CHECK(wrong == 0);
  CHECK(at == text.data() + text.size());

  const auto pixels = read_csv<float>(digits_csv, {.columns = columns::range(0, 64)});
  CHECK(pixels.cols() == 64);
  CHECK(pixels(1796, 63) == t(1796, 63));
}

TEST_CASE("wine_data.csv: its first line is of another shape") {
  const auto t = read_csv<double>(wine_csv, {.header = header::none, .skip_lines = 1});
  REQUIRE(t.rows() == 178);
  REQUIRE(t.cols() == 14);
  CHECK(row(t, 0) == std::vector<double>{14.23, 1.71, 2.43, 15.6, 127, 2.8, 3.06, 0.28, 2.29, 5.64,
                                         1.04, 3.92, 1065, 0});
  std::array<int, 3> classes{};
  for (smelt::index r = 0; r < 178; ++r) ++classes.at(static_cast<std::size_t>(t(r, 13)));
  CHECK(classes == std::array<int, 3>{59, 71, 48});
  CHECK_THROWS_WITH_AS(read_csv<double>(wine_csv),
                       (wine_csv + ", line 2: 14 fields, 5 expected").c_str(), io_error);
}

TEST_CASE("penguins.csv: text, numbers and missing values") {
  const auto t = read_csv<double>(penguins_csv,
                                  {.columns = {"bill_length_mm", "bill_depth_mm", "body_mass_g"}});
  REQUIRE(t.rows() == 344);
  CHECK(names(t) == std::vector<std::string>{"bill_length_mm", "bill_depth_mm", "body_mass_g"});
  CHECK(row(t, 0) == std::vector<double>{39.1, 18.7, 3750});
  for (smelt::index c = 0; c < 3; ++c) {
    int n = 0;
    for (smelt::index r = 0; r < 344; ++r) n += missing(t(r, c));
    CHECK(n == 2);
  }
  const auto numbered = read_csv<double>(penguins_csv, {.columns = {2, 3, 5}});
  CHECK(names(numbered) == names(t));
  CHECK(numbered(343, 2) == t(343, 2));

  CHECK_THROWS_WITH_AS(
      read_csv<double>(penguins_csv),
      (penguins_csv + ", line 2, column 0 'species': 'Adelie' is not a number").c_str(), io_error);
  CHECK_THROWS_WITH_AS(
      read_csv<std::int32_t>(penguins_csv, {.columns = {"body_mass_g"}}),
      (penguins_csv + ", line 5, column 5 'body_mass_g': 'NA' is missing, and int32 has no value "
                      "for it: choose a .missing_value")
          .c_str(),
      io_error);
  CHECK_THROWS_WITH_AS(
      read_csv<double>(penguins_csv, {.columns = {"mass"}}),
      (penguins_csv + ", line 1: no column is named 'mass'; there are: 'species', 'island', "
                      "'bill_length_mm', 'bill_depth_mm', 'flipper_length_mm', 'body_mass_g', "
                      "'sex', 'year'")
          .c_str(),
      io_error);

  const auto species = read_csv_labels(penguins_csv, "species");
  CHECK(species.names == std::vector<std::string>{"Adelie", "Chinstrap", "Gentoo"});
  REQUIRE(species.codes.size() == 344);
  CHECK(std::count(species.codes.begin(), species.codes.end(), 0) == 152);
  CHECK(std::count(species.codes.begin(), species.codes.end(), 1) == 68);
  CHECK(std::count(species.codes.begin(), species.codes.end(), 2) == 124);

  CHECK_THROWS_WITH_AS(
      read_csv_labels(penguins_csv, "sex"),
      (penguins_csv + ", line 5, column 6 'sex': 'NA' is missing, and a class code has no value "
                      "for it: choose a .missing_value")
          .c_str(),
      io_error);
  const auto sex = read_csv_labels(penguins_csv, "sex", {.missing_value = -1});
  CHECK(sex.names == std::vector<std::string>{"female", "male"});
  CHECK(std::count(sex.codes.begin(), sex.codes.end(), -1) == 11);
  CHECK(std::count(sex.codes.begin(), sex.codes.end(), 1) == 168);
}

TEST_CASE("labels are coded by their sorted names, whatever the order of the rows") {
  const auto made =
      read_csv_labels_text("id,c\n1,pear\n2, fig\n3,\"pear\"\n4,\"a \"\"b\"\"\"\n", "c");
  CHECK(made.names == std::vector<std::string>{"a \"b\"", "fig", "pear"});
  CHECK(made.codes == std::vector<std::int32_t>{2, 1, 2, 0});
  const auto turned = read_csv_labels_text("4,a\n1,c\n2,b\n", 1, {.header = header::none});
  CHECK(turned.codes == std::vector<std::int32_t>{0, 2, 1});
  const auto gone = read_csv_labels_text("c\nNA\nx\n\ny\n", "c", {.missing_value = 7});
  CHECK(gone.codes == std::vector<std::int32_t>{7, 0, 7, 1});
  CHECK(read_csv_labels_text("c\n", "c").codes.empty());
  CHECK(read_csv_labels_text("\xc3\xa9\nz\n", 0, {.header = header::none}).names ==
        std::vector<std::string>{"z", "\xc3\xa9"});

  CHECK_THROWS_WITH_AS(read_csv_labels_text("x,y\n", 1),
                       "text: whether the first line is a header cannot be told from text labels: "
                       "choose header::yes or header::none, or the column by name",
                       value_error);
  CHECK_THROWS_WITH_AS(read_csv_labels_text("x,y\n", "x", {.columns = {"y"}}),
                       "text: labels are one column, given before the options, not by .columns",
                       value_error);
  CHECK_THROWS_WITH_AS(read_csv_labels_text("c\na\nb\nNA\n", "c", {.missing_value = 1}),
                       "text: .missing_value is 1, which is the code of a class; there are 2",
                       value_error);
}

TEST_CASE("random damage is read or refused with a line, never more") {
  // A seed and a number of trials that fit a test; the sanitizers make it worth more.
  std::mt19937 random(2024);
  const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
  std::string penguins = bytes_of(penguins_csv);
  penguins.resize(penguins.find('\n', 1500) + 1);
  std::string digits = bytes_of(digits_csv);
  digits.resize(digits.find('\n', 1200) + 1);
  const std::string quoted =
      "id,\"a \"\"note\"\"\",x\r\n1,\"one\r\ntwo\",1.5\r\n2,,NA\r\n3,\"\",-2e3\r\n";
  const std::array<std::string, 3> originals{penguins, digits, quoted};
  const std::string nasty = "\"\",,\n\n\r\r\0\0\xef\xbb\xbf+-.eE0189naNif \t;\xff"s;

  int read = 0, refused = 0;
  for (int trial = 0; trial < 6000; ++trial) {
    std::string text = originals[pick(3)];
    for (auto edits = 1 + pick(4); edits > 0 && !text.empty(); --edits) {
      const auto at = pick(text.size());
      switch (pick(5)) {
        case 0:
          text[at] = nasty[pick(nasty.size())];
          break;
        case 1:
          text.insert(at, 1, nasty[pick(nasty.size())]);
          break;
        case 2:
          text.erase(at, 1 + pick(8));
          break;
        case 3:
          text.insert(pick(text.size()), text.substr(at, pick(40)));
          break;
        default:
          text.resize(at + (pick(4) == 0 ? 0 : text.size() - at));
          break;
      }
    }
    // An exact allocation, so that a byte read beyond the text is seen by the sanitizers.
    const std::vector<char> exact(text.begin(), text.end());
    const std::string_view view(exact.data(), exact.size());
    csv_options options;
    options.header = std::array{header::detect, header::yes, header::none}[pick(3)];
    if (pick(3) == 0) options.columns = {pick(4)};
    if (pick(4) == 0) options.missing_value = 1;
    options.skip_lines = static_cast<smelt::index>(pick(3) / 2);
    if (pick(8) == 0) options.missing = {"-", "0"};
    try {
      switch (pick(4)) {
        case 0:
          read_csv_text<double>(view, options, "f");
          break;
        case 1:
          read_csv_text<float>(view, options, "f");
          break;
        case 2:
          read_csv_text<std::uint8_t>(view, options, "f");
          break;
        default:
          options.columns = {};
          options.missing_value = -1;
          if (options.header == header::detect) options.header = header::yes;
          read_csv_labels_text(view, pick(3), options, "f");
      }
      ++read;
    } catch (const io_error& e) {
      ++refused;
      const std::string what = e.what();
      if (!names_a_line(what)) FAIL(what);
    }
  }
  CHECK(read + refused == 6000);
  CHECK(read > 500);
  CHECK(refused > 500);
}
