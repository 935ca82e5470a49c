// SPDX-License-Identifier: BSL-1.0
// expect-error: from_dlpack takes the element type and a pointer to a managed tensor of DLPack
#include <smelt/interop.hpp>

using namespace smelt;

int main() {
  table<float> x(8, 2);
  const auto y = from_dlpack<float>(&x);
  return y.rows() == 8;
}
