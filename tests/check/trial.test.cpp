// SPDX-License-Identifier: BSL-1.0
#include <smelt/check/trial.hpp>

#include <support/checked.hpp>

#include <algorithm>  // std::copy_n
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

using namespace smelt;
using namespace smelt::detail;

TEST_CASE("trials differ in their numbers, their results, or what is refused") {
  auto x = example_table({}, 20, 2, 0);
  const auto stages = as_chain(standardize());
  const auto first = tried(on::seq, stages, x.view());
  CHECK(first.refused == "");
  CHECK(trial_difference(first, tried(on::eigen, stages, x.view())) == "");
  auto other = first;
  other.made(3, 1) = 7.0;
  CHECK(trial_difference(other, first).find("row 3, column 1: 7 against ") == 0);
  x(0, 0) = 9.0;
  CHECK(trial_difference(first, tried(on::seq, stages, x.view()))
            .find("stage 0, number 0, column 0: ") == 0);
  x(0, 0) = infinite_value<double>;
  const auto refused = tried(on::seq, stages, x.view());
  CHECK(refused.refused.find("fit: 1 infinite value(s)") == 0);
  CHECK(trial_difference(first, refused).find("'' is thrown against 'fit: 1 infinite") == 0);
  CHECK(trial_difference(refused, refused) == "");
}

TEST_CASE("two fits differ in the first of their numbers that do") {
  const auto x = example_table({}, 20, 3, 0);
  const auto fitted_as = [&](const auto& stages) { return fit(on::seq, stages, x); };
  const auto narrow = fit(on::seq, fill::constant(0) | clip(-1, 1), picked_columns(x, {0, 1}));
  const auto one = fitted_as(fill::constant(0) | clip(-1, 1));
  CHECK(fit_difference(one, one) == "");
  CHECK(fit_difference(narrow, one) == "fitted on 2 columns against 3");
  CHECK(fit_difference(one, fitted_as(fill::constant(0) | clip(-1, 2))) ==
        "stage 1, number 1, column 0: 1 against 2");
  CHECK(fit_difference(fitted_as(as_chain(fill::each({1, 2, 3}))),
                       fitted_as(as_chain(fill::each({1, 2, 4})))) ==
        "stage 0, number 0, column 2: 3 against 4");
  CHECK(fit_difference(fitted_as(as_chain(drop::columns({0}))),
                       fitted_as(as_chain(drop::columns({0, 1})))) ==
        "stage 0, number 0, column 1: 1 against 0");
  table<double> named(20, 3, {"a", "b", "c"});
  std::copy_n(x.data(), 60, named.data());
  CHECK(fit_difference(one, fit(on::seq, fill::constant(0) | clip(-1, 1), named)) ==
        "the same numbers, of columns that are named otherwise");
  // In a trial too the first is the one that was expected.
  CHECK(trial_difference(tried(on::seq, fill::constant(0) | clip(-1, 1), x.view()),
                         tried(on::seq, fill::constant(0) | clip(-1, 2), x.view())) ==
        "stage 1, number 1, column 0: 1 against 2");
}

TEST_CASE("an examination has its table, its notes and its policies by name") {
  const auto stages = as_chain(clip(-1, 1));
  const stage_example example{.cols = 3, .rows = 7};
  stage_report report("clip");
  const examination<std::remove_const_t<decltype(stages)>, std::remove_cvref_t<decltype(on::seq)>,
                    std::remove_cvref_t<decltype(on::eigen)>,
                    std::remove_cvref_t<decltype(on::eigen)>>
      exam{stages, example, {on::seq, on::eigen, on::eigen}, report};
  CHECK(table_difference(exam.main_table(), example_table(example, 7, 3, 11)) == "");
  std::vector<std::string> names;
  exam.each_policy([&](const auto&, const std::string& name) { names.push_back(name); });
  CHECK(names == std::vector<std::string>{"on::seq", "policy 1", "policy 2"});
  exam.note("Order", "row 1", "2 before 1");
  exam.notes("Order", "row 2", [] { return std::string(); });
  exam.notes("Size", "row 3", [] { return std::string("too small"); });
  exam.notes("Peace", "row 4", []() -> std::string { throw std::runtime_error("no"); });
  CHECK(report.text() ==
        "clip: 4 cases, 3 laws broken\nOrder. Not so for row 1: 2 before 1\n"
        "Size. Not so for row 3: too small\nPeace. Not so for row 4: 'no' is thrown\n");
}

TEST_CASE("what a chain does decides which laws it is held to") {
  CHECK(only<decltype(as_chain(standardize())), effect::affine, effect::fill>);
  CHECK(!only<decltype(fill::mean | drop::any), effect::affine, effect::fill>);
  CHECK(judges_across<decltype(fill::mean | normalize(l2))>);
  CHECK(judges_across<decltype(as_chain(standardize(over::table)))>);
  CHECK(!judges_across<decltype(fill::mean | clip(0, 1))>);
  CHECK(numbers_rows<decltype(as_chain(drop::where(nullptr, 0)))>);
  CHECK(!numbers_rows<decltype(as_chain(drop::any))>);
}
