// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Files of numbers by value: a table, or the status that says why there is none. As read/csv_by_value.hpp
/// these need exceptions inside, and say so where there are none.

#include <smelt/core/outcome.hpp>
#include <smelt/read/npy.hpp>
#include <smelt/read/npy_write.hpp>
#include <smelt/read/raw.hpp>

#include <new>  // std::nothrow_t
#include <string>

namespace smelt::inline v0 {

namespace detail {

/// Calls what reads or writes.
template <class Call>
auto file_by_value(const Call& call) noexcept {
  static_assert(SMELT_EXCEPTIONS != 0 || always_false<Call>, SMELT_SAY_READ_NEEDS_EXCEPTIONS);
  if constexpr (std::is_void_v<decltype(call())>)
    return attempt([&] {
      call();
      return status();
    });
  else
    return attempt([&] { return outcome_of(call()); });
}

}  // namespace detail

/// npy_info by value.
template <std::same_as<npy_header> Made = npy_header>
outcome<Made> npy_info(std::nothrow_t, const std::string& path) noexcept {
  return detail::file_by_value([&]() -> Made { return npy_info(path); });
}
/// map_npy by value: `map_npy<float>(std::nothrow, "pixels.npy")`.
template <class T = void, class Layout = row_major>
auto map_npy(std::nothrow_t, const std::string& path) noexcept {
  return detail::file_by_value([&] { return map_npy<T, Layout>(path); });
}
/// read_npy by value.
template <class T = void, class Layout = row_major>
auto read_npy(std::nothrow_t, const std::string& path, const number_options& options = {}) noexcept {
  return detail::file_by_value([&] { return read_npy<T, Layout>(path, options); });
}
/// map_raw by value.
template <class T = void, class Layout = row_major>
auto map_raw(std::nothrow_t, const std::string& path, index rows, index cols,
             index offset = 0) noexcept {
  return detail::file_by_value([&] { return map_raw<T, Layout>(path, rows, cols, offset); });
}
/// read_raw by value.
template <class T = void, class Layout = row_major>
auto read_raw(std::nothrow_t, const std::string& path, const raw_format& format,
              const number_options& options = {}) noexcept {
  return detail::file_by_value([&] { return read_raw<T, Layout>(path, format, options); });
}
/// write_npy by value: the status of it.
template <class X>
auto write_npy(std::nothrow_t, const X& x, const std::string& path) noexcept {
  return detail::file_by_value([&] { return write_npy(x, path); });
}

}  // namespace smelt::inline v0
