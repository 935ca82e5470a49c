// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Maps of functions of one value whose input and output lie in the same order: runs of 16-byte
/// vectors, wherever they begin, two in flight in each thread.

#include <smelt/policies/cuda/map_arguments.hpp>

#include <cstdint>  // std::uintptr_t

namespace smelt::inline v0 {
namespace detail {

template <class Context, class Arguments>
class element_run {
 public:
  using program_type = typename Arguments::program_type;
  using in_type = typename Arguments::in_type;
  using out_type = typename Arguments::out_type;
  static constexpr int size = Arguments::vector;

  SMELT_HD element_run(Context& ctx, const Arguments& p)
      : ctx_(ctx), p_(p), numbers_(stage_numbers(ctx, p)) {}

  /// Every element of a run of rows. Where the host has made the elements of a step a multiple of
  /// the columns, a thread stays in its columns and holds their numbers in registers.
  SMELT_HD void rows() {
    // Beside eight values in flight fewer numbers fit in registers.
    constexpr bool can_hold = numbers_in<program_type> * size <= (size > 4 ? 16 : 32);
    const auto cols = static_cast<unsigned>(p_.program.cols);
    const auto me = static_cast<unsigned>(ctx_.block() * ctx_.threads() + ctx_.thread());
    const auto threads = static_cast<unsigned>(ctx_.blocks() * ctx_.threads());
    const auto* in = p_.x.data + p_.rows.first() * p_.x.row_stride;
    auto* out = p_.y.data;
    const index place = (p_.x.first_row + p_.rows.first()) * p_.program.cols;
    auto next = [&](unsigned c, unsigned by) {
      c += by;
      return c >= cols ? c - cols : c;
    };
    auto single = [&](index element, unsigned c) {
      unsigned bad = 0;
      out[element] = one(in[element], numbers_of(c), bad, 0);
      tell(bad, place + element, 1);
    };

    if (me < static_cast<unsigned>(p_.head)) single(me, me % cols);
    unsigned offset[static_cast<std::size_t>(size)];
    for (int i = 0; i < size; ++i) offset[i] = static_cast<unsigned>(i) % cols;
    const unsigned first = (static_cast<unsigned>(p_.head) + me % cols * size) % cols;
    auto run = [&](auto&& numbers) {
      walk(
          in + p_.head, out + p_.head, p_.vectors, me, threads,
          [&](in_type x, index v, int i, unsigned& bad) { return one(x, numbers(v, i), bad, i); },
          [&](unsigned bad, index v) { tell(bad, place + p_.head + v * size, 1); });
    };
    bool done = false;
    if constexpr (can_hold)
      if (p_.locked) {
        column_numbers<program_type> held[static_cast<std::size_t>(size)];
        for (int i = 0; i < size; ++i) held[i] = numbers_of(next(first, offset[i]));
        run([&](index, int i) -> const auto& { return held[i]; });
        done = true;
      }
    if (!done) {
      const unsigned stride = threads % cols * size % cols;
      unsigned column = first;
      index at = me;
      run([&](index vector, int i) {
        if (vector != at) {  // the next of this thread
          at = vector;
          column = next(column, stride);
        }
        return numbers_of(next(column, offset[i]));
      });
    }
    unsigned c = next(p_.rest_column, me % cols);
    const index total = p_.count * p_.program.cols;
    for (index element = p_.head + p_.vectors * size + me; element < total; element += threads) {
      single(element, c);
      c = next(c, threads % cols);
    }
  }

  /// Every column, in pieces that blocks take in turn: the numbers are those of one column.
  SMELT_HD void columns() {
    const int length = Arguments::piece(ctx_.threads());
    for (int item = ctx_.block(); item < p_.tiles; item += ctx_.blocks()) {
      const auto k = static_cast<unsigned>(item) / static_cast<unsigned>(p_.pieces);
      const int c = p_.kept < 0 ? static_cast<int>(k)
                                : static_cast<int>(numbers_[p_.kept_at + static_cast<int>(k)]);
      const index from =
          (static_cast<unsigned>(item) - k * static_cast<unsigned>(p_.pieces)) * index{length};
      const int n = p_.count - from < length ? static_cast<int>(p_.count - from) : length;
      const in_type* in = p_.x.data + c * p_.x.col_stride + p_.rows.first() + from;
      out_type* out = p_.y.data + k * p_.y.col_stride + from;
      const auto held = numbers_of(static_cast<unsigned>(c));
      const index place = (p_.x.first_row + p_.rows.first() + from) * p_.program.cols + c;
      auto tell_at = [&](unsigned bad, index i) { tell(bad, place + i * p_.program.cols, p_.program.cols); };
      auto single = [&](index i) {
        unsigned bad = 0;
        out[i] = one(in[i], held, bad, 0);
        tell_at(bad, i);
      };
      const int in_head = head_of(in);
      int head = in_head == head_of(out) ? in_head : n;
      if (head > n) head = n;
      const int vectors = (n - head) / size;
      for (int i = ctx_.thread(); i < head; i += ctx_.threads()) single(i);
      walk(
          in + head, out + head, vectors, static_cast<unsigned>(ctx_.thread()),
          static_cast<unsigned>(ctx_.threads()),
          [&](in_type x, index, int i, unsigned& bad) { return one(x, held, bad, i); },
          [&](unsigned bad, index v) { tell_at(bad, head + v * size); });
      for (int i = head + vectors * size + ctx_.thread(); i < n; i += ctx_.threads()) single(i);
    }
  }

 private:
  /// Elements before the first vector's place.
  template <class T>
  SMELT_HD static int head_of(const T* at) {
    const auto element = static_cast<unsigned>(reinterpret_cast<std::uintptr_t>(at) / sizeof(T));
    return static_cast<int>((0u - element) % static_cast<unsigned>(size));
  }
  SMELT_HD column_numbers<program_type> numbers_of(unsigned c) const {
    return column_numbers<program_type>(p_.program, numbers_, static_cast<int>(c));
  }

  /// One element; where its infinity is refused, bit `i` of `bad` says so.
  template <class Numbers>
  SMELT_HD out_type one(in_type from, const Numbers& n, [[maybe_unused]] unsigned& bad,
                        [[maybe_unused]] int i) {
    auto x = widened(from);
    bool refuse = false;
    if constexpr (has_infinity<in_type>) {
      refuse = refused<program_type>(x, n);
      bad |= static_cast<unsigned>(refuse) << i;
    }
    int k = 0;
    p_.program.steps.each([&](const auto& step) {
      x = step.op.apply(x, n.at + k);
      k += std::remove_cvref_t<decltype(step)>::numbers;
    });
    return narrow<out_type>(refuse ? missing_value<double> : x);
  }
  /// Tells of refused infinities, bit i of the one at `place + i * step`: row * columns + column in the
  /// source. Once for a vector: good data take one branch, not one for each element.
  SMELT_HD void tell(unsigned bad, index place, index step) {
    if constexpr (has_infinity<in_type>) {
      if (bad == 0) return;
      const index first = lowest_one(bad);
      ctx_.add(&p_.status->infinities, static_cast<unsigned long long>(ones_in(bad)));
      ctx_.least(&p_.status->first, p_.places + static_cast<unsigned long long>(place + first * step));
    }
  }

  /// The vectors of one thread; `f(x, v, i, bad)` is what becomes of element i of vector v, and
  /// `told(bad, v)` is called for each.
  template <class F, class Told>
  SMELT_HD static void walk(const in_type* in, out_type* out, index vectors, unsigned me,
                            unsigned threads, F&& f, Told&& told) {
    using in_vector = packed<in_type, size>;
    using out_vector = packed<out_type, size>;
    const auto* from = reinterpret_cast<const in_vector*>(in);
    auto* to = reinterpret_cast<out_vector*>(out);
    auto write = [&](const in_vector& x, index v) {
      out_vector y;
      unsigned bad = 0;
      for (int i = 0; i < size; ++i) y.at[i] = f(x.at[i], v, i, bad);
      to[v] = y;
      told(bad, v);
    };
    for (index v = me; v < vectors; v += index{2} * threads) {
      const index second = v + threads;
      const bool both = second < vectors;
      const in_vector a = from[v];
      in_vector b = a;
      if (both) b = from[second];
      write(a, v);
      if (both) write(b, second);
    }
  }

  Context& ctx_;
  const Arguments& p_;
  const double* numbers_;
};

}  // namespace detail
}  // namespace smelt::inline v0
