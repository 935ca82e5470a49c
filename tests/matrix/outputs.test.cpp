// SPDX-License-Identifier: BSL-1.0
/// \file
/// Results in given memory and in place: see support/matrix_rows.hpp.

#include <support/matrix_rows.hpp>

using namespace smelt;
using namespace smelt_test;

namespace {

/// A result in given memory of another layout, with a gap and off its alignment, on both; what lies
/// between its elements stays.
template <class Out, class Layout, class Fitted, class View>
void compare_given(const eigen_twice& on_eigen, const Fitted& f, const View& x, placement at) {
  placed_copy<Out, Layout> expected(x.rows(), x.cols(), holes::none, at);
  auto writable = [](const auto& view) {
    return matrix_view<Out, Layout>(const_cast<Out*>(view.data()), view.rows(), view.cols(),
                                    view.row_stride(), view.col_stride());
  };
  const auto to = writable(expected.view());
  const std::string said = thrown_by([&] { transform(on::seq, f, x, to); });
  on_eigen([&](const auto& policy) {
    placed_copy<Out, Layout> given(x.rows(), x.cols(), holes::none, at);
    const auto out = writable(given.view());
    CHECK(thrown_by([&] { transform(policy, f, x, out); }) == said);
    CHECK(difference(out, to) == "");
    if constexpr (std::is_same_v<Layout, row_major>)
      for (smelt::index r = 0; r < x.rows(); ++r)
        for (smelt::index g = 0; g < at.gap; ++g)
          CHECK(std::isinf(out.data()[r * out.row_stride() + x.cols() + g]));
  });
}

}  // namespace

TEST_CASE("results in memory of the caller's, wherever it lies") {
  const eigen_twice on_eigen;
  for (const smelt::index rows : {1, 63, 65, 300})
    for (const smelt::index cols : {1, 3, 8, 13, 65})
      each_place<float>(rows, cols, holes::some, [&](const auto& x) {
        const auto f = fit(on::seq, scaled, x);
        for (const placement at : placements) {
          compare_given<float, row_major>(on_eigen, f, x, at);
          compare_given<double, column_major>(on_eigen, f, x, at);
          compare_given<double, strided>(on_eigen, f, x, at);
        }
      });
}

namespace {

template <class T, class Layout, class Chain>
void compare_in_place(const eigen_twice& on_eigen, const Chain& stages, smelt::index rows,
                      smelt::index cols, placement at, smelt::index far) {
  auto made = [&] {
    placed_copy<T, Layout> copy(rows, cols, holes::some, at);
    if (far >= 0) const_cast<T&>(copy.view()(far / cols, far % cols)) = -infinite_value<T>;
    return copy;
  };
  const auto x = placed_copy<T, Layout>(rows, cols, holes::some, at);
  const auto f = fit(on::seq, stages, x.view());
  const auto source = made();
  table<T> y(rows, cols);
  const std::string said = thrown_by([&] { transform(on::seq, f, source.view(), y.view()); });
  CHECK((said == "") == (far < 0));
  on_eigen([&](const auto& policy) {
    const auto both = made();
    const matrix_view<T, Layout> to(const_cast<T*>(both.view().data()), rows, cols,
                                    both.view().row_stride(), both.view().col_stride());
    CHECK(thrown_by([&] { transform(policy, f, in_place(to)); }) == said);
    CHECK(difference(to, y) == "");
  });
}

}  // namespace

TEST_CASE("in place, with infinities and without") {
  const eigen_twice on_eigen;
  for (const smelt::index rows : {5, 70, 1100})
    for (const smelt::index cols : {1, 7, 13, 65})
      for (const placement at : placements)
        for (const smelt::index far :
             {smelt::index{-1}, smelt::index{0}, rows * cols / 2, rows * cols - 1}) {
          CAPTURE(rows);
          CAPTURE(cols);
          CAPTURE(far);
          compare_in_place<float, row_major>(on_eigen, scaled, rows, cols, at, far);
          compare_in_place<double, column_major>(on_eigen, scaled, rows, cols, at, far);
          compare_in_place<double, row_major>(on_eigen, normed, rows, cols, at, far);
        }
}
