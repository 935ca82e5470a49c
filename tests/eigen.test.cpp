// SPDX-License-Identifier: BSL-1.0
/// \file
/// smelt/eigen.hpp alone, before any other header: the policy, and smelt's views as Eigen maps.

#include <smelt/eigen.hpp>

#include <doctest/doctest.h>

using namespace smelt;

#if !defined(EIGEN_NO_CUDA)
#error "the header switches Eigen's CUDA mode off, which would cost its packets on the host"
#endif

namespace {

table<double> counted() {
  table<double> x(4, 3);
  for (smelt::index i = 0; i < 12; ++i) x.data()[i] = static_cast<double>(i);
  return x;
}
/// Takes row-major memory without a copy, or does not compile.
double sum_of(const Eigen::Ref<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>,
                               0, Eigen::OuterStride<>>& m) {
  return m.sum() + (m.data() == nullptr ? 1e9 : 0.0);
}

}  // namespace

TEST_CASE("the example") {
  // [eigen example]
  table<double> x(2, 2);
  auto m = as_eigen(x.view());  // no copy
  m << 1, 2, 3, 4;
  double trace = m.trace();  // 5
  // [eigen example]
  CHECK(trace == 5.0);
  CHECK(x(1, 0) == 3.0);
}

TEST_CASE("views of each layout are maps of the same elements") {
  auto x = counted();
  const auto all = as_eigen(x.view());
  CHECK((all.rows() == 4 && all.cols() == 3 && all(2, 1) == 7));
  const auto some = as_eigen(x.columns(1, 3));
  CHECK((some.rows() == 4 && some.cols() == 2 && some(3, 1) == 11));
  CHECK(as_eigen(x.row_range(1, 3))(0, 0) == 3);
  table<float, column_major> y(4, 3);
  for (smelt::index i = 0; i < 12; ++i) y.data()[i] = static_cast<float>(i);
  const auto cols = as_eigen(y.view());
  CHECK((cols(2, 1) == 6 && cols.row(1).sum() == 15));
  CHECK(as_eigen(y.row_range(1, 4).columns(1, 3))(2, 1) == 11);
  const matrix_view<double, strided> apart(x.data(), 2, 2, 6, 2);
  CHECK((as_eigen(apart)(1, 1) == 8 && as_eigen(apart)(1, 0) == 6));
}

TEST_CASE("a map is known to be packed along its rows: Eigen::Ref takes it as it is") {
  const auto x = counted();
  CHECK(sum_of(as_eigen(x.columns(0, 2))) == 0 + 1 + 3 + 4 + 6 + 7 + 9 + 10);
  static_assert(decltype(as_eigen(x.view()))::InnerStrideAtCompileTime == 1);
  static_assert(decltype(as_eigen(table<float, column_major>().view()))::InnerStrideAtCompileTime == 1);
  static_assert(!decltype(as_eigen(x.view()))::IsVectorAtCompileTime);
}

TEST_CASE("there and back: a map of a view is a view of the same memory") {
  auto x = counted();
  const auto back = as_view(as_eigen(x.view().columns(1, 3)));
  CHECK((back.data() == x.data() + 1 && back.row_stride() == 3 && back.cols() == 2));
  static_assert(std::is_same_v<decltype(as_view(as_eigen(x.view())))::layout, row_major>);
}

TEST_CASE("the policy is there") {
  static_assert(policy<std::remove_cvref_t<decltype(on::eigen)>>);
  CHECK(on::eigen.alone().concurrency(1 << 30) == 1);
}
