// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The scheduler of the emulated device. Watching, it draws from its seed which blocks are
/// resident, which thread runs and how long; not watching, it runs every thread as far as it comes,
/// in order. Memory is sequentially consistent, and one thread runs at a time: what weaker memory
/// would do shows as a race that the witness reports, not as a wrong value.

#include "support/emulated/residence.hpp"

#include <algorithm>  // std::min
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>  // std::exception_ptr
#include <string>
#include <utility>

namespace smelt_test::emulated {

class grid {
 public:
  grid(heap& memory, int warp, std::uint64_t seed)
      : warp_(warp), dice_(seed), witness_(memory, warp) {}
  grid(const grid&) = delete;
  grid& operator=(const grid&) = delete;

  /// Launches of this process that were scheduled at random.
  static inline std::atomic<std::uint64_t> schedules{0};

  /// Runs a launch to its end; throws what a thread threw, or what is wrong with the schedule.
  void run(const launch_plan& plan) {
    plan_ = &plan;
    if (plan.watch) ++schedules;
    failure_ = nullptr;
    in_circles_ = false;
    witness_.begin_launch(plan.body);
    blocks_.begin_launch(plan, warp_, dice_);
    // Some launches stop threads at nearly every call, others let them run.
    budget_mask_ = (std::uint32_t{2} << (dice_.draw(4) * 2)) - 1;
    std::exception_ptr failed;
    sanitizer_.enter();
    try {
      if (plan.watch)
        while (step_at_random()) {
        }
      else
        while (pass_in_order()) {
        }
    } catch (...) {
      failed = std::current_exception();
    }
    blocks_.leave();
    sanitizer_.leave(failed != nullptr);
    if (failed) std::rethrow_exception(failed);
  }

  // What the threads ask for.

  bool watching() const noexcept { return plan_->watch; }
  int threads() const noexcept { return plan_->threads; }
  int blocks() const noexcept { return plan_->blocks; }
  witness& judge() noexcept { return witness_; }

  /// Any call of a thread: here it may be stopped.
  void call(lane& me) {
    if (--me.budget != 0) return;
    rest(me, me.given);
    // In order, one that goes on for so long may wait for another warp.
    me.looking = !watching();
    me.strand->suspend();
    me.looking = false;
  }
  /// Memory has changed: those who look at flags may find something.
  void changed() noexcept { ++changes_; }
  /// A look at a flag. In order, one without pauses between must not keep the others waiting.
  void look(lane& me) noexcept {
    rest(me, look_weight);
    if (!watching()) me.budget -= std::min(me.budget - 1, look_cost);
  }
  void pause(lane& me) {
    rest(me, look_weight);
    me.looking = true;
    me.strand->suspend();
    me.looking = false;
  }

  void sync(lane& me, int line) {
    call(me);
    block_run& block = *me.block;
    if (block.at_barrier != 0 && block.line != line)
      throw emulation_error(head(block) + "divergent barrier: " +
                            named(block, [](const lane& l) { return l.is == status::barrier; }) +
                            " at line " + std::to_string(block.line) + ", thread " +
                            std::to_string(me.thread) + " at line " + std::to_string(line));
    block.line = me.line = line;
    me.is = status::barrier;
    rest(me, collective_weight);
    block.idle.raise(me.idle);
    if (++block.at_barrier == plan_->threads) {
      block.at_barrier = 0;
      if (watching()) witness_.barrier(block);
      for (lane& l : block.lanes) wake(l, me, block.idle);
      if (!watching()) return;
    }
    me.strand->suspend();
  }

  std::uint64_t collective(lane& me, together what, std::uint64_t value, int argument, int line) {
    call(me);
    block_run& block = *me.block;
    warp_run& warp = block.warps[static_cast<std::size_t>(me.warp)];
    const auto waits = [&](const lane& l) {
      return l.warp == me.warp && l.is == status::collective;
    };
    if (warp.ended != 0 || (me.warp + 1) * warp_ > plan_->threads)
      throw emulation_error(head(block) + "divergent collective: thread " +
                            std::to_string(me.thread) + " (line " + std::to_string(line) +
                            ") waits for lanes of its warp that " +
                            (warp.ended != 0 ? "have ended" : "do not exist"));
    if (warp.arrived != 0 && (warp.what != what || warp.line != line))
      throw emulation_error(head(block) + "divergent collective: " + named(block, waits) +
                            " at line " + std::to_string(warp.line) + ", thread " +
                            std::to_string(me.thread) + " at line " + std::to_string(line));
    warp.what = what;
    warp.line = me.line = line;
    me.value = value;
    me.argument = argument;
    me.is = status::collective;
    rest(me, collective_weight);
    warp.idle.raise(me.idle);
    if (++warp.arrived == warp_) {
      warp.arrived = 0;
      if (watching()) witness_.collective(block, me.warp);
      exchange(block, me.warp * warp_, warp_, what);
      for (int i = 0; i < warp_; ++i) wake(lane_of(block, me.warp * warp_ + i), me, warp.idle);
      if (!watching()) return me.value;
    }
    me.strand->suspend();
    return me.value;
  }

 private:
  // A thread that is idle to this amount while memory stays as it is goes round in circles: a
  // million calls, or 256 looks at a flag. A collective or a barrier shares what one lane knows.
  static constexpr std::uint64_t circles = 1u << 20;
  static constexpr std::uint64_t look_weight = circles / 256;
  static constexpr std::uint64_t collective_weight = circles / 65536;
  // Calls until a thread is stopped, in order; and what a look counts of these.
  static constexpr std::uint32_t slice = 1u << 14;
  static constexpr std::uint32_t look_cost = slice / 64;
  static constexpr int rounds_of_warp = 256;

  static lane& lane_of(block_run& block, int thread) {
    return block.lanes[static_cast<std::size_t>(thread)];
  }
  std::string head(const block_run& block) const {
    return plan_->body + ": block " + std::to_string(block.index) + ": ";
  }

  void wake(lane& one, const lane& but, const idleness& together) {
    one.is = status::ready;
    one.idle = together;
    // The one that runs has not left the list.
    if (watching() && &one != &but) one.block->ready.push_back(one.thread);
  }

  /// A thread's whole life, on its own stack.
  static void live(void* at) {
    lane& me = *static_cast<lane*>(at);
    grid& here = *me.device;
    block_run& block = *me.block;
    try {
      here.plan_->run(me, here.plan_->params);
      warp_run& warp = block.warps[static_cast<std::size_t>(me.warp)];
      ++warp.ended;
      if (warp.arrived != 0)
        throw emulation_error(
            here.head(block) + "divergent collective: thread " + std::to_string(me.thread) +
            " has ended, and the lanes of its warp wait at line " + std::to_string(warp.line));
    } catch (...) {
      if (!here.failure_) here.failure_ = std::current_exception();
    }
    me.is = status::ended;
    ++block.ended;
    here.changed();
  }

  void begin_block() {
    block_run& block = blocks_.begin(*this, &grid::live);
    if (watching()) witness_.begin_block(block);
    changed();
  }

  // Never inlined, like the two steps: a thread that goes on leaves a call which ThreadSanitizer
  // has not seen begin in this launch, and must find others to take it from.
  [[gnu::noinline]] void resume(lane& one) {
    one.strand->resume();
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    if (in_circles_ && std::exchange(in_circles_, false) && nobody_gets_on()) deadlock();
  }

  void rest(lane& me, std::uint64_t weight) noexcept {
    me.idle.add(changes_, weight);
    // At the limit and at each multiple: others may come to stand later.
    if (me.idle.amount / circles != (me.idle.amount - weight) / circles) in_circles_ = true;
  }
  bool nobody_gets_on() const {
    if (blocks_.may_begin()) return false;
    for (const auto& block : blocks_.live)
      for (const lane& l : block->lanes)
        if (l.is == status::ready && (l.idle.changes != changes_ || l.idle.amount < circles))
          return false;
    return true;
  }

  /// One burst of one block; false at the end of the launch.
  [[gnu::noinline]] bool step_at_random() {
    auto& live = blocks_.live;
    if (blocks_.may_begin() && (live.empty() || dice_.draw(3) == 0)) begin_block();
    if (live.empty()) return false;
    std::size_t at = dice_.draw(live.size());
    for (std::size_t tried = 0; live[at]->ready.empty(); ++tried) {
      if (tried == live.size()) {
        if (!blocks_.may_begin()) deadlock();
        begin_block();
        return true;
      }
      at = (at + 1) % live.size();
    }
    block_run& block = *live[at];
    const std::size_t choice = dice_.draw(4);
    for (std::size_t burst = std::size_t{1} << dice_.draw(8); burst != 0 && !block.ready.empty();
         --burst) {
      const std::size_t last = block.ready.size() - 1;
      const std::size_t i = choice == 0 ? 0 : choice == 1 ? last : dice_.draw(last + 1);
      lane& one = lane_of(block, block.ready[i]);
      one.budget = one.given = 1 + (static_cast<std::uint32_t>(dice_.bits()) & budget_mask_);
      resume(one);
      if (one.is != status::ready) {
        block.ready[i] = block.ready.back();
        block.ready.pop_back();
      } else if (one.looking) {
        break;
      }
    }
    if (block.ended == plan_->threads) blocks_.end(at);
    return true;
  }

  /// Every thread once, warp by warp as far as the warp comes; false at the end of the launch.
  [[gnu::noinline]] bool pass_in_order() {
    while (blocks_.may_begin()) begin_block();
    auto& live = blocks_.live;
    if (live.empty()) return false;
    bool any = false;
    for (std::size_t at = 0; at < live.size();) {
      block_run& block = *live[at];
      for (int first = 0; first < plan_->threads; first += warp_) {
        const int end = std::min(first + warp_, plan_->threads);
        // A warp that looks at a flag together would go on for ever.
        bool again = true;
        for (int round = 0; again && round < rounds_of_warp; ++round) {
          again = false;
          for (int t = first; t < end; ++t) {
            lane& one = lane_of(block, t);
            if (one.is != status::ready) continue;
            one.budget = one.given = slice;
            resume(one);
            any = true;
            again = again || one.is != status::ready || !one.looking;
          }
        }
      }
      if (block.ended == plan_->threads)
        blocks_.end(at);
      else
        ++at;
    }
    if (!any && !live.empty()) deadlock();
    return true;
  }

  [[noreturn]] void deadlock() const { throw emulation_error("deadlock: " + blocks_.story()); }

  int warp_;
  dice dice_;
  witness witness_;
  const launch_plan* plan_ = nullptr;
  std::exception_ptr failure_{};
  /// Counts what was written, so that idleness ends.
  std::uint64_t changes_ = 0;
  bool in_circles_ = false;
  std::uint32_t budget_mask_ = 0;
  residence blocks_{};
  sanitized_launch sanitizer_{};
};

}  // namespace smelt_test::emulated
