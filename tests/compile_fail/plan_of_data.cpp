// SPDX-License-Identifier: BSL-1.0
// expect-error: this is not a chain
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  return plan_of<table<float>>.fit_passes;
}
