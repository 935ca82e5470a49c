// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Of the whole: what a sampler chooses of a table that comes in pieces.

#include <smelt/core/concepts.hpp>
#include <smelt/core/say.hpp>
#include <smelt/core/status.hpp>
#include <smelt/plan/row_map.hpp>

#include <array>
#include <string>
#include <type_traits>

namespace smelt::inline v0 {

/// Keeps row r of the source when the map of the epoch contains it.
template <class Sampler>
struct of_whole_op {
  static constexpr int numbers = 0;
  static constexpr std::array<double, 0> neutral = {};
  Sampler rows;
  index total;
  bool all = false;  // rows stay, whatever is chosen
  index first = 0;
  row_map chosen{};
  /// The pass is one of these rows, in this epoch; without `samples` all stay.
  void choose(index first_row, std::uint64_t epoch, bool samples) {
    first = first_row;
    chosen = detail::map_of(rows, total, epoch);
    all = !samples;
  }
  SMELT_HD bool keeps_row(index row, index) const {
    return all || (first + row < total && chosen.contains(first + row));
  }
};

/// The stage of a sample of the whole: a row leaves by its number.
/// \formula a row stays when the sampler chooses it of all `total` rows
/// \shape rows x columns -> fewer rows, in their order
/// \passes none: a mask inside the fold; after a statistic a fit ignores it
/// \missing unchanged
template <class Sampler>
struct of_whole_t {
  static constexpr effect does = effect::drop;
  static constexpr bool samples_rows = true;
  using op = of_whole_op<Sampler>;
  Sampler rows;
  index total;
  op make_op() const {
    op made{rows, total};
    made.choose(0, 0, true);
    return made;
  }
  template <class Slot>
  std::array<double, 0> solve(const Slot&) const {
    return {};
  }
  std::string text() const {
    return message("sample(of_whole{", rows.text(), ", ", total, "})");
  }
};

/// What `rows` chooses of `total` rows, for pieces of that table: a piece keeps those of its rows that
/// the whole would choose, so that any cut gives the choice of the whole. Where a row stands is what its
/// view says (`first_row()`: a range of rows of a table knows). Rows come out in their order, not in that
/// of the sampler, and how many a piece keeps is not known before. For samplers without a list whose rows
/// do not repeat: shuffled, take, systematic. O(1) memory.
/// `sample(of_whole{take{1000, seed{7}}, 1'000'000})`.
template <class Sampler>
struct of_whole {
  static_assert(sampler<Sampler> && std::is_trivially_copyable_v<Sampler> &&
                    !requires { requires Sampler::folds_as_drawn; },
                SMELT_SAY_OF_WHOLE);
  Sampler rows;
  index total;
  /// \errors value_error when so many rows cannot be chosen of `total`
  of_whole_t<Sampler> as_stage() const {
    expect<value_error>(total >= 0, "of_whole: a table cannot have ", total, " rows");
    if constexpr (requires(status& found) { rows.check(total, found); }) {
      status found;
      rows.check(total, found);
      found.raise();
    }
    return {rows, total};
  }
};
/// From its two values.
template <class Sampler>
of_whole(Sampler, index) -> of_whole<Sampler>;

}  // namespace smelt::inline v0
