// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Columns with null bits, as Arrow and data frames have them: one bit beside each value says whether it is
/// there. A chain reads them and writes them, so that whole numbers come out of it and may be missing.
///
///     const nullable_view<float> theirs(values, bits, stride);   // memory of a data frame
///     transform(on::eigen, fitted, x, theirs);

#include <smelt/core/arithmetic.hpp>
#include <smelt/core/column_set.hpp>
#include <smelt/core/placed.hpp>
#include <smelt/core/view.hpp>
#include <smelt/core/whole_number.hpp>

#include <algorithm>  // std::min
#include <array>
#include <bit>        // std::endian
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <utility>  // std::exchange

namespace smelt::inline v0 {

/// What may stand beside a null bit: floating-point numbers, small ones too, and integers of 8 to 64 bits.
template <class T>
concept nullable_element =
    (is_element<T> && !std::is_same_v<T, bool>) || (has_missing<T> && sizeof(T) <= sizeof(double));

namespace detail {

static_assert(std::endian::native == std::endian::little);  // a device finds bits in words

/// What an element is read and written as: integers as doubles, which can be missing.
template <class T>
using number_of = std::conditional_t<has_missing<T>, T, double>;

/// Whether a value is missing, by its bits.
template <class T>
SMELT_HD constexpr bool is_gap(const T& x) {
  if constexpr (requires { T::codec::least_nan; })
    return (x.bits & (T::codec::sign - 1)) >= T::codec::least_nan;
  else if constexpr (std::is_floating_point_v<T>)
    return smelt::missing(x);
  else
    return smelt::missing(static_cast<double>(x));
}
/// `x` where it is there, else a missing value: on the bits, for -ffast-math knows of none.
template <class T>
SMELT_HD constexpr T there_or_gap(bool there, T x) {
  using small = std::conditional_t<sizeof(T) == 1, std::uint8_t, std::uint16_t>;
  using bits = std::conditional_t<sizeof(T) == 8, std::uint64_t,
                                  std::conditional_t<sizeof(T) == 4, std::uint32_t, small>>;
  constexpr bits gap = bits_as<bits>(missing_value<T>);
  return bits_as<T>(there ? bits_as<bits>(x) : gap);
}
/// What is stored of a value, and what is read of it.
template <class T>
SMELT_HD constexpr T stored(const number_of<T>& x) {
  if constexpr (has_missing<T>)
    return x;
  else
    return smelt::missing(x) ? T{0} : whole_number<T>(x);
}

/// A byte of a bitmap. On a host other threads may be changing bits of it, of rows of their own.
template <class Space>
SMELT_HD std::uint8_t byte_at(const std::uint8_t* at) {
  if constexpr (std::is_same_v<Space, host>)
    return __atomic_load_n(at, __ATOMIC_RELAXED);
  else
    return *at;
}
/// Makes the bits of a byte that `mask` has those of `bits`. The others may be changing meanwhile: they are rows
/// of other threads. Nobody else changes these, so it is known which of them differ.
inline void set_bits(std::uint8_t* at, unsigned mask, unsigned bits) {
  const unsigned change = (__atomic_load_n(at, __ATOMIC_RELAXED) ^ bits) & mask;
  if (change != 0) __atomic_fetch_xor(at, static_cast<std::uint8_t>(change), __ATOMIC_RELAXED);
}

}  // namespace detail

/// Columns of elements and a bitmap beside each: the bit of a row is 1 where its value is there. Bits count
/// from the low end of a byte, as in Arrow. A chain writes them too: where a result is missing its bit becomes
/// 0, else 1, and other bits of the same byte stay as they are, whoever writes them meanwhile. Beside a 0 lies
/// NaN, or the integer 0: the values by themselves are those of a plain table.
/// \formula integers: the nearest, the even one of two, the ends of their type for what lies beyond
/// \shape rows x columns
/// \missing where the bit is 0, and a NaN where it is 1
template <class T, class Space = host>
  requires nullable_element<std::remove_const_t<T>>
class nullable_view {
 public:
  using element_type = T;
  using value_type = detail::number_of<std::remove_const_t<T>>;
  using space = Space;
  using layout = column_major;
  using byte = std::conditional_t<std::is_const_v<T>, const std::uint8_t, std::uint8_t>;

  nullable_view() = default;
  /// Values, and bitmaps `stride` bytes from one column's to the next, of which bit `first_bit` is row 0.
  /// \errors shape_error for bitmaps without room for the rows; type_error where a device's begin within words
  nullable_view(matrix_view<T, column_major, Space> values, byte* bits, index stride, index first_bit = 0)
      : values_(values), bits_(bits), stride_(stride), first_bit_(first_bit) {
    expect<shape_error>(first_bit >= 0, "validity bits cannot begin at bit ", first_bit);
    constexpr index most = std::numeric_limits<index>::max() - 7;
    expect<shape_error>(first_bit <= most - rows() && (cols() <= 1 || stride >= (first_bit + rows() + 7) / 8),
                        "bitmaps that begin ", stride, " bytes apart have no room for bits ", first_bit, " to ",
                        first_bit, " + ", rows());
    if constexpr (!std::is_const_v<T> && !std::is_same_v<Space, host>)
      expect<type_error>(reinterpret_cast<std::uintptr_t>(bits) % 4 == 0 && stride % 4 == 0,
                         "a device writes null bits in words: bitmaps must begin at multiples of 4 bytes");
  }
  /// Read-only from writable.
  template <class Writable>
    requires(std::is_const_v<T> && std::is_same_v<const Writable, T>)
  nullable_view(const nullable_view<Writable, Space>& other)
      : nullable_view(other.values(), other.bits(0), other.stride(), other.first_bit()) {}

  SMELT_HD index rows() const { return values_.rows(); }
  SMELT_HD index cols() const { return values_.cols(); }
  index first_row() const { return values_.first_row(); }
  index total_rows() const { return values_.total_rows(); }
  std::span<const std::string> names() const { return values_.names(); }
  /// The values, with whatever lies where there is none.
  SMELT_HD const matrix_view<T, column_major, Space>& values() const { return values_; }
  /// The bitmap of a column, of which `first_bit()` is row 0, and bytes to that of the next.
  SMELT_HD byte* bits(index c) const { return bits_ + c * stride_; }
  SMELT_HD index first_bit() const { return first_bit_; }
  index stride() const { return stride_; }

  SMELT_HD bool present(index r, index c) const {
    const auto bit = static_cast<std::uint64_t>(first_bit_ + r);
    return ((detail::byte_at<Space>(bits(c) + bit / 8) >> (bit % 8)) & 1) != 0;
  }
  SMELT_HD value_type operator()(index r, index c) const {
    return detail::there_or_gap(present(r, c), static_cast<value_type>(values_(r, c)));
  }
  /// One value, as a thread on the host writes it.
  void put(index r, index c, value_type x) const
    requires(!std::is_const_v<T>)
  {
    const auto bit = static_cast<std::uint64_t>(first_bit_ + r);
    values_(r, c) = detail::stored<T>(x);
    detail::set_bits(bits(c) + bit / 8, 1u << (bit % 8), detail::is_gap(x) ? 0u : 1u << (bit % 8));
  }
  /// The same for a thread on a device, by the atomics of its context.
  template <class Context>
  SMELT_HD void put(Context& ctx, index r, index c, value_type x) const
    requires(!std::is_const_v<T>)
  {
    const auto bit = static_cast<std::uint64_t>(first_bit_ + r);
    auto* const word = reinterpret_cast<unsigned*>(bits(c)) + bit / 32;
    const unsigned mask = 1u << (bit % 32);
    values_(r, c) = detail::stored<T>(x);
    if (detail::is_gap(x))
      ctx.clear_bits(word, mask);
    else
      ctx.set_bits(word, mask);
  }

  nullable_view named(std::span<const std::string> names) const {
    nullable_view made = *this;
    made.values_ = values_.named(names);
    return made;
  }
  /// Columns `first`, ..., `last - 1`.
  nullable_view columns(index first, index last) const {
    nullable_view made = *this;
    made.values_ = values_.columns(first, last);
    made.bits_ = bits(first);
    return made;
  }
  /// Rows `first`, ..., `last - 1`; they keep their numbers in the source, and their bits.
  nullable_view row_range(index first, index last) const {
    nullable_view made = *this;
    made.values_ = values_.row_range(first, last);
    made.first_bit_ = first_bit_ + first;
    return made;
  }
  /// Where values and bits lie.
  std::array<detail::placed, 2> places() const {
    constexpr index size = sizeof(T);
    return {{{reinterpret_cast<const char*>(values_.data()), size,
              {{{rows(), size}, {cols(), values_.col_stride() * size}}}},
             {bits_ == nullptr ? nullptr : reinterpret_cast<const char*>(bits_) + first_bit_ / 8, 1,
              {{{detail::bytes_of_bits(rows(), static_cast<int>(first_bit_ % 8)), 1}, {cols(), stride_}}}}}};
  }
  /// True when each value and bit of one is that of the other.
  template <class Other>
  bool same_elements(const nullable_view<Other, Space>& other) const {
    return std::is_same_v<std::remove_const_t<T>, std::remove_const_t<Other>> &&
           static_cast<const void*>(values_.data()) == other.values().data() &&
           values_.col_stride() == other.values().col_stride() && bits(0) == other.bits(0) &&
           stride_ == other.stride() && first_bit_ == other.first_bit();
  }
  /// The same view of copies of its memory; see packed_view.
  template <class Space2, class Copy>
  nullable_view<const std::remove_const_t<T>, Space2> copied(Copy&& copy) const {
    using value = const std::remove_const_t<T>;
    const index apart = values_.col_stride();
    const auto askew = static_cast<int>(first_bit_ % 8);
    const index bytes = detail::bytes_of_bits(rows(), askew);
    const bool some = rows() > 0 && cols() > 0;
    const std::uint8_t* const first = bits_ == nullptr ? nullptr : bits_ + first_bit_ / 8;
    value* const values = copy(static_cast<value*>(values_.data()), some ? (cols() - 1) * apart + rows() : 0);
    const std::uint8_t* const bits = copy(first, some ? (cols() - 1) * stride_ + bytes : 0);
    // Rows before the first are not there: no element of them is read.
    const index end = first_row() + rows();
    const matrix_view<value, column_major, Space2> all(values - first_row(), end, cols(), 1, apart);
    return {all.row_range(first_row(), end), bits, stride_, askew};
  }

 private:
  matrix_view<T, column_major, Space> values_;
  byte* bits_ = nullptr;
  index stride_ = 0;
  index first_bit_ = 0;
};

inline namespace SMELT_ISA {

/// Rows of these numbers, all columns of each, one after another; see `block_view`.
template <class T, class Space>
  requires on_host<Space>
void read_rows(const nullable_view<T, Space>& x, const index* rows, index n,
               typename nullable_view<T, Space>::value_type* to) {
  using value = typename nullable_view<T, Space>::value_type;
  const index cols = x.cols();
  if (n == 0 || !follow_one_another(rows, n)) {
    for (index i = 0; i < n; ++i)
      for (index c = 0; c < cols; ++c) to[i * cols + c] = x(rows[i], c);
    return;
  }
  const index bit = x.first_bit() + rows[0];
  for (index c = 0; c < cols; ++c) {
    const T* const values = x.values().data() + c * x.values().col_stride() + rows[0];
    const std::uint8_t* bits = x.bits(c) + bit / 8;
    index some = 8 - bit % 8;
    for (index r = 0; r < n; r += std::exchange(some, 8)) {
      const unsigned there = detail::byte_at<Space>(bits++) >> (8 - some);
      auto read = [&](index count) {
        for (index k = 0; k < count; ++k)
          to[(r + k) * cols + c] = detail::there_or_gap((there >> k & 1) != 0, static_cast<value>(values[r + k]));
      };
      if (some == 8 && r + 8 <= n)
        read(8);
      else
        read(std::min(some, n - r));
    }
  }
}

/// Rows [first, first + n) of a column from numbers that are `step` apart; see `column_output`. Several threads
/// may write rows whose bits are of one byte.
template <class T, class Space, class Step = std::integral_constant<index, 1>>
  requires(!std::is_const_v<T> && on_host<Space>)
void write_column(const nullable_view<T, Space>& to, index c, index first, index n,
                  const typename nullable_view<T, Space>::value_type* from, Step step = {}) {
  const index bit = to.first_bit() + first;
  T* values = to.values().data() + c * to.values().col_stride() + first;
  std::uint8_t* bits = to.bits(c) + bit / 8;
  // Some rows: their values are written, their bits returned.
  auto some = [&](index count) {
    unsigned there = 0;
    for (index k = 0; k < count; ++k) {
      values[k] = detail::stored<T>(from[k * step]);
      there |= (detail::is_gap(from[k * step]) ? 0u : 1u) << k;
    }
    values += count;
    from += count * step;
    return there;
  };
  auto part = [&](index count, index at) {
    if (count > 0) detail::set_bits(bits++, ((1u << count) - 1) << at, some(count) << at);
  };
  const index head = std::min(n, (8 - bit % 8) % 8);  // rows before the first byte that is theirs alone
  part(head, bit % 8);
  for (index left = n - head; left >= 8; left -= 8) *bits++ = static_cast<std::uint8_t>(some(8));
  part((n - head) % 8, 0);
}
/// Rows [first, first + n) from numbers that lie one after another; see `block_output`.
template <class T, class Space>
  requires(!std::is_const_v<T> && on_host<Space>)
void write_rows(const nullable_view<T, Space>& to, index first, index n,
                const typename nullable_view<T, Space>::value_type* from) {
  for (index c = 0; c < to.cols(); ++c) write_column(to, c, first, n, from + c, to.cols());
}

}  // namespace SMELT_ISA

static_assert(block_view<nullable_view<const float>> && !block_output<nullable_view<const float>>);
static_assert(block_view<nullable_view<int>> && column_output<nullable_view<int>>);
static_assert(element_output<nullable_view<float, device>>);

}  // namespace smelt::inline v0
