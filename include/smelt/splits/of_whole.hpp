// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Of the whole: the parts and folds of a table that comes in pieces.

#include <smelt/plan/whole.hpp>
#include <smelt/splits/in_order.hpp>

#include <type_traits>

namespace smelt::inline v0 {

/// `split<struct mine>(piece, {.train = 0.8, .test = 0.2}, of_whole{seed{7}, 1'000'000})`: the rows of a
/// piece that the parts of the whole have, so that any cut of the table gives the parts of the whole;
/// `folds<struct cv, 5>(piece, of_whole{k_fold{seed{7}}, 1'000'000})` its folds. For every way to
/// split and fold; labels and keys are those of all rows: `of_whole{stratified_by(labels_of_all), total}`.
/// Sizes are the whole's, a part of a piece may be empty, and its rows are in their order. Parts of
/// all pieces have one split id: they are fitted with `continues(first)`.
/// \errors shape_error for rows that the whole has not; what the way refuses of `total` rows
/// \complexity a slice of rows stays one; another part is found row by row, 16 bytes for each row of
/// the piece (in folds of such parts for each fold); a way with a list makes the whole's first
template <class Way>
  requires(std::is_same_v<Way, seed> || splitter<Way> || folder<Way>)
struct of_whole<Way> {
  Way how;
  index total;

  /// Of a piece of `rows` rows from row `first` of the whole on.
  partition cut_piece(index rows, index first, const detail::part_sizes& wanted,
                      status& found) const
    requires(!folder<Way> || splitter<Way>)
  {
    if (!check(rows, first, found)) return {};
    const auto whole = detail::cut_by(how, row_map(total), wanted, found);
    return found ? detail::pieces_of_parts(whole, rows, first, false) : partition{};
  }
  partition fold_piece(index rows, index first, index folds, status& found) const
    requires folder<Way>
  {
    if (!check(rows, first, found)) return {};
    const auto whole = how.fold(row_map(total), folds, found);
    return found ? detail::pieces_of_parts(whole, rows, first, true) : partition{};
  }

 private:
  bool check(index rows, index first, status& found) const {
    return expect<shape_error>(found, first >= 0 && rows <= total - first, "of_whole: rows ", first,
                               " to ", first + rows, " are not rows of a table of ", total);
  }
};

namespace detail {

/// What divides the rows of data that begin with row `first` of their source.
template <class How>
inline constexpr bool cuts_pieces = false;
template <class How>
inline constexpr bool cuts_pieces<of_whole<How>> = std::is_same_v<How, seed> || splitter<How>;
template <class How>
inline constexpr bool folds_pieces = false;
template <class How>
inline constexpr bool folds_pieces<of_whole<How>> = folder<How>;

/// Whether a way decides alone how large parts are, or by shares only.
template <class How>
inline constexpr bool decides_alone = requires { How::decides_alone; };
template <class How>
inline constexpr bool decides_alone<of_whole<How>> = decides_alone<How>;
template <class How>
inline constexpr bool needs_shares = requires { How::needs_shares; };
template <class How>
inline constexpr bool needs_shares<of_whole<How>> = needs_shares<How>;

}  // namespace detail

}  // namespace smelt::inline v0
