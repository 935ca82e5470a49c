// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Of the whole: what chooses or divides the rows of a table, asked of a piece of it.

#include <smelt/core/elements.hpp>
#include <smelt/core/say.hpp>
#include <smelt/core/shared.hpp>
#include <smelt/plan/partition.hpp>

#include <utility>  // std::move
#include <vector>

namespace smelt::inline v0 {

/// `of_whole{how, total}`: what `how` does with a table of `total` rows, for a piece of that table.
/// Where the piece begins is what its view says (`first_row()`: a range of rows of a table knows).
/// `how` is a sampler (samplers/of_whole.hpp) or a way to split or fold (splits/of_whole.hpp).
template <class How>
struct of_whole {
  static_assert(always_false<How>, SMELT_SAY_OF_WHOLE);
  How how;
  index total;
};
/// From its two values.
template <class How>
of_whole(How, index) -> of_whole<How>;

namespace detail {

template <class How>
inline constexpr bool is_of_whole = false;
template <class How>
inline constexpr bool is_of_whole<of_whole<How>> = true;

/// Of what `chosen` chooses of a table, the rows of a piece, as often as they are chosen: row r of the
/// piece is row `first` + r of the table. In the order of `members`, whose numbers they are.
/// \complexity O(rows chosen of the table); a list of those of the piece
SMELT_LAZY kept_row_map rows_of_piece(const row_map& chosen, const row_map& members, index first) {
  constexpr index block = 1024;
  index row[block];
  auto list = detail::share<std::vector<index>>();
  for (index from = 0; from < chosen.count(); from += block) {
    const index n = std::min(block, chosen.count() - from);
    chosen.rows(from, n, row);
    for (index i = 0; i < n; ++i) {
      if (row[i] < first || row[i] - first >= members.source()) continue;
      const index number = members.find(row[i] - first);
      if (number >= 0) list->push_back(number);
    }
  }
  sort_elements(*list);
  return {row_map::listed(members.count(), list->data(), static_cast<index>(list->size())), list};
}

/// The rows of a map in order that are rows of a piece.
inline row_map slice_of_piece(const row_map& part, index rows, index first) {
  const index begin = clamped(part.begin() - first, index{0}, rows);
  const index end = clamped(part.begin() + part.count() - first, index{0}, rows);
  return {rows, begin, end - begin};
}

/// Parts of a table, or its folds, as parts of a piece of it: row r of the piece is row `first` + r of
/// the table. Slices of the table stay slices; others become a list, in the order of the rows.
SMELT_LAZY partition pieces_of_parts(const partition& whole, index rows, index first, bool folds) {
  partition made;
  std::vector<detail::shared<const void>> lists;
  const std::size_t step = folds ? 2 : std::max<std::size_t>(whole.parts.size(), 1);
  for (std::size_t at = 0; at < whole.parts.size(); at += step) {
    const auto* part = whole.parts.data() + at;
    bool in_order = true;
    for (std::size_t p = 0; p < step; ++p) in_order = in_order && part[p].in_order();
    if (in_order) {
      for (std::size_t p = 0; p < step; ++p)
        made.parts.push_back(slice_of_piece(part[p], rows, first));
      continue;
    }
    if (folds && part[1].in_order() && part[0].count() + part[1].count() == part[0].source()) {
      const row_map out = slice_of_piece(part[1], rows, first);
      add_fold(made, row_map(rows), out.begin(), out.count());
      continue;
    }
    part_numbers part_of(static_cast<std::size_t>(rows), -1);
    constexpr index block = 1024;
    index number[block];
    for (std::size_t p = 0; p < step; ++p)
      for (index from = 0; from < rows; from += block) {
        const index n = std::min(block, rows - from);
        part[p].find(first + from, n, number);
        for (index i = 0; i < n; ++i)
          if (number[i] >= 0)
            part_of[static_cast<std::size_t>(from + i)] = static_cast<std::int32_t>(p);
      }
    partition some = listed(row_map(rows), part_of, step, false);
    made.parts.insert(made.parts.end(), some.parts.begin(), some.parts.end());
    lists.push_back(std::move(some.keeps));
  }
  made.id = whole.id;
  if (!lists.empty())
    made.keeps = detail::share<std::vector<detail::shared<const void>>>(std::move(lists));
  return made;
}

}  // namespace detail

}  // namespace smelt::inline v0
