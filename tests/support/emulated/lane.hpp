// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What a launch of the emulated device consists of: threads ("lanes"), their warps, their blocks.

#include "support/emulated/memory.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace smelt_test::emulated {

class grid;
struct block_run;

/// What a thread is about.
enum class status : std::uint8_t { ready, barrier, collective, ended };

/// What the lanes of a warp do together.
enum class together : std::uint8_t { down, across, from_lane, ballot };

/// How long a thread has done nothing that another could see: looks at flags weigh most.
struct idleness {
  std::uint64_t changes = 0;  ///< the state of memory that this is about
  std::uint64_t amount = 0;
  void add(std::uint64_t state, std::uint64_t weight) noexcept {
    amount = changes == state ? amount + weight : weight;
    changes = state;
  }
  void raise(const idleness& other) noexcept {
    if (other.changes > changes || (other.changes == changes && other.amount > amount))
      *this = other;
  }
};

/// A copy into shared memory that is under way, and the group of copies that it belongs to.
struct copy {
  void* to;
  const void* from;
  std::size_t bytes;
  int group;
  int line;
};

/// A CUDA thread.
struct lane {
  grid* device = nullptr;
  block_run* block = nullptr;
  int thread = 0;
  int warp = 0;
  status is = status::ready;
  /// It stopped between two looks at a flag.
  bool looking = false;
  /// Calls until it is stopped.
  std::uint32_t budget = 0;
  /// Calls that it was given at a time.
  std::uint32_t given = 0;
  idleness idle{};
  /// Where it waits: the line of the call.
  int line = 0;
  std::uint64_t value = 0;
  int argument = 0;
  std::unique_ptr<fiber> strand{};
  /// What it has acquired and its warp does not know yet.
  vector_clock news{};
  std::vector<copy> coming{};
  int groups = 0;
};

struct warp_run {
  int arrived = 0;
  int ended = 0;
  together what = together::down;
  int line = 0;
  idleness idle{};
  /// The last collective: it orders the lanes among themselves.
  tick last = 0;
  vector_clock news{};
};

/// A block that is resident. The object is a place on a multiprocessor: blocks follow one another.
struct block_run {
  int index = 0;
  std::uint32_t serial = 0;
  int at_barrier = 0;
  int ended = 0;
  int line = 0;
  bool has_news = false;
  idleness idle{};
  tick born = 0;
  /// The last barrier, or where the block began.
  tick last = 0;
  vector_clock known{};
  std::vector<lane> lanes{};
  std::vector<warp_run> warps{};
  /// The threads that can go on, in no order. Kept only while watching.
  std::vector<int> ready{};
  std::unique_ptr<guarded> shared{};
  shadow seen{};
};

/// Gives each lane of a warp, whose first thread is `first`, what the others brought.
inline void exchange(block_run& block, int first, int width, together what) {
  lane* const lanes = &block.lanes[static_cast<std::size_t>(first)];
  std::uint64_t all[32];
  std::uint64_t mask = 0;
  for (int i = 0; i < width; ++i) {
    all[i] = lanes[i].value;
    mask |= std::uint64_t{all[i] != 0} << i;
  }
  for (int i = 0; i < width; ++i) {
    lane& l = lanes[i];
    if (what == together::ballot) {
      l.value = mask;
    } else if (what == together::from_lane) {
      l.value = all[l.argument & (width - 1)];
    } else if (what == together::across) {
      l.value = all[(i ^ l.argument) & (width - 1)];
    } else {
      // Past the end of the warp a lane keeps its own value.
      const long long from = static_cast<long long>(i) + l.argument;
      if (from < width) l.value = all[from];
    }
  }
}

/// "thread 3" or "threads 0-4, 7", of those for which `chosen(lane)`; nothing when there are none.
template <class Choose>
std::string named(const block_run& block, const Choose& chosen) {
  std::string list;
  int count = 0;
  const int threads = static_cast<int>(block.lanes.size());
  for (int from = 0; from < threads; ++from) {
    if (!chosen(block.lanes[static_cast<std::size_t>(from)])) continue;
    int to = from;
    while (to + 1 < threads && chosen(block.lanes[static_cast<std::size_t>(to) + 1])) ++to;
    list += (list.empty() ? "" : ", ") + std::to_string(from);
    if (to > from) list += "-" + std::to_string(to);
    count += to - from + 1;
    from = to;
  }
  return list.empty() ? list : (count == 1 ? "thread " : "threads ") + list;
}

/// What the threads of a block are about, for the report of a deadlock.
inline std::string story(const block_run& block) {
  std::string text = "block " + std::to_string(block.index) + ":";
  const char* separator = " ";
  const auto tell = [&](const auto& chosen, const std::string& what) {
    const std::string who = named(block, chosen);
    if (who.empty()) return;
    const bool one = who.rfind("thread ", 0) == 0;
    // "wait at a barrier" is the plural; "has ended" changes its verb.
    text +=
        separator + who + (one ? what.substr(0, what.find('|')) : what.substr(what.find('|') + 1));
    separator = ", ";
  };
  const std::string line = " (line " + std::to_string(block.line) + ")";
  tell([](const lane& l) { return l.is == status::barrier; },
       " waits at a barrier" + line + "| wait at a barrier" + line);
  tell([](const lane& l) { return l.is == status::collective; },
       " waits at a collective of its warp| wait at a collective of their warp");
  tell([](const lane& l) { return l.is == status::ready && l.looking; },
       " looks at a flag in vain| look at a flag in vain");
  tell([](const lane& l) { return l.is == status::ready && !l.looking; }, " runs| run");
  tell([](const lane& l) { return l.is == status::ended; }, " has ended| have ended");
  return text;
}

}  // namespace smelt_test::emulated
