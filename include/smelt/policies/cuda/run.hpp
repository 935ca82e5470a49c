// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Maps of functions of one value whose input and output lie in the same order: runs of 16-byte
/// vectors, wherever they begin, some of them on their way to each thread.

#include <smelt/policies/cuda/infinities.hpp>
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

  /// Every element of a run of rows. A thread whose columns have few numbers holds them in registers: the
  /// host has made the elements of a step a multiple of the columns, so that it stays in its own.
  SMELT_HD void rows() {
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
      alone(in + element, out + element, numbers_of(c), place + element);
    };

    if (me < static_cast<unsigned>(p_.head)) single(me, me % cols);
    unsigned offset[static_cast<std::size_t>(size)];
    for (int i = 0; i < size; ++i) offset[i] = static_cast<unsigned>(i) % cols;
    const unsigned first = (static_cast<unsigned>(p_.head) + me % cols * size) % cols;
    auto run = [&](auto&& numbers) {
      const index begin = p_.head + index{me} * size;
      walk(in + begin, out + begin, p_.turns + (me < p_.last_turn ? 1u : 0u), threads, numbers,
           [&](unsigned turn, int i) { return place + begin + index{turn} * threads * size + i; });
    };
    if constexpr (Arguments::holds_numbers) {
      column_numbers<program_type> held[static_cast<std::size_t>(size)];
      for (int i = 0; i < size; ++i) held[i] = numbers_of(next(first, offset[i]));
      run([&](unsigned, int i) -> const auto& { return held[i]; });
    } else {
      const unsigned stride = threads % cols * size % cols;
      unsigned column = first;
      unsigned at = 0;
      run([&](unsigned turn, int i) {
        if (turn != at) {
          at = turn;
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
      const column_numbers<program_type> held[] = {numbers_of(static_cast<unsigned>(c))};
      const index place = (p_.x.first_row + p_.rows.first() + from) * p_.program.cols + c;
      auto single = [&](index i) { alone(in + i, out + i, held[0], place + i * p_.program.cols); };
      const int in_head = head_of(in);
      int head = in_head == head_of(out) ? in_head : n;
      if (head > n) head = n;
      const int vectors = (n - head) / size;
      for (int i = ctx_.thread(); i < head; i += ctx_.threads()) single(i);
      const int me = ctx_.thread();
      const int threads = ctx_.threads();
      const int begin = head + me * size;
      walk(
          in + begin, out + begin,
          me < vectors ? static_cast<unsigned>((vectors - me + threads - 1) / threads) : 0u,
          static_cast<unsigned>(threads), [&](unsigned, int) -> const auto& { return held[0]; },
          [&](unsigned turn, int i) {
            return place + (begin + static_cast<int>(turn) * threads * size + i) * index{p_.program.cols};
          });
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

  /// One element through the program.
  template <class Numbers>
  SMELT_HD out_type one(in_type from, const Numbers& n) const {
    auto x = widened(from);
    int k = 0;
    p_.program.steps.each([&](const auto& step) {
      x = step.op.apply(x, n.at + k);
      k += std::remove_cvref_t<decltype(step)>::numbers;
    });
    return narrow<out_type>(x);
  }
  /// An element that is no part of a vector.
  template <class Numbers>
  SMELT_HD void alone(const in_type* from, out_type* to, const Numbers& n, index place) {
    const in_type x = *from;
    out_type y = one(x, n);
    if constexpr (has_infinity<in_type>)
      if (refused<program_type>(widened(x), n)) {
        y = narrow<out_type>(missing_value<double>);
        tell_infinities(ctx_, p_.status, p_.places, 1u, [&](int bit) { return place + bit; });
      }
    *to = y;
  }

  /// The vectors of one thread, `turns` of them that lie `threads` apart: `numbers(turn, i)` are those of
  /// element i, `place(turn, i)` is where it stands in the source, row * columns + column.
  template <class Numbers, class Place>
  SMELT_HD void walk(const in_type* in, out_type* out, unsigned turns, unsigned threads, Numbers&& numbers,
                     Place&& place) {
    using in_vector = packed<in_type, size>;
    using out_vector = packed<out_type, size>;
    auto* to = reinterpret_cast<out_vector*>(out);
    own_ring<Context, in_vector, Arguments::ring_depth> coming(ctx_, ctx_.shared() + p_.staged());
    coming.begin(reinterpret_cast<const in_vector*>(in), threads, turns);
    for (unsigned turn = 0; turn < turns; ++turn, to += threads) {
      const in_vector x = coming.next();
      out_vector y;
      bool some = false;
      for (int i = 0; i < size; ++i) {
        some |= suspect<program_type>(x.at[i]);
        y.at[i] = one(x.at[i], numbers(turn, i));
      }
      if (some) {
        unsigned bad = 0;
        for (int i = 0; i < size; ++i)
          if (refused<program_type>(widened(x.at[i]), numbers(turn, i))) {
            y.at[i] = narrow<out_type>(missing_value<double>);
            bad |= 1u << i;
          }
        tell_infinities(ctx_, p_.status, p_.places, bad, [&](int i) { return place(turn, i); });
      }
      *to = y;
    }
  }

  Context& ctx_;
  const Arguments& p_;
  const double* numbers_;
};

}  // namespace detail
}  // namespace smelt::inline v0
