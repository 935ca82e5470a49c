// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Counts, and arguments that look alike made into types that do not.

#include <smelt/core/config.hpp>
#include <smelt/core/elements.hpp>
#include <smelt/core/say.hpp>

#include <concepts>          // std::integral
#include <cstdint>           // std::int64_t, std::uint64_t
#include <initializer_list>  // std::initializer_list
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace smelt::inline v0 {

/// Rows, columns and offsets: 64 bits, signed, as Eigen and mdspan users expect differences to be.
/// POSIX has a function of this name: under `using namespace smelt`, write `smelt::index`.
using index = std::int64_t;

namespace detail {
/// An integer, and more constrained than one.
template <class T>
concept seed_number = std::integral<T> && std::is_integral_v<T>;
}  // namespace detail

/// The seed of everything random: `seed{7}`. Equal seeds give equal rows on every policy.
struct seed {
  std::uint64_t value = 0;

  constexpr seed() = default;
  template <detail::seed_number T>
  SMELT_HD constexpr explicit seed(T number) noexcept : value(static_cast<std::uint64_t>(number)) {}
  /// A sentence: `shuffled{42}` and `take{10, 42}` do not say what the last number is. (Where `seed{42}`
  /// is said, the constructor above is the more constrained one.)
  template <std::integral T>
  constexpr seed(T) {
    static_assert(always_false<T>, SMELT_SAY_SEED);
  }
  friend constexpr bool operator==(seed, seed) = default;
};

/// Columns by number or by name: `columns{0, 8}`, `columns{"mass"}`, `columns::range(0, 64)`,
/// `columns::all_but({"species"})`.
struct columns {
  std::vector<index> list;
  std::vector<std::string> names;
  bool others = false;  ///< those that are not listed

  columns() = default;
  columns(std::initializer_list<index> numbers) : list(numbers) {}
  template <class Title>
    requires(!std::is_arithmetic_v<Title> && std::is_constructible_v<std::string, Title>)
  columns(std::initializer_list<Title> titles) : names(titles.begin(), titles.end()) {}
  explicit columns(std::vector<index> numbers) : list(std::move(numbers)) {}
  explicit columns(std::vector<std::string> titles) : names(std::move(titles)) {}
  /// The columns `first`, `first + 1`, ..., `last - 1`.
  SMELT_LAZY static columns range(index first, index last) {
    columns made;
    for (index c = first; c < last; ++c) made.list.push_back(c);
    return made;
  }
  /// All columns but these.
  SMELT_LAZY static columns all_but(columns these) {
    these.others = !these.others;
    return these;
  }
  /// Whether column `number`, called `title`, is one of them.
  bool contain(index number, const std::string& title) const {
    return (detail::is_in(list, number) || detail::is_in(names, title)) != others;
  }
  /// In words: "columns{0, 8}", "columns{'mass'}", and of more than four only their number.
  SMELT_LAZY std::string text() const {
    const std::size_t count = list.size() + names.size();
    if (count > 4) return (others ? "all but " : "") + std::to_string(count) + " columns";
    std::string said;
    for (index c : list) said += (said.empty() ? "" : ", ") + std::to_string(c);
    for (const auto& name : names) said += (said.empty() ? "'" : ", '") + name + "'";
    return others ? "columns::all_but({" + said + "})" : "columns{" + said + "}";
  }
  friend bool operator==(const columns&, const columns&) = default;
};

}  // namespace smelt::inline v0
