// SPDX-License-Identifier: BSL-1.0
/// \file
/// The check of a stage of one's own in README.md: the text between the marks is the page's third
/// block of C++, and the stage of its second block keeps every law.

#include <doctest/doctest.h>

#include <smelt/check_stage.hpp>
#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <readme/page.hpp>

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

}  // namespace

TEST_CASE("the stage of the page keeps every law") {
// [check stage]
const auto report = check_stage(cube{}, on::eigen);   // #include <smelt/check_stage.hpp>
CHECK_MESSAGE(report.ok(), report.text());
// [check stage]
  CHECK(report.cases() > 100);
}

TEST_CASE("the page and this file say the same") {
  const std::string page = readme::text_of(SMELT_TEST_DATA_DIR "/../../README.md");
  const std::string here = readme::text_of(SMELT_TEST_DATA_DIR "/../readme/check_stage.test.cpp");
  const std::string block = readme::marked(here, "check stage");
  CHECK(block.find("check_stage(cube{}, on::eigen)") != std::string::npos);
  CHECK(page.find("\n```cpp\n" + block + "```\n") != std::string::npos);
}
