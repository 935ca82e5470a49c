// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A CUDA device for machines without one: the runtime that `cuda_policy` asks for, which runs
/// kernel bodies on the CPU, every CUDA thread a fiber, and reports what a device would only do on
/// a bad day.
///
/// It reports: races in shared and global memory (of `get`, `put` and the atomics: plain pointers
/// are not watched), shared memory read before it was written, barriers and collectives that not
/// all threads reach or not at the same line, deadlocks and endless looks at a flag, addresses
/// outside of allocations, writes into red zones and into memory that was released, and requests
/// that CUDA refuses. Copies to the host arrive with `wait`, as they may on a device.
/// It does not model: weaker memory than sequentially consistent (the race report stands for it),
/// real concurrency, time, coalescing and bank conflicts.

#include "support/emulated/context.hpp"

#include <smelt/core/error.hpp>
#include <smelt/core/view.hpp>
#include <smelt/policies/cuda/limits.hpp>
#include <smelt/policies/cuda/reach.hpp>

#include <algorithm>  // std::all_of
#include <cstddef>
#include <cstdint>
#include <cstdio>   // std::fputs
#include <cstdlib>  // std::abort
#include <cstring>  // std::memcpy
#include <memory>   // std::shared_ptr
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace smelt_test {

/// The device, and how it schedules.
struct emulated_settings {
  /// Draws the schedule.
  std::uint64_t seed = 1;
  /// Blocks that run at a time, at most.
  int resident = 3;
  /// Watch for races, and schedule at random. Without it a launch is much quicker; barriers,
  /// collectives and deadlocks are checked all the same.
  bool watch = true;
  /// Bytes of memory.
  std::size_t memory = std::size_t{1} << 30;
  int processors = 4;
  /// Its number. Memory stays with the device that had the number when it was asked for.
  int device = 0;
  /// The stream is being captured into a graph: what a capture does not take, or takes and then does
  /// not replay as meant, is an error.
  bool capturing = false;
  /// Bytes of shared memory that one block may have.
  int shared_limit = 227 << 10;
};

/// A call of the runtime.
struct emulated_call {
  enum kind { allocate, release, copy, clear, wait, launch, follow } what;
  std::size_t bytes = 0;  ///< of memory; of shared memory, for a launch
  std::string body{};     ///< the kernel's type, as the compiler spells it
  int blocks = 0;
  int threads = 0;
  int stream = 0;  ///< 1: one of its own
  int other = 0;   ///< that `follow` waits for
  bool zeros = false;  ///< all that was in the memory when it was released
};

namespace emulated {

template <class Body>
const char* spelled() {
  return __PRETTY_FUNCTION__;
}
/// The name of a type, out of "... [with Body = name]" or "... [Body = name]".
template <class Body>
const std::string& name_of() {
  static const std::string name = [] {
    const std::string text = spelled<Body>();
    const std::size_t from = text.find("Body = ") + 7;
    return text.substr(from, text.rfind(']') - from);
  }();
  return name;
}

}  // namespace emulated

/// A stream on an emulated device; copies are the same stream.
template <int Warp>
class emulated_stream {
 public:
  static constexpr int warp = Warp;

  explicit emulated_stream(const emulated_settings& settings = {})
      : state_(std::make_shared<state>(settings)) {}

  template <class Space = smelt::device>
  void* allocate(std::size_t bytes, Space = {}) {
    state& s = good();
    note({emulated_call::allocate, bytes});
    s.not_captured("allocate");
    const std::size_t free = s.settings.memory - s.memory.used();
    if (bytes > free)
      throw smelt::cuda_error(
          smelt::message("allocate ", bytes, " bytes: out of memory, ", free, " bytes are free"),
          "cudaErrorMemoryAllocation");
    return s.memory.allocate(bytes, smelt::on_host<Space> ? emulated::host_too : s.settings.device);
  }
  template <class Space = smelt::device>
  void release(void* at, Space = {}) noexcept {
    if (at == nullptr) return;
    const emulated::allocation* of = state_->memory.find(at);
    if (smelt::on_host<Space>) note({emulated_call::wait});
    if (of != nullptr && smelt::on_host<Space> != (of->device == emulated::host_too))
      state_->wrong += "release of memory of another space; ";
    emulated_call call{emulated_call::release};
    if (of != nullptr) {
      const auto* const first = static_cast<const unsigned char*>(at);
      call.bytes = of->memory.size();
      call.zeros = std::all_of(first, first + call.bytes, [](unsigned char c) { return c == 0; });
    }
    note(call);
    if (state_->settings.capturing) state_->wrong += "release while the stream is captured; ";
    state_->wrong += state_->memory.release(at);
  }
  emulated_stream zeroed() const {
    emulated_stream made = *this;
    made.zeroes_ = true;
    return made;
  }
  bool zeroes() const { return zeroes_; }
  template <class Space = smelt::device>
  void wipe(void* at, std::size_t bytes, Space = {}) noexcept {
    note({smelt::on_host<Space> ? emulated_call::wait : emulated_call::clear, bytes});
    if (bytes > 0 && !state_->in_bounds(at, bytes, "wipe")) state_->wrong += "wipe of no allocation; ";
    std::memset(at, 0, bytes);
  }
  void copy(void* to, const void* from, std::size_t bytes) {
    state& s = good();
    note({emulated_call::copy, bytes});
    if (bytes == 0) return;
    const bool from_here = s.in_bounds(from, bytes, "copy from");
    const bool to_here = s.in_bounds(to, bytes, "copy to");
    // A graph remembers the address, and looks there when it is launched.
    if (!from_here || !to_here) s.not_captured("copy of pageable host memory");
    if (to_here) {
      std::memmove(to, from, bytes);
    } else {
      const auto* first = static_cast<const std::byte*>(from);
      s.pending.push_back({to, {first, first + bytes}});
    }
  }
  void clear(void* at, std::size_t bytes) {
    state& s = good();
    note({emulated_call::clear, bytes});
    if (bytes == 0) return;
    if (!s.in_bounds(at, bytes, "clear"))
      throw emulation_error("clear: the address is in no allocation");
    std::memset(at, 0, bytes);
  }
  void wait() {
    note({emulated_call::wait});
    state_->not_captured("wait");
    for (const auto& one : state_->pending) std::memcpy(one.to, one.bytes.data(), one.bytes.size());
    state_->pending.clear();
    state_->wrong += state_->memory.check();
    good();
  }
  smelt::detail::reach reach_of(const void* at) const {
    using smelt::detail::reach;
    const emulated::allocation* of = state_->memory.find(at);
    if (of == nullptr) return {state_->lent(at) ? reach::here : reach::host, 0};
    const bool here = of->device == device() || of->device == emulated::host_too;
    return {here ? reach::here : reach::other, of->device};
  }
  int device() const { return state_->settings.device; }
  int processors() const { return state_->settings.processors; }
  int shared_limit() const { return state_->settings.shared_limit; }

  template <class Body, class Params>
  void launch(int blocks, int threads, std::size_t shared_bytes, const Params& params) {
    static_assert(std::is_trivially_copyable_v<Params>, "parameters are copied as bytes");
    static_assert(sizeof(Params) <= smelt::detail::most_arguments, "more parameters than CUDA passes to a kernel");
    state& s = good();
    note({emulated_call::launch, shared_bytes, emulated::name_of<Body>(), blocks, threads});
    if (blocks < 1 || threads < 1 || threads > 1024)
      throw smelt::cuda_error(
          smelt::message("launch of ", emulated::name_of<Body>(), ": ", blocks, " blocks of ",
                         threads, " threads: invalid configuration argument"),
          "cudaErrorInvalidConfiguration");
    if (threads > smelt::detail::most_threads)
      throw smelt::cuda_error(
          smelt::message("launch of ", emulated::name_of<Body>(), ": ", threads,
                         " threads, kernels are compiled for ", smelt::detail::most_threads),
          "cudaErrorLaunchOutOfResources");
    if (shared_bytes > static_cast<std::size_t>(s.settings.shared_limit))
      throw smelt::cuda_error(
          smelt::message("launch of ", emulated::name_of<Body>(), ": ", shared_bytes,
                         " bytes of shared memory, a block may have ", s.settings.shared_limit),
          "cudaErrorInvalidValue");
    const Params own = params;
    emulated::launch_plan plan;
    plan.body = emulated::name_of<Body>();
    plan.run = [](emulated::lane& me, const void* at) {
      emulated_context<Warp> context(me);
      Body::run(context, *static_cast<const Params*>(at));
    };
    plan.params = &own;
    plan.blocks = blocks;
    plan.threads = threads;
    plan.shared_bytes = shared_bytes;
    plan.resident = s.settings.resident;
    plan.watch = s.settings.watch;
    s.grid.run(plan);
  }

  // What a device does not have.

  /// May be changed between two launches; the seed and the warp stay.
  emulated_settings& settings() { return state_->settings; }
  /// Lets kernels read memory of the test's own, of which nothing is watched: more of it than there is
  /// can be mapped.
  void lend(const void* at, std::size_t bytes) {
    state_->lent_at = reinterpret_cast<std::uintptr_t>(at);
    state_->lent_bytes = bytes;
  }
  /// Every call so far.
  const std::vector<emulated_call>& log() const { return state_->calls; }
  void forget_log() { state_->calls.clear(); }
  /// Calls of a kind in the log.
  int count(emulated_call::kind what) const {
    int found = 0;
    for (const auto& call : state_->calls) found += call.what == what ? 1 : 0;
    return found;
  }
  std::size_t live_allocations() const { return state_->memory.live(); }
  std::size_t used() const { return state_->memory.used(); }

  /// A stream beside another, which runs at once like every one here: the log has its orders.
  class own_stream {
   public:
    explicit own_stream(const emulated_stream& main) : main_(main), own_(main) { own_.number_ = 1; }
    own_stream(const own_stream&) = delete;
    own_stream& operator=(const own_stream&) = delete;
    emulated_stream runtime() const { return own_; }
    void follow_main() { own_.follow(main_); }
    void lead_main() { main_.follow(own_); }

   private:
    emulated_stream main_;
    emulated_stream own_;
  };

 private:
  void note(emulated_call call) {
    call.stream = number_;
    state_->calls.push_back(std::move(call));
  }
  void follow(const emulated_stream& other) {
    emulated_call call{emulated_call::follow};
    call.other = other.number_;
    note(call);
  }

  struct delivery {
    void* to;
    std::vector<std::byte> bytes;
  };
  struct state {
    explicit state(const emulated_settings& of) : settings(of), grid(memory, Warp, of.seed) {}
    // A test that never waits after the mistake must fail all the same.
    ~state() {
      wrong += memory.check();
      if (wrong.empty()) return;
      std::fputs(("emulated device: " + wrong + "\n").c_str(), stderr);
      std::abort();
    }
    state(const state&) = delete;
    state& operator=(const state&) = delete;

    void not_captured(const char* what) const {
      if (settings.capturing)
        throw emulation_error(std::string(what) + " while the stream is captured");
    }
    bool lent(const void* at) const {
      return reinterpret_cast<std::uintptr_t>(at) - lent_at < lent_bytes;
    }
    /// Whether it is memory of the device; throws where it begins there and does not end there.
    bool in_bounds(const void* at, std::size_t bytes, const char* what) {
      const emulated::allocation* of = memory.find(at);
      if (of == nullptr) {
        if (memory.is_retired(at))
          throw emulation_error(std::string(what) + " memory that was released");
        return false;
      }
      const auto offset =
          static_cast<std::size_t>(static_cast<const std::byte*>(at) - of->memory.data());
      if (bytes > of->memory.size() - offset)
        throw emulation_error(smelt::message(what, " ", bytes, " bytes at +", offset,
                                             " of allocation #", of->number, " of ",
                                             of->memory.size(), " bytes"));
      return true;
    }

    emulated_settings settings;
    emulated::heap memory{};
    emulated::grid grid;
    std::vector<emulated_call> calls{};
    std::vector<delivery> pending{};
    std::string wrong{};
    std::uintptr_t lent_at = 0;
    std::size_t lent_bytes = 0;
  };

  /// The state, unless something was wrong with the memory before.
  state& good() {
    if (!state_->wrong.empty()) throw emulation_error(std::exchange(state_->wrong, {}));
    return *state_;
  }

  std::shared_ptr<state> state_;
  int number_ = 0;
  bool zeroes_ = false;
};

/// The device of the tests.
using emulated_runtime = emulated_stream<32>;
/// The same with warps of four lanes: small inputs reach what else takes large ones.
using narrow_emulated_runtime = emulated_stream<4>;

}  // namespace smelt_test
