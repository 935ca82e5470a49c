// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// survey and pack: a table in as few bits as its values need, see codecs/packed.hpp.

#include <smelt/codecs/packed.hpp>
#include <smelt/core/adapt.hpp>
#include <smelt/plan/policy.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <mutex>
#include <string>
#include <vector>

namespace smelt::inline v0 {

/// Every value comes back as it was, bit by bit. \errors value_error where 32 bits do not suffice
struct exactly {};
/// Columns take at most so many bits: exact where that many suffice, else in equal steps from the least
/// value to the greatest.
struct in_bits {
  int bits = 0;
};
/// No value moves by more than `error` (and its own rounding): exact where that takes fewer bits.
struct within {
  double error = 0.0;
};

/// What `survey` has found: how each column would be stored, before anything is.
template <class T>
class packing {
 public:
  /// Of one column.
  struct column {
    packed_column stored;
    double worst_error = 0.0;  ///< no value moves further; 0 where all come back bit by bit
    bool exact = false;
  };

  packing(std::vector<column> columns, index rows, std::vector<std::string> names)
      : columns_(std::move(columns)), rows_(rows), names_(std::move(names)) {
    std::uint64_t bits = 0;
    for (column& one : columns_) {
      one.stored.first = static_cast<std::uint32_t>(bits);
      bits += one.stored.bits;
      expect<shape_error>(bits <= 0xffffffffu, "pack: a row of more than 2^32 bits");
    }
    bytes_per_row_ = static_cast<index>((bits + 7) / 8);
  }
  const std::vector<column>& columns() const { return columns_; }
  const std::vector<std::string>& names() const { return names_; }
  index rows() const { return rows_; }
  index bytes_per_row() const { return bytes_per_row_; }
  /// Bytes of the table over bytes of its packed form; infinite for columns of one value each.
  double ratio() const {
    return static_cast<double>(columns_.size() * sizeof(T)) / static_cast<double>(bytes_per_row_);
  }
  /// The most that any value of any column moves by.
  double worst_error() const {
    double worst = 0.0;
    for (const column& one : columns_) worst = std::max(worst, one.worst_error);
    return worst;
  }

 private:
  std::vector<column> columns_;
  index rows_ = 0;
  std::vector<std::string> names_;
  index bytes_per_row_ = 0;
};

namespace detail {

inline constexpr double whole_numbers = 0x1p53;  // below, every one of them is a double

/// The nearest whole number, even ones of two; `x` is less than 2^53.
inline double nearest(double x) { return std::nearbyint(x); }

/// What a column holds, as far as it has been seen.
template <class T>
struct packing_range {
  static constexpr int most_decimals = 15;
  double least = HUGE_VAL;
  double greatest = -HUGE_VAL;
  index missing_ones = 0;
  int decimals = has_missing<T> ? 0 : -1;  // whole numbers need none
  bool exact = true;                       // every value is a decimal of so many

  static double power(int decimals) {
    double p = 1.0;
    for (int i = 0; i < decimals; ++i) p *= 10.0;  // exact up to 10^22
    return p;
  }
  /// Whether a value comes back from a decimal of so many places.
  static bool comes_back(double x, double scale) {
    const double whole = x * scale;
    if (!(std::fabs(whole) < whole_numbers)) return false;
    const double again = double{element<T>(scale == 1.0 ? nearest(whole) : nearest(whole) / scale)};
    return std::memcmp(&again, &x, sizeof x) == 0;
  }
  void note(double x) {
    if (missing(x)) {
      ++missing_ones;
      return;
    }
    least = std::min(least, x);
    greatest = std::max(greatest, x);
    while (exact && !comes_back(x, scale())) {
      exact = decimals >= 0 && decimals < most_decimals;
      ++decimals;
    }
  }
  void merge(const packing_range& other) {
    least = std::min(least, other.least);
    greatest = std::max(greatest, other.greatest);
    missing_ones += other.missing_ones;
    decimals = std::max(decimals, other.decimals);
    exact = exact && other.exact;
  }
  double scale() const { return decimals > 0 ? power(decimals) : 1.0; }
};

/// Codes for `steps` + 1 values, after that of a missing one where there is one; true when 32 bits hold
/// them.
inline bool take_codes(packed_column& column, double steps, bool has_missing_ones) {
  if (has_missing_ones) column.missing = 0;
  const double last = steps + (has_missing_ones ? 1.0 : 0.0);
  if (!(last < 0x1p32)) return false;
  column.bits = static_cast<std::uint32_t>(std::bit_width(static_cast<std::uint64_t>(last)));
  return true;
}

/// How a column is stored exactly; false where it cannot be.
template <class T>
bool exact_column(const packing_range<T>& range, typename packing<T>::column& column) {
  column.exact = true;
  const bool nothing = range.least > range.greatest;
  const bool gaps = range.missing_ones > 0;
  column.stored = {};
  if (nothing) return take_codes(column.stored, gaps ? -0.0 : 0.0, gaps);
  if (!range.exact) return false;
  column.stored.divisor = range.scale();
  const double first = nearest(range.least * range.scale());
  const double last = nearest(range.greatest * range.scale());
  // A place that fewer decimals had kept may be too many for the greatest value.
  if (!(std::fabs(first) < whole_numbers && std::fabs(last) < whole_numbers)) return false;
  column.stored.base = gaps ? first - 1.0 : first;
  return take_codes(column.stored, last - first, gaps);
}

/// How a column is stored in steps of a size.
template <class T>
bool stepped_column(const packing_range<T>& range, double step, double steps,
                    typename packing<T>::column& column) {
  const bool gaps = range.missing_ones > 0;
  column.stored = {};
  column.exact = false;
  column.stored.factor = step;
  column.stored.base = range.least / step - (gaps ? 1.0 : 0.0);
  const double size = std::max(std::fabs(range.least), std::fabs(range.greatest));
  const double rounding = static_cast<double>(std::numeric_limits<T>::epsilon());
  column.worst_error = 0.5 * step + size * (0x1p-49 + rounding);
  return step > 0.0 && std::isfinite(column.stored.base) && take_codes(column.stored, steps, gaps);
}

template <class T>
void choose_column(const packing_range<T>& range, exactly, typename packing<T>::column& column,
                   const std::string& name) {
  expect<value_error>(exact_column(range, column), "pack: ", name, " has values from ", range.least,
                      " to ", range.greatest, " that do not come back bit by bit from 32 bits; say "
                      "in_bits{...} or within{...}");
}
template <class T>
void choose_column(const packing_range<T>& range, in_bits how, typename packing<T>::column& column,
                   const std::string& name) {
  const auto most = static_cast<std::uint32_t>(how.bits);
  if (exact_column(range, column) && column.stored.bits <= most) return;
  const double steps =
      std::ldexp(1.0, how.bits) - 1.0 - (range.missing_ones > 0 ? 1.0 : 0.0);
  expect<value_error>(
      steps > 0.0 && stepped_column(range, (range.greatest - range.least) / steps, steps, column),
      "pack: ", name, " has values from ", range.least, " to ", range.greatest,
      ", which cannot be put in steps of ", how.bits, " bits");
}
template <class T>
void choose_column(const packing_range<T>& range, within how, typename packing<T>::column& column,
                   const std::string& name) {
  const double step = 2.0 * how.error;
  typename packing<T>::column stepped;
  const bool can_step =
      range.least < range.greatest &&
      stepped_column(range, step, std::ceil((range.greatest - range.least) / step), stepped);
  const bool exact = exact_column(range, column);
  if (can_step && !(exact && column.stored.bits <= stepped.stored.bits))
    column = stepped;
  else
    expect<value_error>(exact, "pack: ", name, " has values from ", range.least, " to ",
                        range.greatest, ", in steps of ", step, " they need more than 32 bits");
}

inline bool check_packing(exactly) { return true; }
inline bool check_packing(in_bits how) {
  expect<value_error>(1 <= how.bits && how.bits <= 32, "in_bits{", how.bits,
                      "}: codes have 1 to 32 bits");
  return true;
}
inline bool check_packing(within how) {
  expect<value_error>(how.error > 0.0 && std::isfinite(how.error), "within{", how.error,
                      "}: the error must be positive");
  return true;
}

/// Rows that one task surveys or packs.
inline constexpr index rows_to_pack = 4096;

/// The code of a value.
template <class T>
std::uint64_t code_of(const packed_column& column, double x) {
  if (missing(x)) return column.missing;
  const double code = nearest(x * column.divisor / column.factor - column.base);
  return code >= 0.0 && code <= static_cast<double>(column.mask()) ? static_cast<std::uint64_t>(code)
                                                                  : packed_column::none;
}

/// Writes codes one after another, the low bits first.
class bit_writer {
 public:
  explicit bit_writer(unsigned char* to) : to_(to) {}
  void write(std::uint64_t code, std::uint32_t bits) {
    waiting_ |= code << count_;
    count_ += bits;
    while (count_ >= 8) put();
  }
  void finish() {
    if (count_ > 0) put();
  }

 private:
  void put() {
    *to_++ = static_cast<unsigned char>(waiting_);
    waiting_ >>= 8;
    count_ -= std::min<std::uint32_t>(count_, 8);
  }
  unsigned char* to_;
  std::uint64_t waiting_ = 0;
  std::uint32_t count_ = 0;
};

template <class Policy, class View>
constexpr bool check_packs() {
  static_assert(std::is_same_v<typename Policy::space, host>, SMELT_SAY_PACKS_ON_HOST);
  return check_space<Policy, View>();
}

inline std::string title_of(std::span<const std::string> names, index c) {
  return names.empty() || names[static_cast<std::size_t>(c)].empty()
             ? message("column ", c)
             : message("column '", names[static_cast<std::size_t>(c)], "'");
}

}  // namespace detail

/// How a table would be packed, and what it would lose: `survey(on::eigen, x, exactly{})`.
/// \passes one read
/// \missing a code of its own
/// \errors value_error for infinities, and where the codes would need more than 32 bits
/// \complexity O(rows x columns) time, O(columns x workers) memory
template <policy Policy, class X, class How>
  requires viewable<const X&> && requires(How how) { detail::check_packing(how); }
auto survey(const Policy& policy, const X& data, How how) {
  const auto x = as_view(data);
  using view_type = std::remove_const_t<decltype(x)>;
  using T = typename view_type::value_type;
  static_assert(detail::check_packs<Policy, view_type>());
  detail::check_packing(how);
  const index cols = x.cols();
  using range = detail::packing_range<T>;
  std::vector<range> ranges(static_cast<std::size_t>(cols));
  std::mutex mutex;
  index bad_row = x.rows();
  index bad_col = 0;
  const index step = detail::rows_to_pack;
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
  const auto names = names_of(x);
  std::vector<typename packing<T>::column> columns(ranges.size());
  for (std::size_t c = 0; c < ranges.size(); ++c)
    detail::choose_column(ranges[c], how, columns[c], detail::title_of(names, static_cast<index>(c)));
  return packing<T>(std::move(columns), x.rows(), std::vector<std::string>(names.begin(), names.end()));
}

/// The table packed as a survey has found: of it, or of rows whose values lie between the same bounds.
/// \passes one read, one write
/// \errors shape_error for another number of columns; value_error for a value that the survey did not
/// meet and its codes do not hold
template <policy Policy, class X, class T>
  requires viewable<const X&>
packed_table<T> pack(const Policy& policy, const X& data, const packing<T>& how) {
  const auto x = as_view(data);
  static_assert(detail::check_packs<Policy, std::remove_const_t<decltype(x)>>());
  const auto& columns = how.columns();
  expect<shape_error>(static_cast<std::size_t>(x.cols()) == columns.size(), "the survey is of ",
                      columns.size(), " columns, this view has ", x.cols());
  std::vector<packed_column> stored;
  for (const auto& column : columns) stored.push_back(column.stored);
  const auto names = names_of(x);
  packed_table<T> made(stored, x.rows(), how.bytes_per_row(),
                       std::vector<std::string>(names.begin(), names.end()));
  auto* const bytes = reinterpret_cast<unsigned char*>(made.words());
  std::mutex mutex;
  index bad_row = x.rows();
  index bad_col = 0;
  const index step = detail::rows_to_pack;
  policy.for_each((x.rows() + step - 1) / step, [&](index task, int) {
    const index end = std::min(x.rows(), (task + 1) * step);
    for (index r = task * step; r < end; ++r) {
      detail::bit_writer writer(bytes + r * how.bytes_per_row());
      for (index c = 0; c < x.cols(); ++c) {
        const auto& column = columns[static_cast<std::size_t>(c)];
        const auto value = static_cast<double>(x(r, c));
        const std::uint64_t code = detail::code_of<T>(column.stored, value);
        bool fits = code != packed_column::none && (missing(value) || code != column.stored.missing);
        if (fits && column.exact && !missing(value)) {
          const double again{detail::element<T>(column.stored.value(code))};
          fits = std::memcmp(&again, &value, sizeof value) == 0;
        }
        if (!fits) {
          const std::lock_guard lock(mutex);
          if (r < bad_row) {
            bad_row = r;
            bad_col = c;
          }
          return;
        }
        writer.write(code, column.stored.bits);
      }
      writer.finish();
    }
  });
  expect<value_error>(bad_row == x.rows(), "pack: the value in row ", x.first_row() + bad_row,
                      ", column ", bad_col, " is not among those that were surveyed");
  return made;
}
/// survey, then pack.
template <policy Policy, class X, class How>
  requires viewable<const X&> && requires(How how) { detail::check_packing(how); }
auto pack(const Policy& policy, const X& data, How how) {
  return pack(policy, data, survey(policy, data, how));
}

}  // namespace smelt::inline v0
