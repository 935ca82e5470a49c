// SPDX-License-Identifier: BSL-1.0
// expect-error: drop::where(...) takes a std::vector<unsigned char>
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const std::vector<bool> mask(8);
  const auto chain = clean(drop::where(mask)) | standardize();
  fit(on::seq, chain, x);
}
