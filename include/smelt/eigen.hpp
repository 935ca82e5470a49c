// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// on::eigen, and smelt's views as Eigen maps. It compiles with -fno-exceptions and -fno-rtti, as
/// smelt/smelt.hpp does.

#include <smelt/core/config.hpp>

// Inside a CUDA source Eigen switches its host packets off, silently and up to 46 times slower,
// unless EIGEN_NO_CUDA is defined before its first header.
#if SMELT_NVCC && defined(EIGEN_CORE_H) && !defined(EIGEN_NO_CUDA)
#error "smelt: in a CUDA source, include <smelt/eigen.hpp> before any Eigen header, or define EIGEN_NO_CUDA: Eigen's packets are switched off otherwise."
#endif
#if !defined(EIGEN_NO_CUDA)
#define EIGEN_NO_CUDA
#endif

#include <smelt/policies.hpp>
#include <smelt/policies/eigen.hpp>

#include <Eigen/Core>

namespace smelt::inline v0 {

/// A view as an Eigen map, without a copy. Where a layout has neighbours the map's type says so:
/// Eigen::Ref copies what has an inner stride known only at run time.
template <dense_view View>
auto as_eigen(const View& v) {
  static_assert(on_host<typename View::space>, SMELT_SAY_HOST_ONLY);
  constexpr bool by_column = std::is_same_v<typename View::layout, column_major>;
  constexpr bool neither = std::is_same_v<typename View::layout, strided>;
  using matrix = Eigen::Matrix<typename View::value_type, Eigen::Dynamic, Eigen::Dynamic,
                               by_column ? Eigen::ColMajor : Eigen::RowMajor>;
  using element = std::remove_pointer_t<decltype(v.data())>;
  using mapped = std::conditional_t<std::is_const_v<element>, const matrix, matrix>;
  using stride = Eigen::Stride<Eigen::Dynamic, neither ? Eigen::Dynamic : 0>;  // 0: neighbours
  return Eigen::Map<mapped, Eigen::Unaligned, stride>(
      v.data(), v.rows(), v.cols(),
      stride(by_column ? v.col_stride() : v.row_stride(), neither ? v.col_stride() : 0));
}
template <class X>
auto as_eigen(const X&) {
  if constexpr (!any_poison<X>) static_assert(always_false<X>, SMELT_SAY_NOT_DENSE);
  return poison{};
}

}  // namespace smelt::inline v0
