// SPDX-License-Identifier: BSL-1.0
// expect-error: files are read on the host
#include <smelt/policies/workers.hpp>
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  workers pool{2};
  return static_cast<int>(read_csv_labels(pool, "penguins.csv", "species").codes.size());
}
