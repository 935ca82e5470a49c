// SPDX-License-Identifier: BSL-1.0
/// \file
/// check_stage on stages that keep every law: standardize, and the others of the catalogue and stages
/// of a user's in tests/check/good_*.test.cpp. Stages that break a law are beside them.

#include <smelt/check_stage.hpp>

#include <support/checked.hpp>
#include <support/own_stages.hpp>

#include <cstdint>
#include <string>
#include <type_traits>

using namespace smelt;
using namespace smelt_test;

namespace {

/// Loses row 0 and draws one that is not there.
struct beyond {
  static constexpr bool reorders_only = true;
  smelt::index count(smelt::index rows) const { return rows; }
  permutation order(smelt::index rows, std::uint64_t) const { return {seed{1}, 0, rows + 1}; }
  std::string text() const { return "beyond"; }
};

/// The cases of each law by itself, on on::seq.
template <class Stage>
smelt::index cases_of_each(const Stage& stage, const stage_example& example) {
  const auto chain = as_chain(stage);
  smelt::index all = 0;
  const auto alone = [&](const auto& examine) {
    stage_report report("one law");
    examine(detail::examination<std::remove_const_t<decltype(chain)>, detail::seq_policy>{
        chain, example, {on::seq}, report});
    all += report.cases();
  };
  alone([](const auto& exam) { detail::examine_sampler(exam); });
  alone([](const auto& exam) { detail::examine_repeats(exam); });
  alone([](const auto& exam) { detail::examine_layouts(exam); });
  alone([](const auto& exam) { detail::examine_types(exam); });
  alone([](const auto& exam) { detail::examine_outputs(exam); });
  alone([](const auto& exam) { detail::examine_sizes(exam); });
  alone([](const auto& exam) { detail::examine_width(exam); });
  alone([](const auto& exam) { detail::examine_missing(exam); });
  alone([](const auto& exam) { detail::examine_infinity(exam); });
  alone([](const auto& exam) { detail::examine_order(exam); });
  alone([](const auto& exam) { detail::examine_columns(exam); });
  alone([](const auto& exam) { detail::examine_inverse(exam); });
  alone([](const auto& exam) { detail::examine_rows(exam); });
  alone([](const auto& exam) { detail::examine_pieces(exam); });
  return all;
}

}  // namespace

TEST_CASE("every law is tried") {
  const stage_example example{.cols = 3, .rows = 70};
  const auto rising = check_stage(clip(-0.5, 0.5), example);  // of which order is asked too
  CHECK_MESSAGE(rising.ok(), rising.text());
  CHECK(rising.cases() == cases_of_each(clip(-0.5, 0.5), example));
  CHECK(check_stage(standardize(), example).cases() == cases_of_each(standardize(), example));
  const auto drawn = sample(shuffled{seed{1}});
  CHECK(check_stage(drawn, example).cases() == cases_of_each(drawn, example));
}

TEST_CASE("rows that are not there are not read") {
  const auto report = check_stage(sample(beyond{}));
  REQUIRE(report.broken().size() == 1);
  CHECK(report.broken()[0].law == detail::law_sampler);
}

TEST_CASE("standardize") {
  check_good(standardize());
  check_good(standardize(over::table));
  check_good(standardize(ddof{1}, centre::no, zero::nan));
}

TEST_CASE("a stage without parameters, on on::seq alone") {
  const auto report = check_stage<by_third>();
  CHECK_MESSAGE(report.ok(), report.text());
  CHECK(report.cases() > 100);
  CHECK(report.text().find("by_third: ") == 0);
}

TEST_CASE("tables as the stage needs them") {
  const auto refused = check_stage(fill::each({1, 2, 3}), on::eigen);
  CHECK(
      refused.text().find("The table of the example is fitted and transformed. Not so for on::seq: "
                          "'fill::each was given 3 numbers") != std::string::npos);
  check_good(fill::each({1, 2, 3}), {.cols = 3, .columns_alike = false});
  check_good(fill::constant(0.5), {.cols = 1, .low = 100, .high = 101});
}
