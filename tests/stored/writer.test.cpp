// SPDX-License-Identifier: BSL-1.0
/// \file
/// A fitted chain as text, word for word; numbers and names at their edges.

#include <smelt/stored/writer.hpp>

#include <doctest/doctest.h>

#include <cstring>
#include <limits>

using namespace smelt;
using namespace smelt::detail;

namespace {

std::string number(double x) {
  std::string text;
  write_number(text, x);
  return text;
}
std::string quoted(std::string_view words) {
  std::string text;
  write_quoted(text, words);
  return text;
}

}  // namespace

TEST_CASE("numbers are the shortest that name their double") {
  using limits = std::numeric_limits<double>;
  CHECK(number(0.1) == "0.1");
  CHECK(number(1.0) == "1");
  CHECK(number(0.0) == "0");
  CHECK(number(-0.0) == "-0");
  CHECK(number(1e300) == "1e+300");
  CHECK(number(limits::denorm_min()) == "5e-324");
  CHECK(number(limits::max()) == "1.7976931348623157e+308");
  CHECK(number(0.1 + 0.2) == "0.30000000000000004");
  CHECK(number(limits::infinity()) == "inf");
  CHECK(number(-limits::infinity()) == "-inf");
  CHECK(number(limits::quiet_NaN()) == "nan");
  CHECK(number(-limits::quiet_NaN()) == "nan");
}

TEST_CASE("names of any bytes stay in one line") {
  CHECK(quoted("") == "\"\"");
  CHECK(quoted("body mass [g]") == "\"body mass [g]\"");
  CHECK(quoted("a \"b\" \\c") == "\"a \\\"b\\\" \\\\c\"");
  CHECK(quoted(std::string_view("\0\n\r\t\x1f\x7f", 6)) == "\"\\x00\\x0a\\x0d\\x09\\x1f\\x7f\"");
  CHECK(quoted("L\xc3\xa4nge \xff") == "\"L\xc3\xa4nge \xff\"");
}

TEST_CASE("a chain, line by line") {
  stored_chain chain;
  description& d = chain.told;
  d.origin = fitted_on::train;
  d.split_id = 18446744073709551615u;
  d.rows = 12;
  d.repeated_passes = 1;
  d.cols = 2;
  d.names = {"a", "b\n"};
  stage_description one;
  one.text = "at(columns{1}, thing(\"x\"))";
  one.does = effect::monotone;
  one.meanings = {"low", "high"};
  one.numbers = {{0.5, -0.0}, {1.5, 2}};
  one.chosen = {{1}};
  one.fired = {0, 1};
  stage_description two;
  two.text = "mask";
  two.does = effect::drop;
  d.stages = {one, two};
  chain.given = {std::nullopt, given_bytes{5, 0xbeef}};
  const std::string text = stored_text(chain);
  const std::string body =
      "smelt fitted chain, version 1\n"
      "origin train 18446744073709551615\n"
      "rows 12\n"
      "repeated 1\n"
      "stages 2\n"
      "stage 1 monotone \"at(columns{1}, thing(\\\"x\\\"))\"\n"
      "stage 2 drop \"mask\"\n"
      "columns 2\n"
      "column 0 \"a\"\n"
      "column 1 \"b\\x0a\"\n"
      "on 1 1\n"
      "numbers 1 low high\n"
      "0 0.5 1.5\n"
      "1 -0 2\n"
      "fired 1 0 1\n"
      "given 2 5 0000beef\n"
      "end ";
  CHECK(text == body + hex8(crc32c(body)) + "\n");
  d.names.clear();
  CHECK(stored_text(chain).find("column 0\ncolumn 1\n") != std::string::npos);
}

TEST_CASE("eight digits, small letters") {
  CHECK(hex8(0) == "00000000");
  CHECK(hex8(0xfedcba98u) == "fedcba98");
}
