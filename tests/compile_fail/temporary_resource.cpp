// SPDX-License-Identifier: BSL-1.0
// expect-error: takes a resource by its name
#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>

#include <memory_resource>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  fit(on::eigen.memory(std::pmr::monotonic_buffer_resource()), standardize(), x);
}
