// SPDX-License-Identifier: BSL-1.0
/// \file
/// The peers `cuda_smelt`, and of the work `break_even` those that also bring the data to the GPU:
/// `cuda_smelt_copy`, `cuda_smelt_copy_back`, `cuda_smelt_packed`.

#include "cuda_data.hpp"
#include "stages.hpp"

#include <smelt/codecs.hpp>
#include <smelt/pack.hpp>

#include <deque>

namespace smelt_comparison {
namespace {

template <class Chain>
made_task transform_task(const request& r, const Chain& chain) {
  auto d = std::make_shared<device_data>(r);
  const auto f = place(d->gpu, fit(d->gpu, chain, d->from()));
  return waited(d, [d = d.get(), f] { transform(d->gpu, f, d->from(), d->to()); });
}

made_task drop_task(const request& r) {
  auto d = std::make_shared<device_data>(r);
  auto rows = std::make_shared<index>(0);
  auto made = waited(d, [=, d = d.get(), f = place(d->gpu, fit(d->gpu, drop_chain(), d->from()))] {
    *rows = transform(d->gpu, f, d->from(), d->to());
  });
  made->save = [=](const std::string& path) {
    smelt::write_npy(to_host(d->gpu, d->to().row_range(0, *rows)), path);
  };
  return made;
}

/// Batches as they come: all are asked for, and the last is waited for.
made_task batch_task(const request& r) {
  auto d = std::make_shared<device_data>(r);
  const index n = std::min(r.batch, d->rows);
  const index count = r.batches < 0 ? d->rows / n : std::min(r.batches, d->rows / n);
  const auto f = place(d->gpu, fit(d->gpu, scale_chain(), d->from()));
  const auto all = [=, d = d.get()](bool keep) {
    for (index b = 0; b < count; ++b) {
      const index at = keep ? b * n : 0;
      transform(d->gpu, f, d->from().row_range(b * n, (b + 1) * n), d->to().row_range(at, at + n));
    }
  };
  auto made = waited(d, [=] { all(false); });
  made->keep = [=] {
    all(true);
    d->gpu.runtime().wait();
  };
  made->save = [=](const std::string& path) {
    smelt::write_npy(to_host(d->gpu, d->to().row_range(0, count * n)), path);
  };
  return made;
}

made_task fit_task(const request& r) {
  auto d = std::make_shared<device_data>(r);
  auto found = std::make_shared<table<double>>();
  auto made = waited(d, [=, d = d.get()] { *found = summary_of(fit(d->gpu, column_summary{}, d->from())); });
  made->save = [=](const std::string& path) { smelt::write_npy(*found, path); };
  return made;
}

made_task fit_transform_task(const request& r) {
  auto d = std::make_shared<device_data>(r);
  return waited(d, [d = d.get()] { transform(d->gpu, fit(d->gpu, filled_and_scaled(), d->from()), d->from(), d->to()); });
}

/// Rows with their labels, as batches of an epoch.
struct device_drawn : device_data {
  explicit device_drawn(const request& r) : device_data(r), labels(sent(read_labels(r, rows))) {}
  auto data() const {
    return smelt::labelled(from(), smelt::column_view<const std::int64_t, smelt::device>(labels.data(), rows));
  }
  device_array<std::int64_t> labels;
  table<float> drawn{};
  std::vector<std::int64_t> labels_out{};
  std::uint64_t epoch = 0;

  void keep(index all) {
    drawn = table<float>(all, cols);
    labels_out.assign(static_cast<std::size_t>(all), 0);
  }
  template <class Batch>
  void take(const Batch& b, index at) {
    gpu.runtime().copy(drawn.data() + at * cols, b.x.data(), static_cast<std::size_t>(b.rows() * cols) * sizeof(float));
    gpu.runtime().copy(labels_out.data() + at, b.y.data(), static_cast<std::size_t>(b.rows()) * sizeof(std::int64_t));
    gpu.runtime().wait();
  }
};
void save_drawn(steps& made, const std::shared_ptr<device_drawn>& d) {
  made.save = [d](const std::string& path) {
    smelt::write_npy(d->drawn, path);
    smelt::write_npy(d->labels_out, path + ".ids.npy");
  };
}

/// The batches of all epochs, in memory that is there.
template <class Fitted>
struct epochs {
  using range_type = decltype(batches(std::declval<device_policy>(), std::declval<Fitted>(),
                                      std::declval<const device_drawn&>().data(), {}));
  epochs(const device_drawn& d, const Fitted& f, index rows) : range(batches(d.gpu, f, d.data(), {.rows = rows})) {}
  range_type range;
};

made_task sample_task(const request& r) {
  auto d = std::make_shared<device_drawn>(r);
  const index half = d->rows / 2;
  const auto f = fit(d->gpu, sample_chain(half), d->from());
  auto all = std::make_shared<epochs<std::remove_const_t<decltype(f)>>>(*d, f, half);
  auto made = waited(d, [=, d = d.get()] {
    for (const auto& b : all->range.restart(++d->epoch)) static_cast<void>(b);
  });
  made->keep = [=] {
    d->keep(half);
    for (const auto& b : all->range.restart(++d->epoch)) d->take(b, 0);
  };
  save_drawn(*made, d);
  return made;
}

made_task full_task(const request& r) {
  auto d = std::make_shared<device_drawn>(r);
  const auto epoch = [=, d = d.get()](const auto& use) {
    const auto f = fit(d->gpu, full_chain(), d->data());
    for (const auto& b : batches(d->gpu, f, d->data(), {.rows = r.batch, .epoch = ++d->epoch})) use(b);
  };
  auto made = waited(d, [=] {
    epoch([](const auto&) {});
  });
  made->keep = [=] {
    d->keep(d->rows);
    index at = 0;
    epoch([&](const auto& b) {
      d->take(b, at);
      at += b.rows();
    });
  };
  save_drawn(*made, d);
  return made;
}

/// From memory of the host that the bus reads at its full speed, and where `back`, to such again.
made_task copy_task(const request& r, bool back) {
  auto d = std::make_shared<device_data>(r);
  auto sent = std::make_shared<pinned_matrix>(d->gpu.make_pinned<float>(d->rows, d->cols));
  auto got = std::make_shared<pinned_matrix>(d->gpu.make_pinned<float>(back ? d->rows : 0, d->cols));
  const auto bytes = static_cast<std::size_t>(d->rows * d->cols) * sizeof(float);
  std::copy_n(d->host.data(), d->rows * d->cols, sent->data());
  const auto f = place(d->gpu, fit(d->gpu, scale_chain(), d->from()));
  auto made = waited(d, [=, d = d.get()] {
    d->gpu.runtime().copy(d->x.data(), sent->data(), bytes);
    transform(d->gpu, f, d->from(), d->to());
    if (back) d->gpu.runtime().copy(got->data(), d->y.data(), bytes);
  });
  if (back)
    made->save = [=](const std::string& path) {
      table<float> y(d->rows, d->cols);
      std::copy_n(got->data(), d->rows * d->cols, y.data());
      smelt::write_npy(y, path);
    };
  return made;
}

/// Memory of the host that the bus reads at its full speed.
class registered {
 public:
  registered([[maybe_unused]] void* at, [[maybe_unused]] std::size_t bytes) {
#if SMELT_NVCC
    smelt::detail::check_cuda(cudaHostRegister(at, bytes, cudaHostRegisterDefault), "registering memory");
    at_ = at;
#endif
  }
  registered(const registered&) = delete;
  registered& operator=(const registered&) = delete;
  ~registered() {
#if SMELT_NVCC
    static_cast<void>(cudaHostUnregister(at_));
#endif
  }

 private:
  [[maybe_unused]] void* at_ = nullptr;
};

/// The table in as few bits as hold it exactly; that is what is copied, and a pass decodes it.
made_task packed_task(const request& r) {
  auto d = std::make_shared<device_data>(r);
  auto packed = std::make_shared<smelt::packed_table<float>>();
  try {
    *packed = smelt::pack(smelt::on::seq, d->host, smelt::exactly{});
  } catch (const smelt::value_error& problem) {
    throw cannot(problem.what());
  }
  auto at_full_speed = std::make_shared<registered>(packed->words(), static_cast<std::size_t>(packed->bytes()));
  auto blocks = std::make_shared<std::deque<device_array<std::byte>>>();
  const auto f = place(d->gpu, fit(d->gpu, scale_chain(), d->from()));
  return waited(d, [=, d = d.get()] {
    static_cast<void>(at_full_speed);
    std::size_t number = 0;
    const auto there = packed->view().template copied<smelt::device>([&]<class T>(const T* first, index count) -> const T* {
      const auto bytes = static_cast<std::size_t>(count) * sizeof(T);
      if (number == blocks->size()) blocks->push_back(d->gpu.template make_column<std::byte>(static_cast<index>(bytes)));
      auto& block = (*blocks)[number++];
      d->gpu.runtime().copy(block.data(), first, bytes);
      return reinterpret_cast<const T*>(block.data());
    });
    transform(d->gpu, f, there, d->to());
  });
}

}  // namespace

made_task cuda_smelt_task(const request& r) {
  if (by_column(r.data)) return nullptr;
  if (r.work == "break_even" && r.peer == "cuda_smelt_copy") return copy_task(r, false);
  if (r.work == "break_even" && r.peer == "cuda_smelt_copy_back") return copy_task(r, true);
  if (r.work == "break_even" && r.peer == "cuda_smelt_packed") return packed_task(r);
  if (r.peer != "cuda_smelt") return nullptr;
  if (r.work == "scale" || r.work == "break_even") return transform_task(r, scale_chain());
  if (r.work == "norm") return transform_task(r, norm_chain());
  if (r.work == "drop") return drop_task(r);
  if (r.work == "batch") return batch_task(r);
  if (r.work == "fit") return fit_task(r);
  if (r.work == "fit_transform") return fit_transform_task(r);
  if (r.work == "sample") return sample_task(r);
  if (r.work == "full") return full_task(r);
  if (r.work == "length") return cuda_smelt_length_task(r);
  return nullptr;
}

}  // namespace smelt_comparison
