// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// describe: the plan of a chain as text, for people and for tests. described: the same as data, and
/// the numbers.

#include <smelt/core/description.hpp>
#include <smelt/core/outcome.hpp>
#include <smelt/fitted.hpp>

#include <new>  // std::nothrow_t
#include <string>

namespace smelt::inline v0 {

namespace detail {

template <class Chain, class F>
void each_stage(const Chain& c, F&& f) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (f(I, c.template get<I>()), ...);
  }(std::make_index_sequence<Chain::size>{});
}

SMELT_LAZY std::string times(int n, const char* what) {
  return message(n, " ", what, n == 1 ? "" : "s");
}

/// A chain and its plan.
template <class Chain>
description planned(const Chain& c) {
  constexpr auto plan = plan_of<Chain>;
  description made;
  made.fit_passes = plan.fit_passes;
  made.pass_begins.assign(plan.first.begin(), plan.first.begin() + plan.fit_passes);
  made.kernels = plan.kernels;
  made.reads = plan.reads;
  made.writes = plan.writes;
  made.ops = plan.ops;
  each_stage(c, [&]<class Stage>(std::size_t i, const Stage& stage) {
    stage_description one;
    one.text = text_of(stage);
    one.does = plan.facts[i].does;
    one.learned = plan.facts[i].learned;
    one.pass = plan.stages[i].pass;
    one.op = plan.stages[i].op;
    one.meanings = meanings_of<Stage>();
    made.stages.push_back(std::move(one));
  });
  return made;
}

template <class Origin>
inline constexpr fitted_on origin_as_value = fitted_on::train;
template <>
inline constexpr fitted_on origin_as_value<origin::plain> = fitted_on::plain;
template <>
inline constexpr fitted_on origin_as_value<origin::population> = fitted_on::population;

/// What a fit has added to a plan.
template <class Chain>
void add_learned(description& made, const learned_numbers<Chain>& learned) {
  made.rows = learned.rows;
  made.cols = learned.cols;
  made.names = learned.titles;
  made.out = learned.kept;
  if (!plan_of<Chain>.drops_columns)
    for (index c = 0; c < learned.cols; ++c) made.out.push_back(c);
  made.repeated_passes = learned.refolds;
  made.numbers = compiled<Chain>::rows_of_numbers;
  made.bytes = static_cast<index>(learned.numbers.size() * sizeof(double));
  each_stage(learned.stages, [&](std::size_t i, const auto& stage) {
    stage_description& one = made.stages[i];
    for (int k = 0; k < static_cast<int>(one.meanings.size()); ++k)
      one.numbers.emplace_back(learned.at(i, k), learned.at(i, k) + learned.cols);
    if constexpr (requires { stage.covers(index{}, std::string{}); }) {
      one.chosen.emplace();
      for (index c = 0; c < learned.cols; ++c)
        if (learned.covered(stage, c)) one.chosen->push_back(c);
    }
    one.fired = learned.fired[i];
  });
}

/// The texts of the stages that `take` takes, with something between them.
template <class Take>
std::string joined(const description& d, const char* between, Take&& take) {
  std::string text;
  for (const auto& stage : d.stages)
    if (take(stage)) text += (text.empty() ? "" : between) + stage.text;
  return text;
}

SMELT_LAZY std::string plan_in_words(const description& d) {
  std::string out = "chain      " + joined(d, " | ", [](const auto&) { return true; }) +
                    "\nfit        " +
                    (d.fit_passes == 0 ? "nothing to learn" : times(d.fit_passes, "read")) + "\n";
  for (int pass = 0; pass < d.fit_passes; ++pass) {
    out += message("  pass ", pass + 1, "   ");
    out += joined(d, ", ", [&](const auto& s) { return s.pass == pass && s.learned; });
    if (const int before = d.pass_begins[static_cast<std::size_t>(pass)]; before > 0)
      out += message(" (after stages 1 to ", before, ", computed on the fly)");
    out += "\n";
  }
  out += message("transform  ", times(d.kernels, "pass"), ", ", times(d.reads, "read"), " and ",
                 times(d.writes, "write"), " of each element\n");
  for (const auto& stage : d.stages) {
    if (stage.does == effect::sampler) out += "  rows     " + stage.text + "\n";
    if (stage.does == effect::columns) out += "  columns  " + stage.text + "\n";
  }
  for (int op = 0; op < d.ops; ++op)
    out += message("  op ", op + 1, "     ") +
           joined(d, " + ", [&](const auto& s) { return s.op == op; }) + "\n";
  return out;
}

SMELT_LAZY std::string fit_in_words(const description& d) {
  std::string out =
      message("fitted     on ", d.rows, " rows x ", d.cols, " columns; ", d.out.size(),
              " columns out\nnumbers    ", d.numbers, " a column, ", d.bytes, " bytes\n");
  if (d.repeated_passes > 0)
    out += message("repeated   ", times(d.repeated_passes, "pass"), ", for a better shift\n");
  for (const auto& stage : d.stages) {
    const auto& fired = stage.fired;
    if (fired.empty()) continue;
    out += message("zero rule  ", stage.text, ": column", fired.size() > 1 ? "s" : "");
    for (std::size_t k = 0; k < fired.size() && k < 8; ++k) out += message(" ", fired[k]);
    if (fired.size() > 8) out += message(" and ", fired.size() - 8, " more");
    out += "\n";
  }
  return out;
}

}  // namespace detail

/// The plan of a chain as data.
template <chainable Chain>
description described(const Chain& c) {
  return detail::planned(as_chain(c));
}

/// The plan of a fitted chain as data, and what it has learned: enough to write it in any format.
template <class Chain, class Origin, row_stages Mode>
description described(const fitted<Chain, Origin, Mode>& f) {
  description made = detail::planned(f.stages());
  detail::add_learned(made, f.learned());
  made.origin = detail::origin_as_value<Origin>;
  made.split_id = f.split_id();
  return made;
}

/// In words: the plan, and after a fit what was learned.
SMELT_LAZY std::string describe(const description& d) {
  std::string words = detail::plan_in_words(d);
  if (d.origin != fitted_on::nothing) words += detail::fit_in_words(d);
  return words;
}

/// The plan of a chain: what a fit reads, what a transform computes.
template <chainable Chain>
std::string describe(const Chain& c) {
  return describe(described(c));
}

/// The plan of a fitted chain, and what it has learned.
template <class Chain, class Origin, row_stages Mode>
std::string describe(const fitted<Chain, Origin, Mode>& f) {
  return describe(described(f));
}

/// describe and described by value.
template <class X>
  requires(chainable<X> || is_fitted<X>)
outcome<std::string> describe(std::nothrow_t, const X& x) noexcept {
  return detail::attempt([&] { return outcome<std::string>(describe(x)); });
}
template <class X>
  requires(chainable<X> || is_fitted<X>)
outcome<description> described(std::nothrow_t, const X& x) noexcept {
  return detail::attempt([&] { return outcome<description>(described(x)); });
}

// What no overload above takes speaks here.
template <class X>
auto describe(std::nothrow_t, const X&) {
  if constexpr (!any_poison<X>) static_assert(always_false<X>, SMELT_SAY_NOT_A_CHAIN);
  return poison{};
}
template <class X>
auto describe(const X&) {
  if constexpr (!any_poison<X>) static_assert(always_false<X>, SMELT_SAY_NOT_A_CHAIN);
  return poison{};
}
template <class X>
auto described(std::nothrow_t, const X&) {
  if constexpr (!any_poison<X>) static_assert(always_false<X>, SMELT_SAY_NOT_A_CHAIN);
  return poison{};
}
template <class X>
auto described(const X&) {
  if constexpr (!any_poison<X>) static_assert(always_false<X>, SMELT_SAY_NOT_A_CHAIN);
  return poison{};
}

}  // namespace smelt::inline v0
