// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// split: named parts of a table, disjoint, their roles in their types. No index array is made: a
/// row's part is a function of (seed, row).

#include <smelt/plan/source.hpp>

#include <cmath>    // std::ceil, std::floor
#include <numeric>  // std::accumulate
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
  part<Data, Tag, role::train> train;
  part<Data, Tag, role::validation> validation;
  part<Data, Tag, role::test> test;
};

/// Parts with roles of your own: `parts.get<calibration>()`.
template <class Tag, class Data, class... Roles>
struct shared_parts {
  std::tuple<part<Data, Tag, Roles>...> all;
  template <class Role>
  const part<Data, Tag, Role>& get() const {
    return std::get<part<Data, Tag, Role>>(all);
  }
};

namespace detail {

/// Sizes from fractions. Two parts that make up the whole as scikit-learn: the later rounded up.
/// Otherwise by largest remainder, ties to the earlier part; what the fractions leave is left over.
inline std::vector<index> sizes_of(const std::vector<double>& fractions, index rows) {
  double sum = 0.0;
  int named = 0;
  for (double f : fractions) {
    expect<value_error>(f >= 0.0 && f <= 1.0, "split: ", f, " is not a fraction between 0 and 1");
    sum += f;
    named += f > 0.0;
  }
  expect<value_error>(named > 0, "split: every part has fraction 0");
  expect<value_error>(sum <= 1.0 + 1e-9, "split: the fractions add up to ", sum, ", more than 1");
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
    expect<value_error>(!(fractions[i] > 0.0) || sizes[i] > 0, "split: ", fractions[i], " of ",
                        rows, " rows leaves part ", i, " empty; give counts{...} if it may be");
  return sizes;
}

/// The stream of a split's order: its own, so that a split and a shuffle of one seed differ.
inline constexpr std::uint64_t split_stream = 0x73706c6974000000u;

struct split_rows {
  row_map all;
  std::uint64_t id;
};

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
inline std::pair<std::vector<row_map>, std::uint64_t> cut(index rows,
                                                          const std::vector<index>& sizes,
                                                          const seed* order) {
  index used = 0;
  for (index size : sizes) {
    expect<value_error>(size >= 0, "split: a part cannot have ", size, " rows");
    used += size;
  }
  expect<value_error>(used <= rows, "split: the parts have ", used, " rows together, there are ",
                      rows);
  std::vector<row_map> maps;
  index begin = 0;
  for (index size : sizes) {
    maps.push_back(order ? row_map(permutation(*order, split_stream, rows), begin, size)
                         : row_map(rows, begin, size));
    begin += size;
  }
  return {maps, split_id(order ? order->value * 2 + 1 : 0, rows, sizes)};
}

template <class Tag, class Data>
auto three_parts(const Data& d, const std::vector<index>& sizes, const seed* order) {
  static_assert(!is_part<Data>, SMELT_SAY_SPLIT_TWICE);
  auto inner = data_of(d);
  using inner_type = decltype(inner);
  const auto [maps, id] = cut(inner.rows(), sizes, order);
  return split_parts<Tag, inner_type>{
      {inner, maps[0], id}, {inner, maps[1], id}, {inner, maps[2], id}};
}

template <class Tag, class Data, class... Roles>
auto own_parts(const Data& d, const shares<Roles...>& parts, const seed* order) {
  static_assert(!is_part<Data>, SMELT_SAY_SPLIT_TWICE);
  auto inner = data_of(d);
  using inner_type = decltype(inner);
  const auto [maps, id] = cut(inner.rows(), sizes_of(parts.fractions, inner.rows()), order);
  std::size_t i = 0;
  auto next = [&, &m = maps, code = id]<class Role>(share<Role>) {
    return part<inner_type, Tag, Role>{inner, m[i++], code};
  };
  return shared_parts<Tag, inner_type, Roles...>{
      std::tuple<part<inner_type, Tag, Roles>...>{next(share<Roles>{})...}};
}

inline std::vector<double> listed(const fractions& f) { return {f.train, f.validation, f.test}; }
inline std::vector<index> listed(const counts& c) { return {c.train, c.validation, c.test}; }

}  // namespace detail

/// Splits rows at random into parts of exact sizes: `split<struct my_split>(data, {.train = 0.8,
/// .test = 0.2}, seed{7})`. The tag names the split in the types of its parts: a chain fitted on
/// another split's train part does not compile with this one's.
/// \errors value_error for fractions or counts that do not fit
/// \complexity O(1); the part of a row is found in O(1)
template <class Tag, class Data>
auto split(const Data& d, const fractions& sizes, seed order) {
  return detail::three_parts<Tag>(d, detail::sizes_of(detail::listed(sizes), d.rows()), &order);
}
template <class Tag, class Data>
auto split(const Data& d, const fractions& sizes, in_order_t) {
  return detail::three_parts<Tag>(d, detail::sizes_of(detail::listed(sizes), d.rows()), nullptr);
}
template <class Tag, class Data, std::same_as<counts> Counts>
auto split(const Data& d, const Counts& sizes, seed order) {
  return detail::three_parts<Tag>(d, detail::listed(sizes), &order);
}
template <class Tag, class Data, std::same_as<counts> Counts>
auto split(const Data& d, const Counts& sizes, in_order_t) {
  return detail::three_parts<Tag>(d, detail::listed(sizes), nullptr);
}
template <class Tag, class Data, class... Roles>
auto split(const Data& d, const shares<Roles...>& parts, seed order) {
  return detail::own_parts<Tag>(d, parts, &order);
}
template <class Tag, class Data, class... Roles>
auto split(const Data& d, const shares<Roles...>& parts, in_order_t) {
  return detail::own_parts<Tag>(d, parts, nullptr);
}

}  // namespace smelt::inline v0
