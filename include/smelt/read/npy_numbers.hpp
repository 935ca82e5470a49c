// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Stored elements of any type and byte order as the numbers of a table: each is kept exactly, or
/// rounded where that was asked for, or refused.

#include <smelt/core/arithmetic.hpp>
#include <smelt/core/error.hpp>
#include <smelt/core/small_float.hpp>
#include <smelt/core/types.hpp>
#include <smelt/read/csv_number.hpp>  // number_name
#include <smelt/read/npy_header.hpp>

#include <bit>
#include <cstdint>
#include <cstring>  // std::memcpy
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>  // std::cmp_less, std::in_range

namespace smelt::inline v0 {

/// What becomes of a number that the table's type cannot hold.
enum class rounding : bool {
  refused,  ///< an error that names it
  nearest   ///< rounded once, for float, double and f16; out of range stays an error
};

/// How a file of numbers is read.
struct number_options {
  smelt::rounding rounding = smelt::rounding::refused;
};

namespace detail {

/// True where this machine keeps the lowest byte of a number last.
inline constexpr bool big_endian_machine = std::endian::native == std::endian::big;

/// The number that lies at `at`, aligned or not, its bytes turned round on demand.
template <class S>
S loaded(const char* at, bool swap) {
  using bits_type = std::conditional_t<
      sizeof(S) == 1, std::uint8_t,
      std::conditional_t<sizeof(S) == 2, std::uint16_t,
                         std::conditional_t<sizeof(S) == 4, std::uint32_t, std::uint64_t>>>;
  bits_type bits;
  std::memcpy(&bits, at, sizeof bits);
  if constexpr (sizeof(S) == 2)
    bits = swap ? __builtin_bswap16(bits) : bits;
  else if constexpr (sizeof(S) == 4)
    bits = swap ? __builtin_bswap32(bits) : bits;
  else if constexpr (sizeof(S) == 8)
    bits = swap ? __builtin_bswap64(bits) : bits;
  return std::bit_cast<S>(bits);
}

/// Stores `x` as a T; says why it cannot be, or null.
template <class T, class S>
constexpr const char* convert(S x, [[maybe_unused]] bool round, T& out) {
  if constexpr (std::is_same_v<S, bool>) {
    out = static_cast<T>(x ? 1 : 0);
  } else if constexpr (has_missing<S> && has_missing<T>) {
    out = narrow<T>(widened(x));
    if constexpr (sizeof(T) < sizeof(S)) {
      if (missing(x) || widened(out) == widened(x)) return nullptr;
      if (infinite(widened(out)) || widened(out) == 0) return "is out of range for ";
      if (!round) return "is not exactly a ";
    }
  } else if constexpr (has_missing<S>) {
    // Both bounds are powers of two (or 0), so that they are doubles exactly.
    constexpr auto low = static_cast<double>(std::numeric_limits<T>::min());
    constexpr double high = 2.0 * static_cast<double>(std::numeric_limits<T>::max() / 2 + 1);
    const double wide = widened(x);
    if (missing(wide)) return "is missing, and there is no such ";
    if (!(low <= wide && wide < high)) return "is out of range for ";
    out = static_cast<T>(wide);
    if (static_cast<double>(out) != wide) return "is no whole number, as must be every ";
  } else if constexpr (has_missing<T>) {
    if constexpr (std::is_class_v<T>) {  // what a double does not hold is beyond it
      out = T(static_cast<double>(x));
      if (infinite(widened(out))) return "is out of range for ";
    } else {
      out = static_cast<T>(x);
    }
    if constexpr (std::numeric_limits<S>::digits > std::numeric_limits<T>::digits) {
      using natural = std::make_unsigned_t<S>;
      const natural size = std::cmp_less(x, 0) ? static_cast<natural>(0 - static_cast<natural>(x))
                                               : static_cast<natural>(x);
      const int digits =
          std::numeric_limits<natural>::digits - std::countl_zero(size) - std::countr_zero(size);
      if (digits > std::numeric_limits<T>::digits && !round) return "is not exactly a ";
    }
  } else {
    if (!std::in_range<T>(x)) return "is out of range for ";
    out = static_cast<T>(x);
  }
  return nullptr;
}

/// Where elements are stored, without gaps, and how.
struct stored_numbers {
  const char* at;
  index rows;
  index cols;
  bool by_column;
  bool swap;
  std::string_view name;  // of the file
};

/// Converts elements of type S into those of a table at two strides, in squares, so that neither side
/// is walked far across its order.
template <class S, class T>
void convert_all(const stored_numbers& from, bool round, T* to, index row_stride, index col_stride) {
  constexpr index side = 64;
  const index outer = from.by_column ? from.cols : from.rows;
  const index inner = from.by_column ? from.rows : from.cols;
  const index outer_step = from.by_column ? col_stride : row_stride;
  const index inner_step = from.by_column ? row_stride : col_stride;
  const index height = inner_step == 1 ? 1 : side;
  const index width = inner_step == 1 ? inner : side;
  for (index o0 = 0; o0 < outer && inner > 0; o0 += height)
    for (index i0 = 0; i0 < inner; i0 += width)
      for (index o = o0; o < std::min(o0 + height, outer); ++o)
        for (index i = i0; i < std::min(i0 + width, inner); ++i) {
          const char* const at = from.at + (o * inner + i) * static_cast<index>(sizeof(S));
          const auto x = loaded<std::conditional_t<std::is_same_v<S, bool>, std::uint8_t, S>>(
              at, from.swap);
          const char* why;
          if constexpr (std::is_same_v<S, bool>)
            why = convert(x != 0, round, to[o * outer_step + i * inner_step]);
          else
            why = convert(x, round, to[o * outer_step + i * inner_step]);
          if (why == nullptr) [[likely]] continue;  // what a message is made of costs more than x
          expect<value_error>(false, from.name, ", row ", from.by_column ? i : o,
                              ", column ", from.by_column ? o : i, ": ", x, " ", why,
                              number_name<T>());
        }
}

/// Converts elements of a type known at run time.
template <class T>
void convert_stored(const npy_dtype& dtype, const stored_numbers& from, bool round, T* to,
                    index row_stride, index col_stride) {
  const auto as = [&]<class S>(S) { convert_all<S>(from, round, to, row_stride, col_stride); };
  switch (dtype.kind) {
    case npy_kind::real:
      return dtype.bytes == 2 ? as(binary16{}) : dtype.bytes == 4 ? as(float{}) : as(double{});
    case npy_kind::boolean: return as(bool{});
    case npy_kind::signed_integer:
      return dtype.bytes == 1   ? as(std::int8_t{})
             : dtype.bytes == 2 ? as(std::int16_t{})
             : dtype.bytes == 4 ? as(std::int32_t{})
                                : as(std::int64_t{});
    case npy_kind::unsigned_integer:
      return dtype.bytes == 1   ? as(std::uint8_t{})
             : dtype.bytes == 2 ? as(std::uint16_t{})
             : dtype.bytes == 4 ? as(std::uint32_t{})
                                : as(std::uint64_t{});
  }
}

/// The element type of a file that holds `T` as this machine does. Bytes of bool files are read as
/// uint8.
template <class T>
constexpr npy_dtype npy_dtype_as() {
  return {has_missing<T>              ? npy_kind::real
          : std::is_same_v<T, bool>   ? npy_kind::boolean
          : std::is_signed_v<T>       ? npy_kind::signed_integer
                                      : npy_kind::unsigned_integer,
          static_cast<int>(sizeof(T)), big_endian_machine && sizeof(T) > 1};
}

}  // namespace detail

}  // namespace smelt::inline v0
