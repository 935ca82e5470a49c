// SPDX-License-Identifier: BSL-1.0
// expect-error: what is wrong with a file becomes a status by way of an exception
// flags: -fno-exceptions
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const auto digits = read_csv<float>(std::nothrow, "digits.csv");
  return digits.ok() && digits->rows() == 1797;
}
