// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// From a chain and its plan to programs: the map of a transform, and the fold of each fit pass.

#include <smelt/plan/program.hpp>
#include <smelt/plan/row_map.hpp>

#include <tuple>
#include <utility>

namespace smelt::inline v0 {

/// A sampler before a statistic, as a rule on a row's number.
struct sampled_op {
  static constexpr int numbers = 0;
  row_map rows;
  SMELT_HD bool keeps_row(index, index number) const { return rows.contains(number); }
};

namespace detail {

template <class Stage>
inline constexpr bool handles_infinity = requires { requires Stage::handles_infinity; };

/// A sampler whose rows repeat, or are a list: what comes after it is folded in the order drawn.
template <class Stage>
inline constexpr bool folds_as_drawn = requires { requires Stage::folds_as_drawn; };

template <class Chain>
struct compiled;

template <class... Stages>
struct compiled<chain<Stages...>> {
  using chain_type = chain<Stages...>;
  static constexpr std::size_t size = sizeof...(Stages);
  static constexpr auto plan = plan_of<chain_type>;
  static constexpr std::array<int, size + 1> offsets = [] {
    std::array<int, size + 1> at{};
    std::size_t i = 0;
    ((at[i + 1] = at[i] + numbers_of<Stages>, ++i), ...);
    return at;
  }();
  /// Whether some columns may hold infinities: those with a rule for them, and those that leave.
  static constexpr bool admits =
      ((handles_infinity<Stages> || Stages::does == effect::columns) || ...);
  static constexpr int rows_of_numbers = offsets[size] + (admits ? 1 : 0);
  template <std::size_t I>
  using stage_at = std::tuple_element_t<I, std::tuple<Stages...>>;

  /// The stage whose numbers an op reads: the last of a run.
  static constexpr bool last_of_op(std::size_t i) {
    return plan.stages[i].op >= 0 &&
           (i + 1 >= size || [&] {
             for (std::size_t j = i + 1; j < size; ++j)
               if (plan.stages[j].op == plan.stages[i].op) return false;
             return true;
           }());
  }
  static constexpr bool has_mark(int pass, std::size_t position) {
    for (std::size_t j = 0; j < size; ++j)
      if (plan.stages[j].pass == pass && plan.stages[j].position == static_cast<int>(position))
        return true;
    return false;
  }
  static constexpr int slot_number(int pass, int position) {
    int slot = 0;
    for (int p = 0; p < position; ++p) slot += has_mark(pass, static_cast<std::size_t>(p));
    return slot;
  }
  static constexpr int slots(int pass) { return slot_number(pass, static_cast<int>(size)); }
  static constexpr bool in_fold(int pass, std::size_t i) {
    bool measured_after = false;
    for (std::size_t p = i + 1; p < size; ++p) measured_after |= has_mark(pass, p);
    const bool before = static_cast<int>(i) < plan.first[static_cast<std::size_t>(pass)];
    const bool masks = plan.facts[i].does == effect::sampler && !plan.facts[i].reorders_only;
    return measured_after && (before ? last_of_op(i) || masks
                                     : plan.stages[i].in_fold && (plan.stages[i].op >= 0 || masks));
  }

  template <std::size_t I>
  static auto op_at(const chain_type& c) {
    using stage = stage_at<I>;
    if constexpr (stage::does == effect::affine)
      return affine_op{};
    else if constexpr (requires { c.template get<I>().make_op(); })
      return c.template get<I>().make_op();
    else
      return typename stage::op{};
  }
  template <std::size_t I>
  static auto step_at(const chain_type& c) {
    auto op = op_at<I>(c);
    return op_step<decltype(op), offsets[I]>{op};
  }

  template <std::size_t I, bool Drops>
  static auto map_part(const chain_type& c) {
    if constexpr (last_of_op(I) && (Drops || plan.facts[I].does != effect::drop))
      return std::make_tuple(step_at<I>(c));
    else
      return std::tuple<>{};
  }

  // The statistics of a mark: a tally, and what the stages at it need, each once.
  template <class Have, class S>
  struct include_one;
  template <int Slot, class... Have, class S>
  struct include_one<mark_step<Slot, Have...>, S> {
    using type = std::conditional_t<(std::is_same_v<Have, S> || ...), mark_step<Slot, Have...>,
                                    mark_step<Slot, Have..., S>>;
  };
  template <class Have, class... S>
  struct include_all {
    using type = Have;
  };
  template <class Have, class S, class... More>
  struct include_all<Have, S, More...> {
    using type = typename include_all<typename include_one<Have, S>::type, More...>::type;
  };
  template <class Have, class... S>
  static auto include_list(statistics<S...>) -> typename include_all<Have, S...>::type;
  template <int Pass, std::size_t Position, std::size_t I, class Have>
  static auto collect() {
    if constexpr (I == size)
      return Have{};
    else if constexpr (plan.stages[I].pass == Pass &&
                       plan.stages[I].position == static_cast<int>(Position))
      return collect<Pass, Position, I + 1,
                     decltype(include_list<Have>(needs_of<stage_at<I>>{}))>();
    else
      return collect<Pass, Position, I + 1, Have>();
  }
  template <int Pass, std::size_t Position>
  using mark_at = decltype(collect<Pass, Position, 0,
                                   mark_step<slot_number(Pass, static_cast<int>(Position)),
                                             tally>>());

  template <int Pass, std::size_t I>
  static auto fold_part(const chain_type& c, index source_rows) {
    auto mark = [] {
      if constexpr (has_mark(Pass, I))
        return std::make_tuple(mark_at<Pass, I>{});
      else
        return std::tuple<>{};
    }();
    auto step = [&] {
      if constexpr (!in_fold(Pass, I)) {
        return std::tuple<>{};
      } else if constexpr (plan.facts[I].does == effect::sampler) {
        if constexpr (folds_as_drawn<stage_at<I>>)
          return std::tuple<>{};
        else
          return std::make_tuple(
              op_step<sampled_op, 0>{{map_of(c.template get<I>().rows, source_rows, 0)}});
      } else {
        return std::make_tuple(step_at<I>(c));
      }
    }();
    return std::tuple_cat(mark, step);
  }

  template <class... Steps>
  static auto as_program(std::tuple<Steps...> steps, const double* numbers, index cols) {
    if (numbers == nullptr) numbers = no_numbers;
    if constexpr (admits)
      return program<op_step<admit_op, offsets[size]>, Steps...>{
          std::tuple_cat(std::make_tuple(op_step<admit_op, offsets[size]>{}), std::move(steps)),
          numbers, pitch_of(cols), cols};
    else
      return program<Steps...>{std::move(steps), numbers, pitch_of(cols), cols};
  }
  template <bool Drops>
  static auto map(const chain_type& c, const double* numbers, index cols) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return as_program(std::tuple_cat(map_part<I, Drops>(c)...), numbers, cols);
    }(std::make_index_sequence<size>{});
  }
  template <int Pass>
  static auto fold(const chain_type& c, const double* numbers, index cols, index source_rows) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return as_program(std::tuple_cat(fold_part<Pass, I>(c, source_rows)...), numbers, cols);
    }(std::make_index_sequence<size>{});
  }
};

}  // namespace detail

}  // namespace smelt::inline v0
