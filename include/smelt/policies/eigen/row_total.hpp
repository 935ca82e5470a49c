// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What a step that looks across a row finds in one that lies in memory: its terms through the
/// steps before it and the tree over them, in registers.

#include <smelt/policies/eigen/infinity_watch.hpp>
#include <smelt/policies/eigen/through.hpp>
#include <smelt/policies/eigen/turn.hpp>

#include <algorithm>  // std::max, std::min
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>  // std::integer_sequence

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// True for a step by which rows leave.
template <class Step>
inline constexpr bool decides = [] {
  if constexpr (is_mark<Step>)
    return false;
  else
    return keep_op<decltype(Step::op)> || keep_row_op<decltype(Step::op)>;
}();

/// The steps before step `Last` by which no row leaves.
template <int Last, class... Steps, int... At>
constexpr auto values_before(const program<Steps...>* p, std::integer_sequence<int, At...> found) {
  constexpr bool leaves[] = {decides<Steps>..., false};
  constexpr int at = [&] {
    int k = std::max({-1, At...}) + 1;
    while (k < Last && leaves[k]) ++k;
    return k;
  }();
  if constexpr (at >= Last)
    return found;
  else
    return values_before<Last>(p, std::integer_sequence<int, At..., at>{});
}

/// Looks across rows of `T`, one after another; with `Watch` for infinities too.
template <class Program, class T, bool Watch>
class row_totals {
 public:
  explicit row_totals(const Program& p, resource_ref memory = {})
      : p_(p), width_(padded_width(p.cols)), more_(width_, 1, width_, memory) {}

  /// The terms of step `At` of a row, joined by the tree of `halve`.
  template <int At>
  SMELT_FLATTEN double of(const T* row) {
    const auto& op = op_of<At>();
    if constexpr (requires { requires std::remove_cvref_t<decltype(op)>::in_any_order; }) {
      packet sum(-0.0);
      const index cols = p_.cols;
      index c = 0;
      for (; c + pair <= cols; c += pair) {
        const packet a = load(row + c);
        const packet b = load(row + c + packet::size);
        if constexpr (Watch && infinity_watch<Program, T>::as_floats) {
          watch_.look(load_floats(row + c));
        } else {
          look(a, c);
          look(b, c + packet::size);
        }
        sum =
            op.combine(sum, op.combine(through_to<At>(a, c), through_to<At>(b, c + packet::size)));
      }
      for (; c < cols; c += packet::size) sum = op.combine(sum, term<At>(row, c));
      return joined(op, sum);
    } else {
      // Elements a half and a quarter of the padded row apart are joined as they are read.
      constexpr index four = 4 * packet::size;
      if (width_ < four) {
        packet sum = term<At>(row, 0);
        if (width_ > packet::size) sum = op.combine(sum, term<At>(row, packet::size));
        return joined(op, sum);
      }
      const index quarter = width_ / 4;
      auto four_of = [&](index c) {
        return op.combine(op.combine(term<At>(row, c), term<At>(row, c + 2 * quarter)),
                          op.combine(term<At>(row, c + quarter), term<At>(row, c + 3 * quarter)));
      };
      if (quarter == packet::size) return joined(op, four_of(0));
      double* const terms = more_.data();
      for (index c = 0; c < quarter; c += packet::size) store_raw(terms + c, four_of(c));
      index half = quarter / 2;
      for (; half > packet::size; half /= 2)
        for (index c = 0; c < half; c += packet::size)
          store_raw(terms + c, op.combine(load(terms + c), load(terms + c + half)));
      return joined(op, op.combine(load(terms), load(terms + half)));
    }
  }
  /// Looks for infinities in a row, and for nothing else.
  void watch(const T* row) {
    for (index c = 0; c < p_.cols; c += packet::size)
      watch_.look(load_some(row + c, std::min(packet::size, p_.cols - c)), numbers(c));
  }
  /// Whether an infinity was met that the program does not let in: answers since are of no use.
  bool met_infinity() const { return watch_.found(); }

 private:
  static constexpr index pair = 2 * packet::size;
  static constexpr double lane_numbers[] = {0, 1, 2, 3, 4, 5, 6, 7};

  template <int At>
  using step_of = std::tuple_element_t<static_cast<std::size_t>(At), decltype(Program::steps)>;
  template <int At>
  const auto& op_of() const {
    return std::get<static_cast<std::size_t>(At)>(p_.steps).op;
  }
  numbers_at numbers(index c) const { return {p_.numbers + c, p_.pitch}; }
  SMELT_INLINE void look([[maybe_unused]] packet x, [[maybe_unused]] index c) {
    if constexpr (Watch) watch_.look(x, numbers(c));
  }

  /// The terms of values that begin in column c.
  template <int At>
  SMELT_INLINE packet through_to(packet x, index c) const {
    using before = decltype(values_before<At>(static_cast<const Program*>(nullptr),
                                              std::integer_sequence<int>{}));
    x = through<0>(p_, x, numbers(c), before{});
    return op_of<At>().term(
        x, static_cast<const packet*>(step_numbers<packet, step_of<At>>(numbers(c)).at));
  }
  /// The same of a row from column c on; -0 beside the columns.
  template <int At>
  SMELT_INLINE packet term(const T* row, index c) {
    const index n = p_.cols - c;
    if (n >= packet::size) [[likely]] {
      const packet x = load(row + c);
      look(x, c);
      return through_to<At>(x, c);
    }
    if (n <= 0) return packet(-0.0);
    const packet x = load_some(row + c, n);
    look(x, c);
    return where(less(load(lane_numbers), packet(static_cast<double>(n))), through_to<At>(x, c),
                 packet(-0.0));
  }
  template <class Op>
  SMELT_INLINE static double joined(const Op& op, packet x) {
    // No loop: at -O2 it would stay one.
    if constexpr (packet::size == 8) x = op.combine(x, moved_down(x, 4));
    if constexpr (packet::size >= 4) x = op.combine(x, moved_down(x, 2));
    x = op.combine(x, moved_down(x, 1));
    return first_of(x);
  }

  const Program& p_;
  index width_;
  infinity_watch<Program, T> watch_;
  turned_block<double> more_;
};

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
