// SPDX-License-Identifier: BSL-1.0
/// \file
/// A place in a text: what it reads, what it refuses, with the line and what stands there.

#include <smelt/stored/cursor.hpp>

#include <doctest/doctest.h>

#include <support/tables.hpp>

#include <cstdint>
#include <limits>
#include <vector>

using namespace smelt;
using smelt::detail::text_cursor;
using smelt_test::same_bits;

namespace {

/// What reading `text` so is refused with; empty when it is not.
template <class Read>
std::string refused(std::string_view text, Read&& read) {
  // An allocation of its own: a byte read beyond it is seen by the sanitizers.
  const std::vector<char> own(text.begin(), text.end());
  status found;
  text_cursor at({own.data(), own.size()}, "f", found);
  read(at);
  return found.what();
}
double number(std::string_view text) {
  status found;
  text_cursor at(text, "f", found);
  const double x = at.number();
  CHECK(found.ok());
  CHECK(at.at_end());
  return x;
}

}  // namespace

TEST_CASE("numbers") {
  CHECK(same_bits(number("0"), 0.0));
  CHECK(same_bits(number("-0"), -0.0));
  CHECK(number("1.7976931348623157e+308") == std::numeric_limits<double>::max());
  CHECK(number("5e-324") == std::numeric_limits<double>::denorm_min());
  CHECK(number("0.30000000000000004") == 0.1 + 0.2);
  CHECK(number("inf") == smelt_test::endless);
  CHECK(number("-inf") == -smelt_test::endless);
  CHECK(same_bits(number("nan"), smelt_test::gone));
}

TEST_CASE("what is no number") {
  for (const char* text : {"", "-", "x", "+1", ".5", "1.5x", "0x10", "-nan", "nan(1)", "NAN", "inf2",
                           "infinity", "INF", "1e999", "-1e999", "1e-999", " 1", "\n1", "1,5", "--1"})
    CHECK_MESSAGE(refused(text, [](text_cursor& at) { at.number(); })
                      .starts_with("'f', line 1: expected a number, here is "),
                  text);
  CHECK(refused("12 abc\nx y", [](text_cursor& at) {
          at.number();
          at.space();
          at.name();
          at.line_end();
          at.number();
        }) == "'f', line 2: expected a number, here is 'x y'");
  CHECK(refused("\n", [](text_cursor& at) { at.number(); }) ==
        "'f', line 1: expected a number, here is the end of the line");
  CHECK(refused("a\tbcdefghijklmnopqrstuvwxyz", [](text_cursor& at) { at.number(); }) ==
        "'f', line 1: expected a number, here is 'a?bcdefghijklmnopqrstuvw'");
}

TEST_CASE("whole numbers") {
  status found;
  text_cursor at("0 7 18446744073709551615\n", "f", found);
  CHECK(at.count(5, "a count") == 0);
  at.space();
  CHECK(at.count_to(7, "a count") == 7);
  at.space();
  CHECK(at.count(std::numeric_limits<std::uint64_t>::max(), "a count") == ~std::uint64_t{0});
  CHECK(at.at_line_end());
  at.line_end();
  CHECK((found.ok() && at.at_end()));
  CHECK(refused("8", [](text_cursor& c) { CHECK(c.count(7, "a count") == 0); }) != "");
  for (const char* text : {"", "8", "-0", "-1", "+1", "1.0", "7x", "18446744073709551616", " 7"})
    CHECK_MESSAGE(refused(text, [](text_cursor& c) { c.count(7, "a count"); })
                      .starts_with("'f', line 1: expected a count from 0 to 7, here is "),
                  text);
}

TEST_CASE("words") {
  status found;
  text_cursor at("column columns a_1 00ff00aB\n", "f", found);
  CHECK((at.next_is("column") && !at.next_is("col") && !at.next_is("columns")));
  at.word("column");
  at.space();
  CHECK(!at.next_is("column"));
  at.word("columns");
  at.space();
  CHECK(at.name() == "a_1");
  at.space();
  CHECK(at.hex() == 0xff00abu);
  at.line_end();
  CHECK(found.ok());
  CHECK(refused("rowsx", [](text_cursor& c) { c.word("rows"); }) ==
        "'f', line 1: expected 'rows', here is 'rowsx'");
  CHECK(refused("A", [](text_cursor& c) { c.name(); }) ==
        "'f', line 1: expected a word, here is 'A'");
  for (const char* text : {"a-b", "a/b", "a:b", "a`b", "a{b", "aZ", ""})
    CHECK(refused(text, [](text_cursor& c) { CHECK(c.name() == ""); }) != "");
  CHECK(refused("\tx", [](text_cursor& c) { c.space(); }) ==
        "'f', line 1: expected a space, here is '?x'");
  CHECK(refused(" \n", [](text_cursor& c) { c.line_end(); }) ==
        "'f', line 1: expected the end of the line, here is ' '");
  for (const char* text : {"", "1234567", "123456789", "1234567g", "-1234567", "0x123456"})
    CHECK_MESSAGE(refused(text, [](text_cursor& c) { c.hex(); })
                      .starts_with("'f', line 1: expected eight hexadecimal digits, here is "),
                  text);
}

TEST_CASE("texts in quotes") {
  status found;
  text_cursor at("\"\" \"a \\\"b\\\" \\\\ \\x00\\x0a\\x7f \xff\"\n", "f", found);
  CHECK(at.quoted() == "");
  at.space();
  CHECK(at.quoted() == std::string("a \"b\" \\ \0\n\x7f \xff", 13));
  at.line_end();
  CHECK(found.ok());
  CHECK(refused("a", [](text_cursor& c) { c.quoted(); }) ==
        "'f', line 1: expected a text in quotes, here is 'a'");
  for (const char* text : {"\"", "\"a", "\"a\n\"", "\"\\", "\"\\n\"", "\"\\x", "\"\\x0", "\"\\x0\"",
                           "\"\\x0G\"", "\"\\xAA\""})
    CHECK_MESSAGE(refused(text, [](text_cursor& c) { c.quoted(); })
                      .starts_with("'f', line 1: expected a text that ends in a quote"),
                  text);
}

TEST_CASE("after the first mistake nothing moves and nothing else is said") {
  CHECK(refused("x 1", [](text_cursor& at) {
          at.number();
          at.word("x");
          at.space();
          CHECK(at.count(9, "n") == 0);
          CHECK(at.number() == 0.0);
          CHECK(at.name().empty());
          CHECK(at.hex() == 0);
          CHECK(at.quoted().empty());
          at.line_end();
          CHECK((!at.at_end() && !at.ok() && at.next_is("x")));
        }) == "'f', line 1: expected a number, here is 'x 1'");
}

TEST_CASE("nothing is read after a mistake, be it as it should be") {
  for (const char* text : {"7", "00ff00ff", "seven", "\"seven\"", " 7", "\n", "nan"}) {
    CHECK(refused(text, [](text_cursor& at) {
            at.word("x");
            CHECK(at.count(9, "n") == 0);
            CHECK(at.number() == 0.0);
            CHECK(at.name().empty());
            CHECK(at.hex() == 0);
            CHECK(at.quoted().empty());
            at.space();
            at.line_end();
            CHECK(!at.at_end());
          }).starts_with("'f', line 1: expected 'x', here is "));
  }
}
