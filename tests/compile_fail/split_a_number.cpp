// SPDX-License-Identifier: BSL-1.0
// expect-error: this is not data smelt can read
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const auto parts = split<struct mine>(42, {.train = 0.8, .test = 0.2}, seed{7});
  fit(on::seq, standardize(), parts.train);
}
