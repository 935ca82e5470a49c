// SPDX-License-Identifier: BSL-1.0
/// \file
/// The source with exceptions of a program that has none elsewhere: files are read here.

#include <smelt/smelt.hpp>

#if !defined(__cpp_exceptions)
#error "compile this with exceptions"
#endif

smelt::status read_what_is_not_there();

smelt::status read_what_is_not_there() {
  return smelt::read_csv<float>(std::nothrow, "no such file.csv");
}
