// SPDX-License-Identifier: BSL-1.0
//
// smelt in a program whose memory comes from one place. Before it has data the program asks how
// much a fit will take, sets that aside, and hands it over with the policy. What comes back is
// overwritten with zeros first: nothing of the data stays where they were.

#include <smelt/eigen.hpp>
#include <smelt/scratch.hpp>  // scratch_bytes
#include <smelt/smelt.hpp>

#include <algorithm>  // std::all_of
#include <cstddef>
#include <cstring>
#include <exception>
#include <iostream>
#include <map>
#include <memory_resource>
#include <mutex>
#include <new>
#include <vector>

namespace {

/// Memory of the program's own, given out in blocks: the first gap that is large enough. Any class with
/// these two functions will do; those of the standard library, std::pmr, have them too.
class arena {
 public:
  explicit arena(std::size_t bytes) : memory_(bytes + 4096) {}

  void* allocate(std::size_t bytes, std::size_t alignment) {
    const std::lock_guard lock(mutex_);
    std::size_t at = rounded(0, alignment);
    for (auto block = used_.begin(); block != used_.end() && at + bytes > block->first; ++block)
      at = rounded(block->first + block->second, alignment);
    if (at + bytes > memory_.size()) throw std::bad_alloc();
    used_[at] = bytes;
    return memory_.data() + at;
  }
  void deallocate(void* block, std::size_t, std::size_t) {
    const std::lock_guard lock(mutex_);
    used_.erase(static_cast<std::size_t>(static_cast<std::byte*>(block) - memory_.data()));
  }
  /// Whether every block is back, and zeros are all there is.
  bool clean() const {
    return used_.empty() &&
           std::all_of(memory_.begin(), memory_.end(), [](std::byte b) { return b == std::byte{0}; });
  }

 private:
  /// The first place from `at` on whose address has this alignment.
  std::size_t rounded(std::size_t at, std::size_t alignment) const {
    const auto first = reinterpret_cast<std::size_t>(memory_.data());
    return (first + at + alignment - 1) / alignment * alignment - first;
  }
  std::vector<std::byte> memory_;
  std::map<std::size_t, std::size_t> used_;  // where blocks begin, and how long they are
  std::mutex mutex_;
};

bool all_well = true;

void check(const char* what, bool ok) {
  std::cout << what << ": " << (ok ? "yes" : "NO") << '\n';
  all_well = all_well && ok;
}

}  // namespace

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

  const auto policy = on::eigen.on(pool).zero_on_release();
  const scratch most =
      scratch_bytes<matrix_view<const float>, matrix_view<float>>(policy, chain, rows, cols);
  std::cout << "a fit takes at most " << most.fit / 1024 << " KiB, a transform " << most.transform
            << '\n';
  arena own(static_cast<std::size_t>(most.fit));
  {
    const auto fitted = fit(policy.memory(own), chain, x);
    transform(policy.memory(own), fitted, x, y);
    check("what was learned lies in the arena", !own.clean());
  }
  check("all is back, and overwritten with zeros", own.clean());
  check("the numbers are those of the heap",
        std::memcmp(results.data(), expected.data(), results.size() * sizeof(float)) == 0);

  // The same with what the standard library has: a table that a call returns lies there as well.
  std::vector<std::byte> bytes(std::size_t{1} << 25);
  std::pmr::monotonic_buffer_resource buffer(bytes.data(), bytes.size(),
                                             std::pmr::null_memory_resource());
  const auto of_buffer = on::eigen.alone().memory(buffer);
  const auto made = transform(of_buffer, fit(of_buffer, chain, x), x);
  const auto* const first = reinterpret_cast<const std::byte*>(made.data());
  check("a table lies in the buffer", bytes.data() <= first && first < bytes.data() + bytes.size());
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
// a table lies in the buffer: yes
