// SPDX-License-Identifier: BSL-1.0
// expect-error: to_dlpack gives a table away, as a struct of DLPack
#include <smelt/interop.hpp>

#include <support/dlpack.hpp>

using namespace smelt;

int main() {
  table<float> x(8, 2);
  to_dlpack<smelt_test::DLManagedTensor>(x);
}
