// SPDX-License-Identifier: BSL-1.0
// Every way to fold, and what may be done with the parts of a fold.
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const std::vector<int> labels(8);
  const auto data = labelled(x, labels);
  const auto parts = split<struct mine>(data, {.train = 0.8, .test = 0.2}, stratified_by(labels));
  const auto outer = folds<struct cv, 3>(parts.train, k_fold{seed{7}});
  const auto fold = outer.get<1>();
  const auto inner = folds<struct in, 2>(fold.train, stratified_by(labels)).get<0>();

  const auto fitted = fit(on::seq, standardize(), fold.train);
  transform(on::seq, fitted, fold.train);
  transform(on::seq, fitted, fold.held_out);
  transform(on::seq, fitted, parts.test);  // of the same split, and never folded
  transform(on::seq, fitted, x);
  const auto nested = fit(on::seq, standardize(), inner.train);
  transform(on::seq, nested, inner.held_out);
  transform(on::seq, nested, fold.held_out);
  transform(on::seq, nested, parts.test);
  const auto all = fit(on::seq, standardize(), x, whole_population);
  transform(on::seq, all, fold.held_out);
  transform(on::seq, fit(on::seq, standardize(), parts.train, whole_population), fold.held_out);
  outer.each([](const auto& train, const auto& held_out) { (void)train, (void)held_out; });
  (void)folds<struct a, 2>(x, k_fold{});
  (void)folds<struct a, 2>(x, grouped_by(labels));
  (void)folds<struct a, 2>(x, shuffle_split{0.2, seed{7}});
  (void)folds<struct a, 2>(x, time_series{.gap = 1});
}
