// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// One number from its decimal digits, rounded once, whatever the locale.

#include <smelt/core/arithmetic.hpp>
#include <smelt/core/error.hpp>
#include <smelt/core/small_float.hpp>

#include <charconv>  // std::from_chars
#include <cmath>     // std::trunc
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>  // std::errc
#include <type_traits>
#include <utility>  // std::in_range

namespace smelt::inline v0 {

namespace detail {

/// Without the spaces and tabs around it.
SMELT_LAZY std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

/// Parses the number that [at, end) begins with, as std::from_chars does; a leading '+' is
/// accepted, every NaN becomes the canonical one.
template <class T>
std::from_chars_result csv_parse(const char* at, const char* end, T& value) {
  if (end - at > 1 && *at == '+' && at[1] != '-') ++at;
  if constexpr (std::is_floating_point_v<T>) {
    T parsed{};
    const auto result = std::from_chars(at, end, parsed);
    value = smelt::missing(parsed) ? smelt::missing_value<T> : parsed;
    return result;
  } else {
    const auto as = [&](auto parsed) {
      auto result = std::from_chars(at, end, parsed);
      if (!std::in_range<T>(parsed)) result.ec = std::errc::result_out_of_range;
      value = static_cast<T>(parsed);
      return result;
    };
    return at != end && *at == '-' ? as(std::int64_t{}) : as(std::uint64_t{});
  }
}
/// Whether a text is a number and nothing else.
SMELT_LAZY bool reads_as_number(std::string_view text) {
  double value = 0;
  return csv_parse(text.data(), text.data() + text.size(), value).ptr == text.data() + text.size();
}
/// Whether it has what names are made of: a letter, an underscore or a byte beyond ASCII.
SMELT_LAZY bool has_letter(std::string_view text) {
  for (const char c : text)
    if (c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0) return true;
  return false;
}

/// The name of a number type in messages.
template <class T>
std::string number_name() {
  if constexpr (std::is_same_v<T, binary16>) return "f16";
  if constexpr (std::is_floating_point_v<T>) return sizeof(T) == sizeof(float) ? "float" : "double";
  return message(std::is_signed_v<T> ? "int" : "uint", 8 * sizeof(T));
}

/// `.missing_value` as a T; an error where T cannot hold it.
template <class T>
std::optional<T> csv_substitute(std::optional<double> value) {
  if (!value) return {};
  if constexpr (std::is_floating_point_v<T>) {
    return narrow<T>(*value);
  } else {
    // Both bounds are powers of two (or 0), so that they are doubles exactly.
    constexpr auto low = static_cast<double>(std::numeric_limits<T>::min());
    constexpr double high = 2.0 * static_cast<double>(std::numeric_limits<T>::max() / 2 + 1);
    expect<value_error>(low <= *value && *value < high && std::trunc(*value) == *value,
                        ".missing_value is ", *value, ", which ", number_name<T>(), " cannot hold");
    return static_cast<T>(*value);
  }
}

}  // namespace detail

}  // namespace smelt::inline v0
