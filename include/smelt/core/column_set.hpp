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

/// How a column's elements are stored.
enum class element_kind : unsigned char { f64, f32, i32, u8 };

template <class T>
inline constexpr bool is_element =
    std::is_same_v<T, double> || std::is_same_v<T, float> || std::is_same_v<T, std::int32_t> ||
    std::is_same_v<T, std::uint8_t>;

/// A view of columns: for each a pointer, an element type, a stride, a name and, where some values
/// are null, one validity bit a row (bit r % 8 of byte r / 8; 1 is present, as in Arrow). A null
/// reads as missing. It owns no elements.
class column_set {
 public:
  using value_type = double;
  using space = host;

  column_set() = default;
  explicit column_set(index rows) : rows_(rows) {}

  /// Appends a column. `validity` may be null: then every value is present.
  template <class T>
    requires is_element<std::remove_const_t<T>>
  column_set& add(column_view<T> column, std::string name = {},
                  const std::uint8_t* validity = nullptr) {
    expect<shape_error>(column.size() == rows_, "a column of ", column.size(),
                        " rows does not fit a set of ", rows_, " rows");
    using plain = std::remove_const_t<T>;
    constexpr element_kind type = std::is_same_v<plain, double>         ? element_kind::f64
                             : std::is_same_v<plain, float>        ? element_kind::f32
                             : std::is_same_v<plain, std::int32_t> ? element_kind::i32
                                                                   : element_kind::u8;
    columns_.push_back({column.data(), column.stride(), validity, type});
    names_.push_back(std::move(name));
    named_ = named_ || !names_.back().empty();
    return *this;
  }
  template <class T>
    requires is_element<T>
  column_set& add(const std::vector<T>& column, std::string name = {},
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

  /// The memory of column `c`: its first element, and the bytes of an element and from one to the
  /// next.
  struct memory {
    const void* at;
    index size;
    index step;
  };
  memory memory_of(index c) const {
    const stored& from = columns_[static_cast<std::size_t>(c)];
    const index size = from.type == element_kind::f64  ? 8
                       : from.type == element_kind::u8 ? 1
                                                       : 4;
    return {from.data, size, size * from.stride};
  }

  double operator()(index r, index c) const {
    const stored& from = columns_[static_cast<std::size_t>(c)];
    if (from.validity && ((from.validity[r / 8] >> (r % 8)) & 1) == 0)
      return missing_value<double>;
    const index at = r * from.stride;
    switch (from.type) {
      case element_kind::f64: return static_cast<const double*>(from.data)[at];
      case element_kind::f32: return static_cast<double>(static_cast<const float*>(from.data)[at]);
      case element_kind::i32: return static_cast<const std::int32_t*>(from.data)[at];
      default: return static_cast<const std::uint8_t*>(from.data)[at];
    }
  }

 private:
  struct stored {
    const void* data;
    index stride;
    const std::uint8_t* validity;
    element_kind type;
  };
  index rows_ = 0;
  std::vector<stored> columns_;
  std::vector<std::string> names_;
  bool named_ = false;
};

static_assert(view<column_set>);

/// Chosen columns of a table or view, in the order asked for, without a copy:
/// `select(penguins, columns{"bill_length_mm", "body_mass_g"})`.
/// \errors value_error when a column is not there
template <dense_view View>
column_set select(const View& from, const columns& chosen) {
  column_set made(from.rows());
  const auto names = names_of(from);
  auto take = [&](index c) {
    expect<value_error>(0 <= c && c < from.cols(), "select: there is no column ", c,
                        ", the data have ", from.cols(), " columns");
    using value = typename View::value_type;
    made.add(column_view<const value>(from.data() + c * from.col_stride(), from.rows(),
                                      from.row_stride()),
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

template <class X>
auto select(const X&, const columns&) {
  if constexpr (!any_poison<X>) static_assert(always_false<X>, SMELT_SAY_NOT_DENSE);
  return poison{};
}

}  // namespace smelt::inline v0
