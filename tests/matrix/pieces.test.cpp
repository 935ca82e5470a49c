// SPDX-License-Identifier: BSL-1.0
/// \file
/// Pieces that begin inside a leaf: see support/matrix_rows.hpp.

#include <support/matrix_rows.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("pieces that begin inside a leaf, and inside eight rows") {
  const eigen_twice on_eigen;
  for (const smelt::index cols : {1, 7, 13, 65})
    each_place<float>(2500, cols, holes::some, [&](const auto& x) {
      const auto whole = fit(on::seq, scaled, x);
      for (const smelt::index cut : {1030, 1024, 2049}) {
        CAPTURE(cut);
        on_eigen([&](const auto& policy) {
          const auto first = fit(policy, scaled, x.row_range(0, cut));
          CHECK(first == fit(on::seq, scaled, x.row_range(0, cut)));
          const auto middle = fit(policy, scaled, x.row_range(cut, cut + 5), continues(first));
          const auto last = fit(policy, scaled, x.row_range(cut + 5, 2500), continues(middle));
          CHECK(last == whole);
          CHECK(merge(merge(first, middle), last) == whole);
        });
      }
      // Rows that begin anywhere in their source keep their lanes.
      for (const smelt::index begin : {1, 6, 8, 1021}) {
        CAPTURE(begin);
        compare(on_eigen, scaled, x.row_range(begin, begin + 1100));
        compare(on_eigen, dropped, x.row_range(begin, begin + 20));
      }
    });
}
