// SPDX-License-Identifier: BSL-1.0
// expect-error: save takes a fitted chain and a path
#include <smelt/save.hpp>
#include <smelt/smelt.hpp>

#include <iostream>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  std::cout << saved_text(x);
}
