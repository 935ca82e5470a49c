// SPDX-License-Identifier: BSL-1.0
/// \file
/// The plan is a compile-time value: the table of closed forms, the floors, the ops of affine runs,
/// and its text. What is asserted here about reads is counted in plan/loads.test.cpp.

#include <smelt/plan/plan.hpp>

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>

#include <string>

using namespace smelt;

namespace {

// Chains as types: values are given where they do not matter for the plan.
constexpr auto mean = fill::mean;
constexpr auto scale_to_one = min_max_t{};
constexpr auto bound = clip_t{0, 9};
constexpr auto bound_again = clip_t{-3, 3};
constexpr auto constant = fill_constant_t{1.0};
constexpr auto mark = sentinel_t{-1.0};
constexpr auto outside = drop_outside_t{-3, 3};
constexpr auto shuffle = sample(shuffled{seed{1}});
constexpr auto some = sample(take{10, seed{1}});

template <class Chain>
constexpr int reads_to_fit(const Chain&) {
  return plan_of<Chain>.fit_passes;
}

// --- a fill costs no read: several slots are folded at once --------------------------------------
static_assert(reads_to_fit(mean) == 1);
static_assert(reads_to_fit(mean | standardize()) == 1);
static_assert(reads_to_fit(mean | bound | standardize()) == 1);
static_assert(reads_to_fit(mean | bound | standardize() | bound_again | standardize()) == 2);
static_assert(reads_to_fit(mean | bound | standardize() | bound_again | scale_to_one) == 1);
static_assert(reads_to_fit(mean | mean | mean | standardize()) == 1);
static_assert(reads_to_fit(constant | standardize()) == 1);
static_assert(reads_to_fit(standardize() | constant | standardize()) == 1);
static_assert(reads_to_fit(standardize() | mean | scale_to_one) == 1);
static_assert(reads_to_fit(mean | mark | standardize()) == 1);

// --- affine: mean, M2, minimum and maximum by formula --------------------------------------------
static_assert(reads_to_fit(standardize() | standardize() | scale_to_one) == 1);
static_assert(reads_to_fit(scale_to_one | max_abs_scale_t{} | standardize()) == 1);
static_assert(reads_to_fit(standardize(over::table) | scale_to_one | standardize(over::table)) ==
              1);

// --- monotone, not affine: extrema by formula, moments not ---------------------------------------
static_assert(reads_to_fit(bound | standardize()) == 1, "given numbers before fitted ones");
static_assert(reads_to_fit(standardize() | bound | scale_to_one) == 1);
static_assert(reads_to_fit(standardize() | bound | max_abs_scale_t{}) == 1);
static_assert(reads_to_fit(standardize() | bound | standardize()) == 2);
static_assert(reads_to_fit(standardize() | bound | standardize() | standardize()) == 2,
              "what stands before the second read hinders none behind it");
static_assert(reads_to_fit(scale_to_one | bound | mean) == 2, "a mean again");
static_assert(reads_to_fit(standardize() | bound | scale_to_one | bound | standardize()) == 2);

// --- values of any other function: in the fold with given numbers, else a read -------------------
static_assert(reads_to_fit(mark | standardize()) == 1);
static_assert(reads_to_fit(standardize() | mark | scale_to_one) == 2);

// --- drops with given numbers before fitted ones: a mask in the fold -----------------------------
static_assert(reads_to_fit(drop::any | standardize()) == 1);
static_assert(reads_to_fit(mark | drop::all | outside | mean | standardize()) == 1);
static_assert(reads_to_fit(mean | outside | standardize()) == 2, "a row is known after its fill");
static_assert(reads_to_fit(standardize() | outside | scale_to_one) == 2);
static_assert(plan_of<decltype(drop::any | standardize())>.stages[0].in_fold);
static_assert(plan_of<decltype(drop::any | standardize())>.drops_rows);
static_assert(!plan_of<decltype(standardize() | drop::any)>.stages[1].in_fold);

// --- row norms: in the fold with nothing fitted before, else a read; nothing of its own ----------
static_assert(reads_to_fit(normalize(l2)) == 0);
static_assert(reads_to_fit(normalize(l1) | standardize()) == 1);
static_assert(reads_to_fit(standardize() | normalize(largest)) == 1);
static_assert(reads_to_fit(mean | normalize(l2) | standardize()) == 2);
static_assert(reads_to_fit(standardize() | normalize(l2) | scale_to_one) == 2);

// --- columns: the same statistics
// -----------------------------------------------------------------
static_assert(reads_to_fit(drop::constant_columns | standardize()) == 1);
static_assert(reads_to_fit(drop::missing_columns | mean | standardize()) == 1);
static_assert(reads_to_fit(standardize() | drop::constant_columns | scale_to_one) == 1);
static_assert(reads_to_fit(drop::constant_columns | normalize(l2) | standardize()) == 2,
              "which columns a row has is known after the fold");
static_assert(plan_of<decltype(drop::constant_columns | mean)>.drops_columns);
static_assert(plan_of<decltype(drop::constant_columns | mean)>.ops == 1, "no op of its own");

// --- samplers: an order costs nothing, a choice decides the rows of what follows
// ------------------
static_assert(reads_to_fit(shuffle | standardize()) == 1);
static_assert(reads_to_fit(standardize() | shuffle | scale_to_one) == 1);
static_assert(reads_to_fit(shuffle | bound | standardize()) == 1);
static_assert(reads_to_fit(some | standardize()) == 1);
static_assert(reads_to_fit(standardize() | some | scale_to_one) == 2);
static_assert(reads_to_fit(standardize() | scale_to_one | some) == 1);
static_assert(plan_of<decltype(standardize() | some)>.samples);
static_assert(plan_of<decltype(drop::constant_columns | some)>.drops_columns);
static_assert(plan_of<decltype(some | drop::constant_columns)>.samples);

// --- the floors: one read, one write, one kernel whatever the chain
// -------------------------------
template <class Chain>
constexpr bool one_of_each(const Chain&) {
  constexpr auto plan = plan_of<Chain>;
  return plan.kernels == 1 && plan.reads == 1 && plan.writes == 1;
}
static_assert(one_of_each(mean | standardize() | scale_to_one | max_abs_scale_t{}));
static_assert(one_of_each(mean | standardize() | normalize(l1)));
static_assert(one_of_each(mean | standardize() | normalize(l2) | normalize(largest)));
static_assert(one_of_each(drop::any | standardize() | outside));
static_assert(one_of_each(standardize() | shuffle));
static_assert(one_of_each(standardize() | bound | standardize() | bound | standardize()));

// Clean, standardize, min-max and max-abs: one read to fit in all 24 orders.
constexpr bool every_order_is_one_read = [] {
  const auto a = mean;
  const auto b = standardize();
  const auto c = scale_to_one;
  const auto d = max_abs_scale_t{};
  auto with = [](auto first, auto x, auto y, auto z) {
    return reads_to_fit(first | x | y | z) == 1 && reads_to_fit(first | x | z | y) == 1 &&
           reads_to_fit(first | y | x | z) == 1 && reads_to_fit(first | y | z | x) == 1 &&
           reads_to_fit(first | z | x | y) == 1 && reads_to_fit(first | z | y | x) == 1;
  };
  return with(a, b, c, d) && with(b, a, c, d) && with(c, a, b, d) && with(d, a, b, c);
}();
static_assert(every_order_is_one_read);

// --- runs of affine stages are one op
// -------------------------------------------------------------
template <class Chain>
constexpr int ops_of(const Chain&) {
  return plan_of<Chain>.ops;
}
static_assert(ops_of(standardize()) == 1);
static_assert(ops_of(standardize() | scale_to_one | max_abs_scale_t{} | standardize()) == 1);
static_assert(ops_of(mean | standardize() | scale_to_one) == 2);
static_assert(ops_of(standardize() | bound | standardize() | scale_to_one) == 3);
static_assert(ops_of(standardize() | shuffle | scale_to_one) == 1, "a sampler is no op");
static_assert(ops_of(standardize() | drop::constant_columns | scale_to_one) == 1);
static_assert(ops_of(scale_to_one | standardize(over::table)) == 2,
              "one slot for all columns begins a run of its own");
static_assert(ops_of(standardize(over::table) | scale_to_one) == 1);

// The second standardize below is measured after the clip, so it begins a run.
constexpr auto twice = plan_of<decltype(standardize() | bound | standardize() | scale_to_one)>;
static_assert(twice.fit_passes == 2 && twice.first[1] == 2);
static_assert(twice.stages[0].pass == 0 && twice.stages[2].pass == 1 && twice.stages[3].pass == 1);
static_assert(twice.stages[2].op == twice.stages[3].op && twice.stages[3].merged &&
              !twice.stages[2].merged);

// Where each stage is measured: `mean` on the source, `standardize` behind the clip.
constexpr auto filled =
    plan_of<decltype(mean | bound | standardize() | bound_again | scale_to_one)>;
static_assert(filled.stages[0].position == 0 && filled.stages[2].position == 2 &&
              filled.stages[4].position == 2);
static_assert(filled.stages[1].in_fold && !filled.stages[3].in_fold);

// One stage is a chain of one.
static_assert(plan_of<fill_mean_t>.fit_passes == 1 && plan_of<fill_mean_t>.ops == 1);

}  // namespace

TEST_CASE("describe says the plan of a chain") {
  SUBCASE("one read, a run of affine stages, rows at the load") {
    const auto chain =
        clean(fill::mean) | standardize() | normalize(min_max{-1, 1}) | sample(shuffled{seed{42}});
    CHECK(describe(chain) ==
          "chain      fill::mean | standardize() | normalize(min_max{-1, 1}) | "
          "sample(shuffled{seed{42}})\n"
          "fit        1 read\n"
          "  pass 1   fill::mean, standardize(), normalize(min_max{-1, 1})\n"
          "transform  1 pass, 1 read and 1 write of each element\n"
          "  rows     sample(shuffled{seed{42}})\n"
          "  op 1     fill::mean\n"
          "  op 2     standardize() + normalize(min_max{-1, 1})\n");
  }
  SUBCASE("two reads, the second with a prefix") {
    const auto chain = clean(fill::mean) | clip(-3, 3) | standardize() | clip(0, 9) | standardize();
    CHECK(describe(chain) ==
          "chain      fill::mean | clip(-3, 3) | standardize() | clip(0, 9) | standardize()\n"
          "fit        2 reads\n"
          "  pass 1   fill::mean, standardize()\n"
          "  pass 2   standardize() (after stages 1 to 4, computed on the fly)\n"
          "transform  1 pass, 1 read and 1 write of each element\n"
          "  op 1     fill::mean\n"
          "  op 2     clip(-3, 3)\n"
          "  op 3     standardize()\n"
          "  op 4     clip(0, 9)\n"
          "  op 5     standardize()\n");
  }
  SUBCASE("columns that leave, options in words") {
    const auto chain = drop::columns(columns{0, 2}) |
                       standardize(over::table, ddof{1}, centre::no) | normalize(l2);
    CHECK(describe(chain) ==
          "chain      drop::columns(columns{0, 2}) | standardize(centre::no, over::table, ddof{1}) | "
          "normalize(l2)\n"
          "fit        1 read\n"
          "  pass 1   standardize(centre::no, over::table, ddof{1})\n"
          "transform  1 pass, 1 read and 1 write of each element\n"
          "  columns  drop::columns(columns{0, 2})\n"
          "  op 1     standardize(centre::no, over::table, ddof{1})\n"
          "  op 2     normalize(l2)\n");
  }
  SUBCASE("nothing to learn") {
    CHECK(describe(clip(0, 1)) ==
          "chain      clip(0, 1)\n"
          "fit        nothing to learn\n"
          "transform  1 pass, 1 read and 1 write of each element\n"
          "  op 1     clip(0, 1)\n");
  }
}
