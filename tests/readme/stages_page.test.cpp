// SPDX-License-Identifier: BSL-1.0
/// \file
/// The stages in docs/stages.md: the texts between the marks are the page's blocks, they compile, keep the laws
/// of stages, and have the right numbers.

#include <doctest/doctest.h>

#include <smelt/check_stage.hpp>
#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <readme/page.hpp>
#include <support/tables.hpp>

#include <cmath>
#include <string>

using namespace smelt;

namespace stages_page {

// clang-format off
// [a function]
struct log_op {
  static constexpr int numbers = 0;  // none of a column
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD V apply(V x, const V*) const {
    return each_element(x, [](double v) { return std::log1p(v); });
  }
};
/// y = log(1 + x); below -1 missing
struct log_1p {
  static constexpr effect does = effect::monotone;
  using op = log_op;
  template <class Slot>
  std::array<double, 0> solve(const Slot&) const {
    return {};
  }
  std::string text() const { return "log_1p"; }
};
// [a function]
// [numbers]
struct within_op {
  static constexpr int numbers = 2;
  static constexpr std::array<const char*, 2> meanings = {"low", "high"};
  template <class V>
  SMELT_HD V apply(V x, const V* n) const {
    return lesser(greater(x, n[0]), n[1]);
  }
};
/// Values further than `k` deviations from the mean of their column become the bound.
struct within {
  static constexpr effect does = effect::monotone;
  using needs = statistics<moments>;
  using op = within_op;
  double k;
  template <class Slot>
  std::array<double, 2> solve(const Slot& s) const {
    const double mean = mean_of(s).value;
    const double reach = k * deviation_of(s, 0).value;
    expect<value_error>(s, s.counts.present > 0, s.name(), ": there is no value to measure");
    return {mean - reach, mean + reach};
  }
  std::string text() const { return message("within(", k, ")"); }
};
// [numbers]
// clang-format on

}  // namespace stages_page

using namespace stages_page;

TEST_CASE("the page and this file say the same") {
  const std::string page = readme::text_of(SMELT_TEST_DATA_DIR "/../../docs/stages.md");
  const std::string here = readme::text_of(SMELT_TEST_DATA_DIR "/../readme/stages_page.test.cpp");
  for (const std::string name : {"a function", "numbers"}) {
    const std::string block = readme::marked(here, name);
    CHECK(block.find("SMELT_HD V apply") != std::string::npos);
    CHECK(page.find("\n```cpp\n" + block + "```\n") != std::string::npos);
  }
}

TEST_CASE("a function of one double is called for each element, on every policy") {
  const auto x = smelt_test::noise(300, 5, 9);
  const auto f = fit(on::seq, log_1p{} | clean(infinity::missing, fill::constant(-3)), x);
  const auto y = transform(on::seq, f, x);
  for (smelt::index r = 0; r < 300; ++r)
    for (smelt::index c = 0; c < 5; ++c) {
      const double right = std::log1p(x(r, c));
      CHECK(smelt_test::same_bits(y(r, c), std::isfinite(right) ? right : -3.0));
    }
  CHECK(smelt_test::difference(transform(on::eigen, f, x), y) == "");
  const auto report = check_stage(log_1p{}, {.low = -0.9, .high = 30}, on::eigen);
  CHECK_MESSAGE(report.ok(), report.text());
}

TEST_CASE("bounds by mean and deviation") {
  const auto report = check_stage(within{2}, on::eigen);
  CHECK_MESSAGE(report.ok(), report.text());
  const auto x = smelt_test::noise(1000, 3, 9);
  const auto f = fit(on::eigen, within{1.5}, x);
  CHECK(fit(on::seq, within{1.5}, x) == f);
  const auto y = transform(on::eigen, f, x);
  for (smelt::index c = 0; c < 3; ++c) {
    double n = 0, mean = 0, squares = 0;
    for (smelt::index r = 0; r < 1000; ++r)
      if (!missing(x(r, c))) {
        n += 1;
        mean += x(r, c);
      }
    mean /= n;
    for (smelt::index r = 0; r < 1000; ++r)
      if (!missing(x(r, c))) squares += (x(r, c) - mean) * (x(r, c) - mean);
    const double reach = 1.5 * std::sqrt(squares / n);
    for (smelt::index r = 0; r < 1000; ++r)
      if (!missing(x(r, c)))
        CHECK(y(r, c) == doctest::Approx(std::fmin(std::fmax(x(r, c), mean - reach), mean + reach)).epsilon(1e-12));
  }
  table<double> none(4, 1);
  for (smelt::index r = 0; r < 4; ++r) none(r, 0) = missing_value<double>;
  CHECK(smelt_test::thrown_by([&] { fit(on::seq, within{1}, none); }) == "column 0: there is no value to measure");
}

TEST_CASE("a chain that learns from filled values breaks no law") {
  const auto filled = check_stage(clean(fill::mean) | standardize(), on::eigen);
  CHECK_MESSAGE(filled.ok(), filled.text());
  const auto twice = check_stage(standardize() | fill::mean, on::eigen);
  CHECK_MESSAGE(twice.ok(), twice.text());
}
