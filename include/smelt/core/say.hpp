// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The sentences: what smelt says when a program is wrong. Each is quoted by a test in
/// tests/compile_fail. They are spoken by `static_assert` in the broader overload beside a
/// constrained one, because no compiler reports a failed constraint readably (nvcc not at all).
///
/// They are macros because C++20 wants a literal there; plain apostrophes only (nvcc prints a
/// question mark for a back-quote).

#include <smelt/core/config.hpp>

#define SMELT_SAY_NOT_A_VIEW                                                                   \
  "smelt: this is not data smelt can read. Give a smelt table or view, an Eigen matrix or "    \
  "map, an mdspan of rank 2, a std::span or a vector of numbers."
#define SMELT_SAY_EIGEN_EXPRESSION                                                             \
  "smelt: this is an Eigen expression without memory of its own. Call .eval() on it, keep the " \
  "result, and pass that."
#define SMELT_SAY_NOT_A_COLUMN                                                                 \
  "smelt: a companion is one column: a column view, a std::span or a vector."
#define SMELT_SAY_NOT_A_STAGE                                                                  \
  "smelt: only stages can be joined by '|'. A stage is what clean(...), standardize(...), "    \
  "normalize(...), sample(...) or a stage of your own returns."
#define SMELT_SAY_NOT_A_CHAIN                                                                  \
  "smelt: fit takes a chain: stages joined by '|', such as clean(fill::mean) | standardize()."
#define SMELT_SAY_NOT_A_POLICY                                                                 \
  "smelt: the first argument is a policy: on::seq, on::eigen (include smelt/eigen.hpp) or "    \
  "on::cuda (include smelt/cuda.cuh)."
#define SMELT_SAY_NOT_FITTED                                                                   \
  "smelt: this chain has not been fitted. Call fit(policy, chain, data) and use its result."
#define SMELT_SAY_FIT_HELD_OUT                                                                 \
  "smelt: a test or validation part cannot be fitted: what it holds must not leak into the "   \
  "numbers. Fit the train part."
#define SMELT_SAY_OTHER_SPLIT                                                                  \
  "smelt: this chain was fitted in another split, whose train part may hold these rows. Fit "  \
  "it on the train part of this split."
#define SMELT_SAY_WHOLE_POPULATION                                                             \
  "smelt: this chain was fitted on a whole table, which may hold the rows of this part. Fit "  \
  "it on the train part, or say whole_population to fit if you mean it."
#define SMELT_SAY_INVERSE_ROWS                                                                 \
  "smelt: a chain that samples or drops rows has no inverse. Ask fitted.values_only() for "    \
  "its inverse."
#define SMELT_SAY_INVERSE_NORM                                                                 \
  "smelt: this chain has a stage that cannot be undone (a row norm, or an op without "         \
  "'invert')."
#define SMELT_SAY_INTEGER_OUTPUT                                                               \
  "smelt: a chain writes float or double; to store integers, a codec is needed."
#define SMELT_SAY_HOST_ONLY                                                                    \
  "smelt: on::seq and on::eigen read host memory; this view lies on a device. Use on::cuda, "  \
  "or copy it with to_host."
#define SMELT_SAY_EMPTY_CLEAN                                                                  \
  "smelt: clean(...) wants at least one rule, such as clean(fill::mean) or clean(drop::any)."
#define SMELT_SAY_NOT_A_SAMPLER                                                                \
  "smelt: sample(...) takes a sampler, such as shuffled{seed{42}} or take{100, seed{42}}."
#define SMELT_SAY_NOT_AN_OPTION                                                                \
  "smelt: standardize(...) takes ddof{1}, centre::no, scale::no, over::table, zero::nan and "  \
  "zero::error."
#define SMELT_SAY_NOT_A_SCALE                                                                  \
  "smelt: normalize(...) takes min_max{low, high}, max_abs, l1, l2 or largest."
#define SMELT_SAY_PIECES                                                                       \
  "smelt: this chain needs more than one read to fit, so it cannot be fitted piece by piece. " \
  "Fit it on the whole table, or shorten it to a chain of one fit pass."
#define SMELT_SAY_OTHER_CHAIN                                                                  \
  "smelt: pieces of one table are fitted with one chain; this piece continues another chain."
#define SMELT_SAY_TWO_SAMPLERS "smelt: a chain samples once; put one sample(...) in it."
#define SMELT_SAY_IN_PLACE                                                                     \
  "smelt: rows that are sampled, dropped or split cannot be written over their source. "       \
  "Transform into another table, or use fitted.values_only()."
#define SMELT_SAY_READ_ONLY                                                                    \
  "smelt: this output cannot be written: its elements are const, or it is not one dense matrix."
#define SMELT_SAY_SPLIT_TWICE                                                                  \
  "smelt: a part cannot be split again; name all parts in one split."

namespace smelt::inline v0 {

template <class...>
inline constexpr bool always_false = false;

/// What a wrong call returns after its sentence: it converts to anything and can be called with
/// anything, so that one mistake gives one error.
struct poison {
  template <class T>
  operator T&() const;
};

}  // namespace smelt::inline v0
