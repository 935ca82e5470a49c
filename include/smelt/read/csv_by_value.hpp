// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Files by value: a table or labels, or the status that says why there are none. What is wrong
/// with a file is found deep inside the reader, which throws: these forms need exceptions, and say
/// so where there are none. A policy may stand before the path, as in the forms that throw.

#include <smelt/core/outcome.hpp>
#include <smelt/read/csv.hpp>
#include <smelt/read/csv_labels.hpp>

#include <concepts>
#include <new>  // std::nothrow_t
#include <string>
#include <string_view>

namespace smelt::inline v0 {

namespace detail {

/// Calls what reads.
template <class Read>
auto read_by_value(const Read& read) noexcept {
  static_assert(SMELT_EXCEPTIONS != 0 || always_false<Read>, SMELT_SAY_READ_NEEDS_EXCEPTIONS);
  return attempt([&] { return outcome_of(read()); });
}

}  // namespace detail

// Options that are not given are made inside, for that takes memory too.

/// read_csv by value: `read_csv<float>(std::nothrow, "digits.csv")`.
template <class T = void>
auto read_csv(std::nothrow_t, const std::string& path) noexcept {
  return detail::read_by_value([&] { return read_csv<T>(path); });
}
template <class T = void>
auto read_csv(std::nothrow_t, const std::string& path, const csv_options& options) noexcept {
  return detail::read_by_value([&] { return read_csv<T>(path, options); });
}
template <class T = void, class Policy>
  requires detail::no_text<Policy>
auto read_csv(std::nothrow_t, const Policy& policy, const std::string& path) noexcept {
  return detail::read_by_value([&] { return read_csv<T>(policy, path); });
}
template <class T = void, class Policy>
  requires detail::no_text<Policy>
auto read_csv(std::nothrow_t, const Policy& policy, const std::string& path,
              const csv_options& options) noexcept {
  return detail::read_by_value([&] { return read_csv<T>(policy, path, options); });
}

/// read_csv_text by value.
template <class T = void>
auto read_csv_text(std::nothrow_t, std::string_view text) noexcept {
  return detail::read_by_value([&] { return read_csv_text<T>(text); });
}
template <class T = void>
auto read_csv_text(std::nothrow_t, std::string_view text, const csv_options& options,
                   const std::string& name = "text") noexcept {
  return detail::read_by_value([&] { return read_csv_text<T>(text, options, name); });
}
template <class T = void, class Policy>
  requires detail::no_text<Policy>
auto read_csv_text(std::nothrow_t, const Policy& policy, std::string_view text) noexcept {
  return detail::read_by_value([&] { return read_csv_text<T>(policy, text); });
}
template <class T = void, class Policy>
  requires detail::no_text<Policy>
auto read_csv_text(std::nothrow_t, const Policy& policy, std::string_view text,
                   const csv_options& options, const std::string& name = "text") noexcept {
  return detail::read_by_value([&] { return read_csv_text<T>(policy, text, options, name); });
}

/// read_csv_labels by value.
template <std::same_as<labels> Made = labels>
outcome<Made> read_csv_labels(std::nothrow_t, const std::string& path,
                              const csv_column& column) noexcept {
  return detail::read_by_value([&] { return read_csv_labels<Made>(path, column); });
}
template <std::same_as<labels> Made = labels>
outcome<Made> read_csv_labels(std::nothrow_t, const std::string& path, const csv_column& column,
                              const csv_options& options) noexcept {
  return detail::read_by_value([&] { return read_csv_labels<Made>(path, column, options); });
}
template <class Policy>
  requires detail::no_text<Policy>
auto read_csv_labels(std::nothrow_t, const Policy& policy, const std::string& path,
                     const csv_column& column) noexcept {
  return detail::read_by_value([&] { return read_csv_labels(policy, path, column); });
}
template <class Policy>
  requires detail::no_text<Policy>
auto read_csv_labels(std::nothrow_t, const Policy& policy, const std::string& path,
                     const csv_column& column, const csv_options& options) noexcept {
  return detail::read_by_value([&] { return read_csv_labels(policy, path, column, options); });
}

/// read_csv_labels_text by value.
template <std::same_as<labels> Made = labels>
outcome<Made> read_csv_labels_text(std::nothrow_t, std::string_view text,
                                   const csv_column& column) noexcept {
  return detail::read_by_value([&] { return read_csv_labels_text<Made>(text, column); });
}
template <std::same_as<labels> Made = labels>
outcome<Made> read_csv_labels_text(std::nothrow_t, std::string_view text, const csv_column& column,
                                   const csv_options& options,
                                   const std::string& name = "text") noexcept {
  return detail::read_by_value(
      [&] { return read_csv_labels_text<Made>(text, column, options, name); });
}
template <class Policy>
  requires detail::no_text<Policy>
auto read_csv_labels_text(std::nothrow_t, const Policy& policy, std::string_view text,
                          const csv_column& column) noexcept {
  return detail::read_by_value([&] { return read_csv_labels_text(policy, text, column); });
}
template <class Policy>
  requires detail::no_text<Policy>
auto read_csv_labels_text(std::nothrow_t, const Policy& policy, std::string_view text,
                          const csv_column& column, const csv_options& options,
                          const std::string& name = "text") noexcept {
  return detail::read_by_value(
      [&] { return read_csv_labels_text(policy, text, column, options, name); });
}

}  // namespace smelt::inline v0
