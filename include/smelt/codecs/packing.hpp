// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// How columns can be packed: what a survey collects of each, and the codes that are chosen for it.

#include <smelt/codecs/packed.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>  // std::memcmp
#include <limits>
#include <span>
#include <string>
#include <utility>
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

inline std::string title_of(std::span<const std::string> names, index c) {
  return names.empty() || names[static_cast<std::size_t>(c)].empty()
             ? message("column ", c)
             : message("column '", names[static_cast<std::size_t>(c)], "'");
}

inline constexpr double whole_numbers = 0x1p53;  // below, every one of them is a double

/// The nearest whole number, even ones of two.
SMELT_HD inline double nearest(double x) { return std::nearbyint(x); }

/// The code of a value; none for one that its column was not surveyed for, or given.
template <class T>
SMELT_HD std::uint64_t code_of(const typename packing<T>::column& column, double x) {
  const packed_column& stored = column.stored;
  if (missing(x)) return stored.missing;
  double v = product(x, stored.divisor);
  if (stored.factor != 1.0) v = divide(v, stored.factor);
  const double whole = nearest(subtract(v, stored.base));
  if (!(whole >= 0.0 && whole <= static_cast<double>(stored.mask()))) return packed_column::none;
  const auto code = static_cast<std::uint64_t>(whole);
  if (code == stored.missing) return packed_column::none;
  if (column.exact) {
    const double again = widened(element<T>(stored.value(code)));
    if (bits_as<std::uint64_t>(again) != bits_as<std::uint64_t>(x)) return packed_column::none;
  }
  return code;
}

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
    const double code = nearest(whole) + 0.0;  // no code is -0
    const auto again = static_cast<double>(element<T>(scale == 1.0 ? code : code / scale));
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
  const double rounding = 0.5 * static_cast<double>(std::numeric_limits<T>::epsilon());
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

}  // namespace detail

/// What a survey has found, in words: bytes a row, and how each column is stored.
template <class T>
std::string describe(const packing<T>& found) {
  std::string text =
      message(found.rows(), " rows of ", found.columns().size(), " columns: ", found.bytes_per_row(),
              " bytes a row instead of ", found.columns().size() * sizeof(T), "\n");
  for (std::size_t c = 0; c < found.columns().size(); ++c) {
    const auto& column = found.columns()[c];
    const packed_column& stored = column.stored;
    text += message(detail::title_of(found.names(), static_cast<index>(c)), ": ", stored.bits, " bits");
    if (!column.exact)
      text += message(", steps of ", stored.factor, ", moved by ", column.worst_error, " at most");
    else if (stored.divisor != 1.0)
      text += message(", decimals by ", stored.divisor, ", exact");
    else
      text += ", exact";
    text += stored.missing == packed_column::none ? "\n" : ", some missing\n";
  }
  return text;
}

}  // namespace smelt::inline v0
