// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Programs, data and results in the form that travels to a kernel: trivially copyable, without
/// std::tuple, names or std::span, whose functions are the host's alone.

#include <smelt/core/column_set.hpp>
#include <smelt/core/elements.hpp>
#include <smelt/plan/map.hpp>
#include <smelt/plan/program.hpp>
#include <smelt/plan/source.hpp>

#include <type_traits>

namespace smelt::inline v0 {
namespace detail {

/// Steps one after another.
template <class... Steps>
struct step_list;
template <>
struct step_list<> {
  template <class F>
  SMELT_HD void each(F&&) const {}
};
template <class Step, class... More>
struct step_list<Step, More...> {
  Step step;
  step_list<More...> rest;
  template <class F>
  SMELT_HD void each(F&& f) const {
    f(step);
    rest.each(f);
  }
};

/// An op or a source as a device sees it: the same, unless it points into host memory and says how
/// to place that (`placed(place)`).
template <class Op, class Place>
auto placed_op(const Op& op, Place&& place) {
  if constexpr (requires { op.placed(place); })
    return op.placed(place);
  else
    return op;
}
template <int Slot, class... S, class Place>
mark_step<Slot, S...> placed_step(const mark_step<Slot, S...>& mark, Place&&) {
  return mark;
}
template <class Op, int Offset, class Place>
op_step<Op, Offset> placed_step(const op_step<Op, Offset>& step, Place&& place) {
  return {placed_op(step.op, place)};
}

inline step_list<> listed() { return {}; }
template <class Step, class... More>
step_list<Step, More...> listed(const Step& step, const More&... more) {
  return {step, listed(more...)};
}

/// A program without its numbers, which a kernel finds among its arguments.
template <class Program>
struct device_program;
template <class... Steps>
struct device_program<program<Steps...>> {
  using type = program<Steps...>;
  step_list<Steps...> steps;
  int cols = 0;
  int pitch = 0;
};
template <class... Steps, class Place>
device_program<program<Steps...>> for_device(const program<Steps...>& p, Place&& place) {
  return {std::apply([&](const auto&... step) { return listed(placed_step(step, place)...); },
                     p.steps),
          static_cast<int>(p.cols), static_cast<int>(p.pitch)};
}

/// True when some op of a program looks across a row.
template <class Program>
inline constexpr bool looks_across = false;
template <class... Steps>
inline constexpr bool looks_across<program<Steps...>> = ([] {
  if constexpr (is_mark<Steps>)
    return false;
  else
    return across_op<decltype(Steps::op)> || keep_op<decltype(Steps::op)>;
}() || ...);

/// Numbers a column has in a program.
template <class Program>
inline constexpr int numbers_in = 0;
template <class... Steps>
inline constexpr int numbers_in<program<Steps...>> = [] {
  [[maybe_unused]] auto one = []<class Step>(std::type_identity<Step>) {
    if constexpr (is_mark<Step>)
      return 0;
    else
      return Step::numbers;
  };
  return (one(std::type_identity<Steps>{}) + ... + 0);
}();

/// Rows of numbers that a program reads.
template <class Program>
inline constexpr int rows_of_numbers = 0;
template <class... Steps>
inline constexpr int rows_of_numbers<program<Steps...>> = [] {
  [[maybe_unused]] auto end = []<class Step>(std::type_identity<Step>) {
    if constexpr (is_mark<Step>)
      return 0;
    else
      return Step::offset + Step::numbers;
  };
  int rows = 0;
  ((rows = std::max(rows, end(std::type_identity<Steps>{}))), ...);
  return rows;
}();

/// The numbers of a column in the order of the steps.
template <class Program>
struct column_numbers {
  double at[static_cast<std::size_t>(numbers_in<Program>) + 1] = {};

  column_numbers() = default;
  SMELT_HD column_numbers(const device_program<Program>& p, const double* numbers, int c) {
    int k = 0;
    p.steps.each([&](const auto& step) {
      using step_type = std::remove_cvref_t<decltype(step)>;
      if constexpr (!is_mark<step_type>)
        for (int i = 0; i < step_type::numbers; ++i)
          at[k++] = numbers[(step_type::offset + i) * p.pitch + c];
    });
  }
  /// The number of `admit_op`, the only one that is asked for by its row: it is the first.
  template <class V>
  SMELT_HD V get(int) const {
    return at[0];
  }
};

/// True for elements of which a few make a vector of 16 bytes.
template <class T>
inline constexpr bool packs = sizeof(T) <= 16 && (sizeof(T) & (sizeof(T) - 1)) == 0;

/// A dense matrix that is read.
template <class T, class Layout>
struct dense_source {
  using value_type = T;
  static constexpr bool by_row = !std::is_same_v<Layout, column_major>;
  static constexpr bool strided_columns = std::is_same_v<Layout, strided>;
  static constexpr bool dense = true;
  const T* data;
  index row_stride;
  index col_stride;
  index first_row;
  /// An element as it is stored, and as a double.
  SMELT_HD T raw(index r, index c) const { return data[r * row_stride + c * col_stride]; }
  SMELT_HD double operator()(index r, index c) const { return widened(raw(r, c)); }
};
template <dense_view View>
dense_source<typename View::value_type, typename View::layout> source_of(const View& x) {
  return {x.data(), x.row_stride(), x.col_stride(), x.first_row()};
}

/// A view that decodes its elements: each by itself, wherever it is asked for. The view travels with the
/// arguments of a kernel.
template <class View>
struct decoded_source {
  using value_type = typename View::value_type;
  static constexpr bool by_row = !goes_down<View>;
  static constexpr bool strided_columns = true;
  static constexpr bool dense = false;
  View from;
  index first_row;
  SMELT_HD double operator()(index r, index c) const { return widened(from(r, c)); }
  SMELT_HD value_type raw(index r, index c) const { return from(r, c); }
};
template <view View>
  requires(!dense_view<View> && std::is_trivially_copyable_v<View>)
decoded_source<View> source_of(const View& x) {
  return {x, x.first_row()};
}

/// Columns that lie in different places: a few travel with the arguments of a kernel, more lie in
/// device memory.
struct column_source {
  using value_type = double;
  static constexpr bool by_row = false;  // neighbouring threads read one column
  static constexpr bool strided_columns = true;
  static constexpr bool dense = false;
  static constexpr index most = 8;
  stored_column few[static_cast<std::size_t>(most)];
  const stored_column* many;  // null: they are few
  index cols;
  index first_row;
  SMELT_HD double operator()(index r, index c) const { return (many ? many : few)[c](r); }
  SMELT_HD double raw(index r, index c) const { return (*this)(r, c); }
  /// The same with its columns where `place` puts them.
  template <class Place>
  column_source placed(Place&& place) const {
    column_source made = *this;
    if (many) made.many = place(many, cols);
    return made;
  }
};
template <class Space>
column_source source_of(const basic_column_set<Space>& x) {
  column_source made{{}, nullptr, x.cols(), x.first_row()};
  if (x.cols() > column_source::most)
    made.many = x.stored().data();
  else
    copy_elements(x.stored().data(), x.cols(), made.few);
  return made;
}

/// The columns of another source in other places; see `spread_columns`. What goes back is values alone, which
/// are asked for as they are stored.
template <class Source>
struct spread_source {
  // A column without a place is missing: integers cannot say that.
  using value_type = std::conditional_t<std::is_same_v<typename Source::value_type, float>, float, double>;
  static constexpr bool by_row = Source::by_row;
  static constexpr bool strided_columns = true;
  static constexpr bool dense = false;
  Source from;
  const index* place;
  index cols;
  index first_row;
  SMELT_HD value_type raw(index r, index c) const {
    return place[c] < 0 ? missing_value<value_type>
                        : static_cast<value_type>(from.raw(r, place[c]));
  }
  template <class Place>
  spread_source placed(Place&& where_to) const {
    return {placed_op(from, where_to), where_to(place, cols), cols, first_row};
  }
};
template <class View>
auto source_of(const spread_columns<View>& x) {
  const auto from = source_of(x.from);
  return spread_source<std::remove_const_t<decltype(from)>>{from, x.place, x.width, x.first_row()};
}

/// A dense matrix that is written.
template <class T, class Layout>
struct dense_target {
  using value_type = T;
  static constexpr bool by_row = !std::is_same_v<Layout, column_major>;
  static constexpr bool strided_columns = std::is_same_v<Layout, strided>;
  T* data;
  index row_stride;
  index col_stride;
  template <class Context>
  SMELT_HD void put(Context&, index r, index c, T value) const {
    data[r * row_stride + c * col_stride] = value;
  }
};
template <dense_view View>
dense_target<typename View::value_type, typename View::layout> target_of(const View& y) {
  return {y.data(), y.row_stride(), y.col_stride()};
}

/// A view that encodes its elements: each by itself.
template <class View>
struct encoded_target {
  using value_type = typename View::value_type;
  static constexpr bool by_row = !goes_down<View>;
  static constexpr bool strided_columns = true;
  View to;
  /// What `View` says of it: nothing, or whether the value has a code.
  template <class Context>
  SMELT_HD auto put([[maybe_unused]] Context& ctx, index r, index c, value_type value) const {
    if constexpr (requires { to.put(ctx, r, c, value); })
      return to.put(ctx, r, c, value);
    else
      return to.put(r, c, value);
  }
};
template <element_output View>
  requires std::is_trivially_copyable_v<View>
encoded_target<View> target_of(const View& y) {
  return {y};
}

/// What passes count on a device; `first` is row * columns + column of the first infinity in the
/// source, `refused` that of the first value in the output that has no code there.
struct device_status {
  unsigned long long infinities;
  unsigned long long first;
  unsigned long long dropped;
  unsigned long long rows;  // that a select has written
  unsigned long long refused;
};
inline constexpr unsigned long long nowhere = ~0ull;

}  // namespace detail
}  // namespace smelt::inline v0
