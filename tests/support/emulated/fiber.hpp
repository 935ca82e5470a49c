// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Stacks that a scheduler switches between: each CUDA thread of the emulated device runs on one.
/// On x86-64 a switch is a dozen instructions; elsewhere ucontext does it, at a system call each.

#include <sys/mman.h>  // mmap, mprotect
#include <unistd.h>    // sysconf

#include <cstddef>
#include <cstdint>
#include <cstring>  // std::memcpy
#include <memory>   // std::unique_ptr
#include <new>      // std::bad_alloc
#include <utility>
#include <vector>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SMELT_TEST_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define SMELT_TEST_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(SMELT_TEST_ASAN)
#define SMELT_TEST_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__) && !defined(SMELT_TEST_TSAN)
#define SMELT_TEST_TSAN 1
#endif

#if defined(SMELT_TEST_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(SMELT_TEST_TSAN)
#include <sanitizer/tsan_interface.h>
#endif

#if defined(__x86_64__) && defined(__ELF__) && !defined(SMELT_TEST_UCONTEXT)
#define SMELT_TEST_OWN_SWITCH 1
// smelt_test_switch(save, to): keeps what a call must keep, leaves the stack pointer in *save and
// goes on where `to` was left. smelt_test_entry: the bottom frame of a new stack, which finds the
// function in rbx and its argument in r12.
// Modes of the floating-point unit are left out: kernels do not touch them.
asm(".pushsection .text.smelt_test_switch,\"axG\",@progbits,smelt_test_switch,comdat\n"
    ".weak smelt_test_switch\n"
    ".type smelt_test_switch,@function\n"
    "smelt_test_switch:\n"
    "  pushq %rbp\n  pushq %rbx\n  pushq %r12\n  pushq %r13\n  pushq %r14\n  pushq %r15\n"
    "  movq %rsp,(%rdi)\n"
    "  movq %rsi,%rsp\n"
    "  popq %r15\n  popq %r14\n  popq %r13\n  popq %r12\n  popq %rbx\n  popq %rbp\n"
    "  popq %rcx\n"
    "  jmpq *%rcx\n"
    ".size smelt_test_switch,.-smelt_test_switch\n"
    ".weak smelt_test_entry\n"
    ".type smelt_test_entry,@function\n"
    "smelt_test_entry:\n"
    "  movq %r12,%rdi\n"
    "  callq *%rbx\n"
    "  ud2\n"
    ".size smelt_test_entry,.-smelt_test_entry\n"
    ".popsection\n");
extern "C" void smelt_test_switch(void** save, void* to) noexcept;
extern "C" void smelt_test_entry() noexcept;
#else
#include <ucontext.h>
#endif

namespace smelt_test::emulated {

/// A stack with a job. `resume` runs the job until it calls `suspend` or ends. A fiber whose job
/// has ended takes another; one whose job will never end is `reset`, which forgets its frames
/// without unwinding them.
class fiber {
 public:
  /// The job must not throw: an exception cannot cross a switch.
  using job = void (*)(void*);

  fiber() {
    page_ = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    void* at = mmap(nullptr, page_ + stack_bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) throw std::bad_alloc();
    base_ = static_cast<std::byte*>(at);
    // Stacks grow downwards: the page below is where one that is too small ends.
    mprotect(base_, page_, PROT_NONE);
    prepare();
  }
  ~fiber() { munmap(base_, page_ + stack_bytes); }
  fiber(const fiber&) = delete;
  fiber& operator=(const fiber&) = delete;

  void give(job work, void* argument) noexcept {
    work_ = work;
    argument_ = argument;
    ended_ = false;
  }
  bool ended() const noexcept { return ended_; }

  void resume() noexcept {
#if defined(SMELT_TEST_ASAN)
    void* fake = nullptr;
    __sanitizer_start_switch_fiber(&fake, stack(), stack_bytes);
#endif
#if defined(SMELT_TEST_OWN_SWITCH)
    smelt_test_switch(&home_, at_);
#else
    swapcontext(&home_, &at_);
#endif
#if defined(SMELT_TEST_ASAN)
    __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
#endif
  }

  void suspend() noexcept {
#if defined(SMELT_TEST_ASAN)
    void* fake = nullptr;
    __sanitizer_start_switch_fiber(&fake, home_stack_, home_bytes_);
#endif
#if defined(SMELT_TEST_OWN_SWITCH)
    smelt_test_switch(&at_, home_);
#else
    swapcontext(&at_, &home_);
#endif
#if defined(SMELT_TEST_ASAN)
    __sanitizer_finish_switch_fiber(fake, &home_stack_, &home_bytes_);
#endif
  }

  void reset() {
#if defined(SMELT_TEST_ASAN)
    // Frames that were never left have marked their borders: the next frames here are others.
    __asan_unpoison_memory_region(stack(), stack_bytes);
#endif
    prepare();
  }

 private:
  static constexpr std::size_t stack_bytes = std::size_t{256} << 10;

  std::byte* stack() const noexcept { return base_ + page_; }

  static void main(void* self) noexcept {
    auto& me = *static_cast<fiber*>(self);
#if defined(SMELT_TEST_ASAN)
    __sanitizer_finish_switch_fiber(nullptr, &me.home_stack_, &me.home_bytes_);
#endif
    for (;;) {
      me.work_(me.argument_);
      me.ended_ = true;
      me.suspend();
    }
  }

  void prepare() {
    ended_ = true;
#if defined(SMELT_TEST_OWN_SWITCH)
    // Stacks lie at equal distances: without an offset of its own, the top of each would fall into
    // the same few lines of the cache.
    const std::size_t colour = (reinterpret_cast<std::uintptr_t>(base_) >> 12) * 7 % 31 * 128;
    auto* top = stack() + stack_bytes - 64 - colour;
    using entry = void (*)(void*);
    const entry run = &fiber::main;
    const std::uintptr_t frame[] = {0,
                                    0,
                                    0,
                                    reinterpret_cast<std::uintptr_t>(this),
                                    reinterpret_cast<std::uintptr_t>(run),
                                    0,
                                    reinterpret_cast<std::uintptr_t>(&smelt_test_entry)};
    top -= sizeof frame;
    // After the last pop the stack pointer must be a multiple of 16, as before any call.
    top -= (reinterpret_cast<std::uintptr_t>(top) + sizeof frame) % 16;
    std::memcpy(top, frame, sizeof frame);
    at_ = top;
#else
    getcontext(&at_);
    at_.uc_stack.ss_sp = stack();
    at_.uc_stack.ss_size = stack_bytes;
    at_.uc_link = nullptr;
    const auto self = reinterpret_cast<std::uintptr_t>(this);
    makecontext(&at_, reinterpret_cast<void (*)()>(&fiber::main_of_halves), 2,
                static_cast<unsigned>(self >> 16 >> 16), static_cast<unsigned>(self));
#endif
  }

  std::byte* base_ = nullptr;
  std::size_t page_ = 0;
  job work_ = nullptr;
  void* argument_ = nullptr;
  bool ended_ = true;
#if defined(SMELT_TEST_OWN_SWITCH)
  void* home_ = nullptr;
  void* at_ = nullptr;
#else
  // makecontext passes ints only.
  static void main_of_halves(unsigned high, unsigned low) {
    main(reinterpret_cast<void*>(std::uintptr_t{high} << 16 << 16 | low));
  }
  ucontext_t home_{};
  ucontext_t at_{};
#endif
#if defined(SMELT_TEST_ASAN)
  const void* home_stack_ = nullptr;
  std::size_t home_bytes_ = 0;
#endif
};

/// The fibers that are free, kept per thread: making one costs more than a small launch.
class fiber_pool {
 public:
  static fiber_pool& here() {
    static thread_local fiber_pool pool;
    return pool;
  }
  std::unique_ptr<fiber> take() {
    if (free_.empty()) return std::make_unique<fiber>();
    auto taken = std::move(free_.back());
    free_.pop_back();
    return taken;
  }
  void put_back(std::unique_ptr<fiber> one) { free_.push_back(std::move(one)); }

 private:
  std::vector<std::unique_ptr<fiber>> free_;
};

/// What ThreadSanitizer is told. It keeps the calls of a thread as one list, which fibers mix up:
/// harmless while they all return, and a leak when they are forgotten. So a launch has a list of
/// its own, thrown away after a failure. (A list for each fiber would be exact, and slower by far.)
/// Neither function may be a call of its own: it would begin in one list and end in another.
class sanitized_launch {
 public:
#if defined(SMELT_TEST_TSAN)
  ~sanitized_launch() {
    if (own_ != nullptr) __tsan_destroy_fiber(own_);
  }
  [[gnu::always_inline]] void enter() {
    if (own_ == nullptr) own_ = __tsan_create_fiber(0);
    home_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(own_, 0);
  }
  [[gnu::always_inline]] void leave(bool failed) {
    __tsan_switch_to_fiber(home_, 0);
    if (!failed) return;
    __tsan_destroy_fiber(own_);
    own_ = nullptr;
  }

 private:
  void* own_ = nullptr;
  void* home_ = nullptr;
#else
  void enter() noexcept {}
  void leave(bool) noexcept {}
#endif
};

}  // namespace smelt_test::emulated
