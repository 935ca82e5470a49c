// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What is checked before a fitted chain meets data: origins and splits, widths and names, outputs
/// that overlap their input.

#include <smelt/core/say.hpp>
#include <smelt/core/view.hpp>
#include <smelt/plan/source.hpp>

#include <algorithm>  // std::max, std::min
#include <tuple>      // std::apply
#include <type_traits>
#include <utility>

namespace smelt::inline v0 {

namespace detail {

template <class Out>
concept writable = dense_view<Out> && !std::is_const_v<typename Out::element_type>;

/// May a chain of this origin transform this data?
template <class Data, class Origin>
constexpr bool check_origin() {
  if constexpr (is_part<Data>) {
    static_assert(!std::is_same_v<Origin, origin::plain>, SMELT_SAY_WHOLE_POPULATION);
    static_assert(std::is_same_v<Origin, origin::plain> ||
                      std::is_same_v<Origin, origin::population> ||
                      std::is_same_v<Origin, origin::train_of<typename Data::tag>>,
                  SMELT_SAY_OTHER_SPLIT);
  }
  return true;
}

/// `Drops` says whether rows are judged: only then must a mask of the user's be as long as the data.
template <bool Drops, class Fitted, class View>
void check_fits(const Fitted& f, const View& x) {
  expect<shape_error>(x.cols() == f.cols(), "the chain was fitted on ", f.cols(),
                      " columns, this view has ", x.cols());
  [[maybe_unused]] auto check_mask = [&](const auto& stage) {
    if constexpr (requires { stage.check_rows(index{}); }) stage.check_rows(x.rows());
  };
  if constexpr (Drops)
    std::apply([&](const auto&... stage) { (check_mask(stage), ...); }, f.stages().stages);
  const auto names = names_of(x);
  if (names.empty() || f.names().empty()) return;
  for (std::size_t c = 0; c < names.size(); ++c)
    expect<type_error>(names[c] == f.names()[c], "column ", c, " was '", f.names()[c],
                       "' in the fit, here it is '", names[c], "'");
}

/// First and last byte of a dense view.
template <class View>
std::pair<const char*, const char*> bytes_of(const View& v) {
  if (v.rows() == 0 || v.cols() == 0) return {nullptr, nullptr};
  const index last_row = (v.rows() - 1) * v.row_stride();
  const index last_col = (v.cols() - 1) * v.col_stride();
  const auto* low = v.data() + std::min<index>(last_row, 0) + std::min<index>(last_col, 0);
  const auto* high = v.data() + std::max<index>(last_row, 0) + std::max<index>(last_col, 0) + 1;
  return {reinterpret_cast<const char*>(low), reinterpret_cast<const char*>(high)};
}

/// An output may be its input, element for element, or must not touch it.
template <class View, class Out>
bool same_elements(const View& x, const Out& out) {
  if constexpr (dense_view<View> &&
                std::is_same_v<typename View::value_type, typename Out::value_type>)
    return x.data() == out.data() && x.row_stride() == out.row_stride() &&
           x.col_stride() == out.col_stride();
  else
    return false;
}
template <class View, class Out>
bool touches(const View& x, const Out& out) {
  if constexpr (dense_view<View>) {
    const auto a = bytes_of(x);
    const auto b = bytes_of(out);
    return a.first < b.second && b.first < a.second;
  } else {
    return false;
  }
}

template <class Data>
void check_split(const Data& d, std::uint64_t fitted_on) {
  if constexpr (is_part<Data>)
    expect<value_error>(fitted_on == 0 || fitted_on == d.split_id,
                        "the chain was fitted in split ", fitted_on, ", this part is of split ",
                        d.split_id);
}

}  // namespace detail

}  // namespace smelt::inline v0
