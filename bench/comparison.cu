// SPDX-License-Identifier: BSL-1.0
/// \file
/// The peers of the comparison that are C++ on a GPU; comparison.cpp has those on a CPU, and the options.
/// Compiled by a C++ compiler they run on the emulated device, which is for results alone.

#include "comparison/cuda_data.hpp"

#if SMELT_NVCC
#include <cub/version.cuh>
#endif

#include <exception>

namespace {

struct peer {
  const char* name;
  smelt_comparison::made_task (*make)(const smelt_comparison::request&);
  std::vector<const char*> works;
};
const peer peers[] = {
    {"cuda_smelt",
     smelt_comparison::cuda_smelt_task,
     {"scale", "norm", "fit", "fit_transform", "drop", "sample", "full", "batch", "length", "break_even"}},
    {"cuda_smelt_copy", smelt_comparison::cuda_smelt_task, {"break_even"}},
    {"cuda_smelt_copy_back", smelt_comparison::cuda_smelt_task, {"break_even"}},
    {"cuda_smelt_packed", smelt_comparison::cuda_smelt_task, {"break_even"}},
    {"cuda_by_hand", smelt_comparison::cuda_by_hand_task, {"scale", "norm", "fit", "fit_transform"}},
    {"cuda_thrust", smelt_comparison::cuda_thrust_task, {"scale", "norm", "drop", "sample", "length"}},
    {"cuda_cub", smelt_comparison::cuda_cub_task, {"scale", "drop"}},
    {"cuda_copy", smelt_comparison::cuda_ceiling_task, {"ceiling"}},
    {"cuda_read", smelt_comparison::cuda_ceiling_task, {"ceiling"}},
};

}  // namespace

int main(int count, char** given) try {
  using namespace smelt_comparison;
  if (count == 2 && std::string(given[1]) == "--list") {
    for (const auto& p : peers)
      for (const char* work : p.works) std::printf("%s %s\n", work, p.name);
    return 0;
  }
  if (count == 2 && std::string(given[1]) == "--version") {
#if SMELT_NVCC
    std::printf("nvcc %d.%d.%d\ncub %d.%d.%d\n", __CUDACC_VER_MAJOR__, __CUDACC_VER_MINOR__, __CUDACC_VER_BUILD__,
                CUB_MAJOR_VERSION, CUB_MINOR_VERSION, CUB_SUBMINOR_VERSION);
#endif
    return 0;
  }
  request r;
  if (!read_request(count, given, r)) {
    std::fputs("comparison_cuda --peer NAME --work NAME --data x.npy [options]; see comparison.cpp\n", stderr);
    return 2;
  }
  for (const auto& p : peers)
    if (r.peer == p.name) return serve(r, p.make);
  std::printf("skip there is no peer %s\n", r.peer.c_str());
  return 77;
} catch (const std::exception& problem) {
  std::fprintf(stderr, "comparison_cuda: %s\n", problem.what());
  return 1;
}
