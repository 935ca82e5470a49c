// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A chain as data: its stages in words, its plan, and what a fit has learned. What people read is
/// written from it, and so are files; a writer of another format needs nothing else.

#include <smelt/core/concepts.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smelt::inline v0 {

/// What the numbers of a fitted chain come from: the origins of core/role.hpp as values.
enum class fitted_on {
  nothing,     ///< it is not fitted
  plain,       ///< a table
  population,  ///< a table or part of which was said that it is the whole population
  train        ///< the train part of a split
};

/// One stage.
struct stage_description {
  std::string text;                   ///< as it is written: "fill::mean"
  effect does = effect::value;
  bool learned = false;               ///< it must see data before it has numbers
  int pass = -1;                      ///< the pass of a fit that measures it; -1: none does
  int op = -1;                        ///< its op in a transform; -1: none
  std::vector<std::string> meanings;  ///< of each of its numbers: "centre", "slope", "offset"
  /// `numbers[k][c]` is number k of column c; empty before a fit.
  std::vector<std::vector<double>> numbers;
  /// The columns that it acts on; unset where it acts on all, and before a fit.
  std::optional<std::vector<index>> chosen;
  std::vector<index> fired;           ///< columns in which its zero rule was needed
};

/// A chain, its plan, and what it has learned.
struct description {
  std::vector<stage_description> stages;

  int fit_passes = 0;            ///< reads of the data to fit it
  std::vector<int> pass_begins;  ///< of each pass, the stage before which it measures
  int kernels = 1;               ///< passes of a transform
  int reads = 1;                 ///< reads and writes of each element in a transform
  int writes = 1;
  int ops = 0;                   ///< arithmetic steps of a transform

  fitted_on origin = fitted_on::nothing;
  std::uint64_t split_id = 0;      ///< of the split whose part it was fitted on; 0: none
  index rows = 0;                  ///< rows that the fit saw
  index cols = 0;                  ///< columns in
  std::vector<std::string> names;  ///< of the columns in; empty when the data had none
  std::vector<index> out;          ///< the source column of each column out
  int repeated_passes = 0;         ///< for a better shift
  index numbers = 0;               ///< of each column
  index bytes = 0;                 ///< that all its numbers take
};

namespace detail {

/// Effects in the words of a file, in their order.
inline constexpr const char* effect_names[] = {"fill",   "affine",  "monotone", "value",
                                               "across", "columns", "drop",     "sampler"};

/// What each number of a stage means. An op may say it: `static constexpr std::array<const char*,
/// numbers> meanings`, each a word of lower-case letters, digits and underscores.
template <class S>
std::vector<std::string> meanings_of() {
  if constexpr (S::does == effect::fill) {
    return {"constant"};
  } else if constexpr (S::does == effect::affine) {
    return {"centre", "slope", "offset"};
  } else if constexpr (S::does == effect::columns) {
    return {"stays"};
  } else if constexpr (S::does == effect::sampler) {
    return {};
  } else if constexpr (requires { S::op::meanings; }) {
    return {S::op::meanings.begin(), S::op::meanings.end()};
  } else {
    std::vector<std::string> made;
    for (int k = 0; k < numbers_of<S>; ++k) made.push_back("number_" + std::to_string(k));
    return made;
  }
}

}  // namespace detail

}  // namespace smelt::inline v0
