// SPDX-License-Identifier: BSL-1.0
// Every way to split, and what may be done with parts.
#include <smelt/smelt.hpp>

using namespace smelt;

struct calibration {
  static constexpr bool may_fit = true;
  static constexpr const char* name = "calibration";
};
struct named {};

int main() {
  table<float> x(8, 2);
  const std::vector<int> ids(8);
  const auto data = labelled(x, ids);
  const auto parts = split<struct mine>(data, {.train = 0.8, .test = 0.2}, seed{7});
  const auto in_rows =
      split<struct by_rows>(x, {.train = 0.5, .validation = 0.25, .test = 0.25}, in_order);
  const auto exact = split<struct by_counts>(x.view(), counts{.train = 6, .test = 2}, seed{7});
  const auto column = split<struct of_ids>(std::span<const int>(ids), counts{.train = 8}, in_order);
  const auto own = split<named>(x, shares{share<role::train>{0.5}, share<calibration>{0.5}}, seed{7});

  (void)split<struct by_gap>(x, {.train = 0.5, .test = 0.5}, by_time{.gap = 1});
  (void)split<struct by_class>(x, counts{.train = 4}, stratified_by(ids, seed{7}));
  (void)split<struct by_group>(x, {.train = 0.5, .test = 0.5}, grouped_by(ids));
  (void)split<struct by_id>(x, {.train = 0.5, .test = 0.5}, by_hash(ids));
  (void)split<struct by_row>(x, by([](smelt::index row) { return row % 2; }));
  (void)split<struct own_rows>(x, roles<role::train, calibration>{}, by([](smelt::index) { return 1; }));
  (void)split<struct own_counts>(x, counts_of{count_of<role::train>{3}, count_of<calibration>{5}}, seed{7});

  if (in_rows.train.rows() + exact.test.rows() + column.test.rows() < 0) return 1;
  const auto chain = standardize();
  const auto fitted = fit(on::seq, chain, parts.train);
  transform(on::seq, fitted, parts.train);
  transform(on::seq, fitted, parts.test);
  transform(on::seq, fitted, x);
  transform(on::seq, fit(on::seq, chain, x, whole_population), parts.validation);
  fit_transform(on::seq, chain, parts.train);
  const auto calibrated = fit(on::seq, chain, own.get<calibration>());
  transform(on::seq, calibrated, x);
  for (auto& batch : batches(on::seq, fitted, parts.train, {.rows = 4, .last = last::drop}))
    if (batch.y[0] > 0) return 1;
}
