// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Blocks of a table copied between row-major and column-major: squares of elements are read and
/// written in the order of their memory, and turned in registers.

#include <smelt/core/table.hpp>  // buffer
#include <smelt/policies/eigen/packet_type.hpp>

#include <algorithm>  // std::min
#include <cstddef>
#include <cstdint>    // std::uintptr_t
#include <type_traits>

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-attributes"  // of a register's type as an argument

/// A square of elements, as wide as a register that Eigen turns: the widest but for 512 bits.
template <class T>
struct square {
  using traits = Eigen::internal::packet_traits<T>;
  using row = std::conditional_t<SMELT_X86_PACKETS == 512, typename traits::half, typename traits::type>;
  static constexpr index size = sizeof(row) / sizeof(T);
  Eigen::internal::PacketBlock<row, static_cast<int>(size)> rows;

  SMELT_INLINE void take(const T* from, index step) {
    for (index i = 0; i < size; ++i)
      rows.packet[i] = Eigen::internal::ploadu<row>(from + i * step);
  }
  SMELT_INLINE void turn() { Eigen::internal::ptranspose(rows); }
  SMELT_INLINE void give(T* to, index step) const {
    for (index i = 0; i < size; ++i)
      Eigen::internal::pstoreu(to + i * step, rows.packet[i]);
  }
};
#pragma GCC diagnostic pop

/// Whether two registers of a square are a line of the caches, and can be written past them.
#if SMELT_X86_PACKETS != 0
inline constexpr bool streams_squares = true;
SMELT_INLINE void stream_line(float* to, const __m256& a, const __m256& b) {
  _mm256_stream_ps(to, a);
  _mm256_stream_ps(to + 8, b);
}
SMELT_INLINE void stream_line(double* to, const __m256d& a, const __m256d& b) {
  _mm256_stream_pd(to, a);
  _mm256_stream_pd(to + 4, b);
}
#else
inline constexpr bool streams_squares = false;
#endif

/// Whether columns or rows that are `step` apart begin lines of a cache.
template <class T>
bool begins_lines(const T* first, index step) {
  constexpr index line = 64;
  return reinterpret_cast<std::uintptr_t>(first) % line == 0 &&
         step * static_cast<index>(sizeof(T)) % line == 0;
}

/// Copies `lines` of `length` elements, `from_step` apart, so that element j of line i becomes
/// element i of line j, `to_step` apart. As bits: a missing value stays the one that it is. With
/// `stream`, past the caches where lines of theirs are written whole.
template <class T>
void turn(const T* from, index from_step, index lines, index length, T* to, index to_step,
          bool stream) {
  using moved = std::conditional_t<sizeof(T) == sizeof(float), float,
                                   std::conditional_t<sizeof(T) == sizeof(double), double, void>>;
  index done_lines = 0;
  index done_length = 0;
  if constexpr (!std::is_void_v<moved>) {
    using square = detail::square<moved>;
    stream = stream && begins_lines(to, to_step) && lines % (2 * square::size) == 0;
    done_lines = lines / square::size * square::size;
    done_length = length / square::size * square::size;
    const auto* const source = reinterpret_cast<const moved*>(from);
    auto* const target = reinterpret_cast<moved*>(to);
    auto turned = [&](index i, index j) {
      square s;
      s.take(source + i * from_step + j, from_step);
      s.turn();
      return s;
    };
    // Along the side whose lines are further apart.
    if (from_step >= to_step) {
      for (index i = 0; i < done_lines; i += square::size)
        for (index j = 0; j < done_length; j += square::size)
          turned(i, j).give(target + j * to_step + i, to_step);
    } else {
      for (index j = 0; j < done_length; j += square::size) {
        moved* const line = target + j * to_step;
        index i = 0;
        if constexpr (streams_squares)
          for (; stream && i < done_lines; i += 2 * square::size) {
            const square a = turned(i, j);
            const square b = turned(i + square::size, j);
            for (index k = 0; k < square::size; ++k)
              stream_line(line + k * to_step + i, a.rows.packet[k], b.rows.packet[k]);
          }
        for (; i < done_lines; i += square::size)
          turned(i, j).give(line + i, to_step);
      }
    }
  }
  for (index i = 0; i < lines; ++i)
    for (index j = i < done_lines ? done_length : 0; j < length; ++j)
      to[j * to_step + i] = from[i * from_step + j];
}

/// Rows of a view from `r` on that lie one step apart.
template <class View>
auto rows_from(const View& x, index r) {
  if constexpr (dense_view<View>)
    return x.row_range(r, x.rows());
  else
    return x.run(r);
}
/// Rows of these numbers of a view one after another, those that lie in runs of columns turned.
template <class View, class T>
void read_near(const View& x, const index* numbers, index n, T* to) {
  if constexpr (run_view<View>) {
    index at = follow_one_another(numbers, n) ? 0 : n + 1;
    while (at < n) {
      const auto rows = x.run(numbers[0] + at);
      if (rows.row_stride() != 1 || rows.col_stride() == 1) break;
      const index some = std::min(rows.rows(), n - at);
      turn<T>(rows.data(), rows.col_stride(), rows.cols(), some, to + at * rows.cols(), rows.cols(), false);
      at += some;
    }
    if (at == n) return;
  }
  read_rows(x, numbers, n, to);
}
/// The same into a view.
template <class Out, class T>
void write_near(const Out& out, index first, index n, const T* from) {
  if constexpr (run_view<Out>) {
    index at = 0;
    while (at < n) {
      const auto rows = out.run(first + at);
      if (rows.row_stride() != 1 || rows.col_stride() == 1) break;
      const index some = std::min(rows.rows(), n - at);
      turn<T>(from + at * rows.cols(), rows.cols(), some, rows.cols(), rows.data(), rows.col_stride(), false);
      at += some;
    }
    if (at == n) return;
  }
  write_rows(out, first, n, from);
}

/// Room for a block of some rows of a table: on the stack, unless its rows are long.
template <class T>
class turned_block {
 public:
  /// For `rows` rows of `cols` columns or for fewer, `rows()`, but not for fewer than `least`.
  turned_block(index rows, index cols, index least, resource_ref memory = {})
      : rows_(std::min(rows, std::max(own / std::max<index>(cols, 1), least))), more_(0, memory) {
    if (rows_ * cols > own) more_ = buffer<T>(rows_ * cols, memory);
    zeroes_ = memory.zeroes();
  }
  turned_block(const turned_block&) = delete;
  turned_block& operator=(const turned_block&) = delete;
  ~turned_block() {
    if (zeroes_) overwrite(own_, sizeof own_);
  }
  index rows() const { return rows_; }
  T* data() { return more_.size() == 0 ? own_ : more_.data(); }

 private:
  static constexpr index own = 4096;

  index rows_;
  alignas(64) T own_[static_cast<std::size_t>(own)];
  buffer<T> more_;
  bool zeroes_;
};

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
