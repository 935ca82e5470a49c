// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// split: named parts of a table, disjoint, their roles in their types. Which rows they have is up to
/// what stands third: see smelt/splits.hpp.

#include <smelt/core/outcome.hpp>
#include <smelt/plan/source.hpp>
#include <smelt/splits.hpp>

#include <new>  // std::nothrow_t
#include <tuple>
#include <utility>

namespace smelt::inline v0 {

/// Three parts.
template <class Tag, class Data>
struct split_parts {
  using all_parts_of_a_split = Tag;
  part<Data, Tag, role::train> train;
  part<Data, Tag, role::validation> validation;
  part<Data, Tag, role::test> test;
};

/// Parts with roles of your own: `parts.get<calibration>()`.
template <class Tag, class Data, class... Roles>
struct shared_parts {
  using all_parts_of_a_split = Tag;
  std::tuple<part<Data, Tag, Roles>...> all;
  /// The part of a role.
  template <class Role>
  decltype(auto) get() const {
    if constexpr ((0 + ... + std::is_same_v<Role, Roles>) == 1) {
      return std::get<part<Data, Tag, Role>>(all);
    } else {
      static_assert(always_false<Role>, SMELT_SAY_NO_SUCH_PART);
      return poison{};
    }
  }
};

namespace detail {

template <class Data>
auto data_of(const Data& d) {
  if constexpr (is_labelled<Data>)
    return d;
  else
    return as_view(d);
}

template <class Tag, class Inner>
auto name_parts(const Inner& d, const partition& made, const auto&) {
  const auto& rows = made.parts;
  return split_parts<Tag, Inner>{{d, rows[0], made.id, made.keeps},
                                 {d, rows[1], made.id, made.keeps},
                                 {d, rows[2], made.id, made.keeps}};
}
template <class Tag, class Inner, template <class...> class Sizes, class... Roles>
auto name_parts(const Inner& d, const partition& made, const Sizes<Roles...>&) {
  std::size_t i = 0;
  return shared_parts<Tag, Inner, Roles...>{
      {part<Inner, Tag, Roles>{d, made.parts[i++], made.id, made.keeps}...}};
}

template <class Order>
inline constexpr bool divides = std::is_same_v<Order, seed> || splitter<Order> || cuts_pieces<Order>;
template <class Sizes, class Order>
inline constexpr bool split_arguments =
    std::is_constructible_v<part_sizes, const Sizes&> && divides<Order>;
template <class Sizes>
inline constexpr bool is_roles = false;
template <class... Roles>
inline constexpr bool is_roles<roles<Roles...>> = true;
template <class Sizes>
inline constexpr bool is_shares = std::is_same_v<Sizes, fractions>;
template <class... Roles>
inline constexpr bool is_shares<shares<Roles...>> = true;
/// What `by(function)` names three parts by.
struct three_parts : fractions {};

/// Do sizes of this kind and this way to split go together?
template <class Sizes, class Order>
constexpr bool check_sizes() {
  static_assert(decides_alone<Order> == (is_roles<Sizes> || std::is_same_v<Sizes, three_parts>),
                SMELT_SAY_BY_SIZES);
  static_assert(!needs_shares<Order> || is_shares<Sizes>, SMELT_SAY_HASHED_COUNTS);
  return true;
}

/// Every split with a tag; `Passed` is the type of its data as the caller has them.
template <class Tag, class Passed, class Sizes, class Order>
auto split_rows(const std::remove_reference_t<Passed>& d, const Sizes& sizes, const Order& order) {
  if constexpr (any_poison<Passed, Sizes, Order>) {
    return poison{};
  } else if constexpr (is_part<std::remove_cvref_t<Passed>>) {
    static_assert(always_false<Passed>, SMELT_SAY_SPLIT_TWICE);
    return poison{};
  } else if constexpr (!data<Passed>) {
    speak_of_data<Passed>();
    return poison{};
  } else if constexpr (temporary<Passed>) {
    static_assert(always_false<Passed>, SMELT_SAY_TEMPORARY);
    return poison{};
  } else if constexpr (!split_arguments<Sizes, Order>) {
    static_assert(always_false<Sizes>, SMELT_SAY_SPLIT_CALL);
    return poison{};
  } else {
    static_assert(check_sizes<Sizes, Order>());
    const auto inner = data_of(d);
    status found;
    const part_sizes wanted(sizes);
    const partition made = [&] {
      if constexpr (cuts_pieces<Order>)
        return order.cut_piece(inner.rows(), open(inner).x.first_row(), wanted, found);
      else
        return cut_by(order, row_map(inner.rows()), wanted, found);
    }();
    using parts = decltype(name_parts<Tag>(inner, made, sizes));
    return found ? outcome<parts>(name_parts<Tag>(inner, made, sizes)) : outcome<parts>(found);
  }
}

}  // namespace detail

/// Splits rows into parts, disjoint: `split<struct mine>(data, {.train = 0.8, .test = 0.2}, seed{7})`
/// in random order, `in_order`, or in one of the other ways of smelt/splits.hpp. The tag names the
/// split in the types of its parts: a chain fitted on another split's train part does not compile
/// with this one's.
/// \errors value_error for fractions or counts that do not fit, and what the ways refuse
/// \complexity O(1) for seed and in_order; the part of a row is found in O(1)
template <class Tag, class Data, class Order = seed>
auto split(Data&& d, const fractions& sizes, const Order& order) {
  return detail::value_of(detail::split_rows<Tag, Data>(d, sizes, order));
}
/// The same with `counts{...}`, `shares{...}` or `counts_of{...}`.
template <class Tag, class Data, class Sizes, class Order = seed>
  requires(!std::is_same_v<Sizes, fractions> &&
           !std::is_same_v<std::remove_cvref_t<Data>, std::nothrow_t>)
auto split(Data&& d, const Sizes& sizes, const Order& order) {
  return detail::value_of(detail::split_rows<Tag, Data>(d, sizes, order));
}
/// The same where a function says which part a row is in: train, validation or test.
template <class Tag, class Data, class Choice>
  requires detail::decides_alone<Choice>
auto split(Data&& d, const Choice& choice) {
  return detail::value_of(detail::split_rows<Tag, Data>(d, detail::three_parts{}, choice));
}

/// split by value: `split<struct mine>(std::nothrow, data, {.train = 0.8, .test = 0.2}, seed{7})` is
/// the parts, or the status that says why there are none.
template <class Tag, class Data, class Order = seed>
auto split(std::nothrow_t, Data&& d, const fractions& sizes, const Order& order) noexcept {
  return detail::attempt([&] { return detail::split_rows<Tag, Data>(d, sizes, order); });
}
template <class Tag, class Data, class Sizes, class Order = seed>
  requires(!std::is_same_v<Sizes, fractions>)
auto split(std::nothrow_t, Data&& d, const Sizes& sizes, const Order& order) noexcept {
  return detail::attempt([&] { return detail::split_rows<Tag, Data>(d, sizes, order); });
}
template <class Tag, class Data, class Choice>
  requires detail::decides_alone<Choice>
auto split(std::nothrow_t, Data&& d, const Choice& choice) noexcept {
  return detail::attempt(
      [&] { return detail::split_rows<Tag, Data>(d, detail::three_parts{}, choice); });
}

// Other numbers of arguments, and splits without a tag, speak here.
template <class Tag, class Data, class... More>
auto split(Data&&, const More&...) {
  if constexpr (!any_poison<Data, More...>)
    static_assert(always_false<Data>, SMELT_SAY_SPLIT_CALL);
  return poison{};
}
template <class Tag, class Data>
auto split(Data&&, const fractions&) {
  if constexpr (!any_poison<Data>) static_assert(always_false<Data>, SMELT_SAY_SPLIT_CALL);
  return poison{};
}
template <class Data, class... More>
auto split(Data&&, const More&...) {
  if constexpr (!any_poison<Data, More...>) static_assert(always_false<Data>, SMELT_SAY_SPLIT_TAG);
  return poison{};
}
template <class Data, class Order>
auto split(Data&&, const fractions&, const Order&) {
  if constexpr (!any_poison<Data>) static_assert(always_false<Data>, SMELT_SAY_SPLIT_TAG);
  return poison{};
}

}  // namespace smelt::inline v0
