// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A chain on on::seq and on on::eigen at once: whatever a test asks of one holds for both, because
/// their bits are compared on the way.

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/tables.hpp>

namespace smelt_test {

/// fit.
template <class Chain, class Data, class... More>
auto fitted_on_both(const Chain& chain, const Data& data, const More&... more) {
  auto f = smelt::fit(smelt::on::seq, chain, data, more...);
  CHECK(smelt::fit(smelt::on::eigen, chain, data, more...) == f);
  return f;
}

/// transform, into a new table of data without companions.
template <class Fitted, class Data>
auto transformed_on_both(const Fitted& f, const Data& data) {
  auto y = smelt::transform(smelt::on::seq, f, data);
  CHECK(difference(smelt::transform(smelt::on::eigen, f, data), y) == "");
  return y;
}

/// fit, then transform of the same data.
template <class Chain, class Data>
auto both(const Chain& chain, const Data& data) {
  return transformed_on_both(fitted_on_both(chain, data), data);
}

}  // namespace smelt_test
