// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A trial of a chain: what a policy makes of some data, and what it refuses. Two trials are
/// compared as one: the same numbers and results by their bits, or the same words of refusal.

#include <smelt/check/report.hpp>
#include <smelt/check/tables.hpp>
#include <smelt/inverse.hpp>
#include <smelt/transform.hpp>

#include <exception>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>

namespace smelt::inline v0 {
namespace detail {

/// A fit and a transform of the same data; `refused` is what was thrown instead.
template <class Chain>
struct trial {
  std::optional<fitted<Chain>> fit;
  table<double> made;
  std::string refused;
};

/// What a call throws; empty when it throws nothing.
template <class F>
std::string refusal(F&& f) {
  try {
    f();
    return {};
  } catch (const std::exception& e) {
    return e.what();
  }
}

/// Data where a policy can read them: as they are, or copied to its device.
template <class Policy, class View>
decltype(auto) brought(const Policy& policy, const View& x) {
  if constexpr (asynchronous<Policy>)
    return to_device(policy, x);
  else
    return (x);
}
/// A result where the host can read it.
template <class Policy, class Table>
table<double> fetched(const Policy& policy, Table&& made) {
  if constexpr (asynchronous<Policy>)
    return to_host(policy, made);
  else
    return std::forward<Table>(made);
}
/// A device copies no strided view.
template <class Policy, class View>
inline constexpr bool can_read = true;
template <class Policy, dense_view View>
inline constexpr bool can_read<Policy, View> =
    !asynchronous<Policy> || !std::is_same_v<typename View::layout, strided>;

template <class Table>
Table& unmarked(marked_result<Table>& result) {
  return result;
}
template <class Policy, class Fitted, class View>
table<double> transformed(const Policy& policy, const Fitted& f, const View& x) {
  decltype(auto) there = brought(policy, x);
  auto made = transform<double>(policy, f, there);
  if constexpr (requires { made.dropped; })
    return fetched(policy, std::move(unmarked(made)));
  else
    return fetched(policy, std::move(made));
}
template <class Policy, class Chain, class View>
trial<Chain> tried(const Policy& policy, const Chain& stages, const View& x) {
  trial<Chain> t;
  t.refused = refusal([&] {
    decltype(auto) there = brought(policy, x);
    t.fit = fit(policy, stages, there);
    t.made = transformed(policy, *t.fit, x);
  });
  return t;
}

/// The first difference of the numbers of two fits; empty when they are equal bit by bit.
template <class Chain>
std::string fit_difference(const fitted<Chain>& a, const fitted<Chain>& b) {
  if (a == b) return {};
  if (a.cols() != b.cols()) return message("fitted on ", a.cols(), " columns against ", b.cols());
  for (std::size_t i = 0; i < Chain::size; ++i)
    for (int k = 0; k < compiled<Chain>::offsets[i + 1] - compiled<Chain>::offsets[i]; ++k)
      for (index c = 0; c < a.cols(); ++c)
        if (!same_bits(a.number(i, k, c), b.number(i, k, c)))
          return message("stage ", i, ", number ", k, ", column ", c, ": ",
                         against(a.number(i, k, c), b.number(i, k, c)));
  return "the same numbers, of columns that are named otherwise";
}
template <class Chain>
std::string trial_difference(const trial<Chain>& a, const trial<Chain>& b) {
  if (a.refused != b.refused)
    return "'" + a.refused + "' is thrown against '" + b.refused + "' (empty: nothing)";
  if (!a.refused.empty()) return {};
  const std::string numbers = fit_difference(*a.fit, *b.fit);
  return numbers.empty() ? table_difference(a.made, b.made) : numbers;
}

/// Whether a stage judges rows by their number.
template <class Chain>
inline constexpr bool numbers_rows = false;
template <class... Stages>
inline constexpr bool numbers_rows<chain<Stages...>> = (keep_row_op<typename op_of<Stages>::type> ||
                                                        ...);
template <class Chain>
inline constexpr bool judges_across = false;
template <class... Stages>
inline constexpr bool judges_across<chain<Stages...>> =
    ((Stages::does == effect::across || Stages::does == effect::drop || whole_table<Stages>) ||
     ...);
/// All stages have one of these effects.
template <effect Does, effect... Effects>
inline constexpr bool among = ((Does == Effects) || ...);
template <class Chain, effect... Effects>
inline constexpr bool only = false;
template <class... Stages, effect... Effects>
inline constexpr bool only<chain<Stages...>, Effects...> = (among<Stages::does, Effects...> && ...);

/// A chain under examination.
template <class Chain, class... Policies>
struct examination {
  using chain_type = Chain;
  static constexpr auto plan = plan_of<Chain>;
  /// Row i out is row i in.
  static constexpr bool keeps_rows = !plan.drops_rows && !plan.samples;
  /// Rows are treated alike, wherever they stand.
  static constexpr bool rows_alike = !plan.samples && !numbers_rows<Chain>;

  const Chain& stages;
  const stage_example& example;
  std::tuple<const Policies&...> policies;
  stage_report& report;

  table<double> main_table() const {
    return example_table(example, example.rows, example.cols, 11);
  }
  void note(const char* law, const std::string& found_in, const std::string& found) const {
    report.note(law, found_in, found);
  }
  /// Notes what `f` returns, or what it throws.
  template <class F>
  void notes(const char* law, const std::string& found_in, F&& f) const {
    std::string found;
    const std::string said = refusal([&] { found = f(); });
    report.note(law, found_in, said.empty() ? found : "'" + said + "' is thrown");
  }
  /// Calls `f(policy, name)` for on::seq and the policies that were given.
  template <class F>
  void each_policy(F&& f) const {
    int number = 0;
    std::apply(
        [&](const auto&... policy) {
          (f(policy, number++ == 0 ? std::string("on::seq") : message("policy ", number - 1)), ...);
        },
        policies);
  }
};

}  // namespace detail
}  // namespace smelt::inline v0
