// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Rows on their way through a block: copied to shared memory as they lie, in vectors of 16 bytes
/// where they allow it, while the rows before them are run in registers; results go out the same
/// way.

#include <smelt/policies/cuda/block.hpp>
#include <smelt/policies/cuda/held_row.hpp>

#include <cstddef>  // std::byte
#include <cstdint>  // std::uintptr_t

namespace smelt::inline v0 {
namespace detail {

/// Shared memory of some rows, from their source to their target. Two buffers take rows in.
struct row_layout {
  static constexpr int words = 2;  // of the look-back

  int rows = 0;
  int cols = 0;     // of a panel, but the last
  int panels = 1;   // of a row: one after the other makes it whole
  int group = 1;    // threads of a row
  int threads = 0;  // of a block
  // Rows that follow one another without a gap are copied as one run, which begins where their
  // address does between two multiples of 16.
  bool in_run = false;
  bool out_run = false;
  bool in_vectors = false;  // else: rows that begin at multiples of 16
  int in_row = 0;           // bytes from one row to the next in shared memory
  int out_row = 0;

  SMELT_HD static int whole(int bytes) { return (bytes + 15) / 16 * 16; }
  SMELT_HD int buffer() const { return whole(rows * in_row) + (in_run ? 16 : 0); }
  SMELT_HD int results() const { return whole(rows * out_row) + (out_run ? 16 : 0); }
  // Where in the memory of the rows each part begins: buffers, results, then these.
  SMELT_HD int exchange() const { return 2 * buffer() + results(); }
  SMELT_HD int sources() const { return exchange() + whole(threads * 8); }
  SMELT_HD int shared_words() const { return sources() + 2 * rows * 8; }
  SMELT_HD int sums() const { return shared_words() + words * 8; }
  SMELT_HD int stays() const { return sums() + 32 * 4; }
  SMELT_HD int places() const { return stays() + rows * 4; }
  SMELT_HD std::size_t bytes() const { return static_cast<std::size_t>(places() + rows * 4); }
};

template <class Context, class Arguments>
class row_stage {
 public:
  using in_type = typename Arguments::in_type;
  using out_type = typename Arguments::out_type;
  using source_type = typename Arguments::source_type;

  SMELT_HD row_stage(Context& ctx, const Arguments& p, const double* numbers, std::byte* memory)
      : ctx_(ctx), p_(p), layout_(p.stage), numbers_(numbers), memory_(memory) {}

  SMELT_HD unsigned long long* look_back_words() {
    return reinterpret_cast<unsigned long long*>(memory_ + layout_.shared_words());
  }

  /// Begins to take in the rows of a tile.
  SMELT_HD void fetch(int tile, int buffer) {
    const part at = part_of(tile);
    index* const sources = sources_of(buffer);
    const bool ordered = p_.rows.contiguous();
    if (!ordered) {
      // The row that stands in place i of an order costs more than to read it: found once.
      for (int r = ctx_.thread(); r < at.rows; r += ctx_.threads())
        ctx_.put(sources + r, p_.rows(at.first + r));
      ctx_.sync();
    }
    auto row = [&](int r) { return ordered ? p_.rows.first() + at.first + r : ctx_.get(sources + r); };
    if constexpr (source_type::dense && source_type::by_row && !source_type::strided_columns) {
      if (layout_.in_run) {
        const in_type* from = p_.x.data + row(0) * p_.x.row_stride;
        fetch_run(from, reinterpret_cast<in_type*>(buffer_of(buffer) + skew(from)), at.rows * at.cols);
      } else if (layout_.in_vectors) {
        constexpr int size = static_cast<int>(16 / sizeof(in_type));
        const int pieces = (at.cols + size - 1) / size;
        own<true>(at.rows, pieces, [&](int r, int piece) {
          const in_type* from = p_.x.data + row(r) * p_.x.row_stride + at.column + piece * size;
          in_type* to = in_row(buffer, r, 0) + piece * size;
          const int left = at.cols - piece * size;
          if (left >= size)
            fetch_vector(to, from);
          else
            for (int i = 0; i < size - 1; ++i)
              if (i < left) ctx_.fetch(to + i, from + i);
        });
      } else {
        own<true>(at.rows, at.cols, [&](int r, int c) {
          ctx_.fetch(in_row(buffer, r, 0) + c, p_.x.data + row(r) * p_.x.row_stride + at.column + c);
        });
      }
    } else {
      own<source_type::by_row>(at.rows, at.cols, [&](int r, int c) {
        ctx_.put(in_row(buffer, r, 0) + c, p_.x.raw(row(r), at.column + c));
      });
    }
  }

  /// Runs the program on the rows of a tile that have come in. Where rows are not closed up, what
  /// goes with them goes now.
  SMELT_HD void run(int tile, int buffer) {
    const part at = part_of(tile);
    const bool closing = p_.closing();
    row_group<Context> group(ctx_, layout_.group,
                             reinterpret_cast<double*>(memory_ + layout_.exchange()));
    held_row<Context, decltype(p_.program)> row(group, p_.program, numbers_ + at.column, at.cols);
    int skew_in = 0;
    if constexpr (source_type::dense)
      if (layout_.in_run) skew_in = skew(p_.x.data + source(at.first, buffer, 0) * p_.x.row_stride);
    for (int base = 0; base < at.rows; base += group.count) {
      const int r = base + group.number;
      const bool here = r < at.rows && group.number < group.count;
      const index from = here ? source(at.first, buffer, r) : 0;
      const in_type* const values = in_row(buffer, r, skew_in);
      row.template load<in_type>(
          here, [&](int c) { return ctx_.get(values + c); },
          [&](unsigned bad) {
            const index place = (p_.x.first_row + from) * p_.program.cols + at.column;
            tell_infinities(ctx_, p_.status, p_.places, bad, [&](int k) { return place + row.column(k); });
          });
      row.run(from, at.first + r);
      if (!here) continue;
      out_type* const results = out_row(r, at.first);
      row.each([&](int c, double x) { ctx_.put(results + c, narrow<out_type>(x)); });
      if (group.place != 0 || at.column != 0) continue;
      if constexpr (Arguments::drops) ctx_.put(stays_at() + r, row.stays() ? 1u : 0u);
      if (p_.marks) p_.marks[at.first + r] = row.stays() == p_.marks_stay;
      if (!closing) p_.followers.copy(at.first + r, from);
    }
    ctx_.sync();
  }

  /// How many rows of a tile stay; gives each its place among them.
  SMELT_HD int count(int tile) {
    const int n = part_of(tile).rows;
    unsigned all = 0;
    for (int base = 0; base < n; base += ctx_.threads()) {
      const int r = base + ctx_.thread();
      const bool stay = r < n && ctx_.get(stays_at() + r) != 0;
      unsigned before;
      const unsigned some =
          rank(ctx_, stay, reinterpret_cast<unsigned*>(memory_ + layout_.sums()), before);
      if (r < n) ctx_.put(places_at() + r, all + before);
      all += some;
      ctx_.sync();
    }
    return static_cast<int>(all);
  }

  /// Writes the results of a tile, of the rows that stay from row `to` on where rows are closed up.
  SMELT_HD void store(int tile, int buffer, index to) {
    const part at = part_of(tile);
    const bool closing = p_.closing();
    if constexpr (Arguments::target_type::by_row && !Arguments::target_type::strided_columns)
      if (layout_.out_run)
        return store_run(p_.y.data + at.first * p_.y.row_stride, at.rows * at.cols);
    own<Arguments::target_type::by_row>(at.rows, p_.kept < 0 ? at.cols : p_.kept, [&](int r, int k) {
      if (closing && ctx_.get(stays_at() + r) == 0) return;
      const int c = p_.kept < 0 ? k : static_cast<int>(numbers_[p_.kept_at + k]) - at.column;
      if (Arguments::in_panels && (c < 0 || c >= at.cols)) return;  // a kept column of another panel
      p_.put(ctx_, closing ? to + place(r) : at.first + r, p_.kept < 0 ? at.column + k : k,
             ctx_.get(out_row(r, at.first) + c));
    });
    if (!closing) return;
    for (int r = ctx_.thread(); r < at.rows; r += ctx_.threads())
      if (ctx_.get(stays_at() + r) != 0) p_.followers.copy(to + place(r), source(at.first, buffer, r));
  }

 private:
  /// What of the table a tile has: some rows, or where they are cut, a panel of them.
  struct part {
    index first;
    int rows;
    int column;  // the first
    int cols;
  };
  SMELT_HD part part_of(int tile) const {
    int column = 0;
    int cols = layout_.cols;
    if constexpr (Arguments::in_panels) {
      const auto panels = static_cast<unsigned>(layout_.panels);
      const auto panel = static_cast<unsigned>(tile) % panels;
      tile = static_cast<int>(static_cast<unsigned>(tile) / panels);
      column = static_cast<int>(panel) * cols;
      if (p_.program.cols - column < cols) cols = p_.program.cols - column;
    }
    const index first = index{tile} * layout_.rows;
    const index left = p_.count - first;
    return {first, left < layout_.rows ? static_cast<int>(left) : layout_.rows, column, cols};
  }
  template <class T>
  SMELT_HD static int skew(const T* at) {
    return static_cast<int>(reinterpret_cast<std::uintptr_t>(at) & 15u);
  }
  SMELT_HD std::byte* buffer_of(int buffer) { return memory_ + buffer * layout_.buffer(); }
  SMELT_HD index* sources_of(int buffer) {
    return reinterpret_cast<index*>(memory_ + layout_.sources()) + buffer * layout_.rows;
  }
  SMELT_HD index source(index first, int buffer, int r) {
    if (p_.rows.contiguous()) return p_.rows.first() + first + r;
    return ctx_.get(sources_of(buffer) + r);
  }
  SMELT_HD in_type* in_row(int buffer, int r, int skewed) {
    return reinterpret_cast<in_type*>(buffer_of(buffer) + skewed + r * layout_.in_row);
  }
  SMELT_HD out_type* out_row(int r, [[maybe_unused]] index first) {
    int skewed = 0;
    if constexpr (Arguments::target_type::by_row && !Arguments::target_type::strided_columns)
      if (layout_.out_run) skewed = skew(p_.y.data + first * p_.y.row_stride);
    return reinterpret_cast<out_type*>(memory_ + 2 * layout_.buffer() + skewed +
                                       r * layout_.out_row);
  }
  SMELT_HD unsigned* stays_at() { return reinterpret_cast<unsigned*>(memory_ + layout_.stays()); }
  SMELT_HD unsigned* places_at() { return reinterpret_cast<unsigned*>(memory_ + layout_.places()); }
  SMELT_HD int place(int r) { return static_cast<int>(ctx_.get(places_at() + r)); }

  template <class T>
  SMELT_HD void fetch_vector(T* to, const T* from) {
    using vector = packed<T, static_cast<int>(16 / sizeof(T))>;
    ctx_.fetch(reinterpret_cast<vector*>(to), reinterpret_cast<const vector*>(from));
  }
  /// `n` elements between places that begin alike.
  SMELT_HD void fetch_run(const in_type* from, in_type* to, int n) {
    constexpr int size = static_cast<int>(16 / sizeof(in_type));
    along<size>(
        from, n, [&](int i) { ctx_.fetch(to + i, from + i); },
        [&](int i) { fetch_vector(to + i, from + i); });
  }
  SMELT_HD void store_run(out_type* to, int n) {
    constexpr int size = static_cast<int>(16 / sizeof(out_type));
    using vector = packed<out_type, size>;
    const out_type* from = reinterpret_cast<out_type*>(memory_ + 2 * layout_.buffer() + skew(to));
    along<size>(
        to, n, [&](int i) { to[i] = ctx_.get(from + i); },
        [&](int i) {
          *reinterpret_cast<vector*>(to + i) = ctx_.get(reinterpret_cast<const vector*>(from + i));
        });
  }
  /// Calls `one(i)` for the elements before the first multiple of 16 bytes and after the last,
  /// `vector(i)` for each `Size` between.
  template <int Size, class T, class One, class Vector>
  SMELT_HD void along(const T* at, int n, One&& one, Vector&& vector) {
    int head = (16 - skew(at)) % 16 / static_cast<int>(sizeof(T));
    if (head > n) head = n;
    const int vectors = (n - head) / Size;
    for (int i = ctx_.thread(); i < vectors; i += ctx_.threads()) vector(head + i * Size);
    for (int i = ctx_.thread(); i < head; i += ctx_.threads()) one(i);
    for (int i = head + vectors * Size + ctx_.thread(); i < n; i += ctx_.threads()) one(i);
  }
  template <bool ByRow, class F>
  SMELT_HD void own(int rows, int cols, F&& f) {
    each_of_block<ByRow>(ctx_, rows, cols, f);
  }

  Context& ctx_;
  const Arguments& p_;
  const row_layout& layout_;
  const double* numbers_;
  std::byte* memory_;
};

}  // namespace detail
}  // namespace smelt::inline v0
