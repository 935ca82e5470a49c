// SPDX-License-Identifier: BSL-1.0
// expect-error: this table is a temporary
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const auto parts = split<struct mine>(read_csv<float>("digits.csv"), {.train = 0.8, .test = 0.2},
                                        seed{7});
  const auto fitted = fit(on::seq, standardize(), parts.train);
  transform(on::seq, fitted, parts.test);
}
