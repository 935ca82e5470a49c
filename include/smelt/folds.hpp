// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// folds: k times a train part and what it holds out, of a table or of a train part, each fold with
/// types of its own, so that no chain meets rows that it must not have seen.

#include <smelt/core/shared.hpp>
#include <smelt/split.hpp>

#include <array>
#include <new>  // std::nothrow_t
#include <utility>
#include <vector>

namespace smelt::inline v0 {

/// One fold.
template <class Data, class Tag>
struct one_fold {
  using all_parts_of_a_split = Tag;
  part<Data, Tag, role::train> train;
  part<Data, Tag, role::held_out> held_out;
};

/// What `folds` makes: `K` folds of the data, or of the part `Of` of the split `Parent`.
template <class Tag, int K, class Data, class Parent, class Of>
class fold_parts {
 public:
  using all_parts_of_a_split = Tag;
  /// The tag of the parts of a fold.
  template <int Number>
  using tag = fold_of<Tag, Number, Parent, Of>;

  fold_parts(const Data& data, partition rows, std::uint64_t parent)
      : data_(data), rows_(std::move(rows)), parent_(parent) {}

  static constexpr int size() { return K; }
  /// Fold `Number`, counted from 0.
  template <int Number>
  auto get() const {
    if constexpr (0 <= Number && Number < K) {
      const std::size_t at = 2 * static_cast<std::size_t>(Number);
      const std::uint64_t id = id_of(Number);
      return one_fold<Data, tag<Number>>{{data_, rows_.parts[at], id, rows_.keeps},
                                     {data_, rows_.parts[at + 1], id, rows_.keeps}};
    } else {
      static_assert(always_false<tag<Number>>, SMELT_SAY_NO_SUCH_FOLD);
      return poison{};
    }
  }
  /// Calls `f(train, held_out)` for each fold in turn. What it returns, if it returns something, comes
  /// as an array: scores, say.
  template <class F>
  auto each(F&& f) const {
    return each_of(f, std::make_integer_sequence<int, K>{});
  }

 private:
  template <class F, int... Numbers>
  auto each_of(F& f, std::integer_sequence<int, Numbers...>) const {
    auto call = [&](const auto& one) { return f(one.train, one.held_out); };
    if constexpr (std::is_void_v<decltype(call(get<0>()))>)
      (call(get<Numbers>()), ...);
    else
      return std::array<decltype(call(get<0>())), static_cast<std::size_t>(K)>{call(get<Numbers>())...};
  }
  /// The upper half is the parent's: a chain fitted here may meet the parent's other parts.
  std::uint64_t id_of(int number) const {
    const std::uint64_t above = parent_ != 0 ? parent_ : rows_.id;
    detail::split_id id(above);
    id.mix(rows_.id);
    id.mix(index{number});
    return (above >> 32 << 32) | (id.value() & 0xffffffffu);
  }

  Data data_;
  partition rows_;
  std::uint64_t parent_;
};

namespace detail {

/// Data that folds are made of, and where they come from.
template <class Data>
struct folded {
  using parent = void;
  using role = void;
};
template <class Data, class Tag, class Role>
struct folded<part<Data, Tag, Role>> {
  using parent = Tag;
  using role = Role;
};

/// The rows of a part, and what keeps them. Where folds of them could take more steps than a map has,
/// as folds of folds of a split, they become a list.
SMELT_LAZY kept_row_map rows_to_fold(const row_map& members, detail::shared<const void> keeps) {
  const int steps = members.steps() + (members.steps() > 0 && members.begin() != 0 ? 1 : 0);
  if (steps <= row_map::most_steps - 2) return {members, std::move(keeps)};
  auto lists = detail::share<part_lists>();
  lists->rows.resize(static_cast<std::size_t>(members.count()));
  lists->places.assign(static_cast<std::size_t>(members.source()), -1);
  members.rows(0, members.count(), lists->rows.data());
  for (index i = 0; i < members.count(); ++i)
    lists->places[static_cast<std::size_t>(lists->rows[static_cast<std::size_t>(i)])] = i;
  return {row_map::listed(members.source(), lists->rows.data(), members.count(),
                          lists->places.data()),
          lists};
}

template <class Tag, int K, class Passed, class How>
auto fold_rows_of(const std::remove_reference_t<Passed>& d, const How& how) {
  using bare = std::remove_cvref_t<Passed>;
  if constexpr (any_poison<Passed, How>) {
    return poison{};
  } else if constexpr (!data<Passed>) {
    speak_of_data<Passed>();
    return poison{};
  } else if constexpr (is_part<bare> && !requires { requires bare::role::may_fit; }) {
    static_assert(always_false<Passed>, SMELT_SAY_FOLDS_OF_HELD_OUT);
    return poison{};
  } else if constexpr (temporary<Passed>) {
    static_assert(always_false<Passed>, SMELT_SAY_TEMPORARY);
    return poison{};
  } else if constexpr (is_part<bare> && folds_pieces<How>) {
    static_assert(always_false<How>, SMELT_SAY_FOLDS_OF_A_PIECE);
    return poison{};
  } else if constexpr (!folder<How> && !folds_pieces<How>) {
    static_assert(always_false<How>, SMELT_SAY_FOLDS_CALL);
    return poison{};
  } else if constexpr (K < 2) {
    static_assert(always_false<How>, SMELT_SAY_FOLDS_NAME);
    return poison{};
  } else {
    using from = folded<bare>;
    const auto inner = [&] {
      if constexpr (is_part<bare>)
        return d.data;
      else
        return data_of(d);
    }();
    std::uint64_t parent = 0;
    kept_row_map members{members_of(d), {}};
    if constexpr (is_part<bare>) {
      parent = d.split_id;
      members = rows_to_fold(d.map, d.keeps);
    }
    using made = fold_parts<Tag, K, std::remove_const_t<decltype(inner)>, typename from::parent,
                            typename from::role>;
    status found;
    partition rows = [&] {
      if constexpr (folds_pieces<How>)
        return how.fold_piece(members.count(), open(inner).x.first_row(), K, found);
      else
        return how.fold(members, K, found);
    }();
    if (members.keeps)  // the maps of the folds may read it too
      rows.keeps = share<std::pair<shared<const void>, shared<const void>>>(rows.keeps, members.keeps);
    return found ? outcome<made>(made(inner, std::move(rows), parent)) : outcome<made>(found);
  }
}

}  // namespace detail

/// Folds of a table, or of a part that may be fitted: `folds<struct cv, 5>(data, k_fold{seed{7}})`,
/// or in one of the other ways of smelt/splits.hpp.
///
///     const auto scores = folds<struct cv, 5>(parts.train, stratified_by(labels, seed{7}))
///         .each([&](const auto& train, const auto& held_out) {
///           const auto fitted = fit(on::eigen, chain, train);
///           return score(transform(on::eigen, fitted, train), transform(on::eigen, fitted, held_out));
///         });
///
/// The types of a fold's two parts name the fold. What was fitted on its train part transforms both,
/// and the other parts of the split that was folded; with the parts of another fold, or of the part
/// that was folded, it does not compile. What a fold holds out cannot be fitted. `whole_population`
/// opts out, as for any part.
/// \errors value_error for more folds than rows, and what the ways refuse
/// \complexity O(k) for ways without a list
template <class Tag, int K, class Data, class How>
auto folds(Data&& d, const How& how) {
  return detail::value_of(detail::fold_rows_of<Tag, K, Data>(d, how));
}
/// folds by value.
template <class Tag, int K, class Data, class How>
auto folds(std::nothrow_t, Data&& d, const How& how) noexcept {
  return detail::attempt([&] { return detail::fold_rows_of<Tag, K, Data>(d, how); });
}

// Other numbers of arguments, and folds without a name or a number, speak here.
template <class Tag, int K, class Data, class... More>
auto folds(Data&&, const More&...) {
  if constexpr (!any_poison<Data, More...>) static_assert(always_false<Tag>, SMELT_SAY_FOLDS_CALL);
  return poison{};
}
template <class Tag, class Data, class... More>
auto folds(Data&&, const More&...) {
  if constexpr (!any_poison<Data, More...>) static_assert(always_false<Tag>, SMELT_SAY_FOLDS_NAME);
  return poison{};
}
template <int K, class Data, class... More>
auto folds(Data&&, const More&...) {
  if constexpr (!any_poison<Data, More...>) static_assert(always_false<Data>, SMELT_SAY_FOLDS_NAME);
  return poison{};
}
template <class Data, class... More>
auto folds(Data&&, const More&...) {
  if constexpr (!any_poison<Data, More...>) static_assert(always_false<Data>, SMELT_SAY_FOLDS_NAME);
  return poison{};
}

}  // namespace smelt::inline v0
