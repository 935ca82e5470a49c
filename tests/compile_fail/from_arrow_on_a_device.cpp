// SPDX-License-Identifier: BSL-1.0
// expect-error: from_arrow takes pointers to the two structs of the Arrow C Data interface
#include <smelt/interop.hpp>

#include <support/arrow.hpp>

using namespace smelt;

int main() {
  smelt_test::arrow_schema_struct schema;
  smelt_test::arrow_device_struct array;
  const auto x = from_arrow(&schema, &array);
  return x.rows() == 8;
}
