// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What is checked before a fitted chain meets data: origins and splits, widths and names, outputs
/// that overlap their input. Each check says whether it holds, and in `found` why it does not.

#include <smelt/core/column_set.hpp>
#include <smelt/core/placed.hpp>
#include <smelt/core/say.hpp>
#include <smelt/core/status.hpp>
#include <smelt/core/view.hpp>
#include <smelt/plan/program.hpp>
#include <smelt/plan/source.hpp>

#include <tuple>  // std::apply
#include <type_traits>

namespace smelt::inline v0 {

namespace detail {

template <class Out>
concept writable = (dense_view<Out> && !std::is_const_v<typename Out::element_type>) ||
                   (block_output<Out> && on_host<typename Out::space>) ||
                   (element_output<Out> && !std::is_same_v<typename Out::space, host>);

/// May a chain that was fitted in the split or fold `Fit` transform a part?
template <class Fit, class Tag, class Role>
constexpr bool check_kin() {
  constexpr kinship found = kin<Fit, Tag, Role>;
  static_assert(found != kinship::mixed, SMELT_SAY_FOLDED_PART);
  static_assert(found != kinship::within, SMELT_SAY_FITTED_ABOVE);
  static_assert(found != kinship::other_fold, SMELT_SAY_OTHER_FOLD);
  static_assert(found != kinship::stranger, SMELT_SAY_OTHER_SPLIT);
  return true;
}
template <class Origin, class Data>
inline constexpr bool origin_fits = true;
template <class Fit, class D, class Tag, class Role>
inline constexpr bool origin_fits<origin::train_of<Fit>, part<D, Tag, Role>> =
    check_kin<Fit, Tag, Role>();

/// May a chain of this origin transform this data?
template <class Data, class Origin>
constexpr bool check_origin() {
  if constexpr (is_part<Data>)
    static_assert(!std::is_same_v<Origin, origin::plain>, SMELT_SAY_WHOLE_POPULATION);
  return origin_fits<Origin, Data>;
}

/// Names agree, where both sides have some.
template <class Fitted, class View>
bool check_names(const Fitted& f, const View& x, status& found) {
  const auto names = names_of(x);
  if (names.empty() || f.names().empty()) return true;
  for (std::size_t c = 0; c < names.size(); ++c)
    if (!expect<type_error>(found, names[c] == f.names()[c], "column ", c, " was '", f.names()[c],
                            "' in the fit, here it is '", names[c], "'")) {
      found.first_col = static_cast<index>(c);
      return false;
    }
  return true;
}

/// `Drops` says whether rows are judged: only then must a mask of the user's be as long as the data.
template <bool Drops, class Fitted, class View>
bool check_fits(const Fitted& f, const View& x, status& found) {
  const bool lies = x.cols() == 1 && x.rows() == f.cols();
  if (!expect<shape_error>(found, x.cols() == f.cols(), "the chain was fitted on ", f.cols(),
                           " columns, this view has ", x.cols(),
                           lies ? "; a vector is a column, matrix_view(data, 1, n) is a row" : ""))
    return false;
  [[maybe_unused]] auto check_mask = [&](const auto& stage) {
    if constexpr (requires { stage.check_rows(index{}, found); })
      return stage.check_rows(x.rows(), found);
    else
      return true;
  };
  if constexpr (Drops)
    if (!std::apply([&](const auto&... stage) { return (check_mask(stage) && ...); },
                    f.stages().stages))
      return false;
  return check_names(f, x, found);
}

/// Can so many rows be drawn from?
template <class Sampler>
bool check_sample(const Sampler& sampler, index rows, status& found) {
  if constexpr (requires { sampler.check(rows, found); })
    return sampler.check(rows, found);
  else
    return true;
}

template <dense_view View>
placed placed_of(const View& v) {
  constexpr index size = sizeof(typename View::value_type);
  return {reinterpret_cast<const char*>(v.data()), size,
          {{{v.rows(), v.row_stride() * size}, {v.cols(), v.col_stride() * size}}}};
}
template <says_its_place View>
placed placed_of(const View& v) {
  return v.placed();
}

[[gnu::cold, gnu::noinline]] inline void refuse_infinities(const pass_status& met,
                                                          const char* verb, status& found) {
  found.infinities = met.infinities;
  found.first_row = met.first_row;
  found.first_col = met.first_col;
  expect<value_error>(found, false, verb, ": ", met.infinities,
                      " infinite value(s), the first in row ", met.first_row, ", column ",
                      met.first_col,
                      "; say clean(infinity::missing) or clean(infinity::keep) if they are meant");
}
/// Counts what a pass has met; infinities are a failure of it, and values that have no code.
template <bool Counted = false>
bool count_pass(const pass_status& met, const char* verb, status& found) {
  found.dropped += met.dropped;
  if constexpr (Counted) {
    found.filled = met.filled;
    found.clipped = met.clipped;
  }
  if (met.infinities == 0 && met.refused_row < 0) return true;
  if (met.infinities != 0) refuse_infinities(met, verb, found);
  if (met.refused_row >= 0) refuse_value(found, met.refused_row, met.refused_col);
  return false;
}

/// An output may be its input, element for element, or must not touch it.
template <class View, class Out>
bool same_elements(const View& x, const Out& out) {
  if constexpr (requires { x.same_elements(out); })
    return x.same_elements(out);
  else if constexpr (dense_view<View> && dense_view<Out> &&
                     std::is_same_v<typename View::value_type, typename Out::value_type>)
    return x.data() == out.data() && x.row_stride() == out.row_stride() &&
           x.col_stride() == out.col_stride();
  else
    return false;
}
/// Where the elements of a column set lie, and their validity bits.
template <class Space, class F>
bool any_place(const basic_column_set<Space>& x, F&& f) {
  for (const stored_column& column : x.stored()) {
    const bool by_bits = column.kind == element_kind::bit;
    const index size = size_of(column.kind);
    const placed values{
        static_cast<const char*>(column.data), size,
        {{{by_bits ? bytes_of_column(column, x.rows()) : x.rows(), by_bits ? 1 : size * column.stride}}}};
    const placed bits{reinterpret_cast<const char*>(column.validity), 1,
                      {{{column.validity ? bytes_of_bits(x.rows(), column.first_bit) : 0, 1}}}};
    if (f(values) || f(bits)) return true;
  }
  return false;
}
/// Whether `f` holds for a place that elements of a view lie in. Of what does not say where, there is none.
template <class View, class F>
bool any_place(const View& x, F&& f) {
  if constexpr (requires { placed_of(x); }) {
    return f(placed_of(x));
  } else if constexpr (says_its_places<View>) {
    for (const placed& place : x.places())
      if (f(place)) return true;
    return false;
  } else {
    return false;
  }
}
template <class View, class Out>
bool touches(const View& x, const Out& out) {
  return any_place(out, [&](const placed& to) {
    return any_place(x, [&](const placed& from) { return touches(from, to); });
  });
}

/// `moves`: some element of the output comes from another place of the input.
template <class View, class Out>
bool check_overlap(const View& x, const Out& out, bool moves, status& found) {
  return expect<shape_error>(
      found, !touches(x, out) || (!moves && same_elements(x, out)),
      "the output overlaps the input; give other memory, or the input itself to a chain that keeps "
      "every row and column in its place");
}

/// Was a chain fitted in the split of this part, or in a fold of it? Types may be gone by then, and
/// two splits may have one tag; ids tell. Their upper halves are those of the split that folds are of.
template <class Origin, class Data>
bool check_split(const Data& d, std::uint64_t fitted_on, status& found) {
  if constexpr (is_part<Data> && !std::is_same_v<Origin, origin::population>) {
    const bool same = std::is_same_v<Origin, origin::train_of<typename Data::tag>>
                          ? fitted_on == d.split_id
                          : fitted_on >> 32 == d.split_id >> 32;
    return expect<value_error>(found, fitted_on == 0 || same, "the chain was fitted in split ",
                               fitted_on, ", this part is of split ", d.split_id);
  } else {
    return true;
  }
}

}  // namespace detail

}  // namespace smelt::inline v0
