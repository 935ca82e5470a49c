// SPDX-License-Identifier: BSL-1.0
/// \file
/// The peers `cuda_by_hand`, kernels written for these works alone, and `cuda_copy` and `cuda_read`, what
/// the card's memory gives.

#include "../gpu/bodies.hpp"
#include "cuda_data.hpp"
#include "cuda_hand.hpp"

namespace smelt_comparison {
namespace {

template <class Body, class Params>
void launch(const device_policy& gpu, int blocks, std::size_t shared, const Params& p) {
  gpu.runtime().template launch<Body>(blocks, block_threads, shared, p);
}
/// Blocks enough to fill the card, so many that a step over all of them is whole rows.
int blocks_for(const device_policy& gpu, index cols) {
  const index step = 4 * block_threads;
  index each = cols;
  for (index a = cols, b = step; b != 0;) {
    const index rest = a % b;
    a = b;
    b = rest;
    each = cols / a;
  }
  const index wanted = 8 * gpu.runtime().processors();
  return static_cast<int>((wanted + each - 1) / each * each);
}

void scale(device_data& d, const float* mean, const float* slope, float reach) {
  launch<hand_scale_body>(d.gpu, blocks_for(d.gpu, d.cols), 0,
                          hand_scale_params{d.x.data(), d.y.data(), mean, slope, d.rows * d.cols,
                                            static_cast<int>(d.cols), -reach, reach});
}

template <int Held>
void norm(device_data& d, const float* mean, int lanes) {
  launch<hand_norm_body<Held>>(d.gpu, 8 * d.gpu.runtime().processors(), 0,
                               hand_norm_params{d.x.data(), d.y.data(), mean, d.rows, static_cast<int>(d.cols), lanes});
}

/// Memory of a fold.
struct fold_memory {
  explicit fold_memory(device_data& d)
      : blocks(blocks_for(d.gpu, d.cols)),
        shift(d.gpu.make_column<float>(d.cols)),
        parts(d.gpu.make_column<double>(index{blocks} * 5 * d.cols)),
        found(d.gpu.make_column<double>(5 * d.cols)),
        mean(d.gpu.make_column<float>(d.cols)),
        slope(d.gpu.make_column<float>(d.cols)) {}
  void fold(device_data& d) {
    const auto cols = static_cast<int>(d.cols);
    launch<hand_shift_body>(d.gpu, (cols + block_threads - 1) / block_threads, 0,
                            hand_shift_params{d.x.data(), shift.data(), d.rows, cols});
    launch<hand_fold_body>(d.gpu, blocks, hand_fold_body::shared(block_threads),
                           hand_fold_params{d.x.data(), shift.data(), parts.data(), d.rows * d.cols, cols});
    launch<hand_finish_body>(d.gpu, cols, hand_finish_body::shared(block_threads),
                             hand_finish_params{parts.data(), shift.data(), found.data(), mean.data(), slope.data(),
                                                d.rows, cols, blocks});
  }
  int blocks;
  device_array<float> shift;
  device_array<double> parts;
  device_array<double> found;
  device_array<float> mean, slope;
};

}  // namespace

made_task cuda_by_hand_task(const request& r) {
  if (r.work != "scale" && r.work != "break_even" && r.work != "norm" && r.work != "fit" && r.work != "fit_transform")
    return nullptr;
  if (r.work == "scale" && by_column(r.data)) return nullptr;
  auto d = std::make_shared<device_data>(r);
  const float no_reach = smelt::infinite_value<float>;
  if (r.work == "fit" || r.work == "fit_transform") {
    auto m = std::make_shared<fold_memory>(*d);
    auto found = std::make_shared<table<double>>(5, d->cols);
    if (r.work == "fit_transform")
      return waited(d, [=, d = d.get()] {
        m->fold(*d);
        scale(*d, m->mean.data(), m->slope.data(), no_reach);
      });
    auto made = waited(d, [=, d = d.get()] {
      m->fold(*d);
      d->gpu.runtime().copy(found->data(), m->found.data(), static_cast<std::size_t>(5 * d->cols) * sizeof(double));
    });
    made->save = [=](const std::string& path) { smelt::write_npy(*found, path); };
    return made;
  }
  auto numbers = std::make_shared<device_numbers>(*d);
  if (r.work == "norm") {
    int lanes = 1;
    while (lanes < 32 && lanes * 4 < d->cols) lanes *= 2;
    const index held = (d->cols + lanes - 1) / lanes;
    if (held > 32) return nullptr;
    return waited(d, [=, d = d.get()] {
      if (held <= 4)
        norm<4>(*d, numbers->mean.data(), lanes);
      else
        norm<32>(*d, numbers->mean.data(), lanes);
    });
  }
  return waited(d, [=, d = d.get()] { scale(*d, numbers->mean.data(), numbers->slope.data(), 3.0f); });
}

made_task cuda_ceiling_task(const request& r) {
  auto d = std::make_shared<device_data>(r);
  const index words = d->rows * d->cols / 4;
  const int blocks = 8 * d->gpu.runtime().processors();
  if (r.peer == "cuda_copy")
    return waited(d, [=, d = d.get()] {
      launch<smelt_bench::copy_body>(d->gpu, blocks, 0,
                                     smelt_bench::copy_params{reinterpret_cast<const smelt_bench::word16*>(d->x.data()),
                                                              reinterpret_cast<smelt_bench::word16*>(d->y.data()), words});
    });
  if (r.peer != "cuda_read") return nullptr;
  auto sums = std::make_shared<device_array<unsigned>>(d->gpu.make_column<unsigned>(index{blocks} * (block_threads / 32)));
  return waited(d, [=, d = d.get()] {
    launch<smelt_bench::sum_body>(d->gpu, blocks, 0,
                                  smelt_bench::sum_params{reinterpret_cast<const smelt_bench::word16*>(d->x.data()),
                                                          sums->data(), words});
  });
}

}  // namespace smelt_comparison
