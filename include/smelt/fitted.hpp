// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A fitted chain: stages with their learned numbers. Immutable, safe to use from many threads,
/// comparable by bits.

#include <smelt/core/role.hpp>
#include <smelt/core/shared.hpp>
#include <smelt/plan/fold.hpp>
#include <smelt/plan/learned.hpp>
#include <smelt/plan/map.hpp>

#include <vector>

namespace smelt::inline v0 {

/// What a transform does with row stages.
enum class row_stages {
  all,          ///< samplers and drops are applied
  no_sampling,  ///< drops only
  none          ///< row i out is row i in
};

namespace detail {

/// The state of a one-pass fold, by which pieces can be joined; nothing for other chains. Who only
/// transforms never asks, and compiles no fold.
template <class Chain>
struct kept_trace {
  using type = void;
};
template <class Chain>
  requires(plan_of<Chain>.fit_passes == 1)
struct kept_trace<Chain> {
  using program = decltype(compiled<Chain>::template fold<0>(std::declval<const Chain&>(), nullptr,
                                                             index{}, index{}));
  using type = fold_trace<program>;
};

}  // namespace detail

/// The result of `fit`. `Origin` says on what it was fitted.
template <class Chain, class Origin = origin::plain, row_stages Mode = row_stages::all>
class fitted {
 public:
  using chain_type = Chain;
  using origin_type = Origin;
  static constexpr row_stages mode = Mode;
  static constexpr auto plan = plan_of<Chain>;

  fitted(detail::shared<const learned_numbers<Chain>> learned,
         detail::shared<const void> trace, std::uint64_t split_id,
         detail::shared<const placed_numbers> placed = {})
      : learned_(std::move(learned)),
        trace_(std::move(trace)),
        placed_(std::move(placed)),
        split_id_(split_id) {}

  /// Columns in and out.
  index cols() const { return learned_->cols; }
  index cols_out() const { return learned_->cols_out(); }
  /// Rows that the fit saw (the most of any stage).
  index rows() const { return learned_->rows; }
  /// Names of the columns in; empty when the data had none.
  const std::vector<std::string>& names() const { return learned_->titles; }
  /// The source columns that come out, when a stage drops columns.
  const std::vector<index>& kept_columns() const { return learned_->kept; }
  /// Columns in which the zero rule of stage `Stage` was needed.
  /// \errors value_error when the chain has no such stage
  const std::vector<index>& fired(std::size_t stage) const {
    check_stage(stage);
    return learned_->fired[stage];
  }
  /// Passes that were repeated because a column's shift lay far from its mean.
  int repeated_passes() const { return learned_->refolds; }
  /// Number `k` of stage `stage` for a column. Affine stages have centre, slope and offset, from
  /// the values their run began with; a fill has its constant.
  /// \errors value_error when there is no such stage, number or column
  double number(std::size_t stage, int k, index column) const {
    check_stage(stage);
    using compiled = detail::compiled<Chain>;
    const int numbers = compiled::offsets[stage + 1] - compiled::offsets[stage];
    expect<value_error>(0 <= k && k < numbers, "stage ", stage, " has ", numbers,
                        " numbers a column, there is no number ", k);
    expect<value_error>(0 <= column && column < cols(), "the chain was fitted on ", cols(),
                        " columns, there is no column ", column);
    return learned_->at(stage, k)[column];
  }
  /// The line of affine stage `stage` for a column, from the values its run began with: the mean is
  /// the centre of standardize, the deviation one over its slope.
  affine line(std::size_t stage, index column) const { return learned_->line(stage, column); }
  /// The stages.
  const Chain& stages() const { return learned_->stages; }
  std::uint64_t split_id() const { return split_id_; }

  /// The same numbers without row stages: row i out is row i in, and rows that would drop are
  /// marked.
  auto values_only() const { return as<row_stages::none>(); }
  /// The same numbers without samplers; rows still drop.
  auto without_sampling() const { return as<row_stages::no_sampling>(); }

  const learned_numbers<Chain>& learned() const { return *learned_; }
  /// The sums behind the numbers, for pieces; null when the chain was loaded from a file.
  auto trace() const { return trace_.template as<const typename detail::kept_trace<Chain>::type>(); }
  /// Where `place` has put the numbers; null when it has not.
  const placed_numbers* placed() const { return placed_.get(); }
  /// The same with numbers that have been placed.
  fitted with(detail::shared<const placed_numbers> placed) const {
    return {learned_, trace_, split_id_, std::move(placed)};
  }

  /// Equal bit by bit.
  friend bool operator==(const fitted& a, const fitted& b) { return *a.learned_ == *b.learned_; }

 private:
  static void check_stage(std::size_t stage) {
    expect<value_error>(stage < Chain::size, "the chain has ", Chain::size,
                        " stages, counted from 0; there is no stage ", stage);
  }
  template <row_stages Other>
  auto as() const {
    return fitted<Chain, Origin, Other>(learned_, trace_, split_id_, placed_);
  }

  detail::shared<const learned_numbers<Chain>> learned_;
  detail::shared<const void> trace_;  // a `kept_trace` of the chain; see `trace`
  detail::shared<const placed_numbers> placed_;
  std::uint64_t split_id_ = 0;
};

template <class X>
inline constexpr bool is_fitted = false;
template <class Chain, class Origin, row_stages Mode>
inline constexpr bool is_fitted<fitted<Chain, Origin, Mode>> = true;

}  // namespace smelt::inline v0
