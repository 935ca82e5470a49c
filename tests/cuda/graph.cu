// SPDX-License-Identifier: BSL-1.0
/// \file
/// Transforms captured into CUDA graphs. A graph is launched on input that came after the capture,
/// twice, and writes the bits of on::seq.

#include <smelt/smelt.hpp>
#include <smelt/cuda.cuh>
#include <support/tables.hpp>

#include <cstdio>
#include <cstring>

namespace {

using namespace smelt;
using detail::check_cuda;

int wrong = 0;

/// A stream, and what one capture of it becomes.
class captured_stream {
 public:
  captured_stream() { check_cuda(cudaStreamCreate(&stream_), "making a stream"); }
  ~captured_stream() {
    if (graph_) static_cast<void>(cudaGraphExecDestroy(graph_));
    static_cast<void>(cudaStreamDestroy(stream_));
  }
  captured_stream(const captured_stream&) = delete;
  captured_stream& operator=(const captured_stream&) = delete;

  cudaStream_t get() const { return stream_; }
  /// In the strictest mode: no call of any thread may be one that a capture could go wrong by.
  template <class F>
  void capture(F&& f) {
    check_cuda(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeGlobal), "beginning a capture");
    f();
    cudaGraph_t made{};
    check_cuda(cudaStreamEndCapture(stream_, &made), "ending a capture");
    check_cuda(cudaGraphInstantiate(&graph_, made, 0), "instantiating a graph");
    check_cuda(cudaGraphDestroy(made), "giving back a graph");
  }
  void launch() { check_cuda(cudaGraphLaunch(graph_, stream_), "launching a graph"); }

 private:
  cudaStream_t stream_{};
  cudaGraphExec_t graph_{};
};

template <smelt::index cols = 12, class Chain>
void replayed(const char* name, const Chain& chain) {
  constexpr smelt::index rows = 5000;
  captured_stream stream;
  const auto gpu = on::cuda.stream(stream.get());
  const auto first = smelt_test::noise<float>(rows, cols, 50);
  const auto f = place(gpu, fit(on::seq, chain, first));
  auto x = to_device(gpu, first);
  auto y = gpu.template make_table<float>(rows, cols);
  // The first call makes what the policy keeps, and loads the kernel.
  transform(gpu, f, x, y);
  check(gpu);
  stream.capture([&] { transform(gpu, f, x, y); });
  for (std::uint64_t input = 1; input <= 2; ++input) {
    const auto other = smelt_test::noise<float>(rows, cols, 50, input);
    detail::copy_dense(gpu.runtime(), other, x.view());
    gpu.runtime().clear(y.data(), static_cast<std::size_t>(rows * cols) * sizeof(float));
    stream.launch();
    check(gpu);
    const auto expected = transform(on::seq, f, other);
    const auto all = to_host(gpu, y);
    const auto difference = smelt_test::difference(all.row_range(0, expected.rows()), expected);
    if (difference.empty()) continue;
    std::printf("%s, input %d: %s\n", name, static_cast<int>(input), difference.c_str());
    ++wrong;
  }
}

/// Numbers that would be copied from the host by a graph.
void refused() {
  captured_stream stream;
  const auto gpu = on::cuda.stream(stream.get());
  const auto x = smelt_test::noise<float>(100, 300, 50);
  const auto f = fit(on::seq, clean(fill::mean) | standardize(), x);
  const auto there = to_device(gpu, x);
  auto y = gpu.make_table<float>(100, 300);
  transform(gpu, f, there, y);
  check(gpu);
  const char* said = "nothing";
  stream.capture([&] {
    try {
      transform(gpu, f, there, y);
    } catch (const cuda_error& e) {
      said = std::strstr(e.what(), "while a stream is captured; place(policy, fitted)") ? "" : "else";
    }
  });
  if (*said == 0) return;
  std::printf("numbers that were not placed: a capture throws %s\n", said);
  ++wrong;
}

}  // namespace

int main() {
  try {
    const auto plain = clean(fill::mean) | standardize();
    replayed("a plain chain", plain);
    replayed("a row norm", plain | normalize(l2));
    replayed("a shuffled sample", plain | sample(shuffled{seed{42}}));
    replayed("rows that drop", drop::any | standardize());
    replayed<300>("numbers that were placed", plain | normalize(l1));
    refused();
    if (wrong == 0) std::puts("graphs write the bits of on::seq");
    return wrong == 0 ? 0 : 1;
  } catch (const cuda_error& e) {
    const bool absent = std::strcmp(e.name(), "cudaErrorInsufficientDriver") == 0 ||
                        std::strcmp(e.name(), "cudaErrorNoDevice") == 0;
    std::printf("%s%s\n", absent ? "skipped: no GPU: " : "", e.what());
    return absent ? 0 : 1;
  }
}
