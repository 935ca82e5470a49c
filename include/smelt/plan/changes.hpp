// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Values that a fill has put there or a clip has changed, counted in the pass that writes them.
/// The program of such a pass has marks around the steps that change values; no other program, and
/// no loop that runs one, knows of it.

#include <smelt/core/arithmetic.hpp>
#include <smelt/core/elements.hpp>
#include <smelt/plan/map.hpp>
#include <smelt/plan/program.hpp>

#include <tuple>
#include <type_traits>

namespace smelt::inline v0 {

/// Before or after a step that changes values so.
template <change Change, bool Before>
struct change_mark {};
template <change Change, bool Before>
inline constexpr bool is_mark<change_mark<Change, Before>> = true;

namespace detail {

template <class Step>
inline constexpr bool is_change_mark = false;
template <change Change, bool Before>
inline constexpr bool is_change_mark<change_mark<Change, Before>> = true;

/// True when a program has marks around a step that changes values.
template <class Program>
inline constexpr bool counts_changes = false;
template <class... Steps>
inline constexpr bool counts_changes<program<Steps...>> = (is_change_mark<Steps> || ...);

/// A program with these marks.
template <class... Steps>
auto with_change_marks(const program<Steps...>& p) {
  auto marked = [](const auto& step) {
    constexpr change does = change_by<std::remove_cvref_t<decltype(step.op)>>;
    if constexpr (does == change::none)
      return std::make_tuple(step);
    else
      return std::make_tuple(change_mark<does, true>{}, step, change_mark<does, false>{});
  };
  auto steps =
      std::apply([&](const auto&... step) { return std::tuple_cat(marked(step)...); }, p.steps);
  return [&]<class... Marked>(std::tuple<Marked...>& all) {
    return program<Marked...>{std::move(all), p.numbers, p.pitch, p.cols};
  }(steps);
}

/// Watches a few rows pass through a program: `look` at each mark, then `count` for each row that
/// is written. For a program without marks it is nothing.
template <class Program, bool = counts_changes<Program>>
class change_counter {
 public:
  change_counter(index, index, resource_ref) {}
  template <class Mark, class Rows>
  void look(Mark, const Rows&) const {}
  void count(index, const double*, const map_request&, pass_status&) const {}
};

template <class Program>
class change_counter<Program, true> {
 public:
  change_counter(index rows, index cols, resource_ref memory)
      : rows_(rows), cols_(cols), more_before_(memory), more_changed_(memory) {
    if (rows * cols > own) {
      more_before_.resize(static_cast<std::size_t>(rows * cols));
      more_changed_.resize(static_cast<std::size_t>(rows * cols));
      before_ = more_before_.data();
      changed_ = more_changed_.data();
    }
    std::fill_n(changed_, rows * cols, static_cast<unsigned char>(0));
  }
  change_counter(const change_counter&) = delete;
  change_counter& operator=(const change_counter&) = delete;

  /// `row(i)` is where row i lies, null when it has left.
  template <change Change, bool Before, class Rows>
  void look(change_mark<Change, Before>, const Rows& row) {
    for (index i = 0; i < rows_; ++i) {
      const double* const now = row(i);
      if (now == nullptr) continue;
      double* const before = before_ + i * cols_;
      unsigned char* const changed = changed_ + i * cols_;
      if constexpr (Before)
        detail::copy_elements(now, cols_, before);
      else
        for (index c = 0; c < cols_; ++c)
          changed[c] = static_cast<unsigned char>(
              changed[c] | (differs<Change>(before[c], now[c]) ? bit<Change> : 0));
    }
  }
  /// Row i, written as it lies in `row`. What came out missing, no matter why, nobody has filled or
  /// clipped.
  void count(index i, const double* row, const map_request& request, pass_status& status) const {
    const unsigned char* const changed = changed_ + i * cols_;
    for (index k = 0; k < request.width(cols_); ++k) {
      const index c = request.column(k);
      if (missing(row[c])) continue;
      status.filled += (changed[c] & bit<change::filled>) != 0 ? 1 : 0;
      status.clipped += (changed[c] & bit<change::clipped>) != 0 ? 1 : 0;
    }
  }

 private:
  static constexpr index own = 2048;
  template <change Change>
  static constexpr unsigned char bit = Change == change::filled ? 1 : 2;
  template <change Change>
  static bool differs(double before, double now) {
    if constexpr (Change == change::filled)
      return missing(before) && !missing(now);
    else
      return !missing(before) && !equal(before, now);
  }

  index rows_;
  index cols_;
  double own_before_[own];
  unsigned char own_changed_[own];
  double* before_ = own_before_;
  unsigned char* changed_ = own_changed_;
  detail::list<double> more_before_;
  detail::list<unsigned char> more_changed_;
};

}  // namespace detail

}  // namespace smelt::inline v0
