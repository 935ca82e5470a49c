// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The judge of races on the emulated device. Two accesses of different threads to the same bytes,
/// one of them a write and not both atomic, must be ordered: by a barrier of the block, by a
/// collective of the warp, or by a chain of release and acquire. Relaxed atomics (`add`, `least`)
/// order nothing, as on the device; a launch is ordered after all earlier ones.

#include "support/emulated/lane.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace smelt_test::emulated {

class witness {
 public:
  witness(heap& memory, int warp) : memory_(&memory), warp_(warp) {}

  void begin_launch(const std::string& body) {
    body_ = body;
    launch_ = ++now_;
    published_.clear();
    serial_ = 0;
  }
  void begin_block(block_run& block) {
    block.serial = ++serial_;
    block.born = block.last = ++now_;
    block.known.clear();
    block.has_news = false;
    block.seen.forget_crowds();
  }
  void barrier(block_run& block) {
    block.last = ++now_;
    if (!block.has_news) return;
    for (warp_run& w : block.warps) {
      block.known.learn(w.news);
      w.news.clear();
    }
    for (lane& l : block.lanes) {
      block.known.learn(l.news);
      l.news.clear();
    }
    block.has_news = false;
  }
  void collective(block_run& block, int warp) {
    warp_run& w = block.warps[static_cast<std::size_t>(warp)];
    w.last = ++now_;
    if (!block.has_news) return;
    for (int i = 0; i < warp_; ++i) {
      lane& l = block.lanes[static_cast<std::size_t>(warp * warp_ + i)];
      w.news.learn(l.news);
      l.news.clear();
    }
  }

  /// A thread touches bytes. `needs_value`: what is there is used.
  void touches(lane& me, const void* at, std::size_t bytes, touch kind, bool needs_value,
               int line) {
    const place where = locate(me, at, bytes, kind, line);
    ++now_;
    where.cells->visit(where.offset, bytes, [&](cell& c) {
      if (where.of == nullptr && needs_value &&
          c.last[index_of(touch::write)].when <= where.floor &&
          c.last[index_of(touch::atomic_write)].when <= where.floor)
        throw emulation_error(head(me) + "thread " + std::to_string(me.thread) + " (line " +
                              std::to_string(line) + ") reads " + name(where) +
                              " that nobody has written");
      for (const touch other :
           {touch::read, touch::write, touch::atomic_read, touch::atomic_write}) {
        if (!conflict(other, kind)) continue;
        const record& last = c.last[index_of(other)];
        if (!known(me, last, where.floor)) complain(me, kind, line, last, other, where);
        if (!c.crowded) continue;
        for (const record& r : where.cells->others(c, other))
          if (!known(me, r, where.floor)) complain(me, kind, line, r, other, where);
      }
      remember(me, c, kind, line, where);
    });
    // A plain store takes the place of what was released there.
    if (kind == touch::write && !published_.empty()) published_.erase(at);
  }

  void releases(const lane& me, const void* at) {
    const block_run& block = *me.block;
    const warp_run& warp = block.warps[static_cast<std::size_t>(me.warp)];
    vector_clock& told = published_[at];
    told = block.known;
    told.learn(warp.news);
    told.learn(me.news);
    told.learn(party::block(block.serial), block.last);
    told.learn(party::warp(block.serial, me.warp), warp.last);
    told.learn(party::thread(block.serial, me.thread), now_);
  }
  void acquires(lane& me, const void* at) {
    const auto found = published_.find(at);
    if (found == published_.end()) return;
    me.news.learn(found->second);
    me.block->has_news = true;
  }

 private:
  struct place {
    shadow* cells;
    std::size_t offset;
    tick floor;            ///< nothing up to here can be unordered
    const allocation* of;  ///< none: shared memory
  };

  static std::size_t index_of(touch kind) { return static_cast<std::size_t>(kind); }

  place locate(lane& me, const void* at, std::size_t bytes, touch kind, int line) {
    const auto address = reinterpret_cast<std::uintptr_t>(at);
    const guarded& shared = *me.block->shared;
    const auto in_shared = address - reinterpret_cast<std::uintptr_t>(shared.data());
    if (in_shared < shared.size() && bytes <= shared.size() - in_shared)
      return {&me.block->seen, in_shared, me.block->born, nullptr};
    allocation* found = memory_->find(at);
    if (found != nullptr) {
      const auto offset = address - reinterpret_cast<std::uintptr_t>(found->memory.data());
      if (bytes <= found->memory.size() - offset) return {&found->seen, offset, launch_, found};
    }
    std::string text = head(me) + "thread " + std::to_string(me.thread) + " (line " +
                       std::to_string(line) + ") " + verb(kind) + " " + std::to_string(bytes) +
                       " bytes ";
    if (in_shared < shared.size() + 4096)
      text += "at shared+" + std::to_string(in_shared) + ", past its end at " +
              std::to_string(shared.size());
    else if (found != nullptr)
      text += "past the end of allocation #" + std::to_string(found->number);
    else if (memory_->is_retired(at))
      text += "of memory that was released";
    else
      text += "that are neither shared memory nor in an allocation";
    throw emulation_error(text);
  }

  /// Whether an access comes before all that `me` does now.
  bool known(const lane& me, const record& r, tick floor) const {
    if (r.when <= floor) return true;
    const block_run& block = *me.block;
    const int warp = r.thread / warp_;
    if (r.block == block.serial) {
      if (r.when <= block.last || (r.by == record::one && r.thread == me.thread)) return true;
      if (r.by != record::whole && warp == me.warp &&
          r.when <= block.warps[static_cast<std::size_t>(warp)].last)
        return true;
    }
    const auto told = [&](std::uint64_t id) {
      return block.known.of(id) >= r.when ||
             block.warps[static_cast<std::size_t>(me.warp)].news.of(id) >= r.when ||
             me.news.of(id) >= r.when;
    };
    return told(party::block(r.block)) ||
           (r.by != record::whole && told(party::warp(r.block, warp))) ||
           (r.by == record::one && told(party::thread(r.block, r.thread)));
  }

  void remember(const lane& me, cell& c, touch kind, int line, const place& where) {
    record& last = c.last[index_of(kind)];
    const record mine{now_, me.block->serial, static_cast<std::uint16_t>(me.thread), record::one,
                      line};
    if (last.when > where.floor && !known(me, last, where.floor)) {
      if (last.block == mine.block) {
        const bool same_warp = last.by != record::whole && last.thread / warp_ == me.warp;
        last = {now_, mine.block, mine.thread, same_warp ? record::warp : record::whole, line};
        return;
      }
      // Another block's: kept beside, one a block.
      c.crowded = true;
      auto& others = where.cells->others(c, kind);
      for (record& r : others) {
        if (r.block != last.block) continue;
        r = last;
        last = mine;
        return;
      }
      others.push_back(last);
    }
    last = mine;
  }

  static const char* verb(touch kind) {
    switch (kind) {
      case touch::read:
        return "reads";
      case touch::write:
        return "writes";
      case touch::atomic_read:
        return "acquires";
      default:
        return "writes atomically";
    }
  }
  static std::string name(const place& where) {
    return where.of == nullptr ? "shared+" + std::to_string(where.offset)
                               : "allocation #" + std::to_string(where.of->number) + " (" +
                                     std::to_string(where.of->memory.size()) + " bytes) +" +
                                     std::to_string(where.offset);
  }
  std::string head(const lane& me) const {
    return body_ + ": block " + std::to_string(me.block->index) + ": ";
  }
  [[noreturn]] void complain(const lane& me, touch kind, int line, const record& r, touch other,
                             const place& where) const {
    const bool same_block = r.block == me.block->serial;
    const char* what = writes(kind) && writes(other) ? "write/write" : "read/write";
    throw emulation_error("race (" + std::string(what) + "): " + head(me) + "thread " +
                          std::to_string(me.thread) + " " + verb(kind) + " " + name(where) +
                          " (line " + std::to_string(line) + "), which " +
                          (r.by == record::one ? "thread " : "among others thread ") +
                          std::to_string(r.thread) + (same_block ? "" : " of another block") + " " +
                          verb(other) + " (line " + std::to_string(r.line) + ") with no " +
                          (same_block ? "barrier between" : "release and acquire between"));
  }

  heap* memory_;
  int warp_;
  std::string body_{};
  tick now_ = 0;
  tick launch_ = 0;
  std::uint32_t serial_ = 0;
  std::unordered_map<const void*, vector_clock> published_{};
};

}  // namespace smelt_test::emulated
