// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What must hold for each of the forty chains; the files plan/forty_chains_*.test.cpp hold eight
/// each, to keep the time of one compilation short.

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>
#include <support/counting_view.hpp>
#include <support/generated_chains.hpp>

namespace smelt_test {

template <int Number>
void check_chain() {
  constexpr recipe r = recipe_of(Number);
  constexpr int passes = reference_passes(r);
  const auto chain = chain_of<Number>();
  constexpr auto plan = smelt::plan_of<decltype(chain)>;
  static_assert(plan.fit_passes == passes, "the plan is that of the table");
  static_assert(plan.kernels == 1 && plan.reads == 1 && plan.writes == 1);
  const std::string text = smelt::describe(chain);
  CAPTURE(Number);
  CAPTURE(text);

  const auto source = generated_table();
  const counting_view<double> view(source);
  std::vector<int> loads(static_cast<std::size_t>(generated_rows));
  const auto rows = rows_of_fit(r, generated_rows);
  for (std::size_t i = 0; i < rows.size(); ++i)
    loads[static_cast<std::size_t>(rows[i])] = i < 64 ? 2 * passes : passes;

  // Each pass reads its rows once, and the first 64 of them once more for the shift; no other row.
  const auto fitted = smelt::fit(smelt::on::seq, chain, view);
  CHECK(fitted.repeated_passes() == 0);
  CHECK(view.otherwise_than([&](smelt::index row, smelt::index) {
    return loads[static_cast<std::size_t>(row)];
  }) == 0);

  const staged expected = stage_by_stage(r, source);
  view.clear();
  const auto made = smelt::transform(smelt::on::seq, fitted, view);
  CHECK(view.otherwise_than([&](smelt::index row, smelt::index) {
    return expected.chosen[static_cast<std::size_t>(row)] ? 1 : 0;
  }) == 0);
  CHECK(made.rows() > 0);
  CHECK(distance(made, expected) < 1e-12);
}

/// Chains `First`, ..., `First + 7`.
template <int First>
void check_eight_chains() {
  [&]<int... I>(std::integer_sequence<int, I...>) { (check_chain<First + I>(), ...); }
  (std::make_integer_sequence<int, 8>{});
}

}  // namespace smelt_test
