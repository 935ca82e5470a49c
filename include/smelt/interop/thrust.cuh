// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Thrust's device vectors as data, without a copy. The only header that includes Thrust, which takes
/// nvcc some ten seconds: include it where you use it.
///
///     thrust::device_vector<float> numbers(rows * 64);
///     const auto fitted = fit(on::cuda, chain, as_rows(numbers, 64));

#include <smelt/core/adapt.hpp>

#include <thrust/device_vector.h>

namespace smelt::inline v0 {

/// The elements of a device vector, which must outlive the view and keep its size, as rows of `cols`
/// columns.
/// \errors shape_error where the rows are not whole
template <class T, class Allocator>
matrix_view<const T, row_major, device> as_rows(const thrust::device_vector<T, Allocator>& numbers,
                                                index cols) {
  return {thrust::raw_pointer_cast(numbers.data()),
          detail::rows_in(static_cast<index>(numbers.size()), cols), cols};
}
/// The same to be written.
template <class T, class Allocator>
matrix_view<T, row_major, device> as_rows(thrust::device_vector<T, Allocator>& numbers, index cols) {
  return {thrust::raw_pointer_cast(numbers.data()),
          detail::rows_in(static_cast<index>(numbers.size()), cols), cols};
}
/// One column of labels, or of another companion.
template <class T, class Allocator>
column_view<const T, device> as_labels(const thrust::device_vector<T, Allocator>& numbers) {
  return {thrust::raw_pointer_cast(numbers.data()), static_cast<index>(numbers.size())};
}

}  // namespace smelt::inline v0
