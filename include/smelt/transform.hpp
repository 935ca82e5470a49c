// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// transform: applies a fitted chain in one pass, into a new table, a given output, or in place.

#include <smelt/fit.hpp>
#include <smelt/plan/check.hpp>
#include <smelt/plan/map.hpp>

#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

namespace smelt::inline v0 {

/// The result for labelled data: features, and companions that followed their rows. `dropped` marks
/// the rows that would drop, when a chain with drops was asked for `values_only()`.
template <class Table, class Companions>
struct labelled_result {
  Table x;
  std::vector<unsigned char> dropped;
  Companions companions;

  index rows() const { return x.rows(); }
  index cols() const { return x.cols(); }
  /// The first companion.
  const auto& y() const { return std::get<0>(companions); }
};
/// On the host.
template <class T, class... Ys>
using labelled_table = labelled_result<table<T>, std::tuple<std::vector<Ys>...>>;

/// The result for plain data under `values_only()` of a chain that drops rows.
template <class Table>
struct marked_result : Table {
  std::vector<unsigned char> dropped;
};
/// On the host.
template <class T>
using marked_table = marked_result<table<T>>;

/// A view whose elements are to be replaced by their transform.
template <class View>
struct in_place_t {
  using written_in_place = View;
  View x;
};
/// `transform(policy, fitted, in_place(x))`
template <viewable X>
auto in_place(X&& x) {
  return in_place_t<decltype(as_view(x))>{as_view(x)};
}
template <class X>
auto in_place(X&&) {
  if constexpr (is_part<std::remove_cvref_t<X>>)
    static_assert(always_false<X>, SMELT_SAY_IN_PLACE);
  else
    detail::speak_of_data<X>();
  return poison{};
}

/// float stays float; everything else becomes double.
template <class T>
using result_of = std::conditional_t<std::is_same_v<T, float>, float, double>;

namespace detail {

struct choose_result {};

template <class Wanted, class T>
using chosen_result =
    std::conditional_t<std::is_same_v<Wanted, choose_result>, result_of<T>, Wanted>;

template <class Chain>
constexpr int sampler_of() {
  int found = -1;
  constexpr auto plan = plan_of<Chain>;
  for (std::size_t i = 0; i < Chain::size; ++i)
    if (plan.facts[i].does == effect::sampler) found = static_cast<int>(i);
  return found;
}

/// The rows of a transform or of an epoch of batches.
template <class Chain, class Origin, row_stages Mode>
drawn_rows rows_of(const fitted<Chain, Origin, Mode>& f, const row_map& members,
                   std::uint64_t epoch) {
  drawn_rows rows{members, row_map(members.count())};
  constexpr int at = sampler_of<Chain>();
  if constexpr (at >= 0 && Mode == row_stages::all) {
    const auto& s = f.stages().template get<static_cast<std::size_t>(at)>().rows;
    rows.draw = row_map(s.order(members.count(), epoch), 0, s.count(members.count()));
  }
  return rows;
}

/// Runs the map of a fitted chain and returns the rows written; `AtOnce`: an asynchronous policy is
/// waited for.
template <bool AtOnce = false, class Policy, class Fitted, class View, class Out, class Written>
auto run_map(const Policy& policy, const Fitted& f, const View& x, const drawn_rows& rows,
             const Out& out, unsigned char* marks, const Written& written, pass_status& status) {
  if constexpr (std::is_floating_point_v<typename Out::value_type>) {
    map_request request{rows, nullptr, marks, f.placed()};
    if (Fitted::plan.drops_columns) request.kept = &f.learned().kept;
    auto run = [&](const auto& program) {
      if constexpr (asynchronous<Policy> && AtOnce)
        return policy.map_now(program, x, request, out, written, status);
      else if constexpr (asynchronous<Policy>)
        return policy.map(program, x, request, out, written);
      else
        return policy.map(program, x, request, out, status, written);
    };
    if constexpr (Fitted::mode == row_stages::none && Fitted::plan.drops_rows) {
      if (!marks) return index{run(f.learned().template map_program<false>())};
      return index{run(f.learned().map_program())};
    } else {
      return run(f.learned().map_program());
    }
  } else {
    static_assert(always_false<Out>, SMELT_SAY_INTEGER_OUTPUT);
    return index{0};
  }
}

/// The memory that a policy's results lie in.
template <class T, class Policy>
auto make_table(const Policy& policy, index rows, index cols, std::vector<std::string> names) {
  if constexpr (asynchronous<Policy>)
    return policy.template make_table<T>(rows, cols, std::move(names));
  else
    return table<T>(rows, cols, std::move(names));
}
template <class T, class Policy>
auto make_column(const Policy& policy, index rows) {
  if constexpr (asynchronous<Policy>)
    return policy.template make_column<T>(rows);
  else
    return std::vector<T>(static_cast<std::size_t>(rows));
}

template <class Column>
void keep_rows(Column& column, index rows) {
  column.resize(static_cast<decltype(column.size())>(rows));
}

template <class T, class Policy, class Fitted>
auto result_table(const Policy& policy, const Fitted& f, index rows) {
  std::vector<std::string> names;
  if (!f.names().empty())
    for (index c = 0; c < f.cols_out(); ++c)
      names.push_back(f.names()[static_cast<std::size_t>(
          Fitted::plan.drops_columns ? f.kept_columns()[static_cast<std::size_t>(c)] : c)]);
  return make_table<T>(policy, rows, f.cols_out(), std::move(names));
}

/// Runs a map into memory made for it; with `dropped`, rows that would drop are marked there.
template <class Policy, class Fitted, class View, class Table, class Followers>
void map_into(const Policy& policy, const Fitted& f, const View& x, const drawn_rows& rows,
              Table& made, std::vector<unsigned char>* dropped, const Followers& followers) {
  pass_status status;
  if constexpr (asynchronous<Policy>) {
    auto marks = make_column<unsigned char>(policy, dropped ? rows.count() : 0);
    const index n = run_map<true>(policy, f, x, rows, made.view(),
                                  dropped ? marks.data() : nullptr, followers, status);
    if (dropped) *dropped = policy.fetch(marks);
    made.shrink(n);
  } else {
    if (dropped) dropped->resize(static_cast<std::size_t>(rows.count()));
    made.shrink(run_map(policy, f, x, rows, made.view(), dropped ? dropped->data() : nullptr,
                        followers, status));
  }
  refuse_infinities(status, "transform");
}

}  // namespace detail

/// Applies a fitted chain and returns a new table (with companions: a labelled table). The element
/// type is float for float data and double otherwise, or as given: `transform<float>(...)`.
/// \passes one read and one write of each element that comes out
/// \missing as the stages say
/// \precision values are computed in double and rounded once
/// \errors shape_error for another number of columns, type_error for other names, value_error after
/// the pass when an infinity was met (its element is written as missing); on a device, type_error
/// for a pointer that it cannot reach
template <class Result = detail::choose_result, policy Policy, class Chain, class Origin,
          row_stages Mode, data Data>
auto transform(const Policy& policy, const fitted<Chain, Origin, Mode>& f, const Data& d) {
  static_assert(detail::check_origin<Data, Origin>() &&
                detail::check_space<Policy, detail::view_of<Data>>());
  [[maybe_unused]] const detail::shown_as<Policy> shown("transform", f.stages());
  detail::check_split(d, f.split_id());
  const auto from = detail::open(d);
  using fitted_type = fitted<Chain, Origin, Mode>;
  using value = detail::chosen_result<Result, typename decltype(from.x)::value_type>;
  constexpr bool marking = Mode == row_stages::none && fitted_type::plan.drops_rows;
  detail::check_fits<marking || Mode != row_stages::none>(f, from.x);
  detail::check_reach_of(policy, from);
  const drawn_rows rows = detail::rows_of(f, from.members, 0);
  return std::apply(
      [&](const auto&... companion) {
        auto made = detail::result_table<value>(policy, f, rows.count());
        using made_type = decltype(made);
        if constexpr (sizeof...(companion) > 0) {
          auto columns = std::make_tuple(
              detail::make_column<typename std::remove_cvref_t<decltype(companion)>::value_type>(
                  policy, rows.count())...);
          labelled_result<made_type, decltype(columns)> all{std::move(made), {}, std::move(columns)};
          detail::map_into(policy, f, from.x, rows, all.x, marking ? &all.dropped : nullptr,
                           detail::follow(from.companions, all.companions));
          std::apply(
              [&](auto&... y) { (detail::keep_rows(y, all.x.rows()), ...); },
              all.companions);
          return all;
        } else if constexpr (marking) {
          marked_result<made_type> all{std::move(made), {}};
          detail::map_into(policy, f, from.x, rows, static_cast<made_type&>(all), &all.dropped,
                           followers<>{});
          return all;
        } else {
          detail::map_into(policy, f, from.x, rows, made, nullptr, followers<>{});
          return made;
        }
      },
      from.companions);
}

/// Applies a fitted chain into memory of the caller's, a dense matrix of at least as many rows as
/// may come out, and returns the number of rows written. Companions do not follow. The output may
/// be the input itself, element for element, where no row stage moves rows. A device is not waited
/// for: where rows may drop, their number is a `row_count`, which waits when it is asked for.
/// \errors as above, and shape_error when the output has another width, too few rows, or overlaps
/// the input
template <policy Policy, class Chain, class Origin, row_stages Mode, data Data, class Out>
  requires viewable<Out>
auto transform(const Policy& policy, const fitted<Chain, Origin, Mode>& f, const Data& d,
               Out&& output) {
  static_assert(detail::check_origin<Data, Origin>() &&
                detail::check_space<Policy, detail::view_of<Data>>() &&
                detail::check_space<Policy, detail::view_of<Out>>());
  const auto out = as_view(output);
  if constexpr (!detail::writable<std::remove_cvref_t<decltype(out)>>) {
    static_assert(always_false<Out>, SMELT_SAY_READ_ONLY);
    return index{0};
  } else {
    [[maybe_unused]] const detail::shown_as<Policy> shown("transform", f.stages());
    detail::check_split(d, f.split_id());
    const auto from = detail::open(d);
    detail::check_fits<Mode != row_stages::none>(f, from.x);
    const drawn_rows rows = detail::rows_of(f, from.members, 0);
    expect<shape_error>(out.cols() == f.cols_out(), "the chain writes ", f.cols_out(),
                        " columns, the output has ", out.cols());
    expect<shape_error>(out.rows() >= rows.count(), "up to ", rows.count(),
                        " rows come out, the output has ", out.rows());
    const bool moves = !(rows.contiguous() && rows.first() == 0) || f.cols_out() != f.cols() ||
                       (Mode != row_stages::none && fitted<Chain>::plan.drops_rows);
    detail::check_overlap(from.x, out, moves);
    detail::check_reach(policy, from.x, "input");
    detail::check_reach(policy, out, "output");
    pass_status status;
    const auto n = detail::run_map(policy, f, from.x, rows, out, nullptr, followers<>{}, status);
    detail::refuse_infinities(status, "transform");
    return n;
  }
}

/// Replaces the elements of a view by their transform.
template <policy Policy, class Chain, class Origin, row_stages Mode, class View>
void transform(const Policy& policy, const fitted<Chain, Origin, Mode>& f,
               const in_place_t<View>& d) {
  constexpr auto plan = plan_of<Chain>;
  static_assert(Mode == row_stages::none ||
                    (!plan.drops_rows && !(plan.samples && Mode == row_stages::all)),
                SMELT_SAY_IN_PLACE);
  transform(policy, f, d.x, d.x);
}

/// fit, then transform of the same data.
template <class Result = detail::choose_result, policy Policy, chainable Chain,
          detail::may_fit Data>
  requires detail::sound<Chain>
auto fit_transform(const Policy& policy, const Chain& stages, const Data& d) {
  return transform<Result>(policy, fit(policy, stages, d), d);
}

// What no overload above takes speaks here.
template <class Result = detail::choose_result, class... Args>
auto transform(const Args&...) {
  detail::speak_of_use<detail::verb::transform, Args...>();
  return poison{};
}
template <class Result = detail::choose_result, class... Args>
auto fit_transform(const Args&...) {
  detail::speak_of_fit<Args...>();
  return poison{};
}

}  // namespace smelt::inline v0
