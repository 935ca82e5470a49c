// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What the emulated device remembers of every word of memory: who wrote it last, who has read it
/// since, plainly and atomically. Words are four bytes; one that is ever touched in part is
/// remembered byte by byte.

#include "support/emulated/clock.hpp"

#include <algorithm>  // std::max
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>  // std::unique_ptr
#include <unordered_map>
#include <vector>

namespace smelt_test::emulated {

/// How memory is touched. Plain reads conflict with every write, plain writes with everything, two
/// atomic accesses never.
enum class touch : std::uint8_t { read, write, atomic_read, atomic_write };

inline constexpr bool writes(touch t) { return t == touch::write || t == touch::atomic_write; }
inline constexpr bool atomic(touch t) { return t >= touch::atomic_read; }
inline constexpr bool conflict(touch a, touch b) {
  return (writes(a) || writes(b)) && !(atomic(a) && atomic(b));
}

/// The last access of a kind, with all those of the same block since its last barrier.
struct record {
  tick when = 0;
  std::uint32_t block = 0;
  std::uint16_t thread = 0;
  /// Whether one thread did it, threads of one warp, or of several.
  enum spread : std::uint8_t { one, warp, whole } by = one;
  int line = 0;
};

/// What is known of a word, or of a byte.
struct cell {
  std::array<record, 4> last{};
  bool split = false;
  /// Whether other blocks have unordered accesses, kept beside.
  bool crowded = false;
};

/// The cells of an allocation, made when they are first touched.
class shadow {
 public:
  /// Calls `f(cell)` for each cell that the bytes lie in.
  template <class F>
  void visit(std::size_t offset, std::size_t bytes, const F& f) {
    const std::size_t end = offset + bytes;
    for (std::size_t at = offset; at < end;) {
      const std::size_t word = at / 4;
      const std::size_t stop = std::min(end, word * 4 + 4);
      cell& whole = of_word(word);
      if (!whole.split && stop - at == 4) {
        f(whole);
      } else {
        auto& parts = split_[word];
        if (!whole.split) parts.fill(whole);
        whole.split = true;
        for (std::size_t byte = at; byte < stop; ++byte) f(parts[byte % 4]);
      }
      at = stop;
    }
  }

  /// Accesses of blocks other than the one in `last`, for one kind of access of one cell.
  std::vector<record>& others(const cell& of, touch kind) { return crowd_[{&of, kind}]; }
  /// Nothing of before can be unordered any more.
  void forget_crowds() {
    if (!crowd_.empty()) crowd_.clear();
  }

 private:
  static constexpr std::size_t words_of_page = 256;
  using page = std::array<cell, words_of_page>;
  struct key {
    const cell* of;
    touch kind;
    bool operator==(const key& other) const { return of == other.of && kind == other.kind; }
  };
  struct hash {
    std::size_t operator()(const key& k) const {
      return std::hash<const void*>()(k.of) * 4 + static_cast<std::size_t>(k.kind);
    }
  };

  cell& of_word(std::size_t word) {
    const std::size_t number = word / words_of_page;
    if (number >= pages_.size()) pages_.resize(number + 1);
    if (!pages_[number]) pages_[number] = std::make_unique<page>();
    return (*pages_[number])[word % words_of_page];
  }

  std::vector<std::unique_ptr<page>> pages_{};
  std::unordered_map<std::size_t, std::array<cell, 4>> split_{};
  std::unordered_map<key, std::vector<record>, hash> crowd_{};
};

}  // namespace smelt_test::emulated
