// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A few whole rows as doubles, in cache: where programs run that look across a row, and where rows
/// of any other layout are made.

#include <smelt/core/view.hpp>
#include <smelt/plan/program.hpp>
#include <smelt/policies/eigen/infinity_watch.hpp>
#include <smelt/policies/eigen/through.hpp>
#include <smelt/policies/eigen/turn.hpp>

#include <algorithm>
#include <type_traits>
#include <utility>

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// True when the elements of a row lie next to each other.
template <class View>
inline constexpr bool rows_in_memory = false;
template <dense_view View>
inline constexpr bool rows_in_memory<View> = std::is_same_v<typename View::layout, row_major>;

/// True when the elements of a column lie next to each other.
template <class View>
inline constexpr bool columns_in_memory = false;
template <dense_view View>
inline constexpr bool columns_in_memory<View> =
    std::is_same_v<typename View::layout, column_major>;

/// Rows of doubles, `width()` apart, of which a program drops some.
class tile {
 public:
  static constexpr index most = 32;

  explicit tile(index cols, resource_ref memory = {})
      : cols_(cols),
        width_(padded_width(cols)),
        rows_(std::clamp<index>(own / width_, 1, most)),
        more_values_(width_ * rows_ > own ? width_ * rows_ : 0, memory),
        more_terms_(width_ > own_terms ? width_ : 0, memory),
        spoiled_(memory) {
    if (more_values_.size() > 0) values_ = more_values_.data();
    if (more_terms_.size() > 0) terms_ = more_terms_.data();
    std::fill_n(values_, width_ * rows_, 0.0);
    std::fill_n(terms_, width_, -0.0);
  }
  tile(const tile&) = delete;
  tile& operator=(const tile&) = delete;
  ~tile() {
    if (!memory().zeroes()) return;
    overwrite(own_values_, sizeof own_values_);
    overwrite(own_terms_, sizeof own_terms_);
    overwrite(wholes_, sizeof wholes_);
  }

  /// Rows that fit.
  index capacity() const { return rows_; }
  double* row(index i) { return values_ + i * width_; }
  bool stays(index i) const { return stays_[i]; }

  /// Takes the given source rows in. Infinities that the program does not let in become missing,
  /// are counted, and will be missing when the tile is left.
  template <class Program, class View>
  void load_rows(const Program& p, const View& x, const index* rows, index n,
                 pass_status& status) {
    spoiled_.clear();
    std::fill_n(stays_, n, true);
    for (index i = 0; i < n; ++i) {
      bool bad = false;
      if constexpr (rows_in_memory<View>) {
        bad = load_row(p, x.data() + rows[i] * x.row_stride(), row(i));
      } else if constexpr (block_view<View>) {
        turned_block<typename View::value_type> one(1, cols_, 1, memory());
        read_rows(x, rows + i, index{1}, one.data());
        bad = load_row(p, static_cast<const typename View::value_type*>(one.data()), row(i));
      } else {
        for (index c = 0; c < cols_; ++c) row(i)[c] = static_cast<double>(x(rows[i], c));
        if constexpr (has_infinity<typename View::value_type>)
          bad = spoiled_row(p, row(i));
      }
      if (!bad) continue;
      for (index c = 0; c < cols_; ++c)
        if (refused<Program>(row(i)[c], numbers_of_column{p.numbers + c, p.pitch})) {
          status.infinite_at(x.first_row() + rows[i], c);
          spoiled_.emplace_back(i, c);
          row(i)[c] = missing_value<double>;
        }
    }
  }

  /// Runs a program on `n` rows. With `All`, rows that do not stay run on.
  template <bool All, class... Steps, class AtMark>
  void run(const program<Steps...>& p, const index* source_rows, const index* numbers, index n,
           AtMark&& at_mark) {
    run_from<All, 0, -1>(p, source_rows, numbers, n, at_mark);
    for (const auto& [i, c] : spoiled_) row(i)[c] = missing_value<double>;
  }

 private:
  static constexpr index own = 2048;
  static constexpr index own_terms = 1024;
  static constexpr double lane_numbers[] = {0, 1, 2, 3, 4, 5, 6, 7};

  resource_ref memory() const { return spoiled_.get_allocator().from; }

  /// One row from memory; true when it has an infinity that is not let in.
  template <class Program, class T>
  bool load_row(const Program& p, const T* from, double* to) const {
    infinity_watch<Program, T> watch;
    const numbers_at numbers{p.numbers, p.pitch};
    const index cols = cols_;
    constexpr index ahead = 1024;  // elements; a few rows at a time, hardware sees too late
    auto one = [&](packet x, index c) {
      __builtin_prefetch(from + c + ahead, 0, 2);
      watch.look(x, numbers_at{numbers.at + c, numbers.pitch});
      store_raw(to + c, x);
    };
    index c = 0;
    for (; c + packet::size <= cols; c += packet::size) one(load(from + c), c);
    if (c < cols) one(load_some(from + c, cols - c), c);
    return watch.found();
  }
  template <class Program>
  bool spoiled_row(const Program& p, const double* values) const {
    infinity_watch<Program, double> watch;
    for (index c = 0; c < p.pitch; c += packet::size)
      watch.look(load(values + c), numbers_at{p.numbers + c, p.pitch});
    return watch.found();
  }

  template <class Step>
  static constexpr bool across = [] {
    if constexpr (is_mark<Step>)
      return false;
    else
      return across_op<decltype(Step::op)> || keep_op<decltype(Step::op)>;
  }();
  template <class Step>
  static constexpr bool of_one_value = [] {
    if constexpr (is_mark<Step>)
      return false;
    else
      return value_op<decltype(Step::op)> && !across<Step>;
  }();
  /// The first step from `First` on that is no function of one value.
  template <int First, class... Steps>
  static constexpr int end_of_values() {
    constexpr bool plain[] = {of_one_value<Steps>..., false};
    int at = First;
    while (plain[at]) ++at;
    return at;
  }

  /// Runs the steps from `First` on. Where step `Lead` is not negative, it has looked across the rows,
  /// and its result is still to be applied. What stands between two steps that need whole rows goes
  /// over each row once: the end of the one, all functions of one value, the terms of the other.
  template <bool All, int First, int Lead, class... Steps, class AtMark>
  void run_from(const program<Steps...>& p, const index* source_rows, const index* numbers, index n,
                AtMark& at_mark) {
    constexpr int last = end_of_values<First, Steps...>();
    constexpr bool ends = last == static_cast<int>(sizeof...(Steps));
    if constexpr (ends) {
      if constexpr (Lead >= 0 || First < last)
        each_row<All>(n, [&](index i) { go_over<Lead, First, last, false>(p, i); });
    } else {
      using step_type = std::tuple_element_t<static_cast<std::size_t>(last), std::tuple<Steps...>>;
      if constexpr (across<step_type>) {
        const auto& op = std::get<static_cast<std::size_t>(last)>(p.steps).op;
        each_row<All>(n, [&](index i) {
          go_over<Lead, First, last, true>(p, i);
          const double total = halve_packets(op);
          if constexpr (keep_op<std::remove_cvref_t<decltype(op)>>)
            stays_[i] = op.keeps(total) && stays_[i];
          else
            wholes_[i] = op.finish(total);
        });
        constexpr bool applies = across_op<std::remove_cvref_t<decltype(op)>>;
        run_from<All, last + 1, applies ? last : -1>(p, source_rows, numbers, n, at_mark);
      } else {
        if constexpr (Lead >= 0 || First < last)
          each_row<All>(n, [&](index i) { go_over<Lead, First, last, false>(p, i); });
        const auto& step = std::get<static_cast<std::size_t>(last)>(p.steps);
        if constexpr (is_mark<step_type>)
          at_mark(step);
        else
          for (index i = 0; i < n; ++i)
            if (All || stays_[i])
              stays_[i] = step.op.keeps_row(source_rows[i], numbers[i]) && stays_[i];
        run_from<All, last + 1, -1>(p, source_rows, numbers, n, at_mark);
      }
    }
  }
  template <bool All, class F>
  void each_row(index n, F&& f) const {
    for (index i = 0; i < n; ++i)
      if (All || stays_[i]) f(i);
  }

  /// One row through the end of step `Lead`, steps `First` to `Last - 1`, and with `Terms` into the
  /// terms of step `Last`.
  template <int Lead, int First, int Last, bool Terms, class... Steps>
  SMELT_FLATTEN void go_over(const program<Steps...>& p, index i) {
    // Copies: a store of a packet may, as far as compilers know, change any member.
    double* const values = row(i);
    [[maybe_unused]] double* const terms = terms_;
    const double* const all_numbers = p.numbers;
    const index pitch = p.pitch;
    [[maybe_unused]] const index cols = cols_;
    [[maybe_unused]] const packet whole(Lead >= 0 ? wholes_[i] : 0.0);
    for (index c = 0; c < pitch; c += packet::size) {
      const numbers_at numbers{all_numbers + c, pitch};
      packet x = load(values + c);
      if constexpr (Lead >= 0) {
        const auto& step = std::get<static_cast<std::size_t>(Lead)>(p.steps);
        using step_type = std::remove_cvref_t<decltype(step)>;
        x = step.op.apply(x, whole,
                          static_cast<const packet*>(step_numbers<packet, step_type>(numbers).at));
      }
      x = through<First>(p, x, numbers, std::make_integer_sequence<int, Last - First>{});
      if constexpr (Lead >= 0 || First < Last) store_raw(values + c, x);
      if constexpr (Terms) {
        const auto& step = std::get<static_cast<std::size_t>(Last)>(p.steps);
        using step_type = std::remove_cvref_t<decltype(step)>;
        packet term = step.op.term(
            x, static_cast<const packet*>(step_numbers<packet, step_type>(numbers).at));
        if (c + packet::size > cols)
          term = where(less(load(lane_numbers), packet(static_cast<double>(cols - c))), term,
                       packet(-0.0));
        store_raw(terms + c, term);
      }
    }
  }
  /// The tree of `halve`, several elements at once.
  template <class Op>
  double halve_packets(const Op& op) {
    double* const terms = terms_;
    index half = width_ / 2;
    for (; half >= packet::size; half /= 2)
      for (index c = 0; c < half; c += packet::size)
        store_raw(terms + c, op.combine(load(terms + c), load(terms + c + half)));
    packet x = load(terms);
    for (half = packet::size / 2; half > 0; half /= 2) x = op.combine(x, moved_down(x, half));
    return first_of(x);
  }

  index cols_;
  index width_;
  index rows_;
  alignas(64) double own_values_[own];
  alignas(64) double own_terms_[own_terms];
  double* values_ = own_values_;
  double* terms_ = own_terms_;  // -0 beside the columns, always: nothing to add
  bool stays_[most] = {};
  double wholes_[most] = {};  // of a step that looked across each row
  buffer<double> more_values_;
  buffer<double> more_terms_;
  list<std::pair<index, index>> spoiled_;
};

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
