// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// How many rows the parts of a split are to have: as shares, as numbers, of three parts or of any.

#include <smelt/core/role.hpp>
#include <smelt/core/say.hpp>
#include <smelt/core/status.hpp>

#include <cmath>  // std::ceil, std::floor
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

/// A number of rows for a role of your own.
template <class Role>
struct count_of {
  index rows = 0;
  static_assert(is_role<Role>, SMELT_SAY_NOT_A_ROLE);
};
/// The same by number: `counts_of{count_of<role::train>{100}, count_of<calibration>{20}}`.
template <class... Roles>
struct counts_of {
  std::vector<index> counts;
  counts_of(count_of<Roles>... each) : counts{each.rows...} {}
};

/// Roles whose rows a function chooses: `roles<role::train, calibration>{}`.
template <class... Roles>
struct roles {
  static_assert((is_role<Roles> && ...), SMELT_SAY_NOT_A_ROLE);
};

namespace detail {

/// Sizes from fractions. Two parts that make up the whole as scikit-learn: the later rounded up.
/// Otherwise by largest remainder, ties to the earlier part; what the fractions leave is left over.
/// `on_average`: parts may be empty.
SMELT_LAZY std::vector<index> sizes_of(const std::vector<double>& fractions, index rows,
                                       status& found, bool on_average = false) {
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
  for (std::size_t i = 0; i < sizes.size() && !on_average; ++i)
    expect<value_error>(found, !(fractions[i] > 0.0) || sizes[i] > 0, "split: ", fractions[i],
                        " of ", rows, " rows leaves part ", i,
                        " empty; give counts{...} if it may be");
  return sizes;
}

/// What was asked for, of any kind.
struct part_sizes {
  std::vector<double> shares;  // none where numbers were given
  std::vector<index> counts;   // none where shares were given
  std::size_t parts = 0;

  SMELT_LAZY part_sizes(const fractions& f) : shares{f.train, f.validation, f.test}, parts(3) {}
  SMELT_LAZY part_sizes(const smelt::counts& c) : counts{c.train, c.validation, c.test}, parts(3) {}
  template <class... Roles>
  part_sizes(const smelt::shares<Roles...>& s) : shares(s.fractions), parts(sizeof...(Roles)) {}
  template <class... Roles>
  part_sizes(const counts_of<Roles...>& n) : counts(n.counts), parts(sizeof...(Roles)) {}
  template <class... Roles>
  part_sizes(const roles<Roles...>&) : parts(sizeof...(Roles)) {}

  /// The rows of each part, of so many.
  SMELT_LAZY std::vector<index> of(index rows, status& found) const {
    const std::vector<index> sizes = shares.empty() ? counts : sizes_of(shares, rows, found);
    index used = 0;
    for (index size : sizes) {
      if (!expect<value_error>(found, 0 <= size && size <= rows, "split: a part cannot have ", size,
                               " rows, there are ", rows))
        return {};
      used += size;
    }
    expect<value_error>(found, used <= rows, "split: the parts have ", used,
                        " rows together, there are ", rows);
    return sizes;
  }
};

}  // namespace detail

}  // namespace smelt::inline v0
