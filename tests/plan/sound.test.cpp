// SPDX-License-Identifier: BSL-1.0
/// \file
/// Which stages of one's own can be planned and run: every kind of op, and what each may lack.

#include <smelt/plan/sound.hpp>

#include <doctest/doctest.h>

#include <smelt/samplers/shuffled.hpp>
#include <smelt/stages.hpp>

using namespace smelt;

namespace {

struct value_kind {
  static constexpr int numbers = 0;
  double apply(double x, const double*) const { return x; }
};
struct across_kind {
  static constexpr int numbers = 1;
  double term(double x, const double*) const { return x; }
  double combine(double a, double b) const { return a + b; }
  double finish(double total) const { return total; }
  double apply(double x, double, const double*) const { return x; }
};
struct keep_kind {
  static constexpr int numbers = 1;
  double term(double x, const double*) const { return x; }
  double combine(double a, double b) const { return a + b; }
  bool keeps(double total) const { return total > 0.0; }
};
struct keep_row_kind {
  static constexpr int numbers = 0;
  bool keeps_row(smelt::index, smelt::index) const { return true; }
};
struct without_numbers {
  double apply(double x, const double*) const { return x; }
};
struct without_apply {
  static constexpr int numbers = 0;
};

/// A stage with an op and a solve that returns `Solved`.
template <effect Does, class Op, class Solved>
struct made_of {
  static constexpr effect does = Does;
  using op = Op;
  template <class Slot>
  Solved solve(const Slot&) const {
    return {};
  }
};
template <class Op>
struct without_solve {
  static constexpr effect does = effect::value;
  using op = Op;
};
/// The op comes from a function instead of a name.
struct op_from_function {
  static constexpr effect does = effect::drop;
  using op = keep_kind;
  keep_kind make_op() const { return {}; }
  template <class Slot>
  std::array<double, 1> solve(const Slot&) const {
    return {1.0};
  }
};
struct without_op {
  static constexpr effect does = effect::value;
  template <class Slot>
  std::array<double, 0> solve(const Slot&) const {
    return {};
  }
};
struct needs_no_statistic {
  static constexpr effect does = effect::affine;
  using needs = statistics<int>;
};
struct needs_the_mean {
  static constexpr effect does = effect::affine;
  using needs = statistics<moments>;
  template <class Slot>
  affine solve(const Slot& s) const {
    return s.frame.then({s.template get<moments>().mean, 1.0, -0.0});
  }
};

template <class S>
constexpr bool sound_stage = detail::sound<S>;

}  // namespace

static_assert(sound_stage<made_of<effect::value, value_kind, std::array<double, 0>>>);
static_assert(sound_stage<made_of<effect::across, across_kind, std::array<double, 1>>>);
static_assert(sound_stage<made_of<effect::drop, keep_kind, std::array<double, 1>>>);
static_assert(sound_stage<made_of<effect::drop, keep_row_kind, std::array<double, 0>>>);
static_assert(sound_stage<made_of<effect::fill, fill_op, double>>);
static_assert(sound_stage<op_from_function> && sound_stage<needs_the_mean>);

static_assert(!sound_stage<made_of<effect::value, without_numbers, std::array<double, 0>>>);
static_assert(!sound_stage<made_of<effect::value, without_apply, std::array<double, 0>>>);
static_assert(!sound_stage<without_op>);
static_assert(!sound_stage<made_of<effect::value, int, std::array<double, 0>>>);
static_assert(!sound_stage<made_of<effect::value, value_kind, double>>, "an array of no numbers");
static_assert(!sound_stage<made_of<effect::drop, keep_kind, std::array<double, 2>>>);
static_assert(!sound_stage<made_of<effect::affine, affine_op, double>>);
static_assert(!sound_stage<made_of<effect::fill, fill_op, std::array<double, 1>>>);
static_assert(!sound_stage<without_solve<value_kind>>);
static_assert(!sound_stage<needs_no_statistic>);

// A chain is as sound as its stages.
static_assert(detail::sound<chain<needs_the_mean, op_from_function>>);
static_assert(!detail::sound<chain<needs_the_mean, without_solve<value_kind>>>);

TEST_CASE("every stage that smelt brings is sound") {
  const auto all = clean(sentinel(-1), infinity::missing, infinity::keep, drop::all, drop::any,
                         drop::outside(0, 1), drop::constant_columns, drop::missing_columns,
                         drop::columns(columns{0}), fill::mean, fill::constant(0), fill::each({})) |
                   clip(0, 1) | standardize() | standardize(over::table) | normalize(max_abs) |
                   normalize(min_max{0, 1}, clipped) | normalize(l1) | normalize(l2) |
                   normalize(largest) | at(columns{0}, standardize() | clip(0, 1) | normalize(l2)) |
                   sample(shuffled{seed{1}});
  CHECK(detail::sound<decltype(all)>);
}
