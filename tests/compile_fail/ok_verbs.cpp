// SPDX-License-Identifier: BSL-1.0
// Every form of every verb, on a chain with rows that drop and one without.
#include <smelt/smelt.hpp>

using namespace smelt;

/// The same by value.
bool by_value() {
  table<double> x(8, 2);
  table<double> out(8, 2);
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(std::nothrow, on::seq, chain, x);
  const auto all = fit(std::nothrow, on::seq, chain, x, whole_population);
  const auto second = fit(std::nothrow, on::seq, chain, x, continues(*fitted));
  const auto both = merge(std::nothrow, *fitted, *second);
  const auto placed = place(std::nothrow, on::seq, *both);
  const outcome<table<double>> made = transform(std::nothrow, on::seq, *fitted, x);
  const outcome<table<float>> narrow = transform<float>(std::nothrow, on::seq, *fitted, x, counted);
  const status given = transform(std::nothrow, on::seq, *fitted, x, out);
  const status some =
      transform(std::nothrow, on::seq, *fitted, x, out.view().row_range(0, 8), counted);
  const status over = transform(std::nothrow, on::seq, *fitted, in_place(x));
  const status again = transform(std::nothrow, on::seq, *fitted, in_place(x), counted);
  const auto at_once = fit_transform<float>(std::nothrow, on::seq, chain, x);
  const auto back = inverse(std::nothrow, on::seq, *fitted, out);
  const auto wide = inverse<double>(std::nothrow, on::seq, *fitted, out);
  const status undone = inverse(std::nothrow, on::seq, *fitted, out, x);
  const status in_it = inverse(std::nothrow, on::seq, *fitted, in_place(x));
  const auto parts = split<struct three>(std::nothrow, x, {.train = 0.8, .test = 0.2}, seed{7});
  const auto counts_of = split<struct more>(std::nothrow, x, counts{.train = 8}, in_order);
  auto epoch = batches(std::nothrow, on::seq, *both, x);
  for (auto& batch : epoch)
    if (batch.x(0, 0) > 0) return false;
  auto floats = batches<float>(std::nothrow, on::seq, *both, x, {.rows = 4, .last = last::pad, .epoch = 1});
  const auto words = describe(std::nothrow, chain);
  const auto more_words = describe(std::nothrow, *fitted);
  const auto file = read_csv<float>(std::nothrow, "digits.csv");
  const auto text = read_csv_text<float>(std::nothrow, "1,2");
  const auto names = read_csv_labels(std::nothrow, "digits.csv", "digit");
  const auto label = read_csv_labels_text(std::nothrow, "a\nb", 0);
  return all && placed && made && narrow && given && some && over && again && at_once && back &&
         wide && undone && in_it && parts && counts_of && epoch.ended() && floats.ended() &&
         words && more_words && file && text && names && label;
}

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
  for (auto& batch : batches<float>(on::seq, both, x, {.rows = 4, .last = last::pad, .epoch = 1}))
    if (batch.x(0, 0) > 0) return 1;

  const auto rows = clean(drop::any) | standardize() | sample(shuffled{seed{1}});
  const auto drawn = fit(on::seq, rows, x);
  transform(on::seq, drawn.without_sampling(), x);
  transform(on::seq, drawn.values_only(), in_place(x));
  inverse(on::seq, drawn.values_only(), x);
  return by_value() && describe(drawn).size() == describe(rows).size() && n == 8;
}
