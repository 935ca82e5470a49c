// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// survey and pack: a table in as few bits as its values need, see codecs/packed.hpp.

#include <smelt/codecs/affine.hpp>
#include <smelt/codecs/packed_output.hpp>
#include <smelt/codecs/packed_table.hpp>
#include <smelt/codecs/packing.hpp>
#include <smelt/core/adapt.hpp>
#include <smelt/plan/policy.hpp>

#include <algorithm>
#include <mutex>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace smelt::inline v0 {

namespace detail {

/// Rows that one task surveys or packs.
inline constexpr index rows_to_pack = 4096;

template <class Policy, class View>
constexpr bool check_packs() {
  constexpr bool can = std::is_same_v<typename Policy::space, host>;
  static_assert(can, SMELT_SAY_PACKS_ON_HOST);
  if constexpr (can)
    return check_space<Policy, View>();
  else
    return false;
}

/// What each column holds.
template <class Policy, class View>
auto ranges_of(const Policy& policy, const View& x) {
  using T = typename View::value_type;
  const index cols = x.cols();
  using range = packing_range<T>;
  std::vector<range> ranges(static_cast<std::size_t>(cols));
  std::mutex mutex;
  index bad_row = x.rows();
  index bad_col = 0;
  const index step = rows_to_pack;
  policy.for_each((x.rows() + step - 1) / step, [&](index task, int) {
    std::vector<range> mine(static_cast<std::size_t>(cols));
    const index end = std::min(x.rows(), (task + 1) * step);
    index infinite_row = x.rows();
    index infinite_col = 0;
    for (index r = task * step; r < end; ++r)
      for (index c = 0; c < cols; ++c) {
        const auto value = static_cast<double>(x(r, c));
        if (!infinite(value)) {
          mine[static_cast<std::size_t>(c)].note(value);
        } else if (infinite_row == x.rows()) {
          infinite_row = r;
          infinite_col = c;
        }
      }
    const std::lock_guard lock(mutex);
    for (std::size_t c = 0; c < mine.size(); ++c) ranges[c].merge(mine[c]);
    if (infinite_row < bad_row) {
      bad_row = infinite_row;
      bad_col = infinite_col;
    }
  });
  expect<value_error>(bad_row == x.rows(), "pack: an infinite value in row ", x.first_row() + bad_row,
                      ", column ", bad_col, " has no code");
  return ranges;
}

template <class Policy, class View, class How>
auto survey_view(const Policy& policy, const View& x, How how) {
  using T = typename View::value_type;
  check_packing(how);
  const auto ranges = ranges_of(policy, x);
  const auto names = names_of(x);
  std::vector<typename packing<T>::column> columns(ranges.size());
  for (std::size_t c = 0; c < ranges.size(); ++c)
    choose_column(ranges[c], how, columns[c], title_of(names, static_cast<index>(c)));
  return packing<T>(std::move(columns), x.rows(), std::vector<std::string>(names.begin(), names.end()));
}

template <class Policy, class View, class T>
packed_table<T> pack_view(const Policy& policy, const View& x, const packing<T>& how) {
  const auto& columns = how.columns();
  expect<shape_error>(static_cast<std::size_t>(x.cols()) == columns.size(), "the survey is of ",
                      columns.size(), " columns, this view has ", x.cols());
  std::vector<packed_column> stored;
  for (const auto& column : columns) stored.push_back(column.stored);
  const auto names = names_of(x);
  packed_table<T> made(stored, x.rows(), how.bytes_per_row(),
                       std::vector<std::string>(names.begin(), names.end()), memory_of(policy));
  auto* const bytes = reinterpret_cast<unsigned char*>(made.words());
  std::mutex mutex;
  index bad_row = x.rows();
  index bad_col = 0;
  const index step = rows_to_pack;
  policy.for_each((x.rows() + step - 1) / step, [&](index task, int) {
    const index end = std::min(x.rows(), (task + 1) * step);
    for (index r = task * step; r < end; ++r) {
      const index bad = pack_row<T>(
          columns, [&](index c) { return static_cast<double>(x(r, c)); }, bytes + r * how.bytes_per_row());
      if (bad < 0) continue;
      const std::lock_guard lock(mutex);
      if (r < bad_row) {
        bad_row = r;
        bad_col = bad;
      }
      return;
    }
  });
  expect<value_error>(bad_row == x.rows(), "pack: the value in row ", x.first_row() + bad_row,
                      ", column ", bad_col, " is not among those that were surveyed");
  return made;
}

template <class X>
using viewed = std::remove_cvref_t<decltype(as_view(std::declval<const X&>()))>;

}  // namespace detail

/// How a table would be packed, and what it would lose: `survey(on::eigen, x, exactly{})`.
/// \passes one read
/// \missing a code of its own
/// \errors value_error for infinities, and where the codes would need more than 32 bits
/// \complexity O(rows x columns) time, O(columns x workers) memory
template <policy Policy, class X, class How>
  requires viewable<const X&> && requires(How how) { detail::check_packing(how); }
auto survey(const Policy& policy, const X& data, How how) {
  if constexpr (detail::check_packs<Policy, detail::viewed<X>>())
    return detail::survey_view(policy, as_view(data), how);
  else
    return poison{};
}

/// The table packed as a survey has found: of it, or of rows whose values lie between the same bounds.
/// \passes one read, one write
/// \errors shape_error for another number of columns; value_error for a value that the survey did not
/// meet and its codes do not hold
template <policy Policy, class X, class T>
  requires viewable<const X&>
auto pack(const Policy& policy, const X& data, const packing<T>& how) {
  if constexpr (detail::check_packs<Policy, detail::viewed<X>>())
    return detail::pack_view(policy, as_view(data), how);
  else
    return poison{};
}
/// survey, then pack.
template <policy Policy, class X, class How>
  requires viewable<const X&> && requires(How how) { detail::check_packing(how); }
auto pack(const Policy& policy, const X& data, How how) {
  if constexpr (detail::check_packs<Policy, detail::viewed<X>>())
    return detail::pack_view(policy, as_view(data), detail::survey_view(policy, as_view(data), how));
  else
    return poison{};
}

/// A table quantized: each column's least and greatest value become the ends of the codes, which leave
/// one for missing values. A value moves by half a step at most, (greatest - least) / (codes - 1) / 2.
/// `quantize<std::int8_t>(on::eigen, x)`
/// \passes two reads, one write
/// \errors value_error for infinities
template <quantum Q, policy Policy, class X>
  requires viewable<const X&>
auto quantize(const Policy& policy, const X& data) {
  if constexpr (detail::check_packs<Policy, detail::viewed<X>>()) {
    const auto x = as_view(data);
    const auto ranges = detail::ranges_of(policy, x);
    constexpr double low = std::is_signed_v<Q> ? double{missing_code<Q>} + 1.0 : 0.0;
    constexpr double high = std::is_signed_v<Q> ? -double{missing_code<Q>} - 1.0 : missing_code<Q> - 1.0;
    std::vector<double> scale;
    std::vector<double> zero;
    for (const auto& range : ranges) {
      const bool flat = !(range.least < range.greatest);
      scale.push_back(flat ? 1.0 : (range.greatest - range.least) / (high - low));
      const double least = range.least > range.greatest ? 0.0 : range.least;
      zero.push_back(low - least / scale.back());
    }
    const auto names = names_of(x);
    affine_table<Q> made(x.rows(), std::move(scale), std::move(zero),
                         std::vector<std::string>(names.begin(), names.end()),
                         detail::memory_of(policy));
    const auto to = made.view();
    const index step = detail::rows_to_pack;
    policy.for_each((x.rows() + step - 1) / step, [&](index task, int) {
      for (index r = task * step; r < std::min(x.rows(), (task + 1) * step); ++r)
        for (index c = 0; c < x.cols(); ++c) to.put(r, c, static_cast<double>(x(r, c)));
    });
    return made;
  } else {
    return poison{};
  }
}

}  // namespace smelt::inline v0
