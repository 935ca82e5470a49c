// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// describe: the plan of a chain as text, for people and for tests.

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

inline std::string times(int n, const char* what) {
  return message(n, " ", what, n == 1 ? "" : "s");
}

template <class Chain>
std::string describe_plan(const Chain& c) {
  constexpr auto plan = plan_of<Chain>;
  std::string out = message(
      "chain      ", text_of(c), "\nfit        ",
      plan.fit_passes == 0 ? "nothing to learn" : times(plan.fit_passes, "read"), "\n");
  for (int pass = 0; pass < plan.fit_passes; ++pass) {
    out += message("  pass ", pass + 1, "   ");
    const char* separator = "";
    each_stage(c, [&](std::size_t i, const auto& stage) {
      if (plan.stages[i].pass != pass || !plan.facts[i].learned) return;
      out += separator + text_of(stage);
      separator = ", ";
    });
    if (const int before = plan.first[static_cast<std::size_t>(pass)]; before > 0)
      out += message(" (after stages 1 to ", before, ", computed on the fly)");
    out += "\n";
  }
  out += message("transform  ", times(plan.kernels, "pass"), ", ", times(plan.reads, "read"), " and ",
                 times(plan.writes, "write"), " of each element\n");
  each_stage(c, [&](std::size_t i, const auto& stage) {
    if (plan.facts[i].does == effect::sampler) out += "  rows     " + text_of(stage) + "\n";
    if (plan.facts[i].does == effect::columns) out += "  columns  " + text_of(stage) + "\n";
  });
  for (int op = 0; op < plan.ops; ++op) {
    out += message("  op ", op + 1, "     ");
    const char* separator = "";
    each_stage(c, [&](std::size_t i, const auto& stage) {
      if (plan.stages[i].op != op) return;
      out += separator + text_of(stage);
      separator = " + ";
    });
    out += "\n";
  }
  return out;
}

}  // namespace detail

/// The plan of a chain: what a fit reads, what a transform computes.
template <chainable Chain>
std::string describe(const Chain& c) {
  return detail::describe_plan(as_chain(c));
}

/// The plan of a fitted chain, and what it has learned.
template <class Chain, class Origin, row_stages Mode>
std::string describe(const fitted<Chain, Origin, Mode>& f) {
  std::string out = detail::describe_plan(f.stages());
  const auto& learned = f.learned();
  out += message("fitted     on ", f.rows(), " rows x ", f.cols(), " columns; ", f.cols_out(),
                 " columns out\nnumbers    ", detail::compiled<Chain>::rows_of_numbers, " a column, ",
                 learned.numbers.size() * sizeof(double), " bytes\n");
  if (f.repeated_passes() > 0)
    out += message("repeated   ", detail::times(f.repeated_passes(), "pass"),
                   ", for a better shift\n");
  detail::each_stage(f.stages(), [&](std::size_t i, const auto& stage) {
    const auto& fired = learned.fired[i];
    if (fired.empty()) return;
    out += message("zero rule  ", detail::text_of(stage), ": column", fired.size() > 1 ? "s" : "");
    for (std::size_t k = 0; k < fired.size() && k < 8; ++k) out += message(" ", fired[k]);
    if (fired.size() > 8) out += message(" and ", fired.size() - 8, " more");
    out += "\n";
  });
  return out;
}

/// describe by value, of either.
template <class X>
  requires(chainable<X> || is_fitted<X>)
outcome<std::string> describe(std::nothrow_t, const X& x) noexcept {
  return detail::attempt([&] { return outcome<std::string>(describe(x)); });
}

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

}  // namespace smelt::inline v0
