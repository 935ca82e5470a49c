// SPDX-License-Identifier: BSL-1.0
/// \file
/// Laws of values: stages that break them.

#include <smelt/check/values.hpp>

#include <support/checked.hpp>
#include <support/recorded.hpp>

#include <algorithm>  // std::sort
#include <array>
#include <string>
#include <vector>

using namespace smelt;
using namespace smelt_test;

namespace {

/// A stage of one function of one value, with a claim about it.
template <class Op, effect Claim>
struct with_op {
  static constexpr effect does = Claim;
  using op = Op;
  template <class Slot>
  std::array<double, 0> solve(const Slot&) const {
    return {};
  }
};

struct missing_is_zero_op {
  static constexpr int numbers = 0;
  template <class V>
  V apply(V x, const V*) const {
    return where(missing(x), V(0.0), x);
  }
};
struct square_op {
  static constexpr int numbers = 0;
  template <class V>
  V apply(V x, const V*) const {
    return product(x, x);
  }
};
struct halved_op {
  static constexpr int numbers = 0;
  template <class V>
  V apply(V x, const V*) const {
    return product(x, V(0.5));
  }
  double invert(double y, const double*) const { return 3.0 * y; }
};

/// Counts missing values as zeros.
struct all_counted {
  static constexpr int fields = 1;
  static constexpr bool laned = true;
  static constexpr double identity(int) { return 0.0; }
  template <class V, class Mask>
  static void note(V* f, V x, V, Mask present) {
    f[0] = add(f[0], where(present, x, V(1.0)));
  }
  template <class V>
  static void merge(V* f, const V* g) {
    f[0] = add(f[0], g[0]);
  }
  struct value {
    double sum = 0.0;
  };
  static value finish(const double* f, double, smelt::index) { return {f[0]}; }
};
struct by_all_counted {
  static constexpr effect does = effect::affine;
  using needs = statistics<all_counted>;
  template <class Slot>
  affine solve(const Slot& s) const {
    return s.frame.then({s.template get<all_counted>().sum, 1.0, 0.0});
  }
};

/// Takes the mean of the column before its own.
struct by_the_column_before {
  static constexpr effect does = effect::affine;
  using needs = statistics<moments>;
  template <class Slot>
  affine solve(const Slot& s) const {
    static double before = 0.0;
    const double mean = s.column == 0 ? 0.0 : before;
    before = mean_of(s).value;
    return s.frame.then({mean, 1.0, 0.0});
  }
};

/// Adds 7 to one column, the second.
struct knows_the_second {
  static constexpr effect does = effect::affine;
  template <class Slot>
  affine solve(const Slot& s) const {
    return s.frame.then({0.0, 1.0, s.column == 1 ? 7.0 : 0.0});
  }
};

/// Does as on::seq, but for data with a negative infinity.
struct minds_negative_infinities : std::remove_cvref_t<decltype(on::seq)> {
  using base = std::remove_cvref_t<decltype(on::seq)>;
  template <class Program, class View, class Out, class Written>
  smelt::index map(const Program& p, const View& x, const map_request& request, const Out& out,
                   pass_status& status, const Written& written) const {
    const auto n = base::map(p, x, request, out, status, written);
    for (smelt::index r = 0; r < x.rows(); ++r)
      for (smelt::index c = 0; c < x.cols(); ++c)
        if (x(r, c) == -infinite_value<double>) out(0, 0) = 77;
    return n;
  }
};

using list = std::vector<std::string>;
template <class Stage, class... Policies>
list looked_at(const Stage& stage, const stage_example& example, const Policies&... policies) {
  return recorded(
      [](const auto& exam) {
        smelt::detail::examine_missing(exam);
        smelt::detail::examine_infinity(exam);
        smelt::detail::examine_order(exam);
        smelt::detail::examine_columns(exam);
        smelt::detail::examine_inverse(exam);
      },
      as_chain(stage), example, policies...);
}

}  // namespace

TEST_CASE("all that is looked at of values") {
  const auto cases = looked_at(clip(-1, 1), {.cols = 3}, on::eigen);
  CHECK(cases_of(smelt::detail::law_nan, cases) == list{"on::seq", "policy 1"});
  CHECK(cases_of(smelt::detail::law_missing, cases) == list{"one more row of missing values"});
  list places;
  for (const std::string place : {"row 0, column 1", "row 1029, column 1", "row 2050, column 2"})
    for (int sign = 0; sign < 2; ++sign)
      for (const char* more : {"", "", ", on::seq", " transformed, on::seq", ", policy 1",
                               " transformed, policy 1"})
        places.push_back(place + more);
  CHECK(cases_of(smelt::detail::law_infinity, cases) == places);
  CHECK(cases_of(smelt::detail::law_monotone, cases) == list{"column 0", "column 1", "column 2"});
  CHECK(cases_of(smelt::detail::law_columns, cases) ==
        list{"the last column and the first", "column 0 alone", "column 1 alone", "column 2 alone"});
  const auto line = looked_at(standardize(), {.cols = 3}, on::eigen);
  CHECK(cases_of(smelt::detail::law_inverse, line) == list{"on::seq", "policy 1"});
  // One column of two stays.
  const auto leaving = looked_at(drop::columns({0}), {.cols = 2, .columns_alike = false}, on::eigen);
  for (const auto& said : cases_of(smelt::detail::law_infinity, leaving))
    CHECK_MESSAGE(said.find(": ") == said.npos, said);
}

TEST_CASE("what is found, with its place and its numbers") {
  const auto x = smelt::detail::example_table({.cols = 2}, 2051, 2, 11);
  smelt::index hole = 0;
  while (!missing(x.data()[hole])) ++hole;
  REQUIRE(hole / 2 > 1);  // a row that is no column
  CHECK(cases_of(smelt::detail::law_missing,
                 looked_at(with_op<missing_is_zero_op, effect::monotone>{}, {.cols = 2})) ==
        list{message("row ", hole / 2, ", column ", hole % 2, ": a missing value becomes 0")});
  const auto squares = looked_at(with_op<square_op, effect::monotone>{}, {.cols = 2});
  const auto whole = smelt::detail::example_table({.cols = 2}, 2051, 2, 0);
  list turning;
  for (smelt::index c = 0; c < 2; ++c) {
    std::vector<double> sorted;
    for (smelt::index r = 0; r < 2051; ++r) sorted.push_back(whole(r, c));
    std::sort(sorted.begin(), sorted.end());
    std::string up;
    std::string down;
    for (std::size_t i = 1; i < sorted.size(); ++i) {
      const double a = product(sorted[i - 1], sorted[i - 1]);
      const double b = product(sorted[i], sorted[i]);
      std::string& first = b < a ? up : down;
      if (first.empty() && !equal(a, b))
        first = message(sorted[i - 1], " becomes ", a, " and ", sorted[i], " becomes ", b);
    }
    turning.push_back(message("column ", c, ": ") + up + ", but " + down);
  }
  CHECK(cases_of(smelt::detail::law_monotone, squares) == turning);
  CHECK(cases_of(smelt::detail::law_columns, looked_at(knows_the_second{}, {.cols = 3})) ==
        list{"the last column and the first: stage 0, number 2: 0 against 7", "column 0 alone",
             "column 1 alone: stage 0, number 2: 7 against 0",
             "column 2 alone"});
  const auto negative = cases_of(smelt::detail::law_infinity,
                                 looked_at(clip(-1, 1), {.cols = 3}, minds_negative_infinities{}));
  int spoiled = 0;
  for (const auto& said : negative) spoiled += said.find("against") != said.npos;
  CHECK(spoiled == 3);
}

TEST_CASE("a missing value that becomes a number") {
  const auto text = complaint(with_op<missing_is_zero_op, effect::monotone>{});
  CHECK(says(text,
             "A missing value is left out of the fit, and stays missing unless it is filled. Not "
             "so for row "));
  CHECK(says(text, ": a missing value becomes 0"));
}

TEST_CASE("a statistic that counts missing values") {
  const auto text = complaint(by_all_counted{});
  CHECK(says(text,
             "A missing value is left out of the fit, and stays missing unless it is filled. Not "
             "so for one more row of missing values: stage 0, number 0, column 0: "));
}

TEST_CASE("a stage that says it is monotone") {
  const auto text = complaint(with_op<square_op, effect::monotone>{});
  CHECK(says(text,
             "A monotone stage keeps the order of values, or turns it round. Not so for column "
             "0: "));
}

TEST_CASE("a stage that looks at another column") {
  const auto text = complaint(by_the_column_before{});
  CHECK(says(text,
             "A column has the same numbers and results whatever columns are beside it. Not so "
             "for the last column and the first: stage 0, number 0: "));
}

TEST_CASE("an inverse that leads elsewhere") {
  const auto text = complaint(with_op<halved_op, effect::monotone>{});
  CHECK(
      says(text, "The inverse leads back to what is transformed alike. Not so for on::seq: row "));
}
