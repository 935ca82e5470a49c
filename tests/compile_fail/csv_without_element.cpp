// SPDX-License-Identifier: BSL-1.0
// expect-error: read_csv reads float, double and integers
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const auto x = read_csv("digits.csv", {.skip_lines = 1});
  const auto fitted = fit(on::seq, standardize(), x);
  transform(on::seq, fitted, x);
}
