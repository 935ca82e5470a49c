// SPDX-License-Identifier: BSL-1.0
//
// smelt in a program whose memory comes from one place. Before it has data the program asks how
// much a fit will take, sets that aside, and gives out blocks of it while smelt works. A block that
// comes back is overwritten with zeros: nothing of the data stays where they were.

#include <smelt/eigen.hpp>
#include <smelt/scratch.hpp>  // scratch_bytes
#include <smelt/smelt.hpp>

#include <algorithm>  // std::all_of
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <mutex>
#include <new>
#include <vector>

namespace {

/// Memory of the program's own: blocks one after another, each behind a line that says how far the
/// next one is. The first that is free and large enough is given.
class arena {
 public:
  explicit arena(std::size_t bytes)
      : size_((bytes + line - 1) / line * line),
        memory_(static_cast<unsigned char*>(std::aligned_alloc(line, size_))) {
    if (memory_ == nullptr) throw std::bad_alloc();
    std::memset(memory_, 0, size_);
    mark(0, size_, false);
  }
  ~arena() { std::free(memory_); }
  arena(const arena&) = delete;
  arena& operator=(const arena&) = delete;

  void* take(std::size_t bytes) {
    const std::size_t need = line + (bytes + line - 1) / line * line;
    const std::lock_guard lock(mutex_);
    for (std::size_t at = 0; at < size_; at = next(at)) {
      if (used(at)) continue;
      while (next(at) < size_ && !used(next(at))) join(at);
      if (next(at) - at < need) continue;
      if (next(at) - at > need) mark(at + need, next(at), false);
      mark(at, at + need, true);
      return memory_ + at + line;
    }
    throw std::bad_alloc();
  }
  /// Takes a block back; false when it is none of this memory's.
  bool give_back(void* block) {
    auto* const p = static_cast<unsigned char*>(block);
    if (p < memory_ || memory_ + size_ <= p) return false;
    const std::lock_guard lock(mutex_);
    const auto at = static_cast<std::size_t>(p - memory_) - line;
    std::memset(p, 0, next(at) - at - line);
    mark(at, next(at), false);
    return true;
  }
  /// Whether every block is back, and zeros are all there is.
  bool clean() const {
    for (std::size_t at = 0; at < size_; at = next(at))
      if (used(at) ||
          !std::all_of(memory_ + at + line, memory_ + next(at), [](int c) { return c == 0; }))
        return false;
    return true;
  }

 private:
  static constexpr std::size_t line = 64;  // of the caches: no block of smelt's is aligned to more
  struct head {
    std::size_t next;
    bool used;
  };
  head& at(std::size_t place) const { return *reinterpret_cast<head*>(memory_ + place); }
  std::size_t next(std::size_t place) const { return at(place).next; }
  bool used(std::size_t place) const { return at(place).used; }
  void mark(std::size_t place, std::size_t next, bool used) {
    new (memory_ + place) head{next, used};
  }
  void join(std::size_t place) {
    const std::size_t other = next(place);
    at(place).next = next(other);
    std::memset(memory_ + other, 0, sizeof(head));
  }

  std::size_t size_;
  unsigned char* memory_;
  std::mutex mutex_;
};

std::atomic<arena*> there{nullptr};   // the arena, while there is one
std::atomic<bool> taken_from{false};  // whether blocks come from it, for every thread

void* block(std::size_t bytes, std::size_t alignment) {
  if (taken_from) return there.load()->take(bytes);
  void* const p = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (p == nullptr) throw std::bad_alloc();
  return p;
}
void give_back(void* p) noexcept {
  arena* const own = there;
  if (p != nullptr && (own == nullptr || !own->give_back(p))) std::free(p);
}

bool all_well = true;

void check(const char* what, bool ok) {
  std::cout << what << ": " << (ok ? "yes" : "NO") << '\n';
  all_well = all_well && ok;
}

}  // namespace

// What smelt and the standard library ask, smelt's threads among them. The other forms call these.
void* operator new(std::size_t bytes) { return block(bytes, alignof(std::max_align_t)); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return block(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* p) noexcept { give_back(p); }
void operator delete(void* p, std::size_t) noexcept { give_back(p); }
void operator delete(void* p, std::align_val_t) noexcept { give_back(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { give_back(p); }

int main() try {
  using namespace smelt;
  constexpr smelt::index rows = 200'000;
  constexpr smelt::index cols = 20;
  std::vector<float> data(std::size_t{rows * cols});
  for (std::size_t i = 0; i < data.size(); ++i)
    data[i] = static_cast<float>(i * 2654435761U % 10007) / 16;
  data[77] = missing_value<float>;
  std::vector<float> results(data.size());
  const matrix_view<const float> x(data.data(), rows, cols);
  const matrix_view<float> y(results.data(), rows, cols);

  const auto chain = clean(fill::mean) | standardize() | normalize(min_max{-1, 1});
  const auto expected = transform(on::seq, fit(on::seq, chain, x), x);
  workers pool{2};
  const auto policy = on::eigen.on(pool);
  fit(policy, chain, x);  // the threads are there from here on

  const scratch most =
      scratch_bytes<matrix_view<const float>, matrix_view<float>>(policy, chain, rows, cols);
  std::cout << "a fit takes at most " << most.fit / 1024 << " KiB, a transform " << most.transform
            << '\n';
  arena own(static_cast<std::size_t>(most.fit));
  there = &own;
  taken_from = true;
  {
    const auto fitted = fit(policy, chain, x);
    transform(policy, fitted, x, y);
    taken_from = false;
    check("what was learned lies in the arena", !own.clean());
  }
  check("all is back, and overwritten with zeros", own.clean());
  check("the numbers are those of the heap",
        std::memcmp(results.data(), expected.data(), results.size() * sizeof(float)) == 0);
  there = nullptr;
  return all_well ? 0 : 1;
} catch (const std::exception& problem) {
  std::cerr << "own_memory: " << problem.what() << '\n';
  return 1;
}

// Prints:
// a fit takes at most ### KiB, a transform 0
// what was learned lies in the arena: yes
// all is back, and overwritten with zeros: yes
// the numbers are those of the heap: yes
