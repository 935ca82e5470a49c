// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The data of a call, taken apart: a view, the rows of it that take part, and companions. Roles end
/// here: a pass never knows them.

#include <smelt/core/labelled.hpp>
#include <smelt/core/role.hpp>
#include <smelt/core/shared.hpp>
#include <smelt/plan/row_map.hpp>


namespace smelt::inline v0 {

/// A part of a split: data, the rows of it that belong to the part, and its role in its type.
template <class Data, class Tag, class Role>
struct part {
  using tag = Tag;
  using role = Role;
  Data data;
  row_map map;
  std::uint64_t split_id = 0;
  detail::shared<const void> keeps{};  // what the map reads, where it is a list

  index rows() const { return map.count(); }
  index cols() const { return data.cols(); }
};

template <class X>
inline constexpr bool is_part = false;
template <class Data, class Tag, class Role>
inline constexpr bool is_part<part<Data, Tag, Role>> = true;

template <class X>
inline constexpr bool is_labelled = false;
template <class X, class... Ys>
inline constexpr bool is_labelled<labelled_data<X, Ys...>> = true;

/// What fit, transform and batches take: a view, labelled data, or a part of either.
template <class X>
concept data = viewable<X> || is_part<std::remove_cvref_t<X>> || is_labelled<std::remove_cvref_t<X>>;

/// A row of a view, and its number in the part at hand; -1 where it does not take part.
struct row_place {
  index row;
  index number;
};

/// Rows a map reads, in order: row i is row `draw(i)` of the part, which is source row
/// `members(draw(i))`.
struct drawn_rows {
  row_map members;
  row_map draw;
  std::uint64_t epoch = 0;
  bool placed = false;  // their lists lie where the policy's passes read them, until all are done

  SMELT_HD index count() const { return draw.count(); }
  /// True when row i is source row `first() + i`.
  SMELT_HD bool contiguous() const { return members.in_order() && draw.in_order(); }
  SMELT_HD index first() const { return members.begin() + draw.begin(); }
  /// Source row of row i. One loop over the steps of both: a kernel holds their code once.
  SMELT_HD index operator()(index i) const {
    index row = draw.begin() + i + (draw.in_order() ? members.begin() : 0);
    const int drawn = draw.steps();
    const int all = drawn + members.steps();
    for (int s = 0; s < all; ++s) {
      row = (s < drawn ? draw.step(s) : members.step(s - drawn))(row);
      if (s + 1 == drawn) row += members.begin();
    }
    return row;
  }
  void operator()(index from, index n, index* out) const {
    if (draw.in_order()) return members.rows(draw.begin() + from, n, out);
    draw.rows(from, n, out);
    members.follow(n, out);
  }
};

namespace detail {

/// A view whose column c is column `place[c]` of another; where that is negative, all is missing.
template <class View>
struct spread_columns {
  using value_type = typename View::value_type;
  using space = typename View::space;
  View from;
  const index* place;
  index width;

  index rows() const { return from.rows(); }
  index cols() const { return width; }
  index first_row() const { return from.first_row(); }
  index total_rows() const { return from.total_rows(); }
  double operator()(index r, index c) const {
    return place[c] < 0 ? missing_value<double> : static_cast<double>(from(r, place[c]));
  }
};

/// The rows of data of any kind that take part.
template <class Data>
row_map members_of(const Data& d) {
  if constexpr (is_part<Data>)
    return d.map;
  else if constexpr (is_labelled<Data>)
    return row_map(d.rows());
  else
    return row_map(as_view(d).rows());
}

/// How many rows of data of any kind take part.
template <class Data>
index rows_in(const Data& d) {
  if constexpr (is_part<Data> || is_labelled<Data>)
    return d.rows();
  else
    return as_view(d).rows();
}

template <class View, class... Ys>
struct opened {
  View x;
  std::tuple<Ys...> companions;
  row_map members;
  std::uint64_t split_id = 0;
};

template <class Data>
auto open(const Data& d) {
  if constexpr (is_part<Data>) {
    auto inner = open(d.data);
    inner.members = members_of(d);
    inner.split_id = d.split_id;
    return inner;
  } else if constexpr (is_labelled<Data>) {
    return std::apply(
        [&](const auto&... y) {
          return opened<decltype(d.x), std::remove_cvref_t<decltype(y)>...>{
              d.x, d.companions, members_of(d), 0};
        },
        d.companions);
  } else {
    auto x = as_view(d);
    return opened<decltype(x)>{x, {}, members_of(d), 0};
  }
}

/// The view of data of any kind.
template <class Data>
using view_of = std::remove_cvref_t<decltype(open(std::declval<const Data&>()).x)>;

}  // namespace detail

}  // namespace smelt::inline v0
