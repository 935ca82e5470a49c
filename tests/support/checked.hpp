// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// check_stage in tests: what keeps every law, and what breaks one.

#include <doctest/doctest.h>

#include <smelt/check_stage.hpp>
#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#if SMELT_TESTS_ON_DEVICE
#include <support/on_device.hpp>
#endif

#include <string>

namespace smelt_test {

/// The laws on on::seq; with the emulated device on all policies. (That they agree on every stage of
/// the catalogue is asked by the tests of the stages too.)
template <class Stage>
void check_good(const Stage& stage, const smelt::stage_example& example = {}) {
#if SMELT_TESTS_ON_DEVICE
  const auto report = smelt::check_stage(stage, example, smelt::on::eigen, on_device());
  constexpr int policies = 3;
#else
  const auto report = smelt::check_stage(stage, example);
  constexpr int policies = 1;
#endif
  CHECK_MESSAGE(report.ok(), report.text());
  CHECK(report.cases() >= 35 + 30 * policies);
}

/// The text of a report; the stage must break a law.
template <class Stage, class... Policies>
std::string complaint(const Stage& stage, const Policies&... policies) {
  const auto report = smelt::check_stage(stage, policies...);
  CHECK(!report.ok());
  return report.text();
}
inline bool says(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

}  // namespace smelt_test
