// SPDX-License-Identifier: BSL-1.0
// expect-error: scratch_bytes(policy, chain, rows, columns) needs
#include <smelt/scratch.hpp>
#include <smelt/smelt.hpp>

using namespace smelt;

int main() { return static_cast<int>(scratch_bytes(on::seq, standardize(), table<float>(2, 2)).fit); }
