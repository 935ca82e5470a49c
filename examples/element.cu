// SPDX-License-Identifier: BSL-1.0
/// \file
/// A fitted chain inside code of your own: a linear model in a kernel and a sum by Thrust, both on the
/// raw values, which become scaled ones in registers. No scaled table is written anywhere.
///
///   nvcc -std=c++20 -arch=native -I include examples/element.cu -o element && ./element

#include <smelt/cuda.cuh>
#include <smelt/element.hpp>
#include <smelt/interop/thrust.cuh>
#include <smelt/smelt.hpp>

#include <thrust/device_ptr.h>
#include <thrust/functional.h>
#include <thrust/transform_reduce.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <vector>

using namespace smelt;

constexpr int features = 4;

struct linear_model {
  double weight[features];
  double bias;
};

/// What the model says of one row. Your own sums may be fused by the compiler, on a device and on the
/// host each in its own way: `product` keeps the two roundings, and with them the same bits.
template <class Element>
SMELT_HD double score(const linear_model& model, const Element& scaled, const float* row) {
  double sum = model.bias;
  for (int c = 0; c < features; ++c)
    sum += product(model.weight[c], scaled(widened(row[c]), c));
  return sum;
}

/// One thread a row. The function and its numbers are an argument like any other.
template <class Element>
__global__ void score_rows(linear_model model, Element scaled, const float* x, smelt::index rows,
                           double* scores) {
  const smelt::index row = smelt::index{blockIdx.x} * blockDim.x + threadIdx.x;
  if (row < rows) scores[row] = score(model, scaled, x + row * features);
}

int main() {
  int devices = 0;
  if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
    std::puts("skipped: no CUDA device");
    return 0;
  }

  constexpr smelt::index rows = 100'000;
  table<float> x(rows, features);
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < features; ++c)
      x(r, c) = (r + c) % 97 == 0 ? missing_value<float>
                                  : static_cast<float>((r * 7919 + c * 104729) % 1000) * 0.25f;
  const thrust::device_vector<float> there(x.data(), x.data() + rows * features);
  const auto fitted =
      fit(on::cuda, clean(fill::mean) | normalize(min_max{0, 1}), as_rows(there, features));
  const auto scaled = element(fitted);  // of a value and a column; host and device
  const linear_model model{{0.5, -1.25, 2.0, 0.125}, 3.0};

  // 1. A kernel of your own.
  auto scores = on::cuda.make_table<double>(rows, 1);
  constexpr int threads = 256;
  constexpr auto blocks = static_cast<unsigned>((rows + threads - 1) / threads);
  score_rows<<<blocks, threads, 0, on::cuda.runtime().stream()>>>(
      model, scaled, thrust::raw_pointer_cast(there.data()), rows, scores.data());
  const auto scored = to_host(on::cuda, scores);

  // 2. Thrust: the sum of a column's scaled values.
  table<float, column_major> turned(rows, features);
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < features; ++c) turned(r, c) = x(r, c);
  const auto columns_there = to_device(on::cuda, turned);
  const auto second = element(fitted, 1);
  const auto* begin = columns_there.column(1).data();
  const double sum = thrust::transform_reduce(thrust::device_pointer_cast(begin),
                                              thrust::device_pointer_cast(begin + rows), second,
                                              0.0, thrust::plus<double>());

  // 3. The same function in a loop on the host.
  smelt::index other = 0;
  double host_sum = 0.0;
  for (smelt::index r = 0; r < rows; ++r) {
    other += scored(r, 0) == score(model, scaled, x.data() + r * features) ? 0 : 1;
    host_sum += second(widened(x(r, 1)));
  }
  std::printf("scores: %lld of %lld rows differ from the host's\n", static_cast<long long>(other),
              static_cast<long long>(rows));
  // The terms are the same; their order is Thrust's own. Each of n additions of terms that are not
  // negative is off by half a unit of the sum at most, on either side.
  const double bound = static_cast<double>(rows) * std::numeric_limits<double>::epsilon() * host_sum;
  std::printf("sum of a column: %.6f, host %.6f, bound %.1e\n", sum, host_sum, bound);
  return other == 0 && std::abs(sum - host_sum) <= bound ? 0 : 1;
}
