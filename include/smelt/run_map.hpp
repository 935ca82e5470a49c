// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The map of a fitted chain, as transform, batches and inverse run it: its rows, its program, and
/// memory for what it writes.

#include <smelt/fitted.hpp>
#include <smelt/plan/changes.hpp>
#include <smelt/plan/check.hpp>
#include <smelt/plan/map.hpp>
#include <smelt/plan/policy.hpp>

#include <cstdint>
#include <utility>
#include <vector>

namespace smelt::inline v0 {

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

/// The rows of a transform or of an epoch of batches; with what keeps them, where they are a list.
template <class Chain, class Origin, row_stages Mode, class Data>
auto rows_of(const fitted<Chain, Origin, Mode>& f, const Data& d, std::uint64_t epoch) {
  constexpr int at = sampler_of<Chain>();
  if constexpr (at >= 0 && Mode == row_stages::all) {
    const auto& s = f.stages().template get<static_cast<std::size_t>(at)>().rows;
    // Without names for them: maps are made where they stay.
    if constexpr (chooses_by_list<std::remove_cvref_t<decltype(s)>>) {
      auto draw = map_of(s, members_of(d), open(d).x.first_row(), epoch);
      return keeping<drawn_rows>{{members_of(d), draw, epoch}, std::move(draw.keeps)};
    } else {
      return drawn_rows{members_of(d), map_of(s, rows_in(d), epoch), epoch};
    }
  } else {
    return drawn_rows{members_of(d), row_map(rows_in(d)), epoch};
  }
}

/// May a fitted chain transform these data? `Judges`: its drops are asked about their rows.
template <bool Judges, class Chain, class Origin, row_stages Mode, class Data, class Opened>
bool check_data(const fitted<Chain, Origin, Mode>& f, const Data& d, const Opened& from,
                status& found) {
  if (!check_split<Origin>(d, f.split_id(), found)) return false;
  if (!check_fits<Judges>(f, from.x, found)) return false;
  constexpr int at = sampler_of<Chain>();
  if constexpr (at >= 0 && Mode == row_stages::all)
    return check_sample(f.stages().template get<static_cast<std::size_t>(at)>().rows,
                        from.members.count(), found);
  else
    return true;
}

/// Runs the map of a fitted chain and returns the rows written; `AtOnce`: an asynchronous policy is
/// waited for. `Counted`: changed values are counted. `elsewhere`, `marks_stay`: as a `map_request` says it.
template <bool AtOnce = false, bool Counted = false, class Policy, class Fitted, class View,
          class Out, class Written>
auto run_map(const Policy& policy, const Fitted& f, const View& x, const drawn_rows& rows,
             const Out& out, unsigned char* marks, const Written& written, pass_status& status,
             bool elsewhere = false, bool marks_stay = false) {
  if constexpr (has_missing<typename Out::value_type>) {
    map_request request{rows, nullptr, marks, f.placed(), marks_stay, elsewhere, memory_of(policy)};
    if (Fitted::plan.drops_columns) request.kept = &f.learned().kept;
    auto run_program = [&](const auto& program) {
      if constexpr (asynchronous<Policy> && AtOnce)
        return policy.map_now(program, x, request, out, written, status);
      else if constexpr (asynchronous<Policy>)
        return policy.map(program, x, request, out, written);
      else
        return policy.map(program, x, request, out, status, written);
    };
    auto run = [&](auto&& program) {
      choose_rows(program, x.first_row(), rows.epoch, Fitted::mode == row_stages::all);
      if constexpr (Counted)
        return run_program(with_change_marks(program));
      else
        return run_program(program);
    };
    if constexpr (Fitted::mode == row_stages::none && Fitted::plan.drops_rows) {
      if (!marks) return index{run(f.learned().template map_program<false>())};
      run(f.learned().map_program());  // a device is not asked for their number: it is known
      return rows.count();
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
    return table<T>(rows, cols, std::move(names), memory_of(policy));
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

}  // namespace detail

}  // namespace smelt::inline v0
