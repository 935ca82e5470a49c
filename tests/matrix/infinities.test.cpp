// SPDX-License-Identifier: BSL-1.0
/// \file
/// Infinities everywhere: see support/matrix_rows.hpp.

#include <support/matrix_rows.hpp>

using namespace smelt;
using namespace smelt_test;

namespace {

template <class T, class Layout>
void compare_infinities(const eigen_twice& on_eigen, smelt::index rows, smelt::index cols,
                        placement at, smelt::index step) {
  placed_copy<T, Layout> copy(rows, cols, holes::some, at);
  const auto& x = copy.view();
  const auto f = fit(on::seq, scaled, x);
  const auto g = fit(on::seq, dropped, x);
  for (smelt::index i = 0; i < rows * cols; i += step) {
    CAPTURE(i);
    T& first = const_cast<T&>(x(i / cols, i % cols));
    T& second = const_cast<T&>(x((i * 7 + 3) % rows, (i * 5 + 1) % cols));
    const T was[] = {first, second};
    first = infinite_value<T>;
    for (int times = 0; times < 2; ++times) {
      const std::string refused = thrown_by([&] { fit(on::seq, scaled, x); });
      const std::string not_dropped = thrown_by([&] { fit(on::seq, dropped, x); });
      table<double> y(rows, cols);
      table<double> z(rows, cols);
      const std::string said = thrown_by([&] { transform(on::seq, f, x, y.view()); });
      thrown_by([&] { transform(on::seq, g.values_only(), x, z.view()); });
      CHECK(refused != "");
      CHECK(said != "");
      on_eigen([&](const auto& policy) {
        CHECK(thrown_by([&] { fit(policy, scaled, x); }) == refused);
        CHECK(thrown_by([&] { fit(policy, dropped, x); }) == not_dropped);
        table<double> made(rows, cols);
        CHECK(thrown_by([&] { transform(policy, f, x, made.view()); }) == said);
        CHECK(difference(made, y) == "");
        thrown_by([&] { transform(policy, g.values_only(), x, made.view()); });
        CHECK(difference(made, z) == "");
      });
      second = -infinite_value<T>;  // and another one elsewhere
    }
    second = was[1];
    first = was[0];
  }
}

}  // namespace

TEST_CASE("an infinity in every position, and two: the first in the order of the source is named") {
  const eigen_twice on_eigen;
  for (const placement at : placements)
    for (const smelt::index cols : {1, 3, 8, 13}) {
      CAPTURE(cols);
      compare_infinities<float, row_major>(on_eigen, 19, cols, at, 1);
      compare_infinities<double, row_major>(on_eigen, 19, cols, at, 1);
      compare_infinities<float, column_major>(on_eigen, 19, cols, at, 1);
      compare_infinities<double, strided>(on_eigen, 19, cols, at, 3);
    }
  // Several tasks: whichever finds one first.
  compare_infinities<float, row_major>(on_eigen, 9000, 7, {1, 0}, 6101);
  compare_infinities<float, column_major>(on_eigen, 9000, 7, {1, 3}, 6101);
}

TEST_CASE("infinities that are kept or missing") {
  const eigen_twice on_eigen;
  for (const placement at : placements)
    for (const smelt::index cols : {1, 8, 13}) {
      placed_copy<float, row_major> copy(1100, cols, holes::some, at);
      const auto& x = copy.view();
      for (const smelt::index r : {0, 8, 1023, 1024, 1099})
        const_cast<float&>(x(r, (r + 1) % cols)) =
            r % 2 == 0 ? infinite_value<float> : -infinite_value<float>;
      compare(on_eigen, clean(infinity::missing) | scaled, x);
      compare(on_eigen, clean(infinity::keep) | clip(-3, 3) | scaled, x);
      compare(on_eigen, clean(infinity::keep) | normalize(max_abs), x);
      compare(on_eigen, filled, x);
    }
}
