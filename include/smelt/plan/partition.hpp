// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The rows of parts and folds, as what splits them makes them: slices of the rows or of a random
/// order of them, or of one list.

#include <smelt/core/shared.hpp>
#include <smelt/core/status.hpp>
#include <smelt/plan/part_sizes.hpp>
#include <smelt/plan/row_map.hpp>

#include <vector>

namespace smelt::inline v0 {

namespace detail {

/// A stream of random orders for each way to split, so that a split, its folds and a shuffle of one
/// seed differ.
inline constexpr std::uint64_t split_stream = 0x73706c6974000000u;
inline constexpr std::uint64_t fold_stream = 0x666f6c6400000000u;
inline constexpr std::uint64_t repeat_stream = 0x7265706561740000u;
inline constexpr std::uint64_t class_stream = 0x636c617373000000u;
inline constexpr std::uint64_t group_stream = 0x67726f7570000000u;

/// 64 bits by which splits are told apart at run time, of all that is mixed in.
struct split_id {
  std::uint64_t id;
  explicit split_id(std::uint64_t key) : id(key ^ 0x9e3779b97f4a7c15u) {}
  /// Of a random order: unlike that of none, and of all bits of the seed.
  explicit split_id(const seed& order) : split_id(order.value * 2 + 1) {
    if (order.value >> 63 != 0) mix(order.value);
  }
  void mix(std::uint64_t word) {
    id = (id ^ word) * 0xd1342543de82ef95u;
    id ^= id >> 32;
  }
  void mix(index word) { mix(static_cast<std::uint64_t>(word)); }
  std::uint64_t value() const { return id | 1; }
};

}  // namespace detail

/// Parts, or folds: then rows of the train part of fold 0, those that it holds out, and so on. `id`
/// is the same where the same rows are in the same parts.
struct partition {
  std::vector<row_map> parts;
  std::uint64_t id = 0;
  detail::shared<const void> keeps{};  ///< the list that the maps read, if there is one
};

/// What divides rows into parts: `cut` is told which rows of the source there are, and the sizes.
template <class How>
concept splitter = requires(const How& how, const row_map& members,
                            const detail::part_sizes& sizes, status& found) {
  { how.cut(members, sizes, found) } -> std::same_as<partition>;
};
/// What makes folds.
template <class How>
concept folder = requires(const How& how, const row_map& members, index folds, status& found) {
  { how.fold(members, folds, found) } -> std::same_as<partition>;
};

namespace detail {

/// Parts of these sizes, one after the other, of the rows as `order` has them, `gap` rows apart.
SMELT_LAZY partition slices(const row_map& order, const std::vector<index>& sizes, split_id id,
                            index gap = 0) {
  partition made;
  id.mix(order.source());
  index begin = 0;
  for (index size : sizes) {
    id.mix(size + 1);
    made.parts.push_back(order.slice(begin, size));
    begin += size + (size > 0 ? gap : 0);
  }
  made.id = id.value();
  return made;
}

/// Adds a fold: [begin, begin + size) of the rows are held out, the others are its train part.
SMELT_LAZY void add_fold(partition& made, const row_map& order, index begin, index size) {
  made.parts.push_back(order.of(row_map::all_but(order.count(), begin, size)));
  made.parts.push_back(order.slice(begin, size));
}

/// Rows part after part, each part in the order of the source, and the place of each row.
struct part_lists {
  std::vector<index> rows;
  std::vector<index> places;
};

/// Which part each of some rows is in, -1 for none.
using part_numbers = std::vector<std::int32_t>;

/// Parts, or with `folds` folds, by a list: 8 bytes a row of the parts, 8 a row of the source.
SMELT_LAZY partition listed(const row_map& members, const part_numbers& part_of, std::size_t parts,
                            bool folds) {
  const index source = members.source();
  std::vector<index> begin(parts + 1);
  split_id id(0);
  id.mix(source);
  for (std::int32_t part : part_of) {
    id.mix(index{part});
    if (part >= 0) ++begin[static_cast<std::size_t>(part) + 1];
  }
  for (std::size_t p = 0; p < parts; ++p) begin[p + 1] += begin[p];
  const index all = begin[parts];
  auto lists = detail::share<part_lists>();
  lists->rows.resize(static_cast<std::size_t>(all));
  lists->places.resize(static_cast<std::size_t>(source));
  std::vector<index> next = begin;
  constexpr index block = 1024;
  index number[block];
  for (index first = 0; first < source; first += block) {
    const index n = std::min(block, source - first);
    members.find(first, n, number);
    for (index i = 0; i < n; ++i) {
      const std::int32_t part = number[i] < 0 ? -1 : part_of[static_cast<std::size_t>(number[i])];
      index& place = lists->places[static_cast<std::size_t>(first + i)];
      place = part < 0 ? -1 : next[static_cast<std::size_t>(part)]++;
      if (place >= 0) lists->rows[static_cast<std::size_t>(place)] = first + i;
    }
  }
  const row_map whole = row_map::listed(source, lists->rows.data(), all, lists->places.data());
  partition made;
  for (std::size_t p = 0; p < parts; ++p) {
    const index size = begin[p + 1] - begin[p];
    if (folds)
      add_fold(made, whole, begin[p], size);
    else
      made.parts.push_back(whole.slice(begin[p], size));
  }
  made.id = id.value();
  made.keeps = std::move(lists);
  return made;
}

/// Are there enough for so many folds?
inline bool enough_for(index folds, index have, const char* what, status& found) {
  return expect<value_error>(found, folds <= have, "folds: ", folds, " folds need ", folds, " ",
                             what, " at least, there are ", have);
}

}  // namespace detail

}  // namespace smelt::inline v0
