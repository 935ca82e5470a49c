// SPDX-License-Identifier: BSL-1.0
// expect-error: these elements are read-only, which a legacy tensor cannot say
#include <smelt/interop.hpp>
#include <smelt/read/npy.hpp>

#include <support/dlpack.hpp>

using namespace smelt;

int main() { to_dlpack<smelt_test::DLManagedTensor>(map_npy<float>("pixels.npy")); }
