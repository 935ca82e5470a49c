// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// split: named parts of a table, disjoint, their roles in their types. No index array is made: a
/// row's part is a function of (seed, row).

#include <smelt/core/outcome.hpp>
#include <smelt/plan/source.hpp>

#include <cmath>  // std::ceil, std::floor
#include <new>    // std::nothrow_t
#include <utility>
#include <vector>

namespace smelt::inline v0 {

/// Sizes as shares of the rows: `{.train = 0.8, .test = 0.2}`.
struct fractions {
  double train = 0.0;
  double validation = 0.0;
  double test = 0.0;
};

/// Sizes as numbers of rows: `counts{.train = 8, .test = 0}`.
struct counts {
  index train = 0;
  index validation = 0;
  index test = 0;
};

/// Parts in the order of the rows: the first rows are the train part, and so on.
struct in_order_t {
  explicit in_order_t() = default;
};
inline constexpr in_order_t in_order{};

/// A share of the rows for a role of your own.
template <class Role>
struct share {
  double fraction = 0.0;
  static_assert(is_role<Role>, SMELT_SAY_NOT_A_ROLE);
};
/// Parts with roles of your own: `shares{share<role::train>{0.6}, share<calibration>{0.4}}`.
template <class... Roles>
struct shares {
  std::vector<double> fractions;
  shares(share<Roles>... each) : fractions{each.fraction...} {}
};

/// Three parts.
template <class Tag, class Data>
struct split_parts {
  using all_parts_of_a_split = Tag;
  part<Data, Tag, role::train> train;
  part<Data, Tag, role::validation> validation;
  part<Data, Tag, role::test> test;
};

/// Parts with roles of your own: `parts.get<calibration>()`.
template <class Tag, class Data, class... Roles>
struct shared_parts {
  using all_parts_of_a_split = Tag;
  std::tuple<part<Data, Tag, Roles>...> all;
  /// The part of a role.
  template <class Role>
  decltype(auto) get() const {
    if constexpr ((0 + ... + std::is_same_v<Role, Roles>) == 1) {
      return std::get<part<Data, Tag, Role>>(all);
    } else {
      static_assert(always_false<Role>, SMELT_SAY_NO_SUCH_PART);
      return poison{};
    }
  }
};

namespace detail {

/// Sizes from fractions. Two parts that make up the whole as scikit-learn: the later rounded up.
/// Otherwise by largest remainder, ties to the earlier part; what the fractions leave is left over.
inline std::vector<index> sizes_of(const std::vector<double>& fractions, index rows,
                                   status& found) {
  double sum = 0.0;
  int named = 0;
  for (double f : fractions) {
    expect<value_error>(found, f >= 0.0 && f <= 1.0, "split: ", f,
                        " is not a fraction between 0 and 1");
    sum += f;
    named += f > 0.0;
  }
  expect<value_error>(found, named > 0, "split: every part has fraction 0");
  expect<value_error>(found, sum <= 1.0 + 1e-9, "split: the fractions add up to ", sum,
                      ", more than 1");
  if (!found) return {};
  const auto n = static_cast<double>(rows);
  std::vector<index> sizes(fractions.size());
  if (named == 2) {
    // As scikit-learn: the later part is rounded up, the earlier down.
    std::size_t first = 0;
    while (!(fractions[first] > 0.0)) ++first;
    std::size_t second = first + 1;
    while (!(fractions[second] > 0.0)) ++second;
    sizes[second] = static_cast<index>(std::ceil(fractions[second] * n));
    sizes[first] = sum >= 1.0 - 1e-9 ? rows - sizes[second]
                                     : static_cast<index>(std::floor(fractions[first] * n));
  } else {
    std::vector<double> rest(fractions.size() + 1);
    index given = 0;
    for (std::size_t i = 0; i < fractions.size(); ++i) {
      const double exact = fractions[i] * n;
      sizes[i] = static_cast<index>(std::floor(exact));
      rest[i] = exact - static_cast<double>(sizes[i]);
      given += sizes[i];
    }
    const double leftover = sum >= 1.0 - 1e-9 ? 0.0 : (1.0 - sum) * n;
    rest.back() = leftover - std::floor(leftover);
    for (index open = rows - given - static_cast<index>(std::floor(leftover)); open > 0; --open) {
      std::size_t most = 0;
      for (std::size_t i = 1; i < rest.size(); ++i)
        if (rest[i] > rest[most]) most = i;
      rest[most] = -1.0;
      if (most < sizes.size()) ++sizes[most];
    }
  }
  for (std::size_t i = 0; i < sizes.size(); ++i)
    expect<value_error>(found, !(fractions[i] > 0.0) || sizes[i] > 0, "split: ", fractions[i],
                        " of ", rows, " rows leaves part ", i,
                        " empty; give counts{...} if it may be");
  return sizes;
}

/// The stream of a split's order: its own, so that a split and a shuffle of one seed differ.
inline constexpr std::uint64_t split_stream = 0x73706c6974000000u;

/// Two splits have one id when they put the same rows in the same parts.
inline std::uint64_t split_id(std::uint64_t key, index rows, const std::vector<index>& sizes) {
  std::uint64_t id = key ^ 0x9e3779b97f4a7c15u;
  auto mix = [&](std::uint64_t word) {
    id = (id ^ word) * 0xd1342543de82ef95u;
    id ^= id >> 32;
  };
  mix(static_cast<std::uint64_t>(rows));
  for (index size : sizes) mix(static_cast<std::uint64_t>(size) + 1);
  return id | 1;
}

template <class Data>
auto data_of(const Data& d) {
  if constexpr (is_labelled<Data>)
    return d;
  else
    return as_view(d);
}

/// The rows of each part: of a random order, or in the order they have.
struct cut_rows {
  std::vector<row_map> parts;
  std::uint64_t id = 0;
};
template <class Sizes>
cut_rows cut(index rows, const Sizes& sizes, const seed* order, status& found) {
  index used = 0;
  for (index size : sizes) {
    if (!expect<value_error>(found, 0 <= size && size <= rows, "split: a part cannot have ", size,
                             " rows, there are ", rows))
      return {};
    used += size;
  }
  expect<value_error>(found, used <= rows, "split: the parts have ", used,
                      " rows together, there are ", rows);
  if (!found) return {};
  cut_rows made{{}, split_id(order ? order->value * 2 + 1 : 0, rows, sizes)};
  index begin = 0;
  for (index size : sizes) {
    made.parts.push_back(order ? row_map(permutation(*order, split_stream, rows), begin, size)
                               : row_map(rows, begin, size));
    begin += size;
  }
  return made;
}

inline std::vector<index> sizes_in(const fractions& f, index rows, status& found) {
  return sizes_of({f.train, f.validation, f.test}, rows, found);
}
inline std::vector<index> sizes_in(const counts& c, index, status&) {
  return {c.train, c.validation, c.test};
}
template <class... Roles>
std::vector<index> sizes_in(const shares<Roles...>& s, index rows, status& found) {
  return sizes_of(s.fractions, rows, found);
}

template <class Tag, class Inner>
auto name_parts(const Inner& d, const std::vector<row_map>& rows, std::uint64_t id, const auto&) {
  return split_parts<Tag, Inner>{{d, rows[0], id}, {d, rows[1], id}, {d, rows[2], id}};
}
template <class Tag, class Inner, class... Roles>
auto name_parts(const Inner& d, const std::vector<row_map>& rows, std::uint64_t id,
                const shares<Roles...>&) {
  std::size_t i = 0;
  return shared_parts<Tag, Inner, Roles...>{{part<Inner, Tag, Roles>{d, rows[i++], id}...}};
}

template <class Sizes, class Order>
inline constexpr bool split_arguments =
    requires(const Sizes& sizes, status& found) { sizes_in(sizes, index{}, found); } &&
    (std::is_same_v<Order, seed> || std::is_same_v<Order, in_order_t>);

/// Every split with a tag; `Passed` is the type of its data as the caller has them.
template <class Tag, class Passed, class Sizes, class Order>
auto split_rows(const std::remove_reference_t<Passed>& d, const Sizes& sizes, const Order& order) {
  if constexpr (any_poison<Passed, Sizes, Order>) {
    return poison{};
  } else if constexpr (is_part<std::remove_cvref_t<Passed>>) {
    static_assert(always_false<Passed>, SMELT_SAY_SPLIT_TWICE);
    return poison{};
  } else if constexpr (!data<Passed>) {
    speak_of_data<Passed>();
    return poison{};
  } else if constexpr (temporary<Passed>) {
    static_assert(always_false<Passed>, SMELT_SAY_TEMPORARY);
    return poison{};
  } else if constexpr (!split_arguments<Sizes, Order>) {
    static_assert(always_false<Sizes>, SMELT_SAY_SPLIT_CALL);
    return poison{};
  } else {
    const auto inner = data_of(d);
    const seed* random = nullptr;
    if constexpr (std::is_same_v<Order, seed>) random = &order;
    status found;
    const auto wanted = sizes_in(sizes, inner.rows(), found);
    const auto [rows, id] = cut(inner.rows(), wanted, random, found);
    using parts = decltype(name_parts<Tag>(inner, rows, id, sizes));
    return found ? outcome<parts>(name_parts<Tag>(inner, rows, id, sizes)) : outcome<parts>(found);
  }
}

}  // namespace detail

/// Splits rows into parts of exact sizes, in random order or their own: `split<struct mine>(data,
/// {.train = 0.8, .test = 0.2}, seed{7})`. The tag names the split in the types of its parts: a
/// chain fitted on another split's train part does not compile with this one's.
/// \errors value_error for fractions or counts that do not fit
/// \complexity O(1); the part of a row is found in O(1)
template <class Tag, class Data, class Order = seed>
auto split(Data&& d, const fractions& sizes, const Order& order) {
  return detail::value_of(detail::split_rows<Tag, Data>(d, sizes, order));
}
/// The same with `counts{...}` or `shares{...}`.
template <class Tag, class Data, class Sizes, class Order = seed>
  requires(!std::is_same_v<Sizes, fractions>)
auto split(Data&& d, const Sizes& sizes, const Order& order) {
  return detail::value_of(detail::split_rows<Tag, Data>(d, sizes, order));
}

/// split by value: `split<struct mine>(std::nothrow, data, {.train = 0.8, .test = 0.2}, seed{7})` is
/// the parts, or the status that says why there are none.
template <class Tag, class Data, class Order = seed>
auto split(std::nothrow_t, Data&& d, const fractions& sizes, const Order& order) noexcept {
  return detail::attempt([&] { return detail::split_rows<Tag, Data>(d, sizes, order); });
}
template <class Tag, class Data, class Sizes, class Order = seed>
  requires(!std::is_same_v<Sizes, fractions>)
auto split(std::nothrow_t, Data&& d, const Sizes& sizes, const Order& order) noexcept {
  return detail::attempt([&] { return detail::split_rows<Tag, Data>(d, sizes, order); });
}

// Other numbers of arguments, and splits without a tag, speak here.
template <class Tag, class Data, class... More>
auto split(Data&&, const More&...) {
  if constexpr (!any_poison<Data, More...>)
    static_assert(always_false<Data>, SMELT_SAY_SPLIT_CALL);
  return poison{};
}
template <class Tag, class Data>
auto split(Data&&, const fractions&) {
  if constexpr (!any_poison<Data>) static_assert(always_false<Data>, SMELT_SAY_SPLIT_CALL);
  return poison{};
}
template <class Data, class... More>
auto split(Data&&, const More&...) {
  if constexpr (!any_poison<Data, More...>) static_assert(always_false<Data>, SMELT_SAY_SPLIT_TAG);
  return poison{};
}
template <class Data, class Order>
auto split(Data&&, const fractions&, const Order&) {
  if constexpr (!any_poison<Data>) static_assert(always_false<Data>, SMELT_SAY_SPLIT_TAG);
  return poison{};
}

}  // namespace smelt::inline v0
