// SPDX-License-Identifier: BSL-1.0

/// \file
/// Lines and fields, seen as text: what RFC 4180 says of quotes and line ends, which columns and
/// which header are found, and the words for every malformed line.

#include <smelt/read/csv_reader.hpp>

#include <doctest/doctest.h>

#include <algorithm>  // std::count
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace smelt;
using std::operator""s;

namespace {

using grid = std::vector<std::vector<std::string>>;

/// Keeps every chosen field as text.
struct keep {
  static const char* quick(const char*, const char*, std::string&) { return nullptr; }
  static void store(std::string_view field, std::string& out, const char*, smelt::index) { out = field; }
};

/// The same, and plain numbers where they lie; counts both.
struct keep_quick {
  int quickly = 0;
  int slowly = 0;
  const char* quick(const char* at, const char* end, std::string& out) {
    const char* stop = at;
    while (stop != end && std::string_view("0123456789.-").find(*stop) != std::string_view::npos) ++stop;
    out.assign(at, stop);
    ++quickly;
    return stop;
  }
  void store(std::string_view field, std::string& out, const char*, smelt::index) {
    out = field;
    ++slowly;
  }
};

grid rows_in(const detail::csv_reader& reader, detail::csv_cursor range) {
  const auto cols = static_cast<std::size_t>(reader.cols());
  const auto most = std::count(range.at, range.end, '\n') + 1;
  std::vector<std::string> cells(static_cast<std::size_t>(most) * cols);
  keep convert;
  const auto rows = static_cast<std::size_t>(reader.rows(range, cells.data(), convert));
  REQUIRE(rows * cols <= cells.size());
  grid made(rows);
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < cols; ++c) made[r].push_back(cells[r * cols + c]);
  return made;
}

/// The fields of the text; no line of it is taken for a header unless the options say so.
grid read(std::string_view text, csv_options options = {}) {
  if (options.header == header::detect) options.header = header::none;
  const detail::csv_reader reader(text, options, "t");
  return rows_in(reader, reader.body());
}

std::vector<std::string> names(std::string_view text, const csv_options& options = {}) {
  return detail::csv_reader(text, options, "t").names();
}

}  // namespace

TEST_CASE("lines end with LF or CRLF, the last one may lack its end") {
  const grid abcd{{"a", "b"}, {"c", "d"}};
  for (const char* text :
       {"a,b\nc,d", "a,b\nc,d\n", "a,b\r\nc,d", "a,b\r\nc,d\r\n", "a,b\nc,d\r\n", "a,b\nc,d\r",
        "\xef\xbb\xbf"
        "a,b\nc,d\n"})
    CHECK_MESSAGE(read(text) == abcd, text);
  CHECK(read("a,b\rc,d\n") == grid{{"a", "b\rc", "d"}});  // a lone CR ends no line
  CHECK(read("a\r,b\n") == grid{{"a\r", "b"}});
}

TEST_CASE("empty fields, also the last one of the text") {
  CHECK(read(",\n") == grid{{"", ""}});
  CHECK(read(",,\na,,b\n,,") == grid{{"", "", ""}, {"a", "", "b"}, {"", "", ""}});
  CHECK(read("a,\r\nb,\r\n") == grid{{"a", ""}, {"b", ""}});
}

TEST_CASE("blank lines: skipped at the end, missing in the middle of one column") {
  CHECK(read("a,b\n\n\n") == grid{{"a", "b"}});
  CHECK(read("a,b\r\n\r\n \t\r\n") == grid{{"a", "b"}});
  CHECK(read("a,b\n   ") == grid{{"a", "b"}});
  CHECK(read("a\n\nb\n\n") == grid{{"a"}, {""}, {"b"}});
  CHECK(read("a\r\n\r\n\r\nb") == grid{{"a"}, {""}, {""}, {"b"}});
  CHECK(read("\na\n") == grid{{""}, {"a"}});
  // A line of separators is no blank line.
  CHECK(read("a\tb\n\t\n", {.separator = '\t'}) == grid{{"a", "b"}, {"", ""}});
  CHECK(read("a b\n \n", {.separator = ' '}) == grid{{"a", "b"}, {"", ""}});
}

TEST_CASE("quotes hold separators, line ends and doubled quotes") {
  CHECK(read("\"a,b\",c\n") == grid{{"a,b", "c"}});
  CHECK(read("\"a\nb\r\nc\",d\n") == grid{{"a\nb\r\nc", "d"}});
  CHECK(read("\"say \"\"so\"\"\",b") == grid{{"say \"so\"", "b"}});
  CHECK(read("\"\"\"\"") == grid{{"\""}});
  CHECK(read("\"\"\"a\",\"b\"\"\"") == grid{{"\"a", "b\""}});
  CHECK(read("\"\",\"\"\n") == grid{{"", ""}});
  CHECK(read("\"a\"\r\n\"b\"\r\n") == grid{{"a"}, {"b"}});
  CHECK(read("\"a\n\n\"\n") == grid{{"a\n\n"}});
  // A quote within a field that did not begin with one is text.
  CHECK(read("5\" nail, \"x\"\n") == grid{{"5\" nail", "\"x\""}});
}

TEST_CASE("plain numbers are parsed where they lie, in quotes too") {
  const auto read_quickly = [](std::string_view text, const csv_options& options, int quickly,
                               int slowly) {
    CAPTURE(text);
    const detail::csv_reader reader(text, options, "t");
    std::vector<std::string> cells(100);
    keep_quick convert;
    const auto rows = reader.rows(reader.body(), cells.data(), convert);
    cells.resize(static_cast<std::size_t>(rows * reader.cols()));
    CHECK(convert.quickly == quickly);
    CHECK(convert.slowly == slowly);
    return cells;
  };
  using list = std::vector<std::string>;
  const csv_options bare{.header = header::none};
  CHECK(read_quickly("1,\"2\",-3\n.5,\"-6\",7\r\n", bare, 6, 0) ==
        list{"1", "2", "-3", ".5", "-6", "7"});
  CHECK(read_quickly("\"1\",\"2\"\r\n\"3\",\"4\"", bare, 4, 0) == list{"1", "2", "3", "4"});
  CHECK(read_quickly("x,\"y\", 1", bare, 0, 3) == list{"x", "y", "1"});
  // Begun quickly, and something else after all.
  CHECK(read_quickly("1 ,\"2 \",3x,\"4x\",\"5,5\"", bare, 5, 5) ==
        list{"1", "2 ", "3x", "4x", "5,5"});
  // What begins like a missing token is looked at as text.
  const csv_options minus{.header = header::none, .missing = {"-9", ""}};
  CHECK(read_quickly("-9,-8,.5,\"-7\"", minus, 1, 3) == list{"-9", "-8", ".5", "-7"});
  const csv_options second{.header = header::none, .columns = {1}};
  CHECK(read_quickly("1,2\nx,4\n", second, 2, 0) == list{"2", "4"});
}

TEST_CASE("spaces around a field are cut, but not within quotes") {
  CHECK(read("  a b ,\tc\t\n") == grid{{"a b", "c"}});
  CHECK(read("\" a \",b\n") == grid{{" a ", "b"}});
}

TEST_CASE("any plain byte separates") {
  for (const char s : {';', '\t', '|', ':', ' '})
    CHECK(read("a"s + s + "b\nc" + s + "d", {.separator = s}) == grid{{"a", "b"}, {"c", "d"}});
  for (const char s : {'"', '\n', '\r', '\0', '0', '9', '.', '-', '+', 'a', 'e', 'z', 'A', 'N', 'Z'})
    CHECK_THROWS_AS(read("a", {.separator = s}), value_error);
  CHECK_THROWS_WITH_AS(read("a", {.separator = '\n'}), "t: '\\x0a' cannot separate fields",
                       value_error);
}

TEST_CASE("lines before the first that counts are skipped, whatever they hold") {
  CHECK(read("x,\"y\nz\na,b\n", {.skip_lines = 2}) == grid{{"a", "b"}});
  CHECK(read("\xef\xbb\xbfx\r\na", {.skip_lines = 1}) == grid{{"a"}});
  CHECK_THROWS_WITH_AS(read("x\ny\n", {.skip_lines = 3}),
                       "t, line 2: the file ends here, .skip_lines is 3", io_error);
  CHECK_THROWS_WITH_AS(read("x\ny", {.skip_lines = 2}), "t, line 3: there is nothing to read",
                       io_error);
  CHECK_THROWS_WITH_AS(read("", {.skip_lines = 1}),
                       "t, line 1: the file ends here, .skip_lines is 1", io_error);
  CHECK_THROWS_WITH_AS(read("x", {.skip_lines = -1}), "t: .skip_lines is -1", value_error);
}

TEST_CASE("nothing to read is an error") {
  for (const char* text : {"", "\n", "\r\n\n  \n", "\xef\xbb\xbf"})
    CHECK_THROWS_WITH_AS(read(text), "t, line 1: there is nothing to read", io_error);
}

TEST_CASE("columns come in the order asked for; the others may hold any text") {
  const std::string text = "x,y,z\n1,2,3\n4,5,6\n";
  const grid zx{{"3", "1"}, {"6", "4"}};
  CHECK(read(text, {.header = header::yes, .columns = {2, 0}}) == zx);
  CHECK(read(text, {.header = header::yes, .columns = {"z", "x"}}) == zx);
  CHECK(read(text, {.header = header::yes, .columns = {"z", 0}}) == zx);
  CHECK(names(text, {.columns = {"z", "x"}}) == std::vector<std::string>{"z", "x"});
  CHECK(names(text, {.columns = {1}}) == std::vector<std::string>{"y"});
  CHECK(names(text, {.header = header::none}).empty());

  CHECK_THROWS_WITH_AS(names(text, {.columns = {3}}),
                       "t, line 1: column 3 is chosen, there are 3, from 0", io_error);
  CHECK_THROWS_WITH_AS(names(text, {.columns = {-1}}),
                       "t, line 1: column -1 is chosen, there are 3, from 0", io_error);
  CHECK_THROWS_WITH_AS(names("#\n" + text, {.columns = {"w"}, .skip_lines = 1}),
                       "t, line 2: no column is named 'w'; there are: 'x', 'y', 'z'", io_error);
  CHECK_THROWS_WITH_AS(names("a,b,a\n1,2,3\n", {.columns = {"a"}}),
                       "t, line 1: 2 columns are named 'a': choose by number", io_error);
  CHECK_THROWS_WITH_AS(names(text, {.columns = {"x", 1, 0}}), "t: column 0 is chosen twice",
                       value_error);
  CHECK_THROWS_WITH_AS(names(text, {.header = header::none, .columns = {"x"}}),
                       "t: column 'x' is chosen by name, and header::none says there are none",
                       value_error);
}

TEST_CASE("a header is found where a chosen field is neither a number nor missing, and has a letter") {
  using list = std::vector<std::string>;
  CHECK(names("a,b\n1,2\n") == list{"a", "b"});
  CHECK(names("\"a\", b \n1,2\n") == list{"a", "b"});
  CHECK(names("2019,total\n1,2\n") == list{"2019", "total"});
  for (const char* text : {"1,2\n", "1.5,-2e3\n", "NA,1\n", ",\n1,2\n", " 1 ,\"2\"\n", "inf,nan\n",
                           "1e999,300\n", "+1,null\n"})
    CHECK_MESSAGE(names(text).empty(), text);
  CHECK(names("-,1\n").empty());
  CHECK(names("-,1\n", {.header = header::yes}) == list{"-", "1"});
  CHECK(names("-,1\n", {.missing = {"-"}}).empty());
  CHECK(names("NA,1\n", {.missing = {}}) == list{"NA", "1"});
  // Only chosen columns are asked, and a name asks for a header.
  CHECK(names("x,1\n", {.columns = {1}}).empty());
  CHECK(names("x,1\n", {.columns = {0}}) == list{"x"});
  CHECK(names("2019,2020\n1,2\n", {.columns = {"2020"}}) == list{"2020"});
  CHECK(names("2019,2020\n1,2\n").empty());
  CHECK(names("2019,2020\n1,2\n", {.header = header::yes}) == list{"2019", "2020"});
  CHECK(names("a,b\n1,2\n", {.header = header::none}).empty());
}

TEST_CASE("a row of another width says so, where it begins") {
  CHECK_THROWS_WITH_AS(read("1,2,3\n1,2\n"), "t, line 2: 2 fields, 3 expected", io_error);
  CHECK_THROWS_WITH_AS(read("1,2,3\n1,2,3,4,5\n"), "t, line 2: 5 fields, 3 expected", io_error);
  CHECK_THROWS_WITH_AS(read("1,2,3\nx"), "t, line 2: 1 field, 3 expected", io_error);
  CHECK_THROWS_WITH_AS(read("1,2\n1,2,\n"), "t, line 2: 3 fields, 2 expected", io_error);
  CHECK_THROWS_WITH_AS(read("1\n1,2\n"), "t, line 2: 2 fields, 1 expected", io_error);
  CHECK_THROWS_WITH_AS(read("1,2\n\n1,2\n"), "t, line 2: blank line, 2 fields expected", io_error);
  CHECK_THROWS_WITH_AS(read("1,2\r\n \r\n1,2\n"), "t, line 2: blank line, 2 fields expected",
                       io_error);
  CHECK_THROWS_WITH_AS(read("1,2\n\"\"\n1,2\n"), "t, line 2: 1 field, 2 expected", io_error);
  // Line ends within quotes count.
  CHECK_THROWS_WITH_AS(read("\"a\nb\",c\n\"d\n\ne\",f\n\"g\nh\"\n"),
                       "t, line 6: 1 field, 2 expected", io_error);
}

TEST_CASE("quotes and NUL bytes that go wrong are named with their field") {
  CHECK_THROWS_WITH_AS(read("a,b\nc,\"d\n\n\n"),
                       "t, line 2, column 1: the quote that opens here is not closed", io_error);
  CHECK_THROWS_WITH_AS(read("a,b\nc,\"d\"\"\n"),
                       "t, line 2, column 1: the quote that opens here is not closed", io_error);
  CHECK_THROWS_WITH_AS(read("\"a\" ,b\n"),
                       "t, line 1, column 0: there is text after the closing quote", io_error);
  CHECK_THROWS_WITH_AS(read("\"a\nb\",\"c\nd\"x\n"),
                       "t, line 2, column 1: there is text after the closing quote", io_error);
  CHECK_THROWS_WITH_AS(read("a,b\nc,\0\n"s), "t, line 2, column 1: there is a NUL byte", io_error);
  CHECK_THROWS_WITH_AS(read("a,b\n\"x\ny\0\",c\n"s), "t, line 2, column 0: there is a NUL byte",
                       io_error);
  CHECK_THROWS_WITH_AS(read("x,y\n1,\0\n"s, {.header = header::yes, .columns = {"x"}}),
                       "t, line 2, column 1 'y': there is a NUL byte", io_error);
}

TEST_CASE("text in a message is short and printable") {
  CHECK(detail::shown("abc") == "'abc'");
  CHECK(detail::shown("a\tb\x7f\x01") == "'a\\x09b\\x7f\\x01'");
  CHECK(detail::shown(std::string(40, 'x')) == "'" + std::string(40, 'x') + "'");
  CHECK(detail::shown(std::string(41, 'x')) == "'" + std::string(40, 'x') + "...'");
  // The cut never falls within a character.
  CHECK(detail::shown(std::string(39, 'x') + "\xc3\xa9\xc3\xa9") ==
        "'" + std::string(39, 'x') + "...'");
}

TEST_CASE("pieces of the text read apart give the rows of the whole") {
  std::mt19937 random(5);
  std::string text;
  for (int r = 0; r < 200; ++r) {
    switch (random() % 4) {
      case 0:
        text += "a,b,c\n";
        break;
      case 1:
        text += "\"x\ny\",,\"\"\"\"\r\n";
        break;
      case 2:
        text += ",,\n";
        break;
      default:
        text += " 1 ,22,333\r\n";
        break;
    }
  }
  const csv_options options{.header = header::none};
  const detail::csv_reader reader(text, options, "t");
  const auto whole = rows_in(reader, reader.body());
  CHECK(whole.size() == 200);
  for (smelt::index chunk = 1; chunk < 100; ++chunk) {
    grid rows;
    for (const auto& piece : reader.pieces(detail::csv_alone{}, chunk).list) {
      const auto some = rows_in(reader, piece.bytes);
      CHECK(piece.first == static_cast<smelt::index>(rows.size()));
      CHECK(piece.rows == static_cast<smelt::index>(some.size()));
      rows.insert(rows.end(), some.begin(), some.end());
    }
    CHECK(rows == whole);
  }
}

TEST_CASE("the rows are counted exactly, and no table is larger than its file accounts for") {
  const csv_options options{.header = header::none};
  const auto counted = [&](std::string_view text) {
    const detail::csv_reader reader(text, options, "t");
    return reader.pieces(detail::csv_alone{}, 8).rows;
  };
  CHECK(counted("1,2\n3,4\n5,6\n") == 3);
  CHECK(counted("1,2\n3,4\n5,6") == 3);
  CHECK(counted("1") == 1);
  CHECK(counted("1\n2\n\n3") == 4);
  CHECK(counted("1,2,3,4,5,6,7,8,9,\"" + std::string(1000, '\n') + "\"\n") == 1);
  // A thousand blank lines are not a thousand rows of ten fields: 1022 bytes hold 103 at most.
  CHECK(counted("1,2,3,4,5,6,7,8,9,0\n" + std::string(1000, '\n') + "10") == 103);
}
