// SPDX-License-Identifier: BSL-1.0
// expect-error: this chain was fitted on a whole table
// The mistake of examples/leakage.cpp: columns are cleaned and scaled by all rows, then rows are split.
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto chain = clean(drop::constant_columns, fill::mean) | standardize();
  const auto fitted = fit(on::seq, chain, x);
  const auto parts = split<struct too_late>(x, {.train = 0.75, .test = 0.25}, seed{7});
  const auto learned = transform(on::seq, fit(on::seq, chain, parts.train), parts.train);
  const auto judged = transform(on::seq, fitted, parts.test);
  return learned(0, 0) > judged(0, 0);
}
