// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// audit: how far a sample, or a part, is from what it was taken of.

#include <smelt/core/arithmetic.hpp>
#include <smelt/plan/source.hpp>
#include <smelt/plan/strata.hpp>

#include <algorithm>
#include <cmath>  // std::sqrt
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace smelt::inline v0 {

/// The largest deviations of a sample from the whole, each with where it is; -1 where there is
/// nothing to compare.
struct audit_report {
  /// |share of a class in the sample - share in the whole|.
  double share = 0.0;
  index share_class = -1;  ///< counted in ascending order of the labels
  /// |mean of a column in the sample - mean in the whole| / its deviation in the whole; infinite
  /// where the sample has no value of a column that has some.
  double mean = 0.0;
  index mean_col = -1;
  /// The part of a column's range that the sample does not reach.
  double range = 0.0;
  index range_col = -1;

  std::string text() const {
    return message("shares of classes within ", share, " (class ", share_class, "), means within ",
                   mean, " deviations (column ", mean_col, "), ranges short of ", range,
                   " (column ", range_col, ")");
  }
};

namespace detail {

/// What an audit looks at in one column of some rows.
struct audited_column {
  index count = 0;
  double mean = 0.0;
  double squares = 0.0;
  double low = 0.0;
  double high = 0.0;
};

/// Of `count` rows, row i of which is row `row_of(i)` of the view.
template <class View, class RowOf>
std::vector<audited_column> audited(const View& x, index count, const RowOf& row_of) {
  std::vector<audited_column> made(static_cast<std::size_t>(x.cols()));
  for (index i = 0; i < count; ++i) {
    const index row = row_of(i);
    for (index c = 0; c < x.cols(); ++c) {
      const auto value = static_cast<double>(x(row, c));
      if (missing(value)) continue;
      audited_column& own = made[static_cast<std::size_t>(c)];
      own.low = own.count == 0 ? value : std::min(own.low, value);
      own.high = own.count == 0 ? value : std::max(own.high, value);
      ++own.count;
      const double apart = subtract(value, own.mean);
      own.mean = add(own.mean, apart / static_cast<double>(own.count));
      own.squares = add(own.squares, product(apart, subtract(value, own.mean)));
    }
  }
  return made;
}

inline void audit_columns(const std::vector<audited_column>& whole,
                          const std::vector<audited_column>& some, audit_report& report) {
  for (std::size_t c = 0; c < whole.size(); ++c) {
    if (whole[c].count == 0) continue;
    const double spread = std::sqrt(whole[c].squares / static_cast<double>(whole[c].count));
    const double apart = magnitude(subtract(some[c].mean, whole[c].mean));
    const double none = std::numeric_limits<double>::infinity();
    const double mean = some[c].count == 0 ? none : apart == 0.0 ? 0.0 : apart / spread;
    if (report.mean_col < 0 || mean > report.mean) {
      report.mean = mean;
      report.mean_col = static_cast<index>(c);
    }
    const double extent = subtract(whole[c].high, whole[c].low);
    const double reached = some[c].count == 0 ? 0.0 : subtract(some[c].high, some[c].low);
    const double range =
        extent == 0.0 ? (some[c].count == 0 ? 1.0 : 0.0) : subtract(extent, reached) / extent;
    if (report.range_col < 0 || range > report.range) {
      report.range = range;
      report.range_col = static_cast<index>(c);
    }
  }
}

template <class Labels>
void audit_classes(const Labels& labels, const row_map& whole, const row_map& some,
                   audit_report& report) {
  status found;
  // One list of all rows, then those of the sample: classes have one number in both.
  const index n = whole.count();
  const index all = n + some.count();
  struct both {
    const Labels& labels;
    const row_map& whole;
    const row_map& some;
    auto operator[](index i) const {
      const index rows = whole.count();
      return labels[i < rows ? whole(i) : whole(some(i - rows))];
    }
  };
  const strata classes = strata_of(both{labels, whole, some}, row_map(all), found);
  found.raise();
  for (index c = 0; c < classes.classes(); ++c) {
    const index* const end = classes.of(c) + classes.count(c);
    const auto of_whole =
        static_cast<double>(std::lower_bound(classes.of(c), end, n) - classes.of(c));
    const double of_some = static_cast<double>(classes.count(c)) - of_whole;
    const double share = magnitude(subtract(of_some / static_cast<double>(some.count()),
                                            of_whole / static_cast<double>(n)));
    if (report.share_class < 0 || share > report.share) {
      report.share = share;
      report.share_class = c;
    }
  }
}

}  // namespace detail

/// How far the rows `some` of `data`, a table, labelled data or a part, are from all of its rows:
/// `audit(data, sampler.map(data.rows(), 0))`, and for a part of a split `audit(data,
/// parts.test.map)`. Means and ranges are of the columns, missing values
/// left out; shares of the classes of the first companion, where there is one.
/// \errors value_error for a sample of no rows or of other numbers of rows, and for a label that is
/// NaN
/// \complexity two reads of the data, on the host
template <data Data>
audit_report audit(const Data& d, const row_map& some) {
  const auto from = detail::open(d);
  expect<value_error>(some.count() > 0, "audit: the sample has no rows");
  expect<value_error>(some.source() == from.members.count(), "audit: the sample is of ",
                      some.source(), " rows, the data have ", from.members.count());
  audit_report report;
  // One map after the other: as one they may take more steps than a map has.
  const auto whole = detail::audited(from.x, from.members.count(), from.members);
  const auto chosen = [&](index i) { return from.members(some(i)); };
  detail::audit_columns(whole, detail::audited(from.x, some.count(), chosen), report);
  if constexpr (std::tuple_size_v<decltype(from.companions)> > 0)
    detail::audit_classes(std::get<0>(from.companions), from.members, some, report);
  return report;
}

}  // namespace smelt::inline v0
