// SPDX-License-Identifier: BSL-1.0
// expect-error: a table holds plain numbers
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  table<std::string> names(8, 2);
  return names.rows() == 8;
}
