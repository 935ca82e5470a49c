// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a wrong call returns can be used like any result, so that nothing more is said. (What the
/// sentences are, and that they are spoken, is tested in tests/compile_fail.)

#include <smelt/core/say.hpp>

#include <doctest/doctest.h>

#include <concepts>
#include <iosfwd>
#include <string>

using namespace smelt;

static_assert(!always_false<int> && !always_false<>);
static_assert(any_poison<poison> && any_poison<int, const poison&> && !any_poison<int> &&
              !any_poison<>);

// It becomes what the program wants.
static_assert(std::is_convertible_v<poison, int> && std::is_convertible_v<poison, std::string>);
static_assert(std::is_convertible_v<const poison&, const double&>);

// It is read like a table, batches, parts, a fitted chain.
template <class X>
concept used_as_any_result = requires(const X& p, std::ostream& out) {
  { p(0, 1) + 1.0 } -> std::convertible_to<double>;
  { p[0] * 2.0 } -> std::convertible_to<double>;
  { p.rows() + p.cols() + p.size() } -> std::integral;
  { p.values_only().without_sampling().view() } -> std::same_as<poison>;
  { p.train.rows() + p.test.rows() + p.validation.rows() } -> std::integral;
  { p.template get<int>() } -> std::same_as<poison>;
  { out << p } -> std::same_as<std::ostream&>;
  { p == 8 } -> std::same_as<bool>;
  { *p.begin() } -> std::same_as<poison&>;
  p.begin() != p.end();
  p.x(0, 0) < p.y[0];
};
static_assert(used_as_any_result<poison>);

TEST_CASE("every sentence begins with the name of the library and ends") {
  for (const std::string sentence :
       {SMELT_SAY_NOT_A_VIEW, SMELT_SAY_NOT_A_STAGE, SMELT_SAY_NOT_FITTED, SMELT_SAY_PIECES}) {
    CHECK(sentence.substr(0, 7) == "smelt: ");
    CHECK(sentence.back() == '.');
  }
}
