// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The blocks of a launch on the emulated device: which have begun, which are resident, and the
/// stacks their threads run on.

#include "support/emulated/witness.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>  // std::memset
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace smelt_test::emulated {

/// What one launch is.
struct launch_plan {
  std::string body{};
  void (*run)(lane&, const void* params) = nullptr;
  const void* params = nullptr;
  int blocks = 0;
  int threads = 0;
  std::size_t shared_bytes = 0;
  int resident = 1;
  bool watch = true;
};

/// Draws of the scheduler (splitmix64).
class dice {
 public:
  explicit dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t bits() noexcept {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  std::size_t draw(std::size_t below) noexcept {
    return static_cast<std::size_t>(((bits() >> 32) * below) >> 32);
  }

 private:
  std::uint64_t state_;
};

/// The blocks that are resident, in `live`, and those to come.
class residence {
 public:
  residence() = default;
  residence(const residence&) = delete;
  residence& operator=(const residence&) = delete;

  std::vector<std::unique_ptr<block_run>> live{};

  /// Blocks begin in order, or in one that is drawn.
  void begin_launch(const launch_plan& plan, int warp, dice& random) {
    plan_ = &plan;
    warp_ = warp;
    begun_ = 0;
    order_.resize(static_cast<std::size_t>(plan.blocks));
    for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = static_cast<int>(i);
    if (!plan.watch) return;
    for (std::size_t i = order_.size(); i > 1; --i)
      std::swap(order_[i - 1], order_[random.draw(i)]);
  }

  /// Whether a block may begin now.
  bool may_begin() const {
    return begun_ < order_.size() && live.size() < static_cast<std::size_t>(plan_->resident);
  }

  /// The next block, its threads about to do `work`.
  block_run& begin(grid& device, fiber::job work) {
    if (free_.empty()) free_.push_back(std::make_unique<block_run>());
    std::unique_ptr<block_run> block = std::move(free_.back());
    free_.pop_back();
    const auto threads = static_cast<std::size_t>(plan_->threads);
    const auto warp = static_cast<std::size_t>(warp_);
    block->index = order_[begun_++];
    block->at_barrier = block->ended = block->line = 0;
    block->idle = {};
    if (!block->shared || block->shared->size() != plan_->shared_bytes)
      block->shared = std::make_unique<guarded>(plan_->shared_bytes);
    else if (plan_->shared_bytes != 0)
      std::memset(block->shared->data(), poison, plan_->shared_bytes);
    block->lanes.resize(threads);
    block->warps.assign((threads + warp - 1) / warp, {});
    block->ready.clear();
    for (std::size_t t = 0; t < threads; ++t) {
      lane& l = block->lanes[t];
      l.device = &device;
      l.block = block.get();
      l.thread = static_cast<int>(t);
      l.warp = static_cast<int>(t / warp);
      l.is = status::ready;
      l.looking = false;
      l.idle = {};
      l.news.clear();
      if (!l.strand) l.strand = fiber_pool::here().take();
      l.strand->give(work, &l);
      if (plan_->watch) block->ready.push_back(l.thread);
    }
    live.push_back(std::move(block));
    return *live.back();
  }

  /// Block `at` of `live` has ended: its place is free.
  void end(std::size_t at) {
    const bool intact = live[at]->shared->intact();
    const int index = live[at]->index;
    free_.push_back(std::move(live[at]));
    live.erase(live.begin() + static_cast<std::ptrdiff_t>(at));
    if (intact) return;
    free_.back()->shared.reset();
    throw emulation_error(plan_->body + ": block " + std::to_string(index) +
                          ": write outside of its " + std::to_string(plan_->shared_bytes) +
                          " bytes of shared memory");
  }

  /// Gives the stacks back. Those of threads that will never end are forgotten: kernels hold
  /// nothing that needs a destructor.
  void leave() {
    for (auto& block : live) free_.push_back(std::move(block));
    live.clear();
    for (auto& place : free_)
      for (lane& l : place->lanes) {
        if (!l.strand) continue;
        if (!l.strand->ended()) l.strand->reset();
        fiber_pool::here().put_back(std::move(l.strand));
      }
  }

  /// What every block is about.
  std::string story() const {
    std::string text = plan_->body;
    for (const auto& block : live) text += "; " + emulated::story(*block);
    if (begun_ < order_.size())
      text += "; " + std::to_string(order_.size() - begun_) + " of " +
              std::to_string(order_.size()) + " blocks have not begun";
    return text;
  }

 private:
  const launch_plan* plan_ = nullptr;
  int warp_ = 0;
  std::vector<int> order_{};
  std::size_t begun_ = 0;
  /// Places that are free, with their stacks while a launch lasts.
  std::vector<std::unique_ptr<block_run>> free_{};
};

}  // namespace smelt_test::emulated
