// SPDX-License-Identifier: BSL-1.0
/// \file
/// Texts of fitted chains back into data: all that the writer writes, and every way in which a text
/// can be wrong, with its words.

#include <smelt/stored/reader.hpp>

#include <doctest/doctest.h>

#include <smelt/stored/writer.hpp>
#include <support/allocation_hook.hpp>
#include <support/tables.hpp>

using namespace smelt;
using namespace smelt::detail;
using smelt_test::gone;

namespace {

stored_chain sample() {
  stored_chain chain;
  description& d = chain.told;
  d.origin = fitted_on::population;
  d.split_id = 9;
  d.rows = 12;
  d.repeated_passes = 1;
  d.cols = 3;
  d.names = {"a \"x\"", "", "c\nd"};
  stage_description one;
  one.text = "at(columns{'a'}, thing())";
  one.does = effect::affine;
  one.meanings = {"centre", "slope", "offset"};
  one.numbers = {{0.1, gone, -0.0}, {1e300, 5e-324, 1}, {smelt_test::endless, -smelt_test::endless, 0}};
  one.chosen = {{0, 2}};
  one.fired = {1};
  stage_description two;
  two.text = "mask";
  two.does = effect::drop;
  stage_description three;
  three.text = "none";
  three.does = effect::value;
  three.chosen.emplace();
  d.stages = {one, two, three};
  chain.given = {std::nullopt, given_bytes{5, 0xbeef}, std::nullopt};
  return chain;
}

std::string refused(const std::string& text) {
  status found;
  read_stored(text, "f", found);
  return found.what();
}
/// The body of the sample with one text put for another, and the checksum that belongs to it.
std::string changed(const std::string& from, const std::string& to) {
  std::string body = stored_text(sample());
  body.resize(body.rfind("end "));
  const auto at = body.find(from);
  REQUIRE(at != std::string::npos);
  return sealed(body.replace(at, from.size(), to));
}

}  // namespace

TEST_CASE("what was written is read, number for number") {
  const stored_chain chain = sample();
  const std::string text = stored_text(chain);
  status found;
  const stored_chain back = read_stored(text, "f", found);
  REQUIRE(found.ok());
  CHECK(stored_text(back) == text);
  const description& d = back.told;
  CHECK((d.origin == fitted_on::population && d.split_id == 9 && d.rows == 12 && d.cols == 3 &&
         d.repeated_passes == 1));
  CHECK(d.names == chain.told.names);
  CHECK(back.given == chain.given);
  REQUIRE(d.stages.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& was = chain.told.stages[i];
    const auto& is = d.stages[i];
    CHECK((is.text == was.text && is.does == was.does && is.meanings == was.meanings &&
           is.chosen == was.chosen && is.fired == was.fired));
    REQUIRE(is.numbers.size() == was.numbers.size());
    for (std::size_t k = 0; k < is.numbers.size(); ++k)
      for (std::size_t c = 0; c < 3; ++c)
        CHECK(smelt_test::same_bits(is.numbers[k][c], was.numbers[k][c]));
  }
  stored_chain nameless = chain;
  nameless.told.names.clear();
  status ended;
  CHECK(read_stored(stored_text(nameless), "f", ended).told.names.empty());
  CHECK(ended.ok());
}

TEST_CASE("not one of these files, a newer one, a changed one") {
  const std::string text = stored_text(sample());
  CHECK(refused("") == "'f' is no fitted chain of smelt: it begins with ''");
  CHECK(refused("\x7f" "ELF\nmore") == "'f' is no fitted chain of smelt: it begins with '?ELF'");
  CHECK(refused("mass,length\n1,2\n") == "'f' is no fitted chain of smelt: it begins with 'mass,length'");
  CHECK(refused("smelt fitted chain, version x\n") ==
        "'f' is no fitted chain of smelt: it begins with 'smelt fitted chain, version x'");
  CHECK(refused("smelt fitted chain, version 0\n") != "");
  CHECK(refused("smelt fitted chain, version 2\nwhatever\n") ==
        "'f' has format version 2, this smelt reads versions up to 1");
  CHECK(refused(text.substr(0, text.find('\n')) + "\r" + text.substr(text.find('\n'))) ==
        "'f' was changed: its lines end in CR LF, smelt ends them in LF");
  std::string wrong = text;
  wrong[text.find("0.1")] = '7';
  CHECK(refused(wrong).starts_with("'f' was changed: its checksum is "));
  CHECK(refused(wrong).find(", that of its text is ") != std::string::npos);
  std::string sum = text;
  sum.replace(sum.size() - 9, 8, "0000000g");
  CHECK(refused(sum).starts_with("'f' was changed: its checksum is 0000000g, that of its text is "));
  std::string last = text;
  last.back() = ' ';
  CHECK(refused(last).starts_with("'f' was changed: its checksum is "));
}

TEST_CASE("cut anywhere; longer by anything") {
  const std::string text = stored_text(sample());
  for (std::size_t size = 0; size < text.size(); ++size) {
    const std::string said = refused(text.substr(0, size));
    if (size > 40)
      CHECK(said == "'f' is cut short: its last line, 'end' and a checksum, is missing");
    else
      CHECK(said != "");
  }
  CHECK(refused(text + "\n") == "'f' is too long: 1 bytes follow its last line");
  CHECK(refused(text + text).starts_with("'f' is too long: "));
}

TEST_CASE("every byte changed is noticed") {
  const std::string text = stored_text(sample());
  for (std::size_t at = 0; at < text.size(); ++at)
    for (const int flip : {1, 0x20, 0x80}) {
      std::string wrong = text;
      wrong[at] = static_cast<char>(wrong[at] ^ flip);
      CHECK(refused(wrong) != "");
    }
}

TEST_CASE("a text that another program wrote, with its checksum") {
  const auto says = [](const std::string& from, const std::string& to, const std::string& words) {
    CHECK(refused(changed(from, to)) == "'f', line " + words);
  };
  says("version 1", "version 01 ", "1: expected the end of the line, here is ' '");
  says("origin population", "origin nothing", "2: expected an origin, here is 'nothing 9'");
  says("origin population 9", "origin train 0",
       "2: expected the split of a train part, here is the end of the line");
  says("origin population 9", "origin plain -1",
       "2: expected a split from 0 to 18446744073709551615, here is '-1'");
  says("rows 12", "rows -12",
       "3: expected a number from 0 to 9223372036854775807, here is '-12'");
  says("rows 12", "rows 9223372036854775808",
       "3: expected a number from 0 to 9223372036854775807, here is '9223372036854775808'");
  says("repeated 1", "repeated 1048577",
       "4: expected a number from 0 to 1048576, here is '1048577'");
  says("stages 3", "stages 4", "9: expected 'stage', here is 'columns 3'");
  says("stages 3", "stages 2", "8: expected 'columns', here is 'stage 3 value \"none\"'");
  says("stage 2 ", "stage 3 ", "7: expected '2', here is '3 drop \"mask\"'");
  says("2 drop", "2 drops", "7: expected an effect, here is 'drops \"mask\"'");
  says("\"mask\"", "mask", "7: expected a text in quotes, here is 'mask'");
  says("columns 3", "columns 4", "13: expected 'column', here is 'on 1 0 2'");
  says("columns 3", "columns 2", "12: expected a section of a stage, here is 'column 2 \"c\\x0ad\"'");
  says("columns 3", "columns 0",
       "10: expected one column or more, here is 'column 0 \"a \\\"x\\\"\"'");
  says("column 1 \"\"", "column 1", "11: expected a space, here is the end of the line");
  says("column 0 \"a \\\"x\\\"\"", "column 0", "11: expected the end of the line, here is ' \"\"'");
  says("\non 1", "\non 4", "13: expected a stage from 0 to 3, here is '4 0 2'");
  says("\non 1", "\non 0", "13: expected a section that comes later, here is ' 0 2'");
  says("on 1 0 2", "on 1 0 3", "13: expected a column from 0 to 2, here is '3'");
  says("on 1 0 2", "on 1 2 2",
       "13: expected columns in their order before this, here is the end of the line");
  says("on 1 0 2\n", "on 1 0 2\non 1 0 2\n",
       "14: expected a section that comes later, here is ' 0 2'");
  says("fired 1 1\n", "fired 1 1\nnumbers 1 more\n",
       "19: expected a section that comes later, here is ' more'");
  says("numbers 1 centre slope offset\n", "numbers 1\n",
       "14: expected what the numbers mean, here is the end of the line");
  says("0 0.1 1e+300 inf\n", "0 0.1 1e+300\n", "15: expected a space, here is the end of the line");
  says("0 0.1 1e+300 inf\n", "0 0.1 1e+300 inf 2\n",
       "15: expected the end of the line, here is ' 2'");
  says("0 0.1", "0 0,1", "15: expected a number, here is '0,1 1e+300 inf'");
  says("1 nan", "2 nan", "16: expected '1', here is '2 nan 5e-324 -inf'");
  says("0000beef", "beef", "19: expected eight hexadecimal digits, here is 'beef'");
  says("given 2 5", "given 2 -5",
       "19: expected a number of bytes from 0 to 9223372036854775807, here is '-5 0000beef'");
  says("given 2", "taken 2", "19: expected a section of a stage, here is 'taken 2 5 0000beef'");
}

TEST_CASE("claims cost no memory") {
  for (const auto& [from, to] : {std::pair{"columns 3", "columns 9223372036854775807"},
                                 std::pair{"stages 3", "stages 9223372036854775807"},
                                 std::pair{"rows 12", "rows 9223372036854775807"},
                                 std::pair{"given 2 5", "given 2 9223372036854775807"}}) {
    const std::string text = changed(from, to);
    const auto asked = smelt_test::blocks_of([&] {
      status found;
      read_stored(text, "f", found);
    });
    CHECK(asked.largest < 4 * text.size());
  }
}
