// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The solving of each stage from the folds: slots are read, carried over what stands between the
/// fold and the stage, and handed to the stage.

#include <smelt/core/elements.hpp>
#include <smelt/plan/fold.hpp>
#include <smelt/plan/learned.hpp>
#include <smelt/core/slot.hpp>

namespace smelt::inline v0 {

namespace detail {

/// Solves the stages of one chain, in order, as their folds come in.
template <class Chain>
class solver {
 public:
  using compiled = detail::compiled<Chain>;
  static constexpr auto plan = compiled::plan;
  static constexpr std::size_t size = compiled::size;

  /// Checks the stages against the data; `found` gets what does not fit, then and later. Of data that
  /// are not at hand, with -1 rows, no mask's length is checked.
  solver(learned_numbers<Chain>& into, index source_rows, status& found)
      : into_(into), found_(found), open_(memory()) {
    into.numbers.assign(static_cast<std::size_t>(compiled::rows_of_numbers * into.pitch()), 0.0);
    into.fired = {};
    into.kept.clear();
    open_.assign(size, list<index>(static_cast<std::size_t>(into.cols), memory()));
    for_stages([&]<std::size_t I>() {
      const auto& stage = into.stages.template get<I>();
      // Until a fold has shown which columns leave, all are there.
      if constexpr (plan.facts[I].does == effect::columns)
        std::fill_n(into.at(I, 0), into.cols, 1.0);
      if constexpr (requires { stage.check(index{}, found); }) stage.check(into.cols, found);
      if constexpr (requires { stage.check_rows(index{}, found); })
        if (source_rows >= 0) stage.check_rows(source_rows, found);
      if constexpr (requires { stage.chosen; }) check_columns(stage.chosen);
    });
  }

  /// Gives the stages their numbers that the fold of pass `Pass` evaluates.
  template <int Pass>
  void before_fold() {
    for_stages([&]<std::size_t I>() {
      constexpr bool here = in_pass(Pass, I);
      constexpr bool given_columns = plan.facts[I].does == effect::columns && !plan.facts[I].learned;
      if constexpr (here && (plan.stages[I].in_fold || given_columns)) given<I>();
    });
    into_.template admit<true>();
  }

  /// Solves the stages of pass `Pass` from the total of its fold.
  template <int Pass, class Program>
  void after_fold(const fold_trace<Program>& trace) {
    const list<double> total = trace.total(into_.pitch());
    for_stages([&]<std::size_t I>() {
      if (!found_) return;
      if constexpr (in_pass(Pass, I) && !plan.stages[I].in_fold) {
        if constexpr (plan.stages[I].pass >= 0)
          solve<Pass, I>(total, trace);
        else if constexpr (plan.facts[I].does != effect::columns &&
                           plan.facts[I].does != effect::sampler)
          given<I>();
      }
    });
  }

  /// After the last pass: which columns stay.
  void finish() {
    into_.template admit<false>();
    if constexpr (plan.drops_columns) {
      for (index c = 0; c < into_.cols; ++c)
        if (into_.live(size, c)) into_.kept.push_back(c);
      expect<value_error>(found_, !into_.kept.empty() || into_.cols == 0,
                          "the chain drops every column: nothing is left");
    }
  }

  static constexpr bool in_pass(int pass, std::size_t i) {
    const auto p = static_cast<std::size_t>(pass);
    const int next = pass + 1 < plan.fit_passes ? plan.first[p + 1] : static_cast<int>(size);
    return static_cast<int>(i) >= plan.first[p] && static_cast<int>(i) < next;
  }

 protected:
  template <class F>
  static void for_stages(F&& f) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (f.template operator()<I>(), ...);
    }(std::make_index_sequence<size>{});
  }

  void check_columns(const columns& chosen) const {
    for (index c : chosen.list)
      expect<value_error>(found_, 0 <= c && c < into_.cols, "columns{...}: there is no column ", c,
                          ", the data have ", into_.cols, " columns");
    for (const auto& title : chosen.names)
      expect<value_error>(
          found_, is_in(into_.titles, title),
          "columns{...}: no column is named '", title, "'; there are: ", listed_names{into_.titles});
  }

  template <std::size_t I, class Slot>
  Slot start_slot(index c) const {
    Slot s;
    s.column = c;
    if (!into_.titles.empty()) s.title = into_.titles[static_cast<std::size_t>(c)];
    s.live = into_.live(I, c);
    s.found = &found_;
    return s;
  }

  /// Puts a slot into present units: the affine run before it ends here.
  template <class... S>
  static void rebase(slot<S...>& s) {
    if (s.frame.run == affine{}) return;
    (along<S>(s.template get<S>(), s.frame.run), ...);
    s.frame.run = affine{};
  }
  template <class S>
  static void along(typename S::value& value, const affine& run) {
    if constexpr (requires { S::along(value, run); }) S::along(value, run);
  }

  /// Carries a slot of stage I, measured at its position, over what stands between.
  template <int Pass, std::size_t I, class... S>
  void push(slot<S...>& s) {
    constexpr auto first = static_cast<std::size_t>(plan.first[static_cast<std::size_t>(Pass)]);
    constexpr auto position = static_cast<std::size_t>(plan.stages[I].position);
    const index c = s.column;
    auto step = [&]<std::size_t J>() {
      if constexpr (J >= first && J < I && !plan.stages[J].in_fold) {
        using stage = typename compiled::template stage_at<J>;
        if constexpr (stage::does == effect::fill && J < position) {
          const double filler = through_fold<J, position>(into_.at(J, 0)[c], c);
          const index open = open_[J][static_cast<std::size_t>(c)];
          if (!missing(filler)) fill<S...>(s, filler, open);
        } else if constexpr (stage::does == effect::fill) {
          rebase(s);
          const double filler = into_.at(J, 0)[c];
          if (!missing(filler)) fill<S...>(s, filler, s.counts.missing);
        } else if constexpr (stage::does == effect::affine) {
          if constexpr (!plan.stages[J].merged) rebase(s);
          s.frame.run = into_.line(J, c);
        } else if constexpr (stage::does == effect::monotone) {
          rebase(s);
          auto image = [&](double x) { return apply<J>(x, c); };
          (monotone<S>(s, image), ...);
        }
      }
    };
    for_stages(step);
    // A stage that does not continue the run sees values in present units.
    if constexpr (!(plan.facts[I].does == effect::affine && plan.stages[I].merged)) rebase(s);
  }

  template <class... S, class Slot>
  static void fill(Slot& s, double filler, index filled) {
    const index present = s.counts.present;
    (S::fill(s.template get<S>(), filler, filled, present), ...);
    tally::fill(s.counts, filler, filled, present);
  }
  template <class S, class Slot, class Image>
  static void monotone(Slot& s, const Image& image) {
    if constexpr (requires { S::monotone(s.template get<S>(), image); })
      S::monotone(s.template get<S>(), image);
  }

  template <std::size_t J>
  double apply(double x, index c) const {
    constexpr int count = numbers_of<typename compiled::template stage_at<J>>;
    std::array<double, static_cast<std::size_t>(count) + 1> n{};
    for (int k = 0; k < count; ++k) n[static_cast<std::size_t>(k)] = into_.at(J, k)[c];
    return compiled::template op_at<J>(into_.stages)
        .apply(x, static_cast<const double*>(n.data()));
  }
  /// What the fold makes of a filled value on its way to a slot.
  template <std::size_t J, std::size_t Position>
  double through_fold(double x, index c) const {
    auto step = [&]<std::size_t K>() {
      if constexpr (K > J && K < Position && plan.stages[K].in_fold && plan.stages[K].op >= 0 &&
                    plan.facts[K].does != effect::across && plan.facts[K].does != effect::drop)
        x = apply<K>(x, c);
    };
    for_stages(step);
    return x;
  }

  template <int Pass, std::size_t I, class Program>
  void solve(const list<double>& total, const fold_trace<Program>& trace) {
    solve_with<Pass, I>(total, trace, needs_of<typename compiled::template stage_at<I>>{});
  }
  template <int Pass, std::size_t I, class Program, class... S>
  void solve_with(const list<double>& total, const fold_trace<Program>& trace,
                  statistics<S...>) {
    using slot_type = slot<S...>;
    constexpr int number = compiled::slot_number(Pass, plan.stages[I].position);
    list<slot_type> slots(memory());
    summary<Program>::each(into_.pitch(), [&](auto mark, index, index closed) {
      if constexpr (decltype(mark)::slot == number) {
        using layout = slot_layout<decltype(mark)>;
        const double* base = total.data() + closed;
        const auto seen = static_cast<index>(base[0]);
        if (seen == 0) {
          expect<value_error>(found_, false, "fit: no row is left for ",
                              text_of(into_.stages.template get<I>()));
          return;
        }
        into_.rows = std::max(into_.rows, seen);
        for (index c = 0; c < into_.cols; ++c) {
          auto s = start_slot<I, slot_type>(c);
          const double shift = trace.shifts[static_cast<std::size_t>(number)]
                                           [static_cast<std::size_t>(c)];
          s.counts = read<tally, layout>(base, c, 0.0, seen);
          ((s.template get<S>() = read<S, layout>(base, c, missing(shift) ? 0.0 : shift,
                                                  std::is_same_v<S, tally> ? seen
                                                                           : s.counts.present)),
           ...);
          slots.push_back(std::move(s));
        }
      }
    });
    for (auto& s : slots) {
      push<Pass, I>(s);
      open_[I][static_cast<std::size_t>(s.column)] = s.counts.missing;
    }
    if constexpr (plan.facts[I].whole_table) pool<I, S...>(slots);
    for (auto& s : slots) into_.template store<I>(s);
  }
  template <class S, class Layout>
  typename S::value read(const double* base, index c, double shift, index n) const {
    const double* part = Layout::template find<S>(base, into_.pitch());
    double f[S::fields];
    for (int k = 0; k < S::fields; ++k) f[k] = part[k * into_.pitch() + c];
    return S::finish(f, shift, n);
  }

  template <std::size_t I, class... S>
  void pool(list<slot<S...>>& slots) {
    slot<S...> all;
    const auto& stage = into_.stages.template get<I>();
    auto covered = [&](const slot<S...>& s) {
      if constexpr (requires { stage.covers(s.column, s.title); })
        return s.live && stage.covers(s.column, s.title);
      else
        return s.live;
    };
    bool first = true;
    for (const auto& s : slots) {
      if (!covered(s)) continue;
      if (first) {
        all.counts = s.counts;
        all.values = s.values;
      } else {
        tally::pool(all.counts, s.counts);
        (S::pool(all.template get<S>(), s.template get<S>()), ...);
      }
      first = false;
    }
    for (auto& s : slots)
      if (covered(s)) {
        s.counts = all.counts;
        s.values = all.values;
      }
  }

  template <std::size_t I>
  void given() {
    for (index c = 0; c < into_.cols; ++c) {
      auto s = start_slot<I, slot<>>(c);
      if constexpr (I > 0 && plan.stages[I].merged) s.frame.run = run_before<I>(c);
      into_.template store<I>(s);
    }
  }
  template <std::size_t I>
  affine run_before(index c) const {
    affine run;
    auto step = [&]<std::size_t J>() {
      if constexpr (J < I && plan.facts[J].does == effect::affine &&
                    plan.stages[J].op == plan.stages[I].op)
        run = into_.line(J, c);
    };
    for_stages(step);
    return run;
  }

  resource_ref memory() const { return into_.numbers.get_allocator().from; }

  learned_numbers<Chain>& into_;
  status& found_;
  list<list<index>> open_;  // per stage and column: missing values before it
};

}  // namespace detail

}  // namespace smelt::inline v0
