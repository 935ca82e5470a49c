// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Some rows of doubles that the threads of a block hold together, and the running of a program on
/// them. Whatever the layout, the rows' places or the ops, this form runs it; the bits are those of
/// `run_row`.

#include <smelt/policies/cuda/infinities.hpp>

#include <cstddef>  // std::byte

namespace smelt::inline v0 {
namespace detail {

/// The memory of a tile: in shared memory or, for rows too wide for that, in global memory. A tile
/// has no more rows than the block has threads.
struct tile_layout {
  static constexpr int words = 8;    // that all threads know; the last is the tile's own
  static constexpr int sums = 64;    // one for each warp of a block
  static constexpr int columns = 4;  // doubles a row has beside its values and terms

  int rows = 1;
  int cols = 0;
  int width = 0;  // of the tree of row sums; 0 when no op looks across

  SMELT_HD std::size_t bytes() const {
    const auto a_row = static_cast<std::size_t>(cols) + static_cast<std::size_t>(width) + columns;
    return (static_cast<std::size_t>(rows) * a_row + words + sums / 2) * sizeof(double);
  }
};

template <class Context, class Program, class Source>
class block_tile {
 public:
  using program_type = typename Program::type;
  using element = typename Source::value_type;

  SMELT_HD block_tile(Context& ctx, const tile_layout& layout, std::byte* memory,
                      const Program& program, const double* numbers, const Source& x,
                      device_status* status, unsigned long long places)
      : ctx_(ctx),
        program_(program),
        numbers_(numbers),
        x_(x),
        status_(status),
        places_of_infinities_(places),
        cols_(layout.cols),
        width_(layout.width),
        values_(reinterpret_cast<double*>(memory)),
        terms_(values_ + static_cast<std::ptrdiff_t>(layout.rows) * cols_),
        whole_(terms_ + static_cast<std::ptrdiff_t>(layout.rows) * width_),
        sources_(reinterpret_cast<index*>(whole_ + layout.rows)),
        row_numbers_(sources_ + layout.rows),
        words_(reinterpret_cast<unsigned long long*>(row_numbers_ + layout.rows)),
        sums_(reinterpret_cast<unsigned*>(words_ + tile_layout::words)),
        stays_(sums_ + tile_layout::sums),
        places_(stays_ + layout.rows) {}

  /// Words that the threads of the block share; the last is the tile's.
  SMELT_HD unsigned long long* words() { return words_; }
  SMELT_HD index source(int r) { return ctx_.get(sources_ + r); }
  SMELT_HD bool stays(int r) { return ctx_.get(stays_ + r) != 0; }
  SMELT_HD int place(int r) { return static_cast<int>(ctx_.get(places_ + r)); }
  SMELT_HD double value(int r, int c) { return ctx_.get(value_at(r, c)); }

  /// Takes `n` rows in: `where(r)` tells row and number of row r; a negative number leaves it out.
  template <class Where>
  SMELT_HD void load(int n, Where&& where) {
    ctx_.sync();  // nobody is at the rows before, and what they go to is ready
    rows_ = n;
    if (ctx_.thread() == 0) ctx_.put(spoiled(), 0ull);
    own_row([&](int r) {
      const row_place at = where(r);
      ctx_.put(sources_ + r, at.row);
      ctx_.put(row_numbers_ + r, at.number);
      ctx_.put(stays_ + r, at.number >= 0 ? 1u : 0u);
    });
    ctx_.sync();
    bool some = false;
    each_of_block<Source::by_row>(
        ctx_, rows_, cols_, [&](int r, int c) { return stays(r) ? x_.raw(source(r), c) : element{}; },
        [&](int r, int c, element from) {
          const bool bad = refused_here(from, c);
          some |= bad;
          ctx_.put(value_at(r, c), bad ? missing_value<double> : widened(from));
        });
    if (!some) return;
    // The elements of this thread are read once more, to tell of the infinities that are refused.
    own<Source::by_row>(cols_, [&](int r, int c) {
      if (!stays(r) || !refused_here(x_.raw(source(r), c), c)) return;
      ctx_.add(spoiled(), 1ull);
      ctx_.add(&status_->infinities, 1ull);
      const index place = (x_.first_row + source(r)) * index{cols_} + c;
      ctx_.least(&status_->first, places_of_infinities_ + static_cast<unsigned long long>(place));
    });
  }

  /// Runs all steps on all rows; `at_mark(mark)` is called by all threads, when all have come.
  template <class AtMark>
  SMELT_HD void run(AtMark&& at_mark) {
    program_.steps.each([&](const auto& step) {
      if constexpr (is_mark<std::remove_cvref_t<decltype(step)>>) {
        ctx_.sync();
        at_mark(step);
      } else {
        run_step(step);
      }
    });
    ctx_.sync();
  }

  /// Gives the rows that stay their places among them and returns how many there are. The places
  /// may be asked for after a barrier.
  SMELT_HD int count() {
    const int r = ctx_.thread();
    unsigned before;
    const unsigned all = rank(ctx_, r < rows_ && stays(r), sums_, before);
    if (r < rows_) ctx_.put(places_ + r, before);
    return static_cast<int>(all);
  }

  /// What comes out of row r, column c: missing where an infinity was refused.
  SMELT_HD double result(int r, int c) {
    const double x = value(r, c);
    if constexpr (has_infinity<element>)
      if (ctx_.get(spoiled()) != 0 && refused_here(x_.raw(source(r), c), c)) return missing_value<double>;
    return x;
  }

  /// Calls `f(r)` for every row, by one thread each.
  template <class F>
  SMELT_HD void own_row(F&& f) {
    if (ctx_.thread() < rows_) f(ctx_.thread());
  }
  /// Calls `f(r, c)` for every row and the columns below `cols`, by one thread each.
  template <bool ByRow, class F>
  SMELT_HD void own(int cols, F&& f) {
    each_of_block<ByRow>(ctx_, rows_, cols, f);
  }

 private:
  SMELT_HD double* value_at(int r, int c) const {
    return values_ + static_cast<std::ptrdiff_t>(r) * cols_ + c;
  }
  SMELT_HD double* term_at(int r, int c) const {
    return terms_ + static_cast<std::ptrdiff_t>(r) * width_ + c;
  }
  SMELT_HD unsigned long long* spoiled() { return words_ + tile_layout::words - 1; }

  SMELT_HD bool refused_here(element from, int c) const {
    if constexpr (has_infinity<element>)
      return refused<program_type>(widened(from), numbers_of_column{numbers_ + c, program_.pitch});
    else
      return false;
  }

  template <class Step>
  SMELT_HD void run_step(const Step& step) {
    const auto& op = step.op;
    using op_type = std::remove_cvref_t<decltype(op)>;
    constexpr int numbers = Step::numbers;
    auto numbers_of = [&](int c, double* n) {
      for (int k = 0; k < numbers; ++k)
        n[k] = numbers_[static_cast<std::ptrdiff_t>(Step::offset + k) * program_.pitch + c];
    };
    if constexpr (is_admit<op_type>) {
      // `load` has asked it.
    } else if constexpr (keep_row_op<op_type>) {
      ctx_.sync();  // `load` may still ask which rows stay
      own_row([&](int r) {
        if (stays(r) && !op.keeps_row(source(r), ctx_.get(row_numbers_ + r)))
          ctx_.put(stays_ + r, 0u);
      });
    } else if constexpr (value_op<op_type>) {
      own<Source::by_row>(cols_, [&](int r, int c) {
        double n[static_cast<std::size_t>(numbers) + 1];
        numbers_of(c, n);
        double* at = value_at(r, c);
        ctx_.put(at, op.apply(ctx_.get(at), static_cast<const double*>(n)));
      });
    } else {
      ctx_.sync();  // a row is about to be seen by others than those who hold its values
      own<Source::by_row>(width_, [&](int r, int c) {
        double term = -0.0;
        if (c < cols_) {
          double n[static_cast<std::size_t>(numbers) + 1];
          numbers_of(c, n);
          term = op.term(value(r, c), static_cast<const double*>(n));
        }
        ctx_.put(term_at(r, c), term);
      });
      halve_terms(op);
      own_row([&](int r) {
        const double total = ctx_.get(term_at(r, 0));
        if constexpr (keep_op<op_type>) {
          if (!op.keeps(total)) ctx_.put(stays_ + r, 0u);
        } else {
          ctx_.put(whole_ + r, op.finish(total));
        }
      });
      ctx_.sync();
      if constexpr (!keep_op<op_type>)
        own<Source::by_row>(cols_, [&](int r, int c) {
          double n[static_cast<std::size_t>(numbers) + 1];
          numbers_of(c, n);
          double* at = value_at(r, c);
          ctx_.put(at, op.apply(ctx_.get(at), ctx_.get(whole_ + r), static_cast<const double*>(n)));
        });
    }
  }
  /// The tree of `halve` over the terms of each row.
  template <class Op>
  SMELT_HD void halve_terms(const Op& op) {
    ctx_.sync();
    for (int half = width_ / 2; half > 0; half /= 2) {
      own<true>(half, [&](int r, int c) {
        double* at = term_at(r, c);
        ctx_.put(at, op.combine(ctx_.get(at), ctx_.get(at + half)));
      });
      ctx_.sync();
    }
  }

  Context& ctx_;
  const Program& program_;
  const double* numbers_;
  const Source& x_;
  device_status* status_;
  unsigned long long places_of_infinities_;
  int rows_ = 0;
  int cols_;
  int width_;
  double* values_;
  double* terms_;
  double* whole_;
  index* sources_;
  index* row_numbers_;
  unsigned long long* words_;
  unsigned* sums_;
  unsigned* stays_;
  unsigned* places_;
};

}  // namespace detail
}  // namespace smelt::inline v0
