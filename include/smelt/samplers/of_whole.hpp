// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Of the whole: what a sampler chooses of a table that comes in pieces.

#include <smelt/core/concepts.hpp>
#include <smelt/core/status.hpp>
#include <smelt/plan/row_map.hpp>
#include <smelt/plan/whole.hpp>

#include <array>
#include <string>
#include <string_view>
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

namespace detail {

/// A sampler that tells of any row whether it is chosen: no row repeats, and there is no list.
template <class Sampler>
concept tells_of_rows = sampler<Sampler> && std::is_trivially_copyable_v<Sampler> &&
                        !chooses_by_list<Sampler> &&
                        !requires { requires Sampler::folds_as_drawn; };

template <class Sampler>
bool check_whole(const Sampler& rows, index total, status& found) {
  if (!expect<value_error>(found, total >= 0, "of_whole: a table cannot have ", total, " rows"))
    return false;
  if constexpr (requires { rows.check(total, found); })
    return rows.check(total, found);
  else
    return true;
}

}  // namespace detail

/// What a sampler chooses of `total` rows, for pieces of that table: a piece keeps those of its rows
/// that the whole would choose, so that any cut gives the choice of the whole. Rows come out in their
/// order, not in that of the sampler, and how many a piece keeps is not known before. Here for
/// samplers without a list whose rows do not repeat: shuffled, take, systematic. O(1) memory.
/// `sample(of_whole{take{1000, seed{7}}, 1'000'000})`.
template <detail::tells_of_rows Sampler>
struct of_whole<Sampler> {
  Sampler how;
  index total;
  /// \errors value_error when so many rows cannot be chosen of `total`
  of_whole_t<Sampler> as_stage() const {
    status found;
    detail::check_whole(how, total, found);
    found.raise();
    return {how, total};
  }
};

/// The same for samplers whose rows repeat or are a list: bootstrap, weighted, weighted_take,
/// stratified, balanced, chosen. Weights and labels are those of the whole, so that every piece knows
/// what the others have: `of_whole{stratified{labels_of_all, 1000, seed{7}}, total}`. A row that the
/// whole draws twice comes out twice, one after the other. A piece asks for all rows that the whole draws, and
/// keeps a list of its own; a fit folds them in their order, and a fit in pieces has the bits of the
/// whole's.
/// \errors what the sampler refuses of `total` rows
/// \complexity O(rows drawn of the whole) an epoch; 8 bytes for each row drawn of the piece
template <sampler Sampler>
  requires(!detail::tells_of_rows<Sampler> && !detail::is_of_whole<Sampler>)
struct of_whole<Sampler> {
  static constexpr bool reorders_only = false;
  static constexpr bool folds_as_drawn = true;
  Sampler how;
  index total;

  bool check(index, status& found) const { return detail::check_whole(how, total, found); }
  /// Of the rows `members` of a piece that begins with row `first` of the whole.
  kept_row_map map_piece(const row_map& members, index first, std::uint64_t epoch) const {
    const auto chosen = detail::map_of(how, total, epoch);
    return detail::rows_of_piece(chosen, members, first);
  }
  /// Of the first rows of the whole.
  kept_row_map map(index rows, std::uint64_t epoch) const {
    return map_piece(row_map(rows), 0, epoch);
  }
  /// At most: of a piece as many as of the whole.
  index count(index) const {
    if constexpr (requires { how.count(total); })
      return how.count(total);
    else
      return detail::map_of(how, total, 0).count();
  }
  /// The heap that `map_piece` holds at one time, at most: of the whole's map, and of a list that grows.
  index map_bytes(index rows) const {
    const index own = 24 * count(rows) + 128;
    if constexpr (requires { how.map_bytes(total); })
      return how.map_bytes(total) + own;
    else
      return own;
  }
  std::string text() const { return message("of_whole{", how.text(), ", ", total, "}"); }
  std::string_view given_bytes() const
    requires requires(const Sampler& s) { s.given_bytes(); }
  {
    return how.given_bytes();
  }
};

}  // namespace smelt::inline v0
