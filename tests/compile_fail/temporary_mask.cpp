// SPDX-License-Identifier: BSL-1.0
// expect-error: drop::where(...) takes a std::vector<unsigned char>
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto chain = clean(drop::where(std::vector<unsigned char>(8))) | standardize();
  fit(on::seq, chain, x);
}
