// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Tables as record batches of Arrow, without a copy: the table lives as long as the array. Columns must
/// lie one after the other, so the table is column-major, or has null bits.

#include <smelt/core/say.hpp>
#include <smelt/core/view.hpp>
#include <smelt/interop/arrow.hpp>
#include <smelt/interop/to_dlpack.hpp>  // tensor_owner

#include <atomic>
#include <concepts>  // std::convertible_to
#include <cstdint>
#include <memory>  // std::unique_ptr
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace smelt::inline v0 {

namespace detail {

/// Structs (arrays or schemas) with what they point to, in one piece. A reader may take columns out and
/// release the rest: whichever struct goes last takes the piece along.
template <class Struct, class Content>
struct arrow_holder {
  Content content;
  std::vector<Struct> columns;
  std::vector<Struct*> children;
  std::atomic<std::size_t> structs;

  arrow_holder(Content&& given, std::size_t cols) : content(std::move(given)), columns(cols), structs(cols + 1) {
    for (Struct& column : columns) {
      column = Struct{};
      column.release = &release_one;
      column.private_data = this;
      children.push_back(&column);
    }
  }
  static void release_one(Struct* column) {
    auto* const holder = static_cast<arrow_holder*>(column->private_data);
    column->release = nullptr;
    if (holder->structs.fetch_sub(1, std::memory_order_acq_rel) == 1) delete holder;
  }
  /// Of the whole: of all columns that are still there, and of it.
  static void release(Struct* whole) {
    for (Struct& column : static_cast<arrow_holder*>(whole->private_data)->columns)
      if (column.release != nullptr) column.release(&column);
    release_one(whole);
  }
  /// The struct that has the columns.
  Struct whole() {
    Struct made{};
    made.n_children = static_cast<std::int64_t>(columns.size());
    made.children = children.data();
    made.release = &release;
    made.private_data = this;
    return made;
  }
};
template <class Owner>
struct arrow_buffers {
  Owner owner;
  std::vector<const void*> buffers;  // one for all rows, two for each column: bits, where there are some, and values
};

/// The format of an element type.
template <class T>
constexpr const char* arrow_format() {
  constexpr element_kind kind = kind_of<T>;
  return kind == element_kind::f64   ? "g"
         : kind == element_kind::f32 ? "f"
         : kind == element_kind::half ? "e"
         : kind == element_kind::i8  ? "c"
         : kind == element_kind::u8  ? "C"
         : kind == element_kind::i16 ? "s"
         : kind == element_kind::u16 ? "S"
         : kind == element_kind::i32 ? "i"
         : kind == element_kind::u32 ? "I"
         : kind == element_kind::i64 ? "l"
                                     : "L";
}

/// Elements that Arrow has, but for bools, which are bits there.
template <class T>
inline constexpr bool arrow_element = is_element<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, bfloat16>;

/// What owns columns with null bits, the first of them that of row 0: a nullable_table.
template <class X>
concept has_nulls = !std::is_reference_v<X> && !std::is_const_v<X> && requires(X& x, index c) {
  requires dense_view<std::remove_cvref_t<decltype(x.view().values())>>;
  { x.view().bits(c) } -> std::convertible_to<const std::uint8_t*>;
  { x.nulls(c) } -> std::convertible_to<std::int64_t>;
};

/// What owns columns in host memory that have no gaps, of numbers that Arrow has.
template <class X>
concept arrow_owner = (tensor_owner<X> || has_nulls<X>) && requires(X& x) {
  requires std::is_same_v<typename decltype(x.view())::layout, column_major>;
  requires on_host<typename decltype(x.view())::space>;
  requires arrow_element<std::remove_const_t<typename decltype(x.view())::element_type>>;
};

}  // namespace detail

/// Gives a column-major table away as a record batch, to be released by whoever gets it:
/// `to_arrow(std::move(table), &schema, &array)` fills both structs. Columns have the table's names, or
/// their numbers; missing values are NaN, as they are in the table, and no nulls. Of a nullable_table they
/// are nulls, which are counted.
template <class X, arrow_schema S, arrow_array A>
  requires detail::arrow_owner<X>
void to_arrow(X&& x, S* schema, A* array) {
  using namespace detail;
  const auto cols = static_cast<std::size_t>(x.view().cols());
  using batch = arrow_holder<A, arrow_buffers<X>>;
  using words = arrow_holder<S, std::vector<std::string>>;
  std::vector<std::string> names;
  for (std::size_t c = 0; c < cols; ++c)
    names.push_back(x.view().names().empty() ? message(c) : x.view().names()[c]);
  auto said = std::make_unique<words>(std::move(names), cols);
  std::vector<const void*> buffers(2 * cols + 1, nullptr);
  auto data = std::make_unique<batch>(arrow_buffers<X>{std::move(x), std::move(buffers)}, cols);

  const auto v = data->content.owner.view();
  for (std::size_t c = 0; c < cols; ++c) {
    const void** const two = &data->content.buffers[2 * c + 1];
    const auto at = static_cast<index>(c);
    if constexpr (has_nulls<X>) {
      two[0] = v.bits(at);
      two[1] = v.values().data() + at * v.values().col_stride();
      data->columns[c].null_count = data->content.owner.nulls(at);
      constexpr std::int64_t nullable = 2;  // ARROW_FLAG_NULLABLE
      said->columns[c].flags = nullable;
    } else {
      two[1] = v.data() + at * v.col_stride();
    }
    data->columns[c].length = v.rows();
    data->columns[c].n_buffers = 2;
    data->columns[c].buffers = two;
    said->columns[c].format = arrow_format<std::remove_const_t<element_seen<X>>>();
    said->columns[c].name = said->content[c].c_str();
  }
  *array = data.release()->whole();
  array->length = v.rows();
  array->n_buffers = 1;
  array->buffers = static_cast<batch*>(array->private_data)->content.buffers.data();
  *schema = said.release()->whole();
  schema->format = "+s";
  schema->name = "";
}

template <class X, class S, class A>
auto to_arrow(X&&, S*, A*) {
  if constexpr (!any_poison<X, S, A>) static_assert(always_false<X>, SMELT_SAY_TO_ARROW);
  return poison{};
}

}  // namespace smelt::inline v0
