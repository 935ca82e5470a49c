// SPDX-License-Identifier: BSL-1.0
// expect-error: to_arrow gives a column-major table in host memory away
#include <smelt/interop.hpp>

#include <support/arrow.hpp>

using namespace smelt;

int main() {
  smelt_test::arrow_schema_struct schema;
  smelt_test::arrow_array_struct array;
  to_arrow(table<float>(8, 2), &schema, &array);
}
