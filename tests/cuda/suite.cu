// SPDX-License-Identifier: BSL-1.0
/// \file
/// The tests of on::cuda, line by line those of the emulated device, on a GPU. It needs doctest,
/// which is only headers. With SMELT_SUITE_PART=1 to 9 one part of it is compiled.

#if defined(SMELT_SUITE_PART)
#define SMELT_SUITE_HAS(part) (SMELT_SUITE_PART == (part))
#else
#define SMELT_SUITE_HAS(part) 1
#endif

#include <cstdio>

#if __has_include(<doctest/doctest.h>)

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#if SMELT_SUITE_HAS(1)
#include <policies/cuda/map.test.cpp>
#endif
#if SMELT_SUITE_HAS(2)
#include <policies/cuda/fold.test.cpp>
#endif
#if SMELT_SUITE_HAS(3)
#include <policies/cuda.test.cpp>
#endif
#if SMELT_SUITE_HAS(4)
#include <policies/cuda/steps.test.cpp>
#endif
#if SMELT_SUITE_HAS(5)
#include <policies/cuda/run.test.cpp>
#endif
#if SMELT_SUITE_HAS(6)
#include <policies/cuda/rows.test.cpp>
#endif
#if SMELT_SUITE_HAS(7)
#include <policies/cuda/tile.test.cpp>
#endif
#if SMELT_SUITE_HAS(8)
#include <policies/cuda/fold_columns.test.cpp>
#endif
#if SMELT_SUITE_HAS(9)
#include <policies/cuda/fold_arguments.test.cpp>
#endif

#include <cuda_runtime.h>

int main(int count, char** given) {
  int devices = 0;
  const cudaError_t error = cudaGetDeviceCount(&devices);
  if (error == cudaErrorNoDevice || error == cudaErrorInsufficientDriver) {
    std::printf("skipped: no GPU: %s\n", cudaGetErrorString(error));
    return 0;
  }
  if (error != cudaSuccess) {
    std::printf("counting the devices: %s\n", cudaGetErrorString(error));
    return 1;
  }
  return doctest::Context(count, given).run();
}

#else

int main() {
  std::puts("skipped: no doctest/doctest.h (DOCTEST_INCLUDE or CMAKE_PREFIX_PATH may say where)");
  return 0;
}

#endif
