// SPDX-License-Identifier: BSL-1.0

/// \file
/// Tables from separated values: the numbers, the words for what is no number, three real files, the
/// same table for any threads and chunks, and random damage to a file that was well.

#include <smelt/read/csv.hpp>

#include <smelt/core/arithmetic.hpp>
#include <smelt/policies/workers.hpp>
#include <smelt/read/csv_labels.hpp>

#include <doctest/doctest.h>
#include <support/plain_csv.hpp>
#include <support/tables.hpp>
#include <unistd.h>  // ::getpid

#include <algorithm>  // std::count
#include <array>
#include <bit>         // std::bit_cast
#include <cmath>       // HUGE_VAL
#include <cstdio>      // std::fopen
#include <cstdlib>     // std::strtod, the oracle
#include <cstring>     // std::memcmp
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
  says(0.0, "a;b\n1;2\n", "d.csv, line 2, column 0 'a;b': '1;2' is not a number; is the .separator ';'?");
  says(0.0f, "a\tb\n1\t2\n",
       "d.csv, line 2, column 0 'a\\x09b': '1\\x092' is not a number; is the .separator '\\t'?");
  says(0, "a|b\n1|2\n", "d.csv, line 2, column 0 'a|b': '1|2' is not a whole number; is the .separator '|'?");
  says(0.0, "a;b\n1,5;2\n", "d.csv, line 2, column 0 'a': '1,5' is not a number; a comma is no part of a number",
       {.separator = ';'});
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

TEST_CASE("all columns but some, in the order of the file") {
  const auto rest = read_csv_text<double>("a,b,c\n1,x,3\n4,y,6\n", {.columns = columns::all_but({"b"})});
  CHECK(names(rest) == std::vector<std::string>{"a", "c"});
  CHECK(row(rest, 1) == std::vector<double>{4, 6});
  CHECK(row(read_csv_text<double>("1,2,3\n", {.columns = columns::all_but({0})}), 0) == std::vector<double>{2, 3});
  CHECK(read_csv_text<double>("1,2,3\n", {.columns = columns::all_but({})}).cols() == 3);
  CHECK(row(read_csv_text<double>("a,b\n1,2\n", {.columns = columns{"b", "a"}}), 0) == std::vector<double>{2, 1});
  const auto refused = [](const columns& some) {
    return smelt_test::thrown_by([&] { read_csv_text<double>("a,b\n1,2\n", {.columns = some}); });
  };
  CHECK(refused(columns::all_but({"c"})) == "text, line 1: no column is named 'c'; there are: 'a', 'b'");
  CHECK(refused(columns::all_but({2})) == "text, line 1: column 2 is chosen, there are 2, from 0");
  CHECK(refused(columns::all_but({0, 1})) == "text, line 1: all 2 columns are left out");
}

TEST_CASE("a mark without a letter is no name: it is a missing value when someone says so") {
  CHECK(smelt_test::thrown_by([] { read_csv_text<double>("5,?,1\n6,2,1\n"); }) ==
        "text, line 1, column 1: '?' is not a number");
  CHECK(smelt_test::thrown_by([] { read_csv_text<double>("1;2;3\n"); }) ==
        "text, line 1, column 0: '1;2;3' is not a number; is the .separator ';'?");
  CHECK(read_csv_text<double>("5,?,1\n6,2,1\n", {.missing = {"?"}}).rows() == 2);
  CHECK(read_csv_text<double>("5,?,1\n6,2,1\n", {.header = header::none, .missing = {"?"}}).rows() == 2);
  CHECK(names(read_csv_text<double>("5,?,1\n6,2,1\n", {.header = header::yes})) ==
        std::vector<std::string>{"5", "?", "1"});
  // What is chosen says it alone; missing values say nothing.
  CHECK(read_csv_text<double>("5,a,1\n6,b,1\n", {.columns = {0, 2}}).rows() == 2);
  CHECK(read_csv_text<double>("x,,NA\n6,2,1\n").rows() == 1);
  CHECK(read_csv_text<double>("5,,NA\n6,2,1\n").rows() == 2);
  CHECK(read_csv_text<double>("5,2\n1,2\n", {.columns = {"2"}}).rows() == 1);
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
}

/// What the reader makes of a text in pieces of at least `chunk` bytes.
template <class T, class Policy>
smelt_test::csv_outcome<T> in_pieces(const Policy& policy, const std::string& text,
                                     const csv_options& options, smelt::index chunk) {
  smelt_test::csv_outcome<T> made;
  // An exact allocation, so that a byte read beyond the text is seen by the sanitizers.
  const std::vector<char> exact(text.begin(), text.end());
  made.error = smelt_test::thrown_by([&] {
    const auto t = detail::csv_table<T>(policy, {exact.data(), exact.size()}, options, "t", chunk);
    made = {{t.data(), t.data() + t.rows() * t.cols()}, t.rows(), t.cols(), names(t), {}};
  });
  return made;
}

/// The same error, or the same table by its bits.
template <class T>
bool same(const smelt_test::csv_outcome<T>& a, const smelt_test::csv_outcome<T>& b) {
  if (!a.error.empty() || !b.error.empty()) return a.error == b.error;
  return a.rows == b.rows && a.cols == b.cols && a.names == b.names &&
         a.values.size() == b.values.size() &&
         (a.values.empty() ||
          std::memcmp(a.values.data(), b.values.data(), a.values.size() * sizeof(T)) == 0);
}

/// A table as text, of all that a field may be; sometimes it is damaged.
std::string written(std::mt19937& random, char separator) {
  const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
  const bool whole = pick(2) == 0;
  const auto field = [&]() -> std::string {
    std::string number = std::to_string(pick(2000));
    if (!whole) number += "." + std::to_string(pick(100000));
    switch (pick(12)) {
      case 0:
        return "";
      case 1:
        return "NA";
      case 2:
        return "\"" + number + "\"";
      case 3:
        return " " + number + "\t";
      case 4:
        return "\" " + number + "\"";
      case 5:
        return number + (whole ? "" : "e-" + std::to_string(pick(9)));
      case 6:
        return std::to_string(pick(10));
      default:
        return pick(2) == 0 ? number : "-" + number;
    }
  };
  const auto text_field = [&] {
    const std::string parts = "ab \n\r"s + separator;
    std::string made;
    for (auto left = pick(6); left > 0; --left) made += pick(4) == 0 ? "\"\""s : parts.substr(pick(6), 1);
    return "\"" + made + "\"";
  };
  const std::string ends[] = {"\n", "\r\n"};
  const std::string end = ends[pick(2)];
  const auto cols = 1 + pick(4);
  const bool last_is_text = pick(2) == 0;  // a column that is not chosen
  std::string made = pick(6) == 0 ? "\xef\xbb\xbf" : "";
  for (std::size_t c = 0; c < cols; ++c) made += "name" + std::to_string(c) + separator;
  made += last_is_text ? text_field() : "last";
  for (auto rows = pick(12); rows > 0; --rows) {
    made += pick(40) == 0 ? "\n" : end;
    for (std::size_t c = 0; c < cols; ++c) made += field() + separator;
    made += last_is_text ? text_field() : field();
    if (pick(30) == 0) made += std::string(1, separator) + field();
  }
  made += std::string(pick(3), '\n');
  if (pick(4) == 0) made[pick(made.size())] = "\0\"\"\n\r1x,"s[pick(8)];
  return made;
}

TEST_CASE_TEMPLATE("one thread, many threads and any chunks agree with a plain reader", T, float,
                   double, std::int32_t) {
  std::mt19937 random(17);
  workers pool{4};
  const smelt_test::on_executor threads{executor_of(pool)};
  int read = 0, refused = 0;
  for (int trial = 0; trial < 1000; ++trial) {
    const char separator = ",;\t "[random() % 4];
    const auto text = written(random, separator);
    csv_options options;
    options.separator = separator;
    options.header = std::array{header::detect, header::yes, header::none}[random() % 3];
    if (random() % 3 != 0) options.columns = {0};
    if (random() % 3 == 0) options.missing_value = -9;
    if (random() % 16 == 0) options.skip_lines = 1;
    const auto expected = smelt_test::plain_csv<T>::read(text, options);
    (expected.error.empty() ? read : refused) += 1;
    if (!same(in_pieces<T>(detail::csv_alone{}, text, options, 1 << 18), expected))
      FAIL(text << "\nplain: " << expected.error);
    for (smelt::index chunk = 1; chunk <= 64; ++chunk)
      if (!same(in_pieces<T>(detail::csv_alone{}, text, options, chunk), expected))
        FAIL(text << "\nchunks of " << chunk << ", plain: " << expected.error);
    const auto chunk = static_cast<smelt::index>(1 + random() % 40);
    if (!same(in_pieces<T>(threads, text, options, chunk), expected))
      FAIL(text << "\nthreads, chunks of " << chunk << ", plain: " << expected.error);
  }
  CHECK(read > 100);
  CHECK(refused > 100);
}

TEST_CASE("a quoted newline at every byte around a chunk boundary, for 1 to 16 threads") {
  // Rows of 8 bytes, and one field of text that holds a newline, a quote or both, moved byte by byte
  // over the place where chunks of 64 bytes are cut.
  const csv_options options{.header = header::none, .columns = {0, 2}};
  for (int size = 1; size <= 16; ++size) {
    workers pool{size};
    const smelt_test::on_executor threads{executor_of(pool)};
    for (const std::string held : {"\n", "\r\n", "\n\n", "\"\"\n", "\n\"\"", ",\n1,2,3\n", "\n\"\"\n"})
      for (std::size_t at = 0; at < 20; ++at) {
        std::string text;
        for (int row = 0; row < 6; ++row) text += std::to_string(row) + ",a,1.5\n";
        text += "1," + std::string(at, 'x') + "2,3\n4,\"" + held + "\",5\n";
        for (int row = 0; row < 20; ++row) text += std::to_string(row) + ",\"b\",2.5\n";
        const auto expected = smelt_test::plain_csv<double>::read(text, options);
        REQUIRE(expected.error.empty());
        REQUIRE(expected.rows == 28);
        for (const smelt::index chunk : {16, 64})
          if (!same(in_pieces<double>(threads, text, options, chunk), expected))
            FAIL("a field of " << at << ", " << size << " threads, chunks of " << chunk);
      }
  }
}

TEST_CASE("the first error of a file is told, whichever thread meets one first") {
  std::string text = "a,b\n";
  for (int row = 0; row < 400; ++row)
    text += row == 131 ? "1,two\n" : row % 7 == 0 && row > 131 ? "x,\"y\n" : "1,2\n";
  for (const int size : {1, 2, 7, 16}) {
    workers pool{size};
    for (int again = 0; again < 20; ++again) {
      CHECK(in_pieces<float>(smelt_test::on_executor{executor_of(pool)}, text, {}, 16).error ==
            "t, line 133, column 1 'b': 'two' is not a number");
    }
  }
}

TEST_CASE("files and texts are read on the threads of a policy") {
  workers pool{3};
  const smelt_test::on_executor threads{executor_of(pool)};
  const auto alone = read_csv<float>(digits_csv);
  const auto made = read_csv<float>(threads, digits_csv);
  REQUIRE(made.rows() == 1797);
  CHECK(std::memcmp(made.data(), alone.data(), sizeof(float) * 1797 * 65) == 0);
  const auto some = read_csv<double>(threads, penguins_csv, {.columns = {"body_mass_g"}});
  CHECK(some.rows() == 344);
  CHECK(some(0, 0) == 3750);
  CHECK(row(read_csv_text<double>(threads, "x,y\n1,2\n", {}, "f"), 0) == std::vector<double>{1, 2});
  CHECK_THROWS_WITH_AS(read_csv_text<double>(threads, "x\n1\ny\n", {}, "f"),
                       "f, line 3, column 0 'x': 'y' is not a number", io_error);
  CHECK_THROWS_WITH_AS(read_csv<double>(threads, "no/such.csv"),
                       "cannot open 'no/such.csv': No such file or directory", io_error);
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
