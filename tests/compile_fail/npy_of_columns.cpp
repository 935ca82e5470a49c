// SPDX-License-Identifier: BSL-1.0
// expect-error: write_npy writes one dense matrix in host memory
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  write_npy(column_set(3), "columns.npy");
}
