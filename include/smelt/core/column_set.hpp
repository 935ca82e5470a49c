// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Column sets: tables whose columns lie in different places, with element types, strides and
/// validity bits of their own, as data frames and structures of arrays have them.

#include <smelt/core/arithmetic.hpp>
#include <smelt/core/table.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace smelt::inline v0 {

/// How a column's elements are stored; a bool as u8.
enum class element_kind : unsigned char { f64, f32, i32, u8 };

template <class T>
inline constexpr bool is_element =
    std::is_same_v<T, double> || std::is_same_v<T, float> || std::is_same_v<T, std::int32_t> ||
    std::is_same_v<T, std::uint8_t> || std::is_same_v<T, bool>;

namespace detail {

template <class T>
inline constexpr element_kind kind_of = std::is_same_v<T, double>         ? element_kind::f64
                                        : std::is_same_v<T, float>        ? element_kind::f32
                                        : std::is_same_v<T, std::int32_t> ? element_kind::i32
                                                                          : element_kind::u8;
/// Bytes of an element.
constexpr index size_of(element_kind kind) {
  return kind == element_kind::f64 ? 8 : kind == element_kind::u8 ? 1 : 4;
}

/// Where a column of a set lies; a kernel is given the same.
struct stored_column {
  const void* data;
  index stride;                  // in elements
  const std::uint8_t* validity;  // null: every value is present
  element_kind kind;

  SMELT_HD double operator()(index r) const {
    if (validity && ((validity[r / 8] >> (r % 8)) & 1) == 0) return missing_value<double>;
    const index at = r * stride;
    switch (kind) {
      case element_kind::f64:
        return static_cast<const double*>(data)[at];
      case element_kind::f32:
        return widened(static_cast<const float*>(data)[at]);
      case element_kind::i32:
        return widened(static_cast<const std::int32_t*>(data)[at]);
      default:
        return widened(static_cast<const std::uint8_t*>(data)[at]);
    }
  }
};

}  // namespace detail

/// A view of columns: for each a pointer, an element type, a stride, a name and, where some values
/// are null, one validity bit a row (bit r % 8 of byte r / 8; 1 is present, as in Arrow). A null
/// reads as missing. It owns no elements: those, and the bits, lie in memory of `Space`.
template <class Space>
class basic_column_set {
 public:
  using value_type = double;
  using space = Space;

  basic_column_set() = default;
  explicit basic_column_set(index rows) : rows_(rows) {}

  /// Appends a column. `validity` may be null: then every value is present.
  template <class T>
    requires is_element<std::remove_const_t<T>>
  basic_column_set& add(column_view<T, Space> column, std::string name = {},
                        const std::uint8_t* validity = nullptr) {
    expect<shape_error>(column.size() == rows_, "a column of ", column.size(),
                        " rows does not fit a set of ", rows_, " rows");
    columns_.push_back(
        {column.data(), column.stride(), validity, detail::kind_of<std::remove_const_t<T>>});
    names_.push_back(std::move(name));
    named_ = named_ || !names_.back().empty();
    return *this;
  }
  template <class T>
    requires(is_element<T> && std::is_same_v<Space, host>)
  basic_column_set& add(const std::vector<T>& column, std::string name = {},
                        const std::uint8_t* validity = nullptr) {
    return add(column_view<const T>(column.data(), static_cast<index>(column.size())),
               std::move(name), validity);
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

/// Chosen columns of a table or view, in the order asked for, without a copy:
/// `select(penguins, columns{"bill_length_mm", "body_mass_g"})`.
/// \errors value_error when a column is not there
template <dense_view View>
auto select(const View& from, const columns& chosen) {
  basic_column_set<typename View::space> made(from.rows());
  const auto names = names_of(from);
  auto take = [&](index c) {
    expect<value_error>(0 <= c && c < from.cols(), "select: there is no column ", c,
                        ", the data have ", from.cols(), " columns");
    using value = typename View::value_type;
    made.add(column_view<const value, typename View::space>(from.data() + c * from.col_stride(),
                                                            from.rows(), from.row_stride()),
             names.empty() ? std::string() : names[static_cast<std::size_t>(c)]);
  };
  for (index c : chosen.list) take(c);
  for (const auto& name : chosen.names) {
    index c = 0;
    while (c < static_cast<index>(names.size()) && names[static_cast<std::size_t>(c)] != name) ++c;
    expect<value_error>(c < static_cast<index>(names.size()), "select: no column is named '", name,
                        "'");
    take(c);
  }
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
