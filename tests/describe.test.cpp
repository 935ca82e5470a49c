// SPDX-License-Identifier: BSL-1.0
/// \file
/// describe: the plan as text, word for word, and what a fit adds to it.

#include <smelt/describe.hpp>

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>
#include <support/tables.hpp>

#include <algorithm>  // std::fill_n
#include <string>

using namespace smelt;
using namespace smelt_test;

namespace {

/// A stage that says nothing of itself.
struct silent {
  static constexpr effect does = effect::affine;
  template <class Slot>
  affine solve(const Slot& s) const {
    return s.frame.then({0, 2, 0});
  }
};

}  // namespace

TEST_CASE("the example: a plan of one read") {
  // [describe example]
  auto chain = clean(fill::mean) | standardize() | normalize(min_max{-1, 1}) |
               sample(shuffled{seed{42}});
  std::string text = describe(chain);
  // [describe example]
  CHECK(text ==
        "chain      fill::mean | standardize() | normalize(min_max{-1, 1}) | "
        "sample(shuffled{seed{42}})\n"
        "fit        1 read\n"
        "  pass 1   fill::mean, standardize(), normalize(min_max{-1, 1})\n"
        "transform  1 pass, 1 read and 1 write of each element\n"
        "  rows     sample(shuffled{seed{42}})\n"
        "  op 1     fill::mean\n"
        "  op 2     standardize() + normalize(min_max{-1, 1})\n");
}

TEST_CASE("more passes say where they begin") {
  CHECK(describe(standardize() | clip(-3, 3) | standardize() | drop::columns(columns{1})) ==
        "chain      standardize() | clip(-3, 3) | standardize() | drop::columns(columns{1})\n"
        "fit        2 reads\n"
        "  pass 1   standardize()\n"
        "  pass 2   standardize() (after stages 1 to 2, computed on the fly)\n"
        "transform  1 pass, 1 read and 1 write of each element\n"
        "  columns  drop::columns(columns{1})\n"
        "  op 1     standardize()\n"
        "  op 2     clip(-3, 3)\n"
        "  op 3     standardize()\n");
}

TEST_CASE("a fill that is counted with a pass learns nothing in it") {
  const std::string text = describe(fill::mean | fill::constant(0) | standardize());
  CHECK(text.find("  pass 1   fill::mean, standardize()\n") != std::string::npos);
}

TEST_CASE("nothing to learn; a stage without words") {
  CHECK(describe(silent{}) ==
        "chain      a stage\n"
        "fit        nothing to learn\n"
        "transform  1 pass, 1 read and 1 write of each element\n"
        "  op 1     a stage\n");
}

TEST_CASE("a fit adds its size, and the columns in which a zero rule was needed") {
  const auto x = rows({{1, 7, 5}, {2, 7, 5}});
  const auto f = fit(on::seq, standardize(), x);
  const std::string text = describe(f);
  const std::string plan = describe(standardize());
  REQUIRE(text.size() > plan.size());
  CHECK(text.substr(0, plan.size()) == plan);
  CHECK(text.substr(plan.size()) ==
        "fitted     on 2 rows x 3 columns; 3 columns out\n"
        "numbers    3 a column, 192 bytes\n"
        "zero rule  standardize(): columns 1 2\n");
  CHECK(describe(f.values_only()) == text);
}

TEST_CASE("eight columns are listed, of nine one is more") {
  const auto fired = [](smelt::index cols) {
    table<double> x(2, cols);
    std::fill_n(x.data(), 2 * cols, 3.0);
    const std::string text = describe(fit(on::seq, standardize(), x));
    return text.substr(text.find("columns 0"));
  };
  CHECK(fired(8) == "columns 0 1 2 3 4 5 6 7\n");
  CHECK(fired(9) == "columns 0 1 2 3 4 5 6 7 and 1 more\n");
}

TEST_CASE("many columns are not listed; a repeated pass is told") {
  table<double> x(1100, 12);
  for (smelt::index r = 0; r < 1100; ++r)
    for (smelt::index c = 0; c < 12; ++c) x(r, c) = c > 0 ? 3.0 : r < 1024 ? gone : 1e9 + static_cast<double>(r % 2);
  const std::string text = describe(fit(on::seq, standardize(), x));
  CHECK(text.find("zero rule  standardize(): columns 1 2 3 4 5 6 7 8 and 3 more\n") != std::string::npos);
  CHECK(text.find("repeated   1 pass, for a better shift\n") != std::string::npos);
}

TEST_CASE("as data: a chain and its plan") {
  const auto d = described(at(columns{0}, standardize()) | clip(-3, 3) | standardize(zero::nan) |
                           drop::columns(columns{1}) | sample(shuffled{seed{4}}));
  CHECK(d.origin == fitted_on::nothing);
  CHECK((d.fit_passes == 2 && d.kernels == 1 && d.reads == 1 && d.writes == 1 && d.ops == 3));
  CHECK(d.pass_begins == std::vector<int>{0, 2});
  REQUIRE(d.stages.size() == 5);
  CHECK(d.stages[0].text == "at(columns{0}, standardize())");
  CHECK((d.stages[0].does == effect::affine && d.stages[0].learned && d.stages[0].pass == 0 && d.stages[0].op == 0));
  CHECK((d.stages[1].does == effect::monotone && !d.stages[1].learned && d.stages[1].pass == -1 && d.stages[1].op == 1));
  CHECK((d.stages[2].text == "standardize(zero::nan)" && d.stages[2].pass == 1 && d.stages[2].op == 2));
  CHECK((d.stages[3].does == effect::columns && d.stages[3].op == -1));
  CHECK((d.stages[4].does == effect::sampler && d.stages[4].meanings.empty()));
  CHECK((d.rows == 0 && d.cols == 0 && d.numbers == 0 && d.bytes == 0 && d.out.empty() && d.names.empty()));
  for (const auto& stage : d.stages) CHECK((stage.numbers.empty() && !stage.chosen && stage.fired.empty()));
  CHECK(described(silent{}).stages[0].text == "a stage");
}

TEST_CASE("as data: what was learned") {
  const auto x = rows({{1, gone, 7}, {gone, gone, 7}, {5, gone, 7}}, {"a", "b", "c"});
  const auto f = fit(on::seq, drop::missing_columns | at(columns{"a"}, fill::mean) | standardize(), x);
  const description d = described(f);
  CHECK((d.origin == fitted_on::plain && d.split_id == 0 && d.rows == 3 && d.cols == 3));
  CHECK(d.names == std::vector<std::string>{"a", "b", "c"});
  CHECK(d.out == std::vector<smelt::index>{0, 2});
  CHECK((d.numbers == 6 && d.bytes == 6 * 8 * 8 && d.repeated_passes == 0));
  CHECK(d.stages[0].numbers == std::vector<std::vector<double>>{{1, 0, 1}});
  CHECK(d.stages[0].meanings == std::vector<std::string>{"stays"});
  CHECK(d.stages[1].numbers[0][0] == 3.0);
  CHECK(missing(d.stages[1].numbers[0][2]));
  CHECK(d.stages[1].chosen == std::vector<smelt::index>{0});
  CHECK(!d.stages[2].chosen);
  CHECK(d.stages[2].fired == std::vector<smelt::index>{2});
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t k = 0; k < d.stages[i].numbers.size(); ++k)
      for (std::size_t c = 0; c < 3; ++c)
        CHECK(same_bits(d.stages[i].numbers[k][c],
                        f.number(i, static_cast<int>(k), static_cast<smelt::index>(c))));
  CHECK(describe(d) == describe(f));
  CHECK(describe(*described(std::nothrow, f)) == describe(f));
  CHECK(described(fit(on::seq, standardize(), x)).out == std::vector<smelt::index>{0, 1, 2});
}

TEST_CASE("as data: what it was fitted on") {
  const auto x = noise(20, 2);
  const auto parts = split<struct mine>(x, {.train = 0.5, .test = 0.5}, seed{3});
  CHECK(described(fit(on::seq, standardize(), x, whole_population)).origin == fitted_on::population);
  const auto d = described(fit(on::seq, standardize(), parts.train));
  CHECK((d.origin == fitted_on::train && d.split_id == parts.train.split_id));
}
