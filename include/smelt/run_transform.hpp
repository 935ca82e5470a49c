// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What every form of transform does, and what it makes.

#include <smelt/core/outcome.hpp>
#include <smelt/run_map.hpp>

#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace smelt::inline v0 {

template <class Table, class Companions>
struct labelled_result;
/// The result for labelled data: features `x`, and companions that followed their rows, `y` the first,
/// `companion<k>()` any, as a batch has them. `dropped` marks the rows that would drop, when a chain
/// with drops was asked for `values_only()`.
template <class Table, class Y, class... More>
struct labelled_result<Table, std::tuple<Y, More...>> {
  Table x;
  Y y;
  std::tuple<More...> more;
  std::vector<unsigned char> dropped;

  index rows() const { return x.rows(); }
  index cols() const { return x.cols(); }
  template <std::size_t K>
  const auto& companion() const {
    return std::get<K>(companions());
  }
  /// All of them, as references.
  auto companions() const {
    return std::apply([&](const auto&... others) { return std::tie(y, others...); }, more);
  }
  auto companions() {
    return std::apply([&](auto&... others) { return std::tie(y, others...); }, more);
  }
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

namespace detail {

/// Runs a map into memory made for it; with `dropped`, rows that would drop are marked there.
template <bool Counted, class Policy, class Fitted, class View, class Table, class Followers>
void map_into(const Policy& policy, const Fitted& f, const View& x, const drawn_rows& rows,
              Table& made, std::vector<unsigned char>* dropped, const Followers& followers,
              status& found) {
  pass_status met;
  if constexpr (asynchronous<Policy>) {
    auto marks = make_column<unsigned char>(policy, dropped ? rows.count() : 0);
    found.rows = run_map<true, Counted>(policy, f, x, rows, made.view(),
                                        dropped ? marks.data() : nullptr, followers, met);
    if (dropped) *dropped = policy.fetch(marks);
  } else {
    if (dropped) dropped->resize(static_cast<std::size_t>(rows.count()));
    found.rows = run_map<false, Counted>(policy, f, x, rows, made.view(),
                                         dropped ? dropped->data() : nullptr, followers, met);
  }
  made.shrink(found.rows);
  count_pass<Counted>(met, "transform", found);
}

/// A transform into new memory.
template <class Result, bool Counted, class Policy, class Chain, class Origin, row_stages Mode,
          class Data>
auto transform_new(const Policy& policy, const fitted<Chain, Origin, Mode>& f, const Data& d) {
  [[maybe_unused]] const shown_as<Policy> shown("transform", f.stages());
  const auto from = open(d);
  using value = chosen_result<Result, typename decltype(from.x)::value_type>;
  constexpr bool marking = Mode == row_stages::none && fitted<Chain>::plan.drops_rows;
  return std::apply(
      [&](const auto&... companion) {
        auto make = [&](index rows) {
          auto made = result_table<value>(policy, f, rows);
          if constexpr (sizeof...(companion) > 0) {
            auto joined = [&](auto y, auto... more) {
              return labelled_result<decltype(made), std::tuple<decltype(y), decltype(more)...>>{
                  std::move(made), std::move(y), {std::move(more)...}, {}};
            };
            return joined(
                make_column<typename std::remove_cvref_t<decltype(companion)>::value_type>(
                    policy, rows)...);
          } else if constexpr (marking) {
            return marked_result<decltype(made)>{std::move(made), {}};
          } else {
            return made;
          }
        };
        using result = outcome<decltype(make(index{}))>;
        status found;
        if (!check_data<(marking || Mode != row_stages::none)>(f, d, from, found))
          return result(found);
        check_reach_of(policy, from);
        const auto rows = rows_of(f, d, 0);
        auto all = make(rows.count());
        std::vector<unsigned char>* dropped = nullptr;
        if constexpr (marking) dropped = &all.dropped;
        if constexpr (sizeof...(companion) > 0) {
          auto to = all.companions();
          map_into<Counted>(policy, f, from.x, rows, all.x, dropped, follow(from.companions, to),
                            found);
          std::apply([&](auto&... y) { (keep_rows(y, all.x.rows()), ...); }, to);
        } else {
          map_into<Counted>(policy, f, from.x, rows, all, dropped, followers<>{}, found);
        }
        return result(std::move(all), found);
      },
      from.companions);
}

/// A transform into given memory. Returns the rows written: none where a check does not hold, and
/// then nothing is. A policy that counts them later has a type of its own for them, or none.
template <bool Counted, class Policy, class Chain, class Origin, row_stages Mode, class Data,
          class Out>
SMELT_INLINE auto transform_into(const Policy& policy, const fitted<Chain, Origin, Mode>& f,
                                 const Data& d, const Out& out, status& found) {
  [[maybe_unused]] const shown_as<Policy> shown("transform", f.stages());
  pass_status met;
  const auto from = open(d);
  auto run = [&](const drawn_rows& rows) {
    return run_map<false, Counted>(policy, f, from.x, rows, out, nullptr, followers<>{}, met);
  };
  using rows_type = decltype(run({}));
  std::conditional_t<std::is_same_v<rows_type, index>, index, std::optional<rows_type>> written{};
  if (!check_data<Mode != row_stages::none>(f, d, from, found)) return written;
  const auto rows = rows_of(f, d, 0);
  if (!expect<shape_error>(found, out.cols() == f.cols_out(), "the chain writes ", f.cols_out(),
                           " columns, the output has ", out.cols()))
    return written;
  if (!expect<shape_error>(found, out.rows() >= rows.count(), "up to ", rows.count(),
                           " rows come out, the output has ", out.rows()))
    return written;
  const bool moves = !(rows.contiguous() && rows.first() == 0) || f.cols_out() != f.cols() ||
                     (Mode != row_stages::none && fitted<Chain>::plan.drops_rows);
  if (!check_overlap(from.x, out, moves, found)) return written;
  check_reach(policy, from.x, "input");
  check_reach(policy, out, "output");
  written = run(rows);
  count_pass<Counted>(met, "transform", found);
  if constexpr (requires { out.check_written(found); }) out.check_written(found);  // not every number has a code
  return written;
}

/// The same by value: a status with the number of rows, or an outcome that has what the policy
/// counts them by.
template <bool Counted, class Policy, class Fitted, class Data, class Output>
auto try_transform_into(const Policy& policy, const Fitted& f, const Data& d,
                        Output& output) noexcept {
  return attempt([&] {
    status found;
    const auto written = transform_into<Counted>(policy, f, d, as_view(output), found);
    if constexpr (std::is_same_v<decltype(written), const index>) {
      found.rows = written;
      return found;
    } else {
      using result = outcome<typename decltype(written)::value_type>;
      found.rows = written ? -1 : 0;
      return written ? result(*written, found) : result(found);
    }
  });
}

}  // namespace detail

}  // namespace smelt::inline v0
