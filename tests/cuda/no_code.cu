// SPDX-License-Identifier: BSL-1.0
/// \file
/// A program that has code for sm_75 alone, and no PTX: any other card is refused by its name.

#include <smelt/policies/cuda/runtime.cuh>

#include <cstdio>
#include <string>

namespace {

struct nothing {};
struct no_body {
  static constexpr int least_blocks = 3;
  template <class Context>
  SMELT_HD static void run(Context&, const nothing&) {}
};

/// Launches with `shared_bytes`, more of which must be asked for first, and expects to be refused.
bool refused(int device, std::size_t shared_bytes) {
  const int card = smelt::detail::facts_of(device).architecture;
  try {
    smelt::detail::cuda_runtime::of_device(device).launch<no_body>(1, 32, shared_bytes, nothing{});
  } catch (const smelt::cuda_error& e) {
    const std::string said = e.what();
    const std::string cure =
        ") is sm_" + std::to_string(card) + ", compile with -arch=sm_" + std::to_string(card) + " too: ";
    std::puts(e.what());
    return std::string(e.name()) == "cudaErrorNoKernelImageForDevice" &&
           said.find("this program has code for sm_75; device " + std::to_string(device)) == 0 &&
           said.find(cure) != said.npos;
  }
  std::puts("nothing was thrown");
  return false;
}

}  // namespace

int main() {
  int count = 0;
  if (cudaGetDeviceCount(&count) != cudaSuccess || count == 0) {
    std::puts("skipped: no GPU");
    return 0;
  }
  bool all = true;
  for (int device = 0; device < count; ++device) {
    if (smelt::detail::facts_of(device).architecture == 75)
      std::puts("a card that the program has code for");
    else
      all = refused(device, 0) && refused(device, 64 * 1024) && all;
  }
  return all ? 0 : 1;
}
