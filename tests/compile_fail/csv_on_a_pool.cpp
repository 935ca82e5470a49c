// SPDX-License-Identifier: BSL-1.0
// expect-error: files are read on the host
#include <smelt/policies/workers.hpp>
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  workers pool{2};
  const auto x = read_csv<float>(pool, "digits.csv", {.skip_lines = 1});
  const auto fitted = fit(on::seq, standardize(), x);
  transform(on::seq, fitted, x);
}
