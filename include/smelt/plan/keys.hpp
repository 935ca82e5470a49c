// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Labels, groups and ids as keys of rows: what can be one, and the rows of each.

#include <smelt/core/adapt.hpp>
#include <smelt/plan/strata.hpp>

#include <vector>

namespace smelt::inline v0 {

namespace detail {

template <class Column>
using key_of = std::remove_cvref_t<decltype(as_column(std::declval<const Column&>())[index{}])>;

/// One number, or word, for each row.
template <class Column>
concept key_column =
    column_like<Column> && (std::is_arithmetic_v<key_of<Column>> || is_word<key_of<Column>>);

/// Says why these are no keys to keep, or that what follows them is no seed.
template <class Keys, class... More>
constexpr auto speak_of_keys() {
  if constexpr (any_poison<Keys, More...>)
    return;
  else if constexpr (!key_column<Keys>)
    static_assert(always_false<Keys>, SMELT_SAY_NOT_KEYS);
  else if constexpr (temporary<Keys>)
    static_assert(always_false<Keys>, SMELT_SAY_TEMPORARY);
  else
    static_assert(always_false<Keys>, SMELT_SAY_SEED);
}

/// One for each row of the source?
template <class Keys>
bool check_keys(const Keys& keys, const row_map& members, const char* what, status& found) {
  return expect<shape_error>(found, static_cast<index>(keys.size()) == members.source(), what,
                             " has ", static_cast<index>(keys.size()), " keys, the data have ",
                             members.source(), " rows");
}

/// The rows of each key, and keys as they first appear.
struct keyed_rows {
  strata rows;
  std::vector<index> first_seen;
};
template <class Keys>
keyed_rows rows_by_key(const Keys& keys, const row_map& members, const char* what, status& found) {
  if (!check_keys(keys, members, what, found)) return {};
  keyed_rows made{strata_of(keys, members, found), {}};
  made.first_seen.reserve(static_cast<std::size_t>(made.rows.classes()));
  std::vector<index> seen(made.rows.rows.size(), -1);  // the class whose first row this is
  for (index c = 0; c < made.rows.classes(); ++c) seen[static_cast<std::size_t>(*made.rows.of(c))] = c;
  for (const index c : seen)
    if (c >= 0) made.first_seen.push_back(c);
  return made;
}

}  // namespace detail

}  // namespace smelt::inline v0
