// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Columns of other programs by the Arrow C Data and C Device interfaces, without a copy and without a
/// header of Arrow: any structs of their shape will do. pyarrow, polars, DuckDB and cuDF hand them out.
///
///     ArrowSchema schema; ArrowArray array;              // filled by them
///     const auto people = from_arrow(&schema, &array);   // owns both from here on
///     auto fitted = fit(on::eigen, clean(fill::mean) | standardize(), people);
///
/// A struct array (a record batch) is a column set, any other array one column. A null is a missing
/// value, names are names; integers of 8 to 64 bits, halffloats, floats, doubles, bools and nulls are read
/// where they lie.

#include <smelt/core/column_set.hpp>
#include <smelt/core/outcome.hpp>
#include <smelt/core/say.hpp>
#include <smelt/interop/dlpack.hpp>  // which memory a view reaches

#include <cstdint>
#include <limits>
#include <new>  // std::nothrow_t
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace smelt::inline v0 {

/// The struct that says what an Arrow array holds, of whatever header.
template <class S>
concept arrow_schema = requires(S* s) {
  std::string_view(s->format);
  s->name;
  s->n_children;
  s->children[0]->format;
  s->dictionary;
  s->release(s);
};
/// The struct that holds it.
template <class A>
concept arrow_array = requires(A* a) {
  a->length;
  a->null_count;
  a->offset;
  a->n_buffers;
  a->n_children;
  a->buffers[0];
  a->children[0]->length;
  a->release(a);
};
/// One that says in which memory its buffers are, and what to wait for.
template <class D>
concept arrow_device_array = requires(D* d) {
  requires arrow_array<std::remove_reference_t<decltype(d->array)>>;
  d->device_type;
  d->device_id;
  d->sync_event;
};

/// Columns that keep the Arrow array they lie in, and release it once: movable, not copyable. Views of
/// them end with them.
template <class Space, class A>
class arrow_table {
 public:
  using value_type = double;
  using space = Space;

  /// Owns what `array` holds from here on.
  explicit arrow_table(A* array) noexcept : array_(*array) { array->release = nullptr; }
  arrow_table(arrow_table&& other) noexcept
      : array_(other.array_), columns_(std::exchange(other.columns_, {})) {
    other.array_.release = nullptr;
  }
  arrow_table& operator=(arrow_table&& other) noexcept {
    std::swap(array_, other.array_);
    std::swap(columns_, other.columns_);
    return *this;
  }
  ~arrow_table() {
    if (array_.release != nullptr) array_.release(&array_);
  }

  index rows() const { return columns_.rows(); }
  index cols() const { return columns_.cols(); }
  std::span<const std::string> names() const { return columns_.names(); }
  basic_column_set<Space> view() const { return columns_; }

  /// Reads the array by its schema into columns.
  template <class S>
  void open(const S& schema);

 private:
  template <class S>
  void add(const S& schema, const A& column, index first, const std::string& what);

  A array_;
  basic_column_set<Space> columns_;
};

namespace detail {

/// What a format that is not read says of its elements.
inline const char* arrow_refusal(std::string_view format) {
  const char kind = format.empty() ? ' ' : format[0];
  if (kind == 'u' || kind == 'U' || kind == 'z' || kind == 'Z' || kind == 'v' || kind == 'w')
    return "text or bytes";
  if (kind == 't') return "times: cast them to int64";
  if (kind == 'd') return "decimals: cast them to float64";
  if (kind == '+') return "columns in a column: flatten it";
  return "elements that smelt does not know";
}

/// A schema, released when it goes.
template <class S>
struct arrow_released {
  S* schema;
  ~arrow_released() {
    if (schema != nullptr && schema->release != nullptr) schema->release(schema);
  }
};

/// offset + length, when both and their sum are counts of bytes, many times over.
inline bool arrow_extent(std::int64_t offset, std::int64_t length) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 64;
  return 0 <= offset && 0 <= length && offset <= most && length <= most;
}

}  // namespace detail

template <class Space, class A>
template <class S>
void arrow_table<Space, A>::add(const S& schema, const A& column, index first, const std::string& what) {
  const std::string_view format = schema.format;
  const index rows = columns_.rows();
  expect<type_error>(schema.dictionary == nullptr, what,
                     " is dictionary-encoded: decode it, or give its codes");
  const bool enough = detail::arrow_extent(column.offset, column.length) && column.length - first >= rows;
  expect<value_error>(enough, what, " has ", column.length, " rows from ", column.offset,
                      " on, the array needs ", first + rows);
  const std::string name = schema.name != nullptr ? schema.name : "";
  if (format == "n" && on_host<Space>) {  // as many missing values, all of them in one place
    columns_.add(column_view<const double, Space>(&missing_value<double>, rows, 0), name);
    return;
  }
  const std::string_view read = "cCsSiIlLefgb";
  const bool known = format.size() == 1 && read.find(format) != std::string_view::npos;
  expect<type_error>(known, what, " (format '", format, "') holds ", detail::arrow_refusal(format));
  expect<value_error>(column.n_buffers == 2, what, " has ", column.n_buffers, " buffers, not 2");
  const auto* validity = static_cast<const std::uint8_t*>(column.buffers[0]);
  expect<value_error>(validity != nullptr || column.null_count <= 0 || rows == 0, what, " has ",
                      column.null_count, " nulls and no bits that say which");
  if (column.null_count == 0) validity = nullptr;
  const void* const values = column.buffers[1];
  expect<value_error>(values != nullptr || rows == 0, what, " has no values");
  const index at = column.offset + first;
  if (format == "b") {
    columns_.add(bit_column<Space>{static_cast<const std::uint8_t*>(values), rows, at}, name, validity, at);
    return;
  }
  const auto as = [&]<class T>(T) {
    expect<type_error>(reinterpret_cast<std::uintptr_t>(values) % alignof(T) == 0, what,
                       " begins at an address that is no multiple of ", alignof(T));
    const T* const from = values == nullptr ? nullptr : static_cast<const T*>(values) + at;
    columns_.add(column_view<const T, Space>(from, rows), name, validity, at);
  };
  switch (format[0]) {
    case 'c': return as(std::int8_t{});
    case 'C': return as(std::uint8_t{});
    case 's': return as(std::int16_t{});
    case 'S': return as(std::uint16_t{});
    case 'i': return as(std::int32_t{});
    case 'I': return as(std::uint32_t{});
    case 'l': return as(std::int64_t{});
    case 'L': return as(std::uint64_t{});
    case 'e': return as(detail::binary16{});
    case 'f': return as(float{});
    default: return as(double{});
  }
}

template <class Space, class A>
template <class S>
void arrow_table<Space, A>::open(const S& schema) {
  expect<value_error>(array_.release != nullptr, "this Arrow array has been released");
  expect<value_error>(schema.release != nullptr, "this Arrow schema has been released");
  expect<value_error>(detail::arrow_extent(array_.offset, array_.length), "this Arrow array has ",
                      array_.length, " rows from ", array_.offset, " on");
  columns_ = basic_column_set<Space>(array_.length);
  if (std::string_view(schema.format) != "+s") return add(schema, array_, 0, "this Arrow array");
  const bool listed = array_.n_children == 0 || (array_.children != nullptr && schema.children != nullptr);
  expect<value_error>(schema.n_children == array_.n_children && array_.n_children >= 0 && listed,
                      "this Arrow array has ", array_.n_children, " columns, its schema ",
                      schema.n_children);
  expect<type_error>(array_.n_buffers == 0 || array_.buffers[0] == nullptr || array_.null_count == 0,
                     "rows of this Arrow array are null as a whole: give its columns those nulls");
  for (std::int64_t c = 0; c < array_.n_children; ++c) {
    const auto& child = *schema.children[c];
    const char* const name = child.name != nullptr ? child.name : "";
    add(child, *array_.children[c], array_.offset, message("column ", c, " '", name, "'"));
  }
}

/// An Arrow array in the host's memory as data. It and its schema are owned from the call on: the schema
/// is released before it returns, the array once, when what is returned ends or before an error is
/// thrown.
/// \errors type_error for what is no number, and for structs whose rows may be null; value_error for
/// arrays that contradict themselves or have been released
template <arrow_schema S, arrow_array A>
arrow_table<host, A> from_arrow(S* schema, A* array) {
  const detail::arrow_released<S> ours{schema};
  expect<value_error>(array != nullptr, "from_arrow was given no array");
  arrow_table<host, A> made(array);
  expect<value_error>(schema != nullptr, "from_arrow was given no schema");
  made.open(*schema);
  return made;
}

/// The same of the C Device interface: `from_arrow<device>(&schema, &array, wait)`, for views of host,
/// device, pinned or managed memory. Where the array has an event, `wait(event)` is called with it first:
/// for CUDA, `[&](void* e) { cudaStreamWaitEvent(stream, *static_cast<cudaEvent_t*>(e)); }`.
/// \errors as above; type_error where the memory is elsewhere
template <class Space = host, arrow_schema S, arrow_device_array D, class Wait>
auto from_arrow(S* schema, D* array, Wait&& wait) {
  const detail::arrow_released<S> ours{schema};
  expect<value_error>(array != nullptr, "from_arrow was given no array");
  arrow_table<Space, std::remove_reference_t<decltype(array->array)>> made(&array->array);
  expect<value_error>(schema != nullptr, "from_arrow was given no schema");
  const int kind = static_cast<int>(array->device_type), id = static_cast<int>(array->device_id);
  expect<type_error>(detail::dl_reaches<Space>(kind), "this Arrow array lies in ",
                     detail::dl_device_name(kind, id), ", which a view of space '",
                     detail::space_name<Space>(), "' does not reach");
  if (array->sync_event != nullptr) wait(array->sync_event);
  made.open(*schema);
  return made;
}

/// from_arrow by value.
template <arrow_schema S, arrow_array A>
outcome<arrow_table<host, A>> from_arrow(std::nothrow_t, S* schema, A* array) noexcept {
  return detail::attempt([&] { return detail::outcome_of(from_arrow(schema, array)); });
}
template <class Space = host, arrow_schema S, arrow_device_array D, class Wait>
auto from_arrow(std::nothrow_t, S* schema, D* array, Wait&& wait) noexcept {
  return detail::attempt([&] { return detail::outcome_of(from_arrow<Space>(schema, array, wait)); });
}

template <class Space = host, class S, class A, class... Wait>
auto from_arrow(S*, A*, const Wait&...) {
  if constexpr (!any_poison<S, A>) static_assert(always_false<A>, SMELT_SAY_FROM_ARROW);
  return poison{};
}

}  // namespace smelt::inline v0
