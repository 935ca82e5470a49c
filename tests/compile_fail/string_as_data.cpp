// SPDX-License-Identifier: BSL-1.0
// expect-error: this is not data smelt can read
#include <smelt/smelt.hpp>

#include <string>

using namespace smelt;

int main() {
  const std::string path = "digits.csv";  // elements in memory, one after another: letters
  const auto fitted = fit(on::seq, clean(fill::mean) | standardize(), path);
  return fitted.cols() == 1;
}
