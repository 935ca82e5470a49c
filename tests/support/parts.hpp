// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Rows of parts: which they are, and whether parts of one source go together.

#include <smelt/plan/partition.hpp>

#include <string>
#include <utility>
#include <vector>

namespace smelt_test {

using row_list = std::vector<smelt::index>;

inline row_list rows_of(const smelt::row_map& map) {
  row_list made(static_cast<std::size_t>(map.count()));
  map.rows(0, map.count(), made.data());
  return made;
}

/// What is wrong with parts, of which some row of the source is in two, or is found in a part where
/// it is not, by itself or in a block; `complete`: or in none. Empty when nothing is.
inline std::string wrong_with(const std::vector<smelt::row_map>& parts, smelt::index source,
                              bool complete = true) {
  std::vector<int> owner(static_cast<std::size_t>(source), -1);
  for (std::size_t p = 0; p < parts.size(); ++p) {
    if (parts[p].source() != source) return "another source";
    row_list wanted(static_cast<std::size_t>(source), -1), found(static_cast<std::size_t>(source));
    const row_list rows = rows_of(parts[p]);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto row = static_cast<std::size_t>(rows[i]);
      if (rows[i] < 0 || rows[i] >= source) return "row " + std::to_string(rows[i]);
      if (owner[row] >= 0) return "row " + std::to_string(rows[i]) + " is in two parts";
      owner[row] = static_cast<int>(p);
      wanted[row] = static_cast<smelt::index>(i);
      if (parts[p](static_cast<smelt::index>(i)) != rows[i]) return "a row alone is another";
      if (parts[p].find(rows[i]) != static_cast<smelt::index>(i)) return "a row is not found";
    }
    parts[p].find(0, source, found.data());
    if (found != wanted) return "rows are found elsewhere in part " + std::to_string(p);
  }
  for (int part : owner)
    if (complete && part < 0) return "a row is in no part";
  return {};
}

/// The folds of a partition: of each the train part and what it holds out. `cover`: the folds hold
/// out each row of the source once.
inline std::string wrong_with_folds(const smelt::partition& made, smelt::index source,
                                    bool cover = true) {
  std::vector<smelt::row_map> all;
  for (std::size_t f = 0; 2 * f < made.parts.size(); ++f) {
    const std::string wrong = wrong_with({made.parts[2 * f], made.parts[2 * f + 1]}, source, cover);
    if (!wrong.empty()) return "fold " + std::to_string(f) + ": " + wrong;
    all.push_back(made.parts[2 * f + 1]);
  }
  return cover ? wrong_with(all, source) : std::string{};
}

/// Labels of which the rows with label c are sizes[c], spread over the column; see
/// tests/splits/make_sizes.py. Their number is no multiple of 7.
template <class T = int>
std::vector<T> spread(const std::vector<smelt::index>& sizes) {
  std::vector<T> laid, made;
  for (std::size_t c = 0; c < sizes.size(); ++c)
    laid.insert(laid.end(), static_cast<std::size_t>(sizes[c]), static_cast<T>(c));
  for (std::size_t r = 0; r < laid.size(); ++r) made.push_back(laid[7 * r % laid.size()]);
  return made;
}

/// How many rows of a part have each of `n` labels.
template <class T>
row_list counted(const smelt::row_map& map, const std::vector<T>& labels, std::size_t n) {
  row_list made(n);
  for (smelt::index row : rows_of(map))
    ++made[static_cast<std::size_t>(labels[static_cast<std::size_t>(row)])];
  return made;
}

/// What a way to split makes of `rows` rows, or what it says.
template <class How, class Sizes>
std::pair<smelt::partition, std::string> cut(const How& how, smelt::index rows, const Sizes& sizes) {
  smelt::status found;
  auto made = how.cut(smelt::row_map(rows), smelt::detail::part_sizes(sizes), found);
  return {std::move(made), found.what()};
}
/// The same for folds.
template <class How>
std::pair<smelt::partition, std::string> folded(const How& how, smelt::index rows,
                                                smelt::index folds) {
  smelt::status found;
  auto made = how.fold(smelt::row_map(rows), folds, found);
  return {std::move(made), found.what()};
}

}  // namespace smelt_test
