// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A chain against its stages done one after another, each fitted on a table that those before it
/// have written.

#include <support/on_both.hpp>

#include <algorithm>  // std::max
#include <cmath>
#include <tuple>

namespace smelt_test {

/// One stage after another.
template <class... Stages>
smelt::table<double> one_by_one(const smelt::chain<Stages...>& c,
                                const smelt::table<double>& from) {
  smelt::table<double> x = from;
  std::apply(
      [&](const auto&... stage) { ((x = smelt::fit_transform(smelt::on::seq, stage, x)), ...); },
      c.stages);
  return x;
}

/// The largest difference against the largest value.
inline double distance(const smelt::table<double>& a, const smelt::table<double>& b) {
  if (a.rows() != b.rows() || a.cols() != b.cols()) return 1;
  double away = 0;
  double size = 0;
  for (smelt::index r = 0; r < a.rows(); ++r)
    for (smelt::index c = 0; c < a.cols(); ++c) {
      if (std::isnan(a(r, c)) != std::isnan(b(r, c))) return 1;
      if (std::isnan(b(r, c))) continue;
      away = std::max(away, std::abs(a(r, c) - b(r, c)));
      size = std::max(size, std::abs(b(r, c)));
    }
  return away / size;
}

/// Both policies, on 2500 rows with missing values, to twelve digits.
template <class Chain>
void check_one_by_one(const Chain& c) {
  const auto source = noise(2500, 5, 40);
  const auto f = fitted_on_both(c, source);
  CHECK(f.repeated_passes() == 0);
  CHECK(distance(transformed_on_both(f, source), one_by_one(c, source)) < 1e-12);
}

}  // namespace smelt_test
