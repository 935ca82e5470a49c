// SPDX-License-Identifier: BSL-1.0
// expect-error: files of numbers are mapped and read as float, double, f16 and integers
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const auto x = map_npy<bool>("mask.npy");
  return x.rows() == 8;
}
