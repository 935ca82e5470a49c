// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Other people's data as views, known by their shape so that no foreign header is included:
/// Eigen matrices and maps, any mdspan of rank 2, `std::span` and vectors (one column).

#include <smelt/core/say.hpp>
#include <smelt/core/column_set.hpp>

#include <string_view>
#include <type_traits>

namespace smelt::inline v0 {

namespace detail {

template <class X>
concept eigen_shaped = requires(X& x) {
  typename std::remove_cvref_t<X>::Scalar;
  { std::remove_cvref_t<X>::IsRowMajor + 0 };
  { std::remove_cvref_t<X>::InnerStrideAtCompileTime + 0 };
  x.data();
  x.innerStride();
  x.outerStride();
};

template <class X>
concept eigen_expression = !eigen_shaped<X> && requires(X& x) {
  typename std::remove_cvref_t<X>::Scalar;
  x.eval();
};

template <class X>
concept mdspan_shaped = requires(X& x) {
  x.data_handle();
  x.extent(0);
  x.stride(0);
  requires std::remove_cvref_t<X>::rank() == 2;
};

/// Numbers, and not text.
template <class T>
inline constexpr bool is_number =
    std::is_arithmetic_v<T> && !std::is_same_v<T, char> && !std::is_same_v<T, wchar_t> &&
    !std::is_same_v<T, char8_t> && !std::is_same_v<T, char16_t> && !std::is_same_v<T, char32_t>;

template <class X>
concept contiguous_shaped = !eigen_shaped<X> && requires(X& x) {
  std::size(x);
  requires is_number<std::remove_cvref_t<decltype(*std::data(x))>>;
};

template <class X>
concept table_shaped = requires(X& x) {
  { x.view() } -> view;
};

/// Memory that goes when the object goes: a view of a temporary one dangles.
template <class X>
concept owning = table_shaped<X> || requires(std::remove_cvref_t<X>& x) { x.get_allocator(); } ||
                 (eigen_shaped<X> && std::is_same_v<std::remove_cvref_t<X>,
                                                    typename std::remove_cvref_t<X>::PlainObject>);
template <class X>
inline constexpr bool temporary = !std::is_lvalue_reference_v<X>&& owning<X>;

}  // namespace detail

/// What can be read as a view.
template <class X>
concept viewable = view<std::remove_cvref_t<X>> || detail::table_shaped<X> ||
                   detail::eigen_shaped<X> || detail::mdspan_shaped<X> ||
                   detail::contiguous_shaped<X>;

/// A view of `x`. It points into `x`, which must outlive it.
template <class X>
  requires viewable<X>
auto as_view(X&& x) {
  using namespace detail;
  if constexpr (table_shaped<X>) {
    return x.view();
  } else if constexpr (view<std::remove_cvref_t<X>>) {
    return x;
  } else if constexpr (eigen_shaped<X>) {
    using matrix = std::remove_cvref_t<X>;
    using element = std::remove_pointer_t<decltype(x.data())>;
    constexpr bool by_row = matrix::IsRowMajor;
    constexpr bool dense = matrix::InnerStrideAtCompileTime == 1;
    using layout =
        std::conditional_t<!dense, strided, std::conditional_t<by_row, row_major, column_major>>;
    const auto inner = static_cast<index>(x.innerStride());
    const auto outer = static_cast<index>(x.outerStride());
    return matrix_view<element, layout>(x.data(), static_cast<index>(x.rows()),
                                        static_cast<index>(x.cols()), by_row ? outer : inner,
                                        by_row ? inner : outer);
  } else if constexpr (mdspan_shaped<X>) {
    using element = std::remove_pointer_t<decltype(x.data_handle())>;
    return matrix_view<element, strided>(
        x.data_handle(), static_cast<index>(x.extent(0)), static_cast<index>(x.extent(1)),
        static_cast<index>(x.stride(0)), static_cast<index>(x.stride(1)));
  } else {
    using element = std::remove_pointer_t<decltype(std::data(x))>;
    const auto rows = static_cast<index>(std::size(x));
    return matrix_view<element, column_major>(std::data(x), rows, 1, 1, rows);
  }
}

namespace detail {
/// Says why `X` is not data.
template <class X>
constexpr auto speak_of_data() {
  if constexpr (any_poison<X>)
    return;
  else if constexpr (eigen_expression<X>)
    static_assert(always_false<X>, SMELT_SAY_EIGEN_EXPRESSION);
  else if constexpr (requires { typename std::remove_cvref_t<X>::all_parts_of_a_split; })
    static_assert(always_false<X>, SMELT_SAY_WHOLE_SPLIT);
  else
    static_assert(always_false<X>, SMELT_SAY_NOT_A_VIEW);
}
}  // namespace detail

template <class X>
auto as_view(X&&) {
  detail::speak_of_data<X>();
  return poison{};
}

namespace detail {
/// Rows of `cols` columns in `size` elements.
inline index rows_in(index size, index cols) {
  expect<shape_error>(cols > 0 && size % cols == 0, size, " elements are no whole rows of ", cols,
                      " columns");
  return size / cols;
}
}  // namespace detail

/// Elements that follow one another (a vector, a span, an array), which must outlive the view, as rows of
/// `cols` columns: `as_rows(numbers, 64)`.
/// \errors shape_error where the rows are not whole
template <class X>
  requires(detail::contiguous_shaped<X> && !detail::temporary<X>)
auto as_rows(X&& x, index cols) {
  using element = std::remove_pointer_t<decltype(std::data(x))>;
  return matrix_view<element>(std::data(x), detail::rows_in(static_cast<index>(std::size(x)), cols), cols);
}

namespace detail {
template <class X>
concept column_shaped = !eigen_shaped<X> && requires(X& x) {
  x.stride();
  x.size();
  x[0];
};
template <class X>
concept eigen_vector =
    eigen_shaped<X> && static_cast<bool>(std::remove_cvref_t<X>::IsVectorAtCompileTime);
/// One text: a length and letters, and no column of them.
template <class X>
concept text_shaped =
    std::is_convertible_v<const std::remove_reference_t<X>&, std::string_view> ||
    requires { typename std::remove_cvref_t<X>::traits_type; };
template <class X>
concept array_shaped = !eigen_shaped<X> && !column_shaped<X> && !text_shaped<X> &&
                       !requires { typename std::remove_cvref_t<X>::space; } && requires(X& x) {
  std::data(x);
  std::size(x);
};
}  // namespace detail

/// What can be a labelled column: a column view, a span, a vector, or a column of an Eigen matrix.
template <class Y>
concept column_like =
    detail::column_shaped<Y> || detail::eigen_vector<Y> || detail::array_shaped<Y>;

/// A labelled column of any type.
template <column_like Y>
auto as_column(Y&& y) {
  if constexpr (detail::column_shaped<Y>)
    return y;
  else if constexpr (detail::eigen_vector<Y>)
    return column_view<std::remove_pointer_t<decltype(y.data())>>(
        y.data(), static_cast<index>(y.size()), static_cast<index>(y.innerStride()));
  else
    return column_view<std::remove_pointer_t<decltype(std::data(y))>>(
        std::data(y), static_cast<index>(std::size(y)));
}
template <class Y>
auto as_column(Y&&) {
  if constexpr (!any_poison<Y>) static_assert(always_false<Y>, SMELT_SAY_NOT_A_COLUMN);
  return poison{};
}

}  // namespace smelt::inline v0
