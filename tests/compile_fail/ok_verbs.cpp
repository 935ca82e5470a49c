// SPDX-License-Identifier: BSL-1.0
// Every form of every verb, on a chain with rows that drop and one without.
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  table<double> x(8, 2);
  table<float> out(8, 2);
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(on::seq, chain, x);
  transform(on::seq, fitted, x);
  transform<float>(on::seq, fitted, x);
  const smelt::index n = transform(on::seq, fitted, x, out);
  transform(on::seq, fitted, x, out.view().row_range(0, 8));
  transform(on::seq, fitted, in_place(x));
  fit_transform<float>(on::seq, chain, x);
  inverse(on::seq, fitted, out);
  inverse<double>(on::seq, fitted, out);
  const auto second = fit(on::seq, chain, x, continues(fitted));
  const auto both = merge(fitted, second);
  for (auto& batch : batches(on::seq, both, x))
    if (batch.x(0, 0) > 0) return 1;
  for (auto& batch : batches<float>(on::seq, both, x, {4, last::pad, 1}))
    if (batch.x(0, 0) > 0) return 1;

  const auto rows = clean(drop::any) | standardize() | sample(shuffled{seed{1}});
  const auto drawn = fit(on::seq, rows, x);
  transform(on::seq, drawn.without_sampling(), x);
  transform(on::seq, drawn.values_only(), in_place(x));
  inverse(on::seq, drawn.values_only(), x);
  return describe(drawn).size() == describe(rows).size() && n == 8;
}
