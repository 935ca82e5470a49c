// SPDX-License-Identifier: BSL-1.0
/// \file
/// The stage of one's own in README.md: the text between the marks is the page's second block of
/// C++, it compiles, it plans to one read, and it has the right numbers.

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <readme/page.hpp>

#include <cmath>
#include <string>

namespace readme {

using namespace smelt;

// [own stage]
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
auto chain = clean(fill::mean) | cube{} | standardize();   // still one read
// [own stage]

static_assert(plan_of<decltype(chain)>.fit_passes == 1);

/// The text after the `number`-th `begin` up to the next `end`; empty when there is none.
std::string between(const std::string& text, const std::string& begin, int number,
                    const std::string& end) {
  std::size_t at = 0;
  for (int i = 0; i < number; ++i) {
    at = text.find(begin, at);
    if (at == std::string::npos) return {};
    at += begin.size();
  }
  const std::size_t last = text.find(end, at);
  return last == std::string::npos ? std::string() : text.substr(at, last - at);
}

}  // namespace readme

TEST_CASE("the page and this file say the same") {
  const std::string page = readme::text_of(SMELT_TEST_DATA_DIR "/../../README.md");
  const std::string here = readme::text_of(SMELT_TEST_DATA_DIR "/../readme/own_stage.test.cpp");
  const std::string block = readme::between(page, "\n```cpp\n", 2, "```\n");
  CHECK(block.find("struct cube") != std::string::npos);
  CHECK(block == readme::between(here, "// [own stage]\n", 1, "// [own stage]\n"));
}

TEST_CASE("the page and the CUDA program of the tests say the same") {
  const std::string page = readme::text_of(SMELT_TEST_DATA_DIR "/../../README.md");
  const std::string there = readme::text_of(SMELT_TEST_DATA_DIR "/../cuda/program.cu");
  const std::string block = readme::between(page, "\n```cpp\n", 4, "```\n");
  CHECK(block.find("to_device") != std::string::npos);
  CHECK(block == readme::between(there, "// [on a device]\n", 1, "// [on a device]\n"));
}

TEST_CASE("it is cubed, and standardized from one read") {
  smelt::table<double> x(5, 1);
  const double values[] = {1, -2, smelt::missing_value<double>, 3, 2};
  for (smelt::index r = 0; r < 5; ++r) x(r, 0) = values[r];
  const auto f = smelt::fit(smelt::on::eigen, readme::chain, x);
  CHECK(smelt::fit(smelt::on::seq, readme::chain, x) == f);
  const auto y = smelt::transform(smelt::on::eigen, f, x);
  const double cubes[] = {1, -8, 1, 27, 8};  // the mean of the present values is 1
  double mean = 0.0;
  double squares = 0.0;
  for (const double c : cubes) mean += c / 5;
  for (const double c : cubes) squares += (c - mean) * (c - mean) / 5;
  for (smelt::index r = 0; r < 5; ++r)
    CHECK(y(r, 0) == doctest::Approx((cubes[r] - mean) / std::sqrt(squares)).epsilon(1e-14));
}
