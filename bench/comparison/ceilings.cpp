// SPDX-License-Identifier: BSL-1.0
/// \file
/// The peers `copy`, `streamed_copy` and `read`: what this machine's memory gives to all cores, with the
/// table of the work and nothing to compute.

#include "data.hpp"
#include "peers.hpp"

#include <smelt/eigen.hpp>

#include <cstring>  // std::memcpy

namespace smelt_comparison {
namespace {

class ceiling : public task {
 public:
  explicit ceiling(const request& r) : peer_(r.peer), x_(read_data(r)), y_(result_table(peer_ == "read" ? 0 : x_.rows(), x_.cols())) {}

  void run() override {
    const index all = x_.rows() * x_.cols();
    const index step = index{1} << 16;  // floats of a task, a multiple of a line
    smelt::default_workers().run((all + step - 1) / step, [&](index piece, int) {
      const index at = piece * step;
      const index n = std::min(step, all - at);
      if (peer_ == "copy")
        std::memcpy(y_.data() + at, x_.data() + at, static_cast<std::size_t>(n) * sizeof(float));
      else if (peer_ == "read")
        read(x_.data() + at, n);
      else
        stream(x_.data() + at, y_.data() + at, n);
    });
  }
  void write(const std::string& path) override {
    if (peer_ == "read")
      smelt::write_npy(std::vector<float>{sum_}, path);
    else
      smelt::write_npy(y_, path);
  }

 private:
  static void stream(const float* from, float* to, index n) {
    using smelt::detail::float_packet;
    index i = 0;
    for (; i + float_packet::size <= n; i += float_packet::size)
      if (!smelt::detail::stream_raw(to + i, smelt::detail::load_floats(from + i))) break;
    std::copy_n(from + i, n - i, to + i);
    smelt::detail::fence_streams();
  }
  void read(const float* from, index n) {
    using lanes = Eigen::Array<float, 64, 1>;
    lanes sum = lanes::Zero();
    index i = 0;
    for (; i + 64 <= n; i += 64) sum += Eigen::Map<const lanes>(from + i);
    float total = sum.sum();
    asm volatile("" : "+m"(total));
    if (i == 0) sum_ = total;
  }

  std::string peer_;
  table<float> x_;
  table<float> y_;
  float sum_ = 0.0f;
};

}  // namespace

made_task ceiling_task(const request& r) { return std::make_unique<ceiling>(r); }

}  // namespace smelt_comparison
