// SPDX-License-Identifier: BSL-1.0
// expect-error: scratch_bytes counts the heap of the host
#include <smelt/scratch.hpp>
#include <smelt/smelt.hpp>

#include <support/no_device.hpp>

using namespace smelt;

int main() {
  const smelt_test::no_device gpu{smelt_test::no_runtime{}};
  return static_cast<int>(scratch_bytes(gpu, standardize(), 10, 3).fit);
}
