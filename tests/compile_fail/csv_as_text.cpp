// SPDX-License-Identifier: BSL-1.0
// expect-error: read_csv reads float, double and integers
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const auto x = read_csv<bool>("digits.csv");
  return x.rows() == 8;
}
