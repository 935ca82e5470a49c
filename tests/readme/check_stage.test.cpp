// SPDX-License-Identifier: BSL-1.0
/// \file
/// The check of a stage of one's own in README.md: the text between the marks is the page's third
/// block of C++, and the stage of its second block keeps every law.

#include <doctest/doctest.h>

#include <smelt/check_stage.hpp>
#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>

#include <fstream>
#include <iterator>
#include <string>

namespace {

using namespace smelt;

struct cube_op {
  static constexpr int numbers = 0;
  template <class V>
  V apply(V x, const V*) const { return product(product(x, x), x); }
};
struct cube {
  static constexpr effect does = effect::monotone;
  using op = cube_op;
  template <class Slot>
  std::array<double, 0> solve(const Slot&) const { return {}; }
};

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("the stage of the page keeps every law") {
// [check stage]
const auto report = check_stage(cube{}, on::eigen);   // #include <smelt/check_stage.hpp>
CHECK_MESSAGE(report.ok(), report.text());
// [check stage]
  CHECK(report.cases() > 100);
}

TEST_CASE("the page and this file say the same") {
  const std::string page = text_of(SMELT_TEST_DATA_DIR "/../../README.md");
  const std::string here = text_of(SMELT_TEST_DATA_DIR "/../readme/check_stage.test.cpp");
  const std::string mark = "// [check stage]\n";
  const std::size_t begin = here.find(mark) + mark.size();
  const std::string block = here.substr(begin, here.find(mark, begin) - begin);
  CHECK(block.find("check_stage(cube{}, on::eigen)") != std::string::npos);
  CHECK(page.find("\n```cpp\n" + block + "```\n") != std::string::npos);
}
