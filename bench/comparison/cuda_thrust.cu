// SPDX-License-Identifier: BSL-1.0
/// \file
/// The peer `cuda_thrust`: the stages as a call of Thrust each, which is what a program without fusion does.
/// Compiled by a C++ compiler it runs on Thrust's own CPP system, for the results.

#include "cuda_data.hpp"

#include <limits>

#include <thrust/copy.h>
#include <thrust/device_ptr.h>
#include <thrust/execution_policy.h>
#include <thrust/gather.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/iterator/discard_iterator.h>
#include <thrust/iterator/transform_iterator.h>
#include <thrust/random.h>
#include <thrust/reduce.h>
#include <thrust/shuffle.h>
#include <thrust/transform.h>

namespace smelt_comparison {
namespace {

/// Places in 32 bits: a division of 64 costs more than the memory.
using place = std::uint32_t;

template <class T>
auto at(T* pointer) {
  return thrust::device_pointer_cast(pointer);
}
auto counted(index from = 0) { return thrust::counting_iterator<place>(static_cast<place>(from)); }

/// Of each stage, a function of an element and its place.
struct fill_it {
  const float* mean;
  place cols;
  SMELT_HD float operator()(float x, place i) const { return x == x ? x : mean[i % cols]; }
};
struct line_it {  // (x - centre) * slope + offset
  const float* centre;
  const float* slope;
  const float* offset;
  place cols;
  SMELT_HD float operator()(float x, place i) const {
    const auto c = i % cols;
    return (x - centre[c]) * slope[c] + (offset ? offset[c] : 0.0f);
  }
};
struct clip_it {
  float low;
  float high;
  SMELT_HD float operator()(float x) const { return x < low ? low : x > high ? high : x; }
};
struct row_of {
  place cols;
  SMELT_HD place operator()(place i) const { return i / cols; }
};
struct square_it {
  SMELT_HD float operator()(float x) const { return x * x; }
};
struct over_norm {
  const float* squares;
  place cols;
  SMELT_HD float operator()(float x, place i) const {
    const float total = squares[i / cols];
    return total > 0.0f ? x / sqrtf(total) : x;
  }
};
struct whole_row {
  const float* x;
  place cols;
  SMELT_HD bool operator()(place r) const {
    for (place c = 0; c < cols; ++c)
      if (!(x[r * cols + c] == x[r * cols + c])) return false;
    return true;
  }
};
/// Element i of rows that a list names.
struct gathered {
  const float* x;
  const place* order;
  place cols;
  SMELT_HD float operator()(place i) const { return x[order[i / cols] * cols + i % cols]; }
};

/// What the stages of `length` have learned before, each from the rounded results of those before it.
struct stage_numbers {
  std::vector<device_array<float>> arrays{};
  float low = 0.0f;
  float high = 0.0f;
  enum { fill, line, clip } kind = fill;
};

class thrust_task : public device_data {
 public:
  explicit thrust_task(const request& r) : device_data(r), n(rows * cols), width(static_cast<place>(cols)) {
    if (n > std::numeric_limits<std::int32_t>::max()) throw cannot("more elements than 32 bits count");
  }
  index n;
  place width;

  /// One call for one stage, the first from x to y, the others in place.
  void apply(const stage_numbers& s, bool first) {
    const auto from = at(first ? x.data() : y.data());
    const auto number = [&](std::size_t i) { return i < s.arrays.size() ? s.arrays[i].data() : nullptr; };
    if (s.kind == stage_numbers::fill)
      thrust::transform(thrust::device, from, from + n, counted(), at(y.data()), fill_it{number(0), width});
    else if (s.kind == stage_numbers::line)
      thrust::transform(thrust::device, from, from + n, counted(), at(y.data()),
                        line_it{number(0), number(1), number(2), width});
    else
      thrust::transform(thrust::device, from, from + n, at(y.data()), clip_it{s.low, s.high});
  }
};

/// The stages of `length`, learned on the host.
std::vector<std::shared_ptr<stage_numbers>> learned(thrust_task& d, int count) {
  std::vector<std::shared_ptr<stage_numbers>> all;
  table<float> now(d.rows, d.cols);
  std::copy_n(d.host.data(), d.n, now.data());
  const auto of_columns = [&](auto kind, const auto& make) {
    auto s = std::make_shared<stage_numbers>();
    s->kind = kind;
    std::vector<std::vector<float>> lists;
    const auto facts = facts_of(now);
    for (const auto& f : facts) {
      const auto numbers = make(f);
      lists.resize(numbers.size());
      for (std::size_t i = 0; i < numbers.size(); ++i) lists[i].push_back(static_cast<float>(numbers[i]));
    }
    for (const auto& list : lists) s->arrays.push_back(d.sent(list));
    for (index i = 0; i < d.n; ++i) {
      float& v = now.data()[i];
      const auto c = static_cast<std::size_t>(i % d.cols);
      if (kind == stage_numbers::fill)
        v = v == v ? v : lists[0][c];
      else
        v = (v - lists[0][c]) * lists[1][c] + (lists.size() > 2 ? lists[2][c] : 0.0f);
    }
    all.push_back(s);
  };
  const auto clip = [&](float low, float high) {
    auto s = std::make_shared<stage_numbers>();
    s->kind = stage_numbers::clip;
    s->low = low;
    s->high = high;
    for (index i = 0; i < d.n; ++i) now.data()[i] = std::clamp(now.data()[i], low, high);
    all.push_back(s);
  };
  using list = std::vector<double>;
  const auto standard = [](const column_facts& f) { return list{f.mean, 1.0 / f.deviation}; };
  const auto range = [](const column_facts& f) {
    return list{f.low, f.high > f.low ? 2.0 / (f.high - f.low) : 1.0, -1.0};
  };
  const auto largest = [](const column_facts& f) {
    const double most = std::max(std::abs(f.low), std::abs(f.high));
    return list{0.0, most > 0.0 ? 1.0 / most : 1.0};
  };
  const std::function<void()> each[] = {
      [&] { of_columns(stage_numbers::fill, [](const column_facts& f) { return list{f.mean}; }); },
      [&] { of_columns(stage_numbers::line, standard); },
      [&] { clip(-3.0f, 3.0f); },
      [&] { of_columns(stage_numbers::line, range); },
      [&] { clip(-0.9f, 0.9f); },
      [&] { of_columns(stage_numbers::line, standard); },
      [&] { clip(-2.0f, 2.0f); },
      [&] { of_columns(stage_numbers::line, largest); }};
  for (int i = 0; i < count; ++i) each[i]();
  return all;
}

made_task norm_task(const request& r) {
  auto d = std::make_shared<thrust_task>(r);
  auto numbers = std::make_shared<device_numbers>(*d);
  auto squares = std::make_shared<device_array<float>>(d->gpu.make_column<float>(d->rows));
  return waited(d, [=, d = d.get()] {
    const auto y = at(d->y.data());
    thrust::transform(thrust::device, at(d->x.data()), at(d->x.data()) + d->n, counted(), y,
                      fill_it{numbers->mean.data(), d->width});
    const auto row = thrust::make_transform_iterator(counted(), row_of{d->width});
    thrust::reduce_by_key(thrust::device, row, row + d->n, thrust::make_transform_iterator(y, square_it{}),
                          thrust::make_discard_iterator(), at(squares->data()));
    thrust::transform(thrust::device, y, y + d->n, counted(), y, over_norm{squares->data(), d->width});
  });
}

/// Rows that a list names, and then the stages.
struct listed {
  explicit listed(thrust_task& d, bool whole_rows)
      : numbers(d, whole_rows), order(d.gpu.make_column<place>(d.rows)) {}
  void gather_and_scale(thrust_task& d, index count, bool fills) const {
    const auto y = at(d.y.data());
    const index all = count * d.cols;
    thrust::transform(thrust::device, counted(), counted(all), y, gathered{d.x.data(), order.data(), d.width});
    if (fills) thrust::transform(thrust::device, y, y + all, counted(), y, fill_it{numbers.mean.data(), d.width});
    thrust::transform(thrust::device, y, y + all, counted(), y,
                      line_it{numbers.mean.data(), numbers.slope.data(), nullptr, d.width});
  }
  device_numbers numbers;
  device_array<place> order;
};

made_task drop_task(const request& r) {
  auto d = std::make_shared<thrust_task>(r);
  auto l = std::make_shared<listed>(*d, true);
  auto kept = std::make_shared<index>(0);
  auto made = waited(d, [=, d = d.get()] {
    const auto to = at(l->order.data());
    *kept = thrust::copy_if(thrust::device, counted(), counted(d->rows), to, whole_row{d->x.data(), d->width}) - to;
    l->gather_and_scale(*d, *kept, false);
  });
  made->save = [=](const std::string& path) {
    smelt::write_npy(to_host(d->gpu, d->to().row_range(0, *kept)), path);
  };
  return made;
}

made_task sample_task(const request& r) {
  auto d = std::make_shared<thrust_task>(r);
  auto l = std::make_shared<listed>(*d, false);
  auto labels = std::make_shared<device_array<std::int64_t>>(d->sent(read_labels(r, d->rows)));
  auto labels_out = std::make_shared<device_array<std::int64_t>>(d->gpu.make_column<std::int64_t>(d->rows));
  const index half = d->rows / 2;
  auto epoch = std::make_shared<unsigned>(0);
  auto made = waited(d, [=, d = d.get()] {
    thrust::shuffle_copy(thrust::device, counted(), counted(d->rows), at(l->order.data()),
                         thrust::default_random_engine(++*epoch));
    l->gather_and_scale(*d, half, true);
    const auto order = at(l->order.data());
    thrust::gather(thrust::device, order, order + half, at(labels->data()), at(labels_out->data()));
  });
  made->save = [=](const std::string& path) {
    smelt::write_npy(to_host(d->gpu, d->to().row_range(0, half)), path);
    auto all = d->gpu.fetch(*labels_out);
    all.resize(static_cast<std::size_t>(half));
    smelt::write_npy(all, path + ".ids.npy");
  };
  return made;
}

}  // namespace

made_task cuda_thrust_task(const request& r) {
  if (r.work == "norm") return norm_task(r);
  if (r.work == "drop") return drop_task(r);
  if (r.work == "sample") return sample_task(r);
  if (r.work != "length" && (r.work != "scale" || by_column(r.data))) return nullptr;
  auto d = std::make_shared<thrust_task>(r);
  const auto stages = learned(*d, r.work == "scale" ? 3 : r.stages);
  return waited(d, [=, d = d.get()] {
    bool first = true;
    for (const auto& s : stages) {
      d->apply(*s, first);
      first = false;
    }
  });
}

}  // namespace smelt_comparison
