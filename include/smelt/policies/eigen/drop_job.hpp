// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The loops of a map of on::eigen for rows that drop, where nothing else looks across a row: which rows
/// stay is found first, in registers; those that do are then put side by side, near, and go through the
/// rest of the program like any others.

#include <smelt/policies/eigen/map_job.hpp>
#include <smelt/policies/eigen/tile.hpp>

#include <algorithm>  // std::copy_n, std::max, std::min
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>  // std::integer_sequence

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

template <class Step>
inline constexpr bool decides = [] {
  if constexpr (is_mark<Step>)
    return false;
  else
    return keep_op<decltype(Step::op)> || keep_row_op<decltype(Step::op)>;
}();

/// True when rows of a program drop, and its other steps are functions of one value.
template <class Program>
inline constexpr bool only_drops = false;
template <class... Steps>
inline constexpr bool only_drops<program<Steps...>> =
    drops_rows<program<Steps...>> && !counts_changes<program<Steps...>> && ([] {
      if constexpr (is_mark<Steps> || decides<Steps>)
        return true;
      else
        return value_op<decltype(Steps::op)>;
    }() && ...);

/// The program of a row that stays.
template <class... Steps>
auto without_drops(const program<Steps...>& p) {
  auto kept = [](const auto& step) {
    if constexpr (decides<std::remove_cvref_t<decltype(step)>>)
      return std::tuple<>();
    else
      return std::make_tuple(step);
  };
  auto steps = std::apply([&](const auto&... step) { return std::tuple_cat(kept(step)...); }, p.steps);
  return [&]<class... Rest>(std::tuple<Rest...>& all) {
    return program<Rest...>{std::move(all), p.numbers, p.pitch, p.cols};
  }(steps);
}

/// Which of the steps before step `Last` are functions of a value.
template <int Last, class... Steps, int... At>
constexpr auto values_before(const program<Steps...>*, std::integer_sequence<int, At...> found) {
  constexpr int next = sizeof...(At) == 0 ? 0 : std::max({-1, At...}) + 1;
  constexpr bool decide[] = {decides<Steps>..., false};
  constexpr int at = [&] {
    int k = next;
    while (k < Last && decide[k]) ++k;
    return k;
  }();
  if constexpr (at >= Last)
    return found;
  else
    return values_before<Last>(static_cast<const program<Steps...>*>(nullptr),
                               std::integer_sequence<int, At..., at>{});
}

/// Decides on rows that lie in memory, one after another.
template <class Program, class T>
class row_judge {
 public:
  explicit row_judge(const Program& p) : p_(p), width_(padded_width(p.cols)), terms_(width_, 1, width_) {}

  /// Whether a row stays. An infinity that the program does not let in is seen, and the answer then of
  /// no use.
  bool stays(const T* row, index source, index number) { return stays_at<0>(row, source, number); }
  bool met_infinity() const { return watch_.found(); }

 private:
  template <int At>
  SMELT_INLINE bool stays_at(const T* row, index source, index number) {
    if constexpr (At == std::tuple_size_v<decltype(Program::steps)>) {
      return true;
    } else {
      using step_type = std::tuple_element_t<static_cast<std::size_t>(At), decltype(Program::steps)>;
      if constexpr (!decides<step_type>) {
        return stays_at<At + 1>(row, source, number);
      } else {
        const auto& op = std::get<static_cast<std::size_t>(At)>(p_.steps).op;
        if constexpr (keep_row_op<std::remove_cvref_t<decltype(op)>>)
          return op.keeps_row(source, number) && stays_at<At + 1>(row, source, number);
        else
          return op.keeps(total<At>(row)) && stays_at<At + 1>(row, source, number);
      }
    }
  }

  /// The reduction of step `At` over a row.
  template <int At>
  SMELT_INLINE double total(const T* row) {
    const auto& op = std::get<static_cast<std::size_t>(At)>(p_.steps).op;
    const index cols = p_.cols;
    if constexpr (requires { requires std::remove_cvref_t<decltype(op)>::in_any_order; }) {
      packet sum(-0.0);
      each_term<At>(row, [&](packet term, index) { sum = op.combine(sum, term); });
      for (index half = packet::size / 2; half > 0; half /= 2) sum = op.combine(sum, moved_down(sum, half));
      return first_of(sum);
    } else {
      double* const terms = terms_.data();
      for (index c = cols / packet::size * packet::size; c < width_; c += packet::size)
        store_raw(terms + c, packet(-0.0));
      each_term<At>(row, [&](packet term, index c) { store_raw(terms + c, term); });
      return halve(op, terms, width_);
    }
  }
  /// Calls `f(term, c)` for the columns from c on, a packet of them; beside the row there is -0.
  template <int At, class F>
  SMELT_INLINE void each_term(const T* row, F&& f) {
    const index cols = p_.cols;
    auto one = [&](packet x, index c) {
      using step_type = std::tuple_element_t<static_cast<std::size_t>(At), decltype(Program::steps)>;
      const auto& step = std::get<static_cast<std::size_t>(At)>(p_.steps);
      const numbers_at numbers{p_.numbers + c, p_.pitch};
      x = through<0>(p_, x, numbers,
                     decltype(values_before<At>(static_cast<const Program*>(nullptr),
                                                std::integer_sequence<int>{})){});
      return step.op.term(x, static_cast<const packet*>(step_numbers<packet, step_type>(numbers).at));
    };
    index c = 0;
    for (; c + pair <= cols; c += pair) {
      const packet a = load(row + c);
      const packet b = load(row + c + packet::size);
      if constexpr (infinity_watch<Program, T>::as_floats) {
        watch_.look(load_floats(row + c));
      } else {
        watch_.look(a, numbers_at{p_.numbers + c, p_.pitch});
        watch_.look(b, numbers_at{p_.numbers + c + packet::size, p_.pitch});
      }
      f(one(a, c), c);
      f(one(b, c + packet::size), c + packet::size);
    }
    for (; c < cols; c += packet::size) {
      const index n = std::min(packet::size, cols - c);
      const packet x = load_some(row + c, n);
      watch_.look(x, numbers_at{p_.numbers + c, p_.pitch});
      const packet term = one(x, c);
      f(n == packet::size ? term : first_few(term, n), c);
    }
  }
  static packet first_few(packet term, index n) {
    return where(less(load(lane_numbers), packet(static_cast<double>(n))), term, packet(-0.0));
  }
  static constexpr double lane_numbers[] = {0, 1, 2, 3, 4, 5, 6, 7};

  const Program& p_;
  index width_;
  infinity_watch<Program, T> watch_;
  turned_block<double> terms_;
};

/// The loops.
template <class Program, class View, class Out, class Written>
struct drop_job : map_task<Program, View, Out, Written> {
  using base = map_task<Program, View, Out, Written>;
  using typename base::result;
  using typename base::value_type;
  using base::found;
  using base::out;
  using base::p;
  using base::request;
  using base::stream;
  using base::written;
  using base::x;

  /// Whether it can serve a request: the rows that stay are read again when lower tasks may be writing.
  bool serves() const {
    return !request.kept && static_cast<const void*>(x.data()) != static_cast<const void*>(out.data());
  }

  /// Rows [begin, end), one task's; those that stay are written where `place(how many)` says. Where an
  /// infinity is met that is not let in nothing is done: false.
  template <class Place>
  bool dropped_rows(index begin, index end, Place&& place) const {
    constexpr index most = map_rows(1);
    index from[most];
    row_judge<Program, value_type> judge(p);
    index stay = 0;
    base::in_some(begin, end, [&](index at, index n, const index* sources) {
      for (index i = 0; i < n; ++i) {
        from[stay] = sources[i];
        stay += judge.stays(x.data() + sources[i] * x.row_stride(), sources[i], at + i) ? 1 : 0;
      }
    });
    if (judge.met_infinity()) return false;
    pass_status status;
    status.dropped = end - begin - stay;
    const index to = place(stay);
    write(from, stay, to, status);
    written(to, static_cast<const index*>(from), stay);
    found.merge(status);
    return true;
  }

 private:
  /// Writes `rows` rows to places from `to` on.
  void write(const index* from, index rows, index to, pass_status& status) const {
    const auto rest = without_drops(p);
    using rest_type = std::remove_cvref_t<decltype(rest)>;
    constexpr index near = 16384 / index{sizeof(value_type)};  // elements, half of a first-level cache
    const index cols = p.cols;
    const index some = std::max<index>(near / std::max<index>(cols, 1), 1);
    turned_block<value_type> block(std::min(rows, some), cols, 1);
    repeated_numbers numbers;
    const bool repeats = out.row_stride() == cols && rows > 64 &&
                         repeated_numbers::fits(number_rows<rest_type>, cols);
    if (repeats) numbers.repeat(p.numbers, number_rows<rest_type>, cols, p.pitch);
    const auto all = numbers.numbers();
    const bool past_caches = stream && repeats;
    const map_job<rest_type, View, Out, Written> job{
        {rest, x, request, out, written, found, past_caches}};
    for (index at = 0; at < rows; at += block.rows()) {
      const index n = std::min(block.rows(), rows - at);
      for (index i = 0; i < n; ++i)
        std::copy_n(x.data() + from[at + i] * x.row_stride(), cols, block.data() + i * cols);
      job.near_rows(block.data(), cols, out.data() + (to + at) * out.row_stride(), out.row_stride(), n,
                    repeats ? &all : nullptr, past_caches, [=](index i) { return from[at + i]; }, status);
    }
    if (past_caches) fence_streams();
  }
};

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
