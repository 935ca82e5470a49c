// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// check_stage: the laws that every stage keeps, tried on a stage of yours.

#include <smelt/check/layouts.hpp>
#include <smelt/check/repeats.hpp>
#include <smelt/check/rows.hpp>
#include <smelt/check/values.hpp>
#include <smelt/policies/seq.hpp>

#include <concepts>

namespace smelt::inline v0 {

namespace detail {
template <class Chain, class... Policies>
stage_report examine(const Chain& stages, const stage_example& example,
                     const Policies&... policies) {
  stage_report report(text_of(stages));
  const examination<Chain, Policies...> exam{stages, example, {policies...}, report};
  examine_sampler(exam);
  if (!report.ok()) return report;  // rows that are not there cannot be read
  examine_repeats(exam);
  examine_layouts(exam);
  examine_types(exam);
  examine_outputs(exam);
  examine_sizes(exam);
  examine_width(exam);
  examine_missing(exam);
  examine_infinity(exam);
  examine_order(exam);
  examine_columns(exam);
  examine_inverse(exam);
  examine_rows(exam);
  examine_pieces(exam);
  return report;
}
}  // namespace detail

/// Tries a stage (or a chain) on tables made for it, on on::seq and on every further policy given,
/// and says which laws it breaks. It needs no test framework:
///
/// \code
/// const auto report = check_stage(my_stage{2.0}, on::eigen);
/// CHECK_MESSAGE(report.ok(), report.text());
/// \endcode
///
/// The laws: the input is left as it is; the same data give the same results, after other data, for
/// copies and on several threads; every policy, layout, element type and size agrees by its bits; a
/// wrong width is refused; missing values stay out of the fit, every NaN is one, infinities are
/// named; a monotone stage is one; a column does not depend on those beside it, a row not on its
/// place; ranges, batches and pieces have the bits of the whole; the inverse leads back. Laws that
/// make no sense for what the stage does (the order of rows for a sampler, columns alone for a row
/// norm) are left out. What a stage refuses of a small table must be refused alike everywhere; the
/// main table of the example must be taken. \errors none of the stage's: what it throws is reported
/// \complexity some hundred fits and transforms of `example.rows` x `example.cols` elements
template <chainable Stage, policy... Policies>
stage_report check_stage(const Stage& stage, const stage_example& example,
                         const Policies&... policies) {
  return detail::examine(as_chain(stage), example, on::seq, policies...);
}
template <chainable Stage, policy... Policies>
stage_report check_stage(const Stage& stage, const Policies&... policies) {
  return check_stage(stage, stage_example{}, policies...);
}
/// The same for a stage without parameters: `check_stage<cube>()`.
template <chainable Stage>
  requires std::default_initializable<Stage> stage_report check_stage() {
    return check_stage(Stage{});
  }

}  // namespace smelt::inline v0
