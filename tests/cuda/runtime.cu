// SPDX-License-Identifier: BSL-1.0
/// \file
/// The runtime: on a machine with a GPU every member at work, on any other the errors that say there
/// is none.

#include <smelt/policies/cuda/runtime.cuh>

#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <sys/wait.h>  // waitpid
#include <unistd.h>    // fork

namespace {

using smelt::detail::check_cuda;
using smelt::detail::cuda_runtime;

int wrong = 0;

void expect_here(bool holds, const char* what, int line = __builtin_LINE()) {
  if (holds) return;
  std::printf("line %d: %s\n", line, what);
  ++wrong;
}

/// Runs `f`, which must throw a cuda_error of this name with all these words.
void throws(const std::function<void()>& f, const std::string& name,
            const std::vector<std::string>& words, int line = __builtin_LINE()) {
  try {
    f();
  } catch (const smelt::cuda_error& e) {
    expect_here(e.name() == name, e.name(), line);
    for (const auto& word : words)
      expect_here(std::string(e.what()).find(word) != std::string::npos, e.what(), line);
    return;
  }
  expect_here(false, "nothing was thrown", line);
}

struct scaled {
  double* values;
  double factor;
  int count;
};
/// Through shared memory, so that what was asked of it is there.
struct scale_body {
  static constexpr int least_blocks = 3;
  template <class Context>
  SMELT_HD static void run(Context& ctx, const scaled& p) {
    auto* const held = reinterpret_cast<double*>(ctx.shared());
    const int step = ctx.blocks() * ctx.threads();
    for (int i = ctx.block() * ctx.threads() + ctx.thread(); i < p.count; i += step) {
      ctx.put(held + ctx.thread(), p.values[i]);
      p.values[i] = smelt::product(ctx.get(held + ctx.thread()), p.factor);
    }
  }
};
template <int>
struct body_of_a_template {};

void names_and_errors() {
  using smelt::detail::body_name;
  expect_here(body_name<scale_body>() == "scale_body", body_name<scale_body>().c_str());
  expect_here(body_name<body_of_a_template<3>>().substr(0, 18) == "body_of_a_template",
              body_name<body_of_a_template<3>>().c_str());
  expect_here(smelt::detail::architectures() == "sm_75", smelt::detail::architectures().c_str());
  check_cuda(cudaSuccess, "nothing");
  throws([] { check_cuda(cudaErrorInvalidValue, "copying ", 3, " bytes"); },
         "cudaErrorInvalidValue", {"copying 3 bytes: cudaErrorInvalidValue (invalid argument)"});
  throws([] { check_cuda(cudaErrorIllegalAddress, "copying"); }, "cudaErrorIllegalAddress",
         {"copying: an earlier error of this process: cudaErrorIllegalAddress (", "no later CUDA"});
  throws([] { static_cast<void>(cuda_runtime::of_device(-1)); }, "cudaErrorInvalidDevice",
         {"making device -1 current"});
  throws([] { static_cast<void>(cuda_runtime(cudaStreamPerThread)); },
         "cudaErrorInvalidResourceHandle",
         {"using cudaStreamPerThread, which is another stream in each host thread: "});
  using smelt::detail::check_allocated;
  throws([] { check_allocated(cudaErrorMemoryAllocation, 8, 3); }, "cudaErrorMemoryAllocation",
         {"allocating 8 bytes on device 3, of whose ", " are free: cudaErrorMemoryAllocation (out of"});
  throws([] { check_allocated(cudaErrorLaunchFailure, 8, 3); }, "cudaErrorLaunchFailure",
         {"allocating 8 bytes on device 3: an earlier error of this process: cudaErrorLaunchFailure"});
  throws([] { smelt::detail::refuse_card(2, "Card Nine", 90); }, "cudaErrorNoKernelImageForDevice",
         {"this program has code for sm_75; device 2 (Card Nine) is sm_90, compile with -arch=sm_90 "
          "too: cudaErrorNoKernelImageForDevice ("});
}

/// Errors after which the process has lost its device, and errors after which it has not.
void errors_that_stay() {
  for (const cudaError_t error :
       {cudaErrorECCUncorrectable, cudaErrorIllegalAddress, cudaErrorLaunchTimeout, cudaErrorAssert,
        cudaErrorIllegalInstruction, cudaErrorMisalignedAddress, cudaErrorLaunchFailure})
    throws([&] { check_cuda(error, "copying"); }, cudaGetErrorName(error),
           {"copying: an earlier error of this process: ", cudaGetErrorString(error),
            "; no later CUDA call of the process can succeed"});
  for (const cudaError_t error : {cudaErrorInvalidValue, cudaErrorMemoryAllocation,
                                  cudaErrorInvalidConfiguration, cudaErrorStreamCaptureUnsupported})
    expect_here(!smelt::detail::stays(error), cudaGetErrorName(error));
}

void memory_known_by_its_attributes() {
  using smelt::detail::reach;
  const auto leads = [](cudaMemoryType type, bool reads_pageable) {
    cudaPointerAttributes found{};
    found.type = type;
    found.device = 1;
    return smelt::detail::reach_in(1, reads_pageable, found).leads;
  };
  expect_here(leads(cudaMemoryTypeUnregistered, false) == reach::host, "plain host memory");
  expect_here(leads(cudaMemoryTypeUnregistered, true) == reach::here, "a card that reads all of it");
  expect_here(leads(cudaMemoryTypeHost, false) == reach::here, "pinned memory");
  expect_here(leads(cudaMemoryTypeManaged, false) == reach::here, "managed memory");
  expect_here(leads(cudaMemoryTypeDevice, false) == reach::here, "its own memory");
}

void without_a_gpu(const std::string& name) {
  cuda_runtime r;
  const std::vector<std::string> words{"asking for the current device: " + name};
  throws([&] { r.allocate(8); }, name, words);
  throws([&] { r.allocate(8, smelt::pinned{}); }, name, words);
  throws([&] { r.allocate(8, smelt::managed{}); }, name, words);
  throws([&] { r.launch<scale_body>(1, 32, 256, scaled{}); }, name, words);
  throws([&] { r.copy(&r, &r, sizeof r); }, name, words);
  throws([&] { r.clear(&r, sizeof r); }, name, words);
  throws([&] { r.wait(); }, name, words);
  throws([&] { r.processors(); }, name, words);
  throws([&] { static_cast<void>(r.reach_of(&r)); }, name, words);
  throws([&] { cuda_runtime::own_stream{r}; }, name, words);
  r.release(&r);  // says nothing
  r.release(&r, smelt::pinned{});
  r.release(&r, smelt::managed{});
}

/// Values of the host's own, scaled where they are.
template <class Space>
void both_sides(cuda_runtime r, Space space) {
  auto* const values = static_cast<double*>(r.allocate(1000 * sizeof(double), space));
  for (int i = 0; i < 1000; ++i) values[i] = i;
  expect_here(r.reach_of(values).leads == smelt::detail::reach::here, "memory of both sides");
  r.launch<scale_body>(2, 128, 128 * sizeof(double), scaled{values, 3.0, 1000});
  r.wait();
  expect_here(values[0] == 0.0 && values[999] == 2997.0, "values scaled on both sides");
  r.release(values, space);
}

/// One device: values scaled through a stream of its own, while another device may be current.
void on_a_gpu(int device) {
  int before = -1;
  check_cuda(cudaGetDevice(&before), "asking");
  cudaStream_t stream{};
  check_cuda(cudaSetDevice(device), "setting");
  check_cuda(cudaStreamCreate(&stream), "making a stream");
  check_cuda(cudaSetDevice(before), "setting back");

  cuda_runtime r(stream);
  expect_here(r.device() == device, "the device of a stream");
  expect_here(r.processors() > 0 && r.shared_limit() >= 48 * 1024, "facts of a device");

  std::vector<double> values(100000, 1.5);
  const std::size_t bytes = values.size() * sizeof(double);
  auto* const there = static_cast<double*>(r.allocate(bytes));
  r.copy(there, values.data(), bytes);
  values.assign(values.size(), 0.0);  // it has been read
  const scaled params{there, 2.0, static_cast<int>(values.size())};
  r.launch<scale_body>(7, 128, 128 * sizeof(double), params);
  for (int again = 0; again < 2; ++again)
    r.launch<scale_body>(7, 128, static_cast<std::size_t>(r.shared_limit()), params);
  r.clear(there + 1, sizeof(double));
  r.copy(values.data(), there, bytes);
  r.wait();
  expect_here(values[0] == 12.0 && values[1] == 0.0 && values.back() == 12.0, "scaled values");
  {
    // In turn on two streams, each after the other: the last of forty sees the others' work.
    cuda_runtime::own_stream other(r);
    for (int turn = 0; turn < 20; ++turn) {
      other.follow_main();
      other.runtime().launch<scale_body>(7, 128, 128 * sizeof(double), params);
      other.lead_main();
      r.launch<scale_body>(7, 128, 128 * sizeof(double), params);
    }
    expect_here(other.runtime().device() == device, "the device of a stream beside another");
    r.copy(values.data(), there, bytes);
    r.wait();
    expect_here(values[0] == 12.0 * 0x1p40 && values.back() == 12.0 * 0x1p40, "two streams in turn");
  }
  using smelt::detail::reach;
  expect_here(r.reach_of(there).leads == reach::here, "its own memory");
  const bool reads_pageable = smelt::detail::facts_of(device).reads_pageable;
  expect_here((r.reach_of(values.data()).leads == reach::here) == reads_pageable,
              "plain host memory");
  r.release(there);
  r.release(nullptr);
  both_sides(r, smelt::pinned{});
  both_sides(r, smelt::managed{});
  expect_here(r.allocate(0) == nullptr, "no bytes, no memory");

  throws([&] { r.allocate(std::size_t{1} << 45); }, "cudaErrorMemoryAllocation",
         {"allocating 35184372088832 bytes on device ", " are free"});
  throws([&] { r.launch<scale_body>(1, 128, std::size_t{1} << 30, params); },
         "cudaErrorInvalidValue", {"launching scale_body with 1 blocks of 128 threads"});
  throws([&] { cuda_runtime::of_device(1 << 20); }, "cudaErrorInvalidDevice", {"1048576"});
  expect_here(cudaPeekAtLastError() == cudaSuccess, "an error told is not told again");
  r.wait();

  int after = -1;
  check_cuda(cudaGetDevice(&after), "asking");
  expect_here(after == before, "the caller's device is as it was");
  check_cuda(cudaStreamDestroy(stream), "ending a stream");
}

struct address {
  int* at;
};
struct write_body {
  static constexpr int least_blocks = 3;
  template <class Context>
  SMELT_HD static void run(Context& ctx, const address& p) {
    if (ctx.thread() == 0) *p.at = 1;
  }
};
/// A kernel that writes where nothing is: the process says so, and goes on saying so. It has lost its
/// device then, so it is a process of its own, begun before anything asks for a GPU.
void an_error_that_stays() {
  const pid_t child = fork();
  if (child != 0) {
    int status = 0;
    waitpid(child, &status, 0);
    expect_here(WIFEXITED(status) && WEXITSTATUS(status) == 0, "an error that stays");
    return;
  }
  int count = 0;
  if (cudaGetDeviceCount(&count) == cudaSuccess && count > 0) {
    cuda_runtime r;
    r.launch<write_body>(1, 32, 0, address{reinterpret_cast<int*>(std::uintptr_t{16})});
    const std::vector<std::string> words{"an earlier error of this process: cudaErrorIllegalAddress ("};
    for (int again = 0; again < 2; ++again)
      throws([&] { r.wait(); }, "cudaErrorIllegalAddress", words);
    throws([&] { r.allocate(8); }, "cudaErrorIllegalAddress", words);
  }
  std::fflush(stdout);
  _exit(wrong == 0 ? 0 : 1);
}

}  // namespace

int main() {
  an_error_that_stays();
  names_and_errors();
  errors_that_stay();
  memory_known_by_its_attributes();
  int count = 0;
  const cudaError_t none = cudaGetDeviceCount(&count);
  static_cast<void>(cudaGetLastError());
  if (none != cudaSuccess) without_a_gpu(cudaGetErrorName(none));
  for (int device = 0; device < count; ++device) on_a_gpu(device);
  if (wrong == 0 && count == 0) std::puts("skipped: no GPU, only its errors were tried");
  return wrong == 0 ? 0 : 1;
}
