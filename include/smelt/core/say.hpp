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

#include <type_traits>

// Data.

#define SMELT_SAY_NOT_A_VIEW                                                                     \
  "smelt: this is not data smelt can read. Give a smelt table or view, an Eigen matrix or map, " \
  "an mdspan of rank 2, a std::span or a vector of numbers."
#define SMELT_SAY_EIGEN_EXPRESSION                                                              \
  "smelt: this is an Eigen expression without memory of its own. Call .eval() on it, keep the " \
  "result, and pass that."
#define SMELT_SAY_TEMPORARY                                                                    \
  "smelt: this table is a temporary: what is made here would point into memory that is gone. " \
  "Give the table a name, and pass that."
#define SMELT_SAY_WHOLE_SPLIT \
  "smelt: these are all parts of a split. Say which one: parts.train, parts.test."
#define SMELT_SAY_NOT_A_COLUMN \
  "smelt: a companion is one column: a column view, a std::span or a vector."
#define SMELT_SAY_NOT_KEYS                                                                       \
  "smelt: labels and keys are one column of numbers or words, one for each row: a column view, a " \
  "std::span or a vector of numbers, of std::string, std::string_view or const char*."
#define SMELT_SAY_NOT_DENSE "smelt: this is not one dense matrix: give a table or a matrix_view."
#define SMELT_SAY_HOST_ONLY                                                                      \
  "smelt: on::seq and on::eigen read host memory; this view lies on a device. Use on::cuda, or " \
  "copy it with to_host."
#define SMELT_SAY_DEVICE_ONLY                                                                    \
  "smelt: on::cuda reads device, managed or pinned memory; this view lies in plain host memory. Copy " \
  "it with to_device(on::cuda, x)."
#define SMELT_SAY_DEVICE_ALREADY "smelt: to_device copies from the host; this is in device memory already."
#define SMELT_SAY_HOST_ALREADY "smelt: to_host copies from a device; this is in host memory already."
#define SMELT_SAY_STRIDED_COPY \
  "smelt: a strided view is not copied between host and device; give rows or columns without gaps " \
  "between their elements."
#define SMELT_SAY_READ_ONLY                                                                      \
  "smelt: this output cannot be written: its elements are const, or it is neither a dense "      \
  "matrix nor a view with write_rows (on a device: put)."
#define SMELT_SAY_INTEGER_OUTPUT                                                               \
  "smelt: a chain writes float or double; whole numbers go into a codec's output, such as a "  \
  "nullable_table or a quantized table (smelt/codecs.hpp)."
#define SMELT_SAY_PACKS_ON_HOST                                                                \
  "smelt: tables are packed on the host, by on::seq or on::eigen. to_device(on::cuda, packed) " \
  "copies what they made."
#define SMELT_SAY_PACKED_OUTPUT                                                                  \
  "smelt: these packed rows are memory of the host, for on::seq and on::eigen. On a device say "  \
  "packed_output out(on::cuda, frame, rows)."
#define SMELT_SAY_PACKED_FILE_ELEMENT \
  "smelt: packed files hold float, double and std::int32_t: map_packed<float>(path)."
#define SMELT_SAY_SCRATCH_ON_HOST \
  "smelt: scratch_bytes counts the heap of the host, of on::seq and on::eigen."
#define SMELT_SAY_SCRATCH_CALL \
  "smelt: scratch_bytes(policy, chain, rows, columns) needs a policy, a chain and two numbers."
#define SMELT_SAY_NOT_AN_ELEMENT "smelt: a table holds plain numbers: table<float>(rows, columns)."
#define SMELT_SAY_CSV_ELEMENT \
  "smelt: read_csv reads float, double and integers: read_csv<float>(path)."
#define SMELT_SAY_CSV_POLICY                                                                     \
  "smelt: files are read on the host, by read_csv<float>(path), or on threads of yours by "      \
  "read_csv<float>(on::eigen.on(pool), path). to_device(on::cuda, x) copies a table to a device."
#define SMELT_SAY_FILE_ELEMENT                                                                    \
  "smelt: files of numbers are mapped and read as float, double, f16 and integers of 8 to 64 "    \
  "bits: read_npy<float>(path)."
#define SMELT_SAY_NPY_WRITE                                                                      \
  "smelt: write_npy writes one dense matrix in host memory, of float, double, f16, bool or " \
  "integers: write_npy(table, path)."
#define SMELT_SAY_READ_NEEDS_EXCEPTIONS                                                         \
  "smelt: what is wrong with a file becomes a status by way of an exception, and this program is " \
  "compiled without them. Read it in a source that has them."

// Other programs' data.

#define SMELT_SAY_FROM_DLPACK                                                                    \
  "smelt: from_dlpack takes the element type and a pointer to a managed tensor of DLPack: "     \
  "from_dlpack<const float>(tensor)."
#define SMELT_SAY_TO_DLPACK                                                                      \
  "smelt: to_dlpack gives a table away, as a struct of DLPack: "                                 \
  "to_dlpack<DLManagedTensor>(std::move(table))."
#define SMELT_SAY_READ_ONLY_TENSOR                                                               \
  "smelt: these elements are read-only, which a legacy tensor cannot say: "                      \
  "to_dlpack<DLManagedTensorVersioned>(std::move(x))."
#define SMELT_SAY_FROM_ARROW                                                                      \
  "smelt: from_arrow takes pointers to the two structs of the Arrow C Data interface, "           \
  "from_arrow(&schema, &array), or of the C Device interface, from_arrow<device>(&schema, "       \
  "&array, wait)."
#define SMELT_SAY_TO_ARROW                                                                       \
  "smelt: to_arrow gives a column-major table in host memory away, as the two structs of the "   \
  "Arrow C Data interface: to_arrow(std::move(table), &schema, &array)."

// Stages and chains.

#define SMELT_SAY_NOT_A_STAGE                                                               \
  "smelt: only stages can be joined by '|'. A stage is what clean(...), standardize(...), " \
  "normalize(...), sample(...) or a stage of your own returns."
#define SMELT_SAY_NOT_A_CHAIN                                                                 \
  "smelt: this is not a chain. A chain is stages joined by '|', such as clean(fill::mean) | " \
  "standardize()."
#define SMELT_SAY_TWO_SAMPLERS "smelt: a chain samples once; put one sample(...) in it."
#define SMELT_SAY_EMPTY_CLEAN \
  "smelt: clean(...) wants at least one rule, such as clean(fill::mean) or clean(drop::any)."
#define SMELT_SAY_NOT_AN_OPTION                                                               \
  "smelt: standardize(...) takes ddof{1}, centre::no, scale::no, over::table, zero::nan and " \
  "zero::error."
#define SMELT_SAY_NOT_A_SCALE \
  "smelt: normalize(...) takes min_max{low, high}, max_abs, l1, l2 or largest."
#define SMELT_SAY_NOT_A_SAMPLER \
  "smelt: sample(...) takes a sampler, such as shuffled{seed{42}} or take{100, seed{42}}."
#define SMELT_SAY_A_SHARE \
  "smelt: this is a number of rows, a whole one; a share of them is fraction_of{0.1}."
#define SMELT_SAY_SEED "smelt: what is drawn at random has a seed of its own, the last argument: seed{42}."
#define SMELT_SAY_REPEATS                                                                         \
  "smelt: a sampler with a map says whether its rows may come twice: static constexpr bool "      \
  "folds_as_drawn = true, or false where each comes once at most."
#define SMELT_SAY_OF_WHOLE                                                                   \
  "smelt: of_whole{how, total} takes a sampler or a way to split, such as take{100, seed{42}} or " \
  "k_fold{}. bernoulli judges each row on its own: any cut gives what it keeps of the whole."
#define SMELT_SAY_NOT_A_MASK                                                                       \
  "smelt: drop::where(...) takes a std::vector<unsigned char> that outlives the fitted chain, or " \
  "a pointer and a number of rows: the mask is not copied."
#define SMELT_SAY_NOT_COLUMNS \
  "smelt: at(...) takes columns{0, 8}, by number or by name, and then a stage or chain."

// Stages, samplers and statistics of your own.

#define SMELT_SAY_NO_SOLVE                                                                         \
  "smelt: a stage's solve(slot) returns what its effect says: a fill one double, an affine stage " \
  "what slot.frame made, a column rule a bool, any other a std::array of its op's numbers."
#define SMELT_SAY_NOT_AN_OP                                                                      \
  "smelt: no policy can run this op. It has numbers, and either apply(x, n), or term, combine, " \
  "finish and apply, or term, combine and keeps, or keeps_row(row, number)."
#define SMELT_SAY_NOT_A_STATISTIC                                                      \
  "smelt: a stage needs statistics, and this is none: see the concept 'statistic' in " \
  "smelt/core/concepts.hpp for its members."

// Verbs.

#define SMELT_SAY_NOT_A_POLICY                                                              \
  "smelt: the first argument is a policy: on::seq, on::eigen (include smelt/eigen.hpp) or " \
  "on::cuda (include smelt/cuda.cuh); std::nothrow may stand before it."
#define SMELT_SAY_NOT_AN_OWNER                                                                  \
  "smelt: on::eigen.on(...) takes the owner of the threads by its name: workers pool{8}, or a " \
  "host_loop."
#define SMELT_SAY_NOT_A_RESOURCE                                                                  \
  "smelt: a policy's .memory(...) takes a resource by its name, with allocate(bytes, alignment) " \
  "and deallocate(block, bytes, alignment): a std::pmr::memory_resource."
#define SMELT_SAY_NOT_FITTED                                                                      \
  "smelt: the second argument is a fitted chain, and this has not been fitted. Call fit(policy, " \
  "chain, data) and use its result."
#define SMELT_SAY_FIT_CALL                                                         \
  "smelt: fit takes a policy, a chain and data, then perhaps whole_population or " \
  "continues(first)."
#define SMELT_SAY_TRANSFORM_CALL \
  "smelt: transform takes a policy, a fitted chain and data, then perhaps an output."
#define SMELT_SAY_COUNTED_ON_HOST                                                             \
  "smelt: filled and clipped values are counted on the host, by on::seq and on::eigen; on::cuda " \
  "does not count them. Leave 'counted' out."
#define SMELT_SAY_BATCHES_CALL                                                                 \
  "smelt: batches takes a policy, a fitted chain and data, then perhaps {.rows = 32, .last = " \
  "last::keep, .epoch = 0}."
#define SMELT_SAY_INVERSE_CALL \
  "smelt: inverse takes a policy, a fitted chain and a table or view of what it has written, then " \
  "perhaps an output."
#define SMELT_SAY_PLACE_CALL "smelt: place takes a policy and a fitted chain."
#define SMELT_SAY_MERGE_CALL \
  "smelt: merge takes two fitted chains, the second fitted with continues(first)."
#define SMELT_SAY_SAVE_CALL \
  "smelt: save takes a fitted chain and a path; saved_text takes a fitted chain."
#define SMELT_SAY_LOAD_CALL                                                                       \
  "smelt: load takes the chain that was fitted and a path, then perhaps the data it is for, or "  \
  "whole_population; load_text takes a text instead of the path."
#define SMELT_SAY_NO_WORDS                                                                        \
  "smelt: a stage of this chain has no text(), by which a file would know it again. Give it a "   \
  "'std::string text() const' that says its name and its options."
#define SMELT_SAY_PIECES                                                                           \
  "smelt: this chain needs more than one read to fit, so it cannot be fitted piece by piece. Fit " \
  "it on the whole table, or shorten it to a chain of one fit pass."
#define SMELT_SAY_OTHER_CHAIN \
  "smelt: pieces of one table are fitted with one chain; this piece continues another chain."
#define SMELT_SAY_IN_PLACE                                                                         \
  "smelt: rows that are sampled, dropped or split cannot be written over their source. Transform " \
  "into another table, or use fitted.values_only()."
#define SMELT_SAY_NOT_ELEMENTWISE \
  "smelt: element needs a chain of functions of one value; a row norm sees the whole row."
#define SMELT_SAY_INVERSE_ROWS                                                                  \
  "smelt: a chain that samples or drops rows has no inverse. Ask fitted.values_only() for its " \
  "inverse."
#define SMELT_SAY_INVERSE_NORM \
  "smelt: this chain has a stage that cannot be undone (a row norm, or an op without 'invert')."

// Splits and their parts.

#define SMELT_SAY_SPLIT_CALL                                                                    \
  "smelt: a split is split<struct my_split>(data, sizes, order): sizes {.train = 0.8, .test = " \
  "0.2}, counts{...}, shares{...} or counts_of{...}, order seed{7}, in_order, by_time{}, "        \
  "stratified_by(labels), grouped_by(keys) or by_hash(keys); or split<...>(data, by(function))."
#define SMELT_SAY_SPLIT_TAG \
  "smelt: a split needs a name of its own in angle brackets: split<struct my_split>(...)."
#define SMELT_SAY_SPLIT_TWICE "smelt: a part cannot be split again; name all parts in one split."
#define SMELT_SAY_HASHED_COUNTS                                                                   \
  "smelt: by_hash gives each key a part of its own whatever other rows there are, so no number "  \
  "of rows can be promised. Say shares: {.train = 0.8, .test = 0.2}."
#define SMELT_SAY_BY_SIZES                                                                       \
  "smelt: the function of by(...) decides alone. Say split<struct my_split>(data, by(function)), " \
  "or name roles of your own: split<...>(data, roles<role::train, mine>{}, by(function))."
#define SMELT_SAY_NOT_A_ROLE                                                                      \
  "smelt: a role is a complete type with two members: static constexpr bool may_fit, and static " \
  "constexpr const char* name."
#define SMELT_SAY_NO_SUCH_PART "smelt: this split has no part, or more than one, of that role."
#define SMELT_SAY_FIT_HELD_OUT                                                               \
  "smelt: a test or validation part cannot be fitted: what it holds must not leak into the " \
  "numbers. Fit the train part."
#define SMELT_SAY_FIT_FOLD                                                                     \
  "smelt: what a fold holds out cannot be fitted: the fold is judged by it. Fit the train part " \
  "of the same fold."
#define SMELT_SAY_OTHER_SPLIT                                                                    \
  "smelt: this chain was fitted in another split, whose train part may hold these rows. Fit it " \
  "on the train part of this split."
#define SMELT_SAY_WHOLE_POPULATION                                                               \
  "smelt: this chain was fitted on a whole table, which may hold the rows of this part. Fit it " \
  "on the train part, or say whole_population to fit if you mean it."

// Folds.

#define SMELT_SAY_FOLDS_CALL                                                                   \
  "smelt: folds are folds<struct my_folds, 5>(data, how), of a table or a train part: how "    \
  "k_fold{}, k_fold{seed{7}}, stratified_by(labels), grouped_by(keys), shuffle_split{0.2, seed{7}} " \
  "or time_series{}."
#define SMELT_SAY_FOLDS_NAME                                                                       \
  "smelt: folds need a name of their own and a number, two at least, in angle brackets: "         \
  "folds<struct my_folds, 5>(...)."
#define SMELT_SAY_FOLDS_OF_HELD_OUT                                                              \
  "smelt: a part that may not be fitted is not folded either: the train parts of its folds "     \
  "would be. Fold the train part."
#define SMELT_SAY_FOLDS_OF_A_PIECE                                                                 \
  "smelt: of_whole folds a table, and a part of a piece knows its own rows of the table's part "  \
  "alone. Fold the piece, or gather the part."
#define SMELT_SAY_NO_SUCH_FOLD \
  "smelt: there is no fold of this number. Folds are counted from 0: folds.get<0>()."
#define SMELT_SAY_OTHER_FOLD                                                                     \
  "smelt: this chain was fitted in another fold, whose train part may hold these rows. Fit it " \
  "on the train part of this fold."
#define SMELT_SAY_FITTED_ABOVE                                                                    \
  "smelt: this chain was fitted on rows that a fold of them holds out. Fit it on the train part " \
  "of the fold."
#define SMELT_SAY_FOLDED_PART                                                                    \
  "smelt: some rows of this part were fitted, and others are held out by the fold of the fit. "  \
  "Transform the parts of that fold, or parts that were not folded."

namespace smelt::inline v0 {

template <class...>
inline constexpr bool always_false = false;

/// What a wrong call returns after its sentence. It converts to anything, has the members that
/// results have, and no sentence is spoken about it: one mistake gives one error. None of it is
/// defined, for no program that uses it compiles.
struct poison {
  static poison train, validation, test, held_out, x, y, companions, dropped, codes;

  template <class T>
  operator T&() const;
  template <class... Indices>
  double& operator()(Indices...) const;
  double& operator[](long long) const;
  long long rows() const;
  long long cols() const;
  long long size() const;
  poison* begin() const;
  poison* end() const;
  poison view() const;
  poison values_only() const;
  poison without_sampling() const;
  template <class Role>
  poison get() const;
  template <int Number>
  poison get() const;
  template <class F>
  void each(const F&) const {}  // of a lambda, which has no linkage: defined
};
/// A poison can be printed: the sentence has been said already.
template <class Stream>
Stream& operator<<(Stream& out, const poison&);
template <class X>
bool operator==(const poison&, const X&);

template <class... X>
inline constexpr bool any_poison = (std::is_same_v<std::remove_cvref_t<X>, poison> || ...);

}  // namespace smelt::inline v0
