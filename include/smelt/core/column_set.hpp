// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Column sets: tables whose columns lie in different places, with element types, strides and
/// validity bits of their own, as data frames and structures of arrays have them.

#include <smelt/core/arithmetic.hpp>
#include <smelt/core/small_float.hpp>
#include <smelt/core/table.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace smelt::inline v0 {

/// How a column's elements are stored; a bool as u8, a bit as one of eight in a byte, f16 and bf16 as half
/// and brain.
enum class element_kind : unsigned char { f64, f32, i32, u8, i8, i16, u16, u32, i64, u64, bit, half, brain };

/// What a column may hold: float, double, f16, bf16, bool, and integers of 8 to 64 bits.
template <class T>
inline constexpr bool is_element =
    std::is_same_v<T, double> || std::is_same_v<T, float> || std::is_same_v<T, bool> ||
    detail::is_half<T> ||
    (std::is_integral_v<T> && sizeof(T) <= 8 && !std::is_same_v<T, char> &&
     !std::is_same_v<T, wchar_t> && !std::is_same_v<T, char8_t> && !std::is_same_v<T, char16_t> &&
     !std::is_same_v<T, char32_t>);

/// One column of truths, one bit each: value r is bit `first + r`, the lowest bit of a byte first.
template <class Space = host>
struct bit_column {
  const std::uint8_t* bytes = nullptr;
  index size = 0;
  index first = 0;
};

namespace detail {

template <class T>
constexpr element_kind kind_of_element() {
  if (std::is_same_v<T, bool>) return element_kind::u8;
  if (is_half<T>) return std::is_same_v<T, binary16> ? element_kind::half : element_kind::brain;
  if (std::is_floating_point_v<T>) return sizeof(T) == 8 ? element_kind::f64 : element_kind::f32;
  constexpr bool sign = std::is_signed_v<T>;
  return sizeof(T) == 1   ? (sign ? element_kind::i8 : element_kind::u8)
         : sizeof(T) == 2 ? (sign ? element_kind::i16 : element_kind::u16)
         : sizeof(T) == 4 ? (sign ? element_kind::i32 : element_kind::u32)
                          : (sign ? element_kind::i64 : element_kind::u64);
}
template <class T>
inline constexpr element_kind kind_of = kind_of_element<T>();

/// Bytes of an element; of a bit there is no such number, it is asked for by `bytes_of_column`.
constexpr index size_of(element_kind kind) {
  switch (kind) {
    case element_kind::f64:
    case element_kind::i64:
    case element_kind::u64: return 8;
    case element_kind::u16:
    case element_kind::i16:
    case element_kind::half:
    case element_kind::brain: return 2;
    case element_kind::f32:
    case element_kind::i32:
    case element_kind::u32: return 4;
    default: return 1;
  }
}

/// Where a column of a set lies; a kernel is given the same.
struct stored_column {
  const void* data;
  index stride;                  // in elements
  const std::uint8_t* validity;  // null: every value is present
  element_kind kind;
  std::uint8_t first_bit = 0;    // of `validity`: the bit of row 0, 0 to 7
  std::uint8_t first_value = 0;  // of a column of bits: the same

  SMELT_HD static bool bit(const std::uint8_t* bytes, index at) {
    const auto k = static_cast<std::uint64_t>(at);  // a shift, where a signed number is divided
    return ((bytes[k / 8] >> (k % 8)) & 1) != 0;
  }
  /// Element `at` as a T.
  template <class T>
  SMELT_HD double element(index at) const {
    return widened(static_cast<const T*>(data)[at]);
  }
  SMELT_HD double operator()(index r) const {
    if (validity && !bit(validity, r + first_bit)) return missing_value<double>;
    const index at = r * stride;
    switch (kind) {
      case element_kind::f64: return element<double>(at);
      case element_kind::f32: return element<float>(at);
      case element_kind::i32: return element<std::int32_t>(at);
      case element_kind::u8: return element<std::uint8_t>(at);
      default: return rarer(at);
    }
  }
  /// Elements of other kinds, asked for apart so that those above stay a few comparisons.
  SMELT_HD double rarer(index at) const {
    switch (kind) {
      case element_kind::i8: return element<std::int8_t>(at);
      case element_kind::i16: return element<std::int16_t>(at);
      case element_kind::u16: return element<std::uint16_t>(at);
      case element_kind::u32: return element<std::uint32_t>(at);
      case element_kind::i64: return element<std::int64_t>(at);
      case element_kind::u64: return element<std::uint64_t>(at);
      case element_kind::half: return element<binary16>(at);
      case element_kind::brain: return element<bfloat16>(at);
      default: return bit(static_cast<const std::uint8_t*>(data), at + first_value);
    }
  }
};

/// Bytes from the first to the last bit of `rows` rows.
constexpr index bytes_of_bits(index rows, int first) { return rows == 0 ? 0 : (rows + first + 7) / 8; }
/// Bytes of a column of `rows` rows whose elements lie side by side.
constexpr index bytes_of_column(const stored_column& c, index rows) {
  return c.kind == element_kind::bit ? bytes_of_bits(rows, c.first_value) : rows * size_of(c.kind);
}

}  // namespace detail

/// A view of columns: for each a pointer, an element type, a stride, a name and, where some values
/// are null, one validity bit a row (bit r % 8 of byte r / 8; 1 is present, as in Arrow), or from a
/// later bit on. A null reads as missing. It owns no elements: those, and the bits, lie in memory of
/// `Space`.
template <class Space>
class basic_column_set {
 public:
  using value_type = double;
  using space = Space;

  basic_column_set() = default;
  explicit basic_column_set(index rows) : rows_(rows) {}

  /// Appends a column. `validity` may be null: then every value is present. `first_bit` is the bit of
  /// row 0.
  template <class T>
    requires is_element<std::remove_const_t<T>>
  basic_column_set& add(column_view<T, Space> column, std::string name = {},
                        const std::uint8_t* validity = nullptr, index first_bit = 0) {
    return append({column.data(), column.stride(), nullptr, detail::kind_of<std::remove_const_t<T>>},
                  column.size(), std::move(name), validity, first_bit);
  }
  /// Appends a column of bits, 0 and 1.
  basic_column_set& add(bit_column<Space> column, std::string name = {},
                        const std::uint8_t* validity = nullptr, index first_bit = 0) {
    expect<shape_error>(column.first >= 0, "a column of bits cannot begin at bit ", column.first);
    return append({column.bytes ? column.bytes + column.first / 8 : nullptr, 1, nullptr,
                   element_kind::bit, 0, static_cast<std::uint8_t>(column.first % 8)},
                  column.size, std::move(name), validity, first_bit);
  }
  template <class T>
    requires(is_element<T> && std::is_same_v<Space, host>)
  basic_column_set& add(const std::vector<T>& column, std::string name = {},
                        const std::uint8_t* validity = nullptr, index first_bit = 0) {
    return add(column_view<const T>(column.data(), static_cast<index>(column.size())),
               std::move(name), validity, first_bit);
  }

  index rows() const { return rows_; }
  index cols() const { return static_cast<index>(columns_.size()); }
  index first_row() const { return 0; }
  index total_rows() const { return rows_; }
  std::span<const std::string> names() const {
    return named_ ? std::span<const std::string>(names_) : std::span<const std::string>();
  }
  /// Where the columns lie.
  std::span<const detail::stored_column> stored() const { return columns_; }

  double operator()(index r, index c) const { return columns_[static_cast<std::size_t>(c)](r); }

 private:
  basic_column_set& append(detail::stored_column column, index size, std::string name,
                           const std::uint8_t* validity, index first_bit) {
    expect<shape_error>(size == rows_, "a column of ", size, " rows does not fit a set of ", rows_,
                        " rows");
    expect<shape_error>(first_bit >= 0, "validity bits cannot begin at bit ", first_bit);
    if (validity != nullptr) {
      column.validity = validity + first_bit / 8;
      column.first_bit = static_cast<std::uint8_t>(first_bit % 8);
    }
    columns_.push_back(column);
    names_.push_back(std::move(name));
    named_ = named_ || !names_.back().empty();
    return *this;
  }

  index rows_ = 0;
  std::vector<detail::stored_column> columns_;
  std::vector<std::string> names_;
  bool named_ = false;
};

/// Columns in host memory.
using column_set = basic_column_set<host>;
/// Columns in device memory.
using device_column_set = basic_column_set<device>;

namespace detail {
template <class View>
inline constexpr bool is_column_set = false;
template <class Space>
inline constexpr bool is_column_set<basic_column_set<Space>> = true;
}  // namespace detail

/// Chosen columns of a table or view, in the order asked for (all but some, in theirs), without a copy:
/// `select(penguins, columns{"bill_length_mm", "body_mass_g"})`.
/// \errors value_error when a column is not there
template <dense_view View>
auto select(const View& from, const columns& chosen) {
  basic_column_set<typename View::space> made(from.rows());
  const auto names = names_of(from);
  auto there = [&](index c) {
    expect<value_error>(0 <= c && c < from.cols(), "select: there is no column ", c,
                        ", the data have ", from.cols(), " columns");
  };
  auto take = [&](index c) {
    there(c);
    using value = typename View::value_type;
    made.add(column_view<const value, typename View::space>(from.data() + c * from.col_stride(),
                                                            from.rows(), from.row_stride()),
             names.empty() ? std::string() : names[static_cast<std::size_t>(c)]);
  };
  auto find = [&](const std::string& name) {
    const auto c = static_cast<index>(detail::place_in(names, name));
    expect<value_error>(c < static_cast<index>(names.size()), "select: no column is named '", name,
                        "'; there are: ", detail::listed_names{names});
    return c;
  };
  if (chosen.others) {
    for (index c : chosen.list) there(c);
    for (const auto& name : chosen.names) find(name);
    for (index c = 0; c < from.cols(); ++c)
      if (chosen.contain(c, names.empty() ? std::string() : names[static_cast<std::size_t>(c)])) take(c);
    return made;
  }
  for (index c : chosen.list) take(c);
  for (const auto& name : chosen.names) take(find(name));
  return made;
}
/// The same of what owns its elements elsewhere, such as a table in device memory.
template <class X>
  requires(!dense_view<X> && requires(const X& x) {
    { x.view() } -> dense_view;
  })
auto select(const X& from, const columns& chosen) { return select(from.view(), chosen); }

template <class X>
auto select(const X&, const columns&) {
  if constexpr (!any_poison<X>) static_assert(always_false<X>, SMELT_SAY_NOT_DENSE);
  return poison{};
}

}  // namespace smelt::inline v0
