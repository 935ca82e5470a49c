// SPDX-License-Identifier: BSL-1.0
// A user's CUDA source. Where there is no GPU it says so, and has then shown that it compiles, links
// and starts.
#include <smelt/smelt.hpp>
#include <smelt/cuda.cuh>

#include <iostream>

int main() {
  try {
    std::cout << smelt::on::cuda.concurrency(1) << " multiprocessors\n";
  } catch (const smelt::cuda_error& e) {
    std::cout << e.what() << '\n';
  }
}
