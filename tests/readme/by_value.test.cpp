// SPDX-License-Identifier: BSL-1.0
/// \file
/// The errors by value in README.md: the text between the marks is the page's block below that
/// heading, and it does what the page says.

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <readme/page.hpp>

#include <limits>
#include <string>
#include <vector>

namespace readme {

using namespace smelt;

std::string said;
std::vector<smelt::index> seen;
void report(const char* text) { said = text; }
void watch(smelt::index rows, smelt::index filled, smelt::index clipped, smelt::index dropped) {
  seen = {rows, filled, clipped, dropped};
}

template <class Chain>
void serve(const Chain& chain, const table<float>& history, const table<float>& rows,
           table<float>& scaled) {
// clang-format off
// [by value]
const auto fitted = fit(std::nothrow, on::eigen, chain, history);  // a status, and when it is ok a value
if (!fitted) return report(fitted.what());

const status ended = transform(std::nothrow, on::eigen, *fitted, rows, scaled, counted);
if (!ended) report(ended.what());  // transform: 1 infinite value(s), the first in row 3, column 0; ...
watch(ended.rows, ended.filled, ended.clipped, ended.dropped);
// [by value]
// clang-format on
}

/// What stands between the first two marks after `from`.
std::string between(const std::string& text, const std::string& from, const std::string& begin,
                    const std::string& end) {
  std::size_t at = text.find(from);
  if (at != std::string::npos) at = text.find(begin, at);
  if (at == std::string::npos) return {};
  at += begin.size();
  return text.substr(at, text.find(end, at) - at);
}

}  // namespace readme

TEST_CASE("the page and this file say the same") {
  const std::string page = readme::text_of(SMELT_TEST_DATA_DIR "/../../README.md");
  const std::string here = readme::text_of(SMELT_TEST_DATA_DIR "/../readme/by_value.test.cpp");
  const std::string block = readme::between(page, "## Errors by value\n", "```cpp\n", "```\n");
  CHECK(block.find("std::nothrow") != std::string::npos);
  CHECK(block == readme::between(here, "clang-format off\n", "// [by value]\n", "// [by value]\n"));
}

TEST_CASE("it says what the page says") {
  using namespace smelt;
  table<float> history(8, 2);
  for (smelt::index i = 0; i < 16; ++i) history.data()[i] = static_cast<float>(i % 5);
  table<float> rows = history, scaled(8, 2);
  rows(1, 1) = rows(2, 0) = missing_value<float>;
  rows(4, 0) = 100.0f;
  const auto chain = clean(fill::mean) | normalize(min_max{0, 1}, clipped);
  readme::serve(chain, history, rows, scaled);
  CHECK(readme::said.empty());
  CHECK(readme::seen == std::vector<smelt::index>{8, 2, 1, 0});
  rows(3, 0) = std::numeric_limits<float>::infinity();
  readme::serve(chain, history, rows, scaled);
  CHECK(readme::said.find("transform: 1 infinite value(s), the first in row 3, column 0; say ") == 0);
  CHECK(missing(scaled(3, 0)));
  CHECK(readme::seen == std::vector<smelt::index>{8, 2, 1, 0});
  readme::serve(chain, table<float>(0, 2), rows, scaled);
  CHECK(readme::said == "fit: the data have 0 rows, at least 1 is needed");
}
