// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Bootstrap: rows with replacement.

#include <smelt/core/concepts.hpp>
#include <smelt/core/how_many.hpp>
#include <smelt/plan/row_map.hpp>

#include <string>

namespace smelt::inline v0 {

/// Rows drawn with replacement, each as likely as any other, as many as there are by default. Row i
/// of an epoch is bounded(k, i, 2, 0, n), n the number of rows and k = seed_of(seed, epoch, 2):
/// exactly uniform, O(1) memory, any row found without the others. A fit folds the rows in the
/// order drawn. `bootstrap{seed{7}}`, `bootstrap{1000, seed{7}}`.
/// \errors value_error for fewer rows than none, a share outside [0, 1], and for rows of an empty
/// table
class bootstrap {
 public:
  static constexpr bool reorders_only = false;
  static constexpr bool folds_as_drawn = true;

  constexpr bootstrap() = default;
  explicit constexpr bootstrap(smelt::seed seed) : rows_(0), all_(true), seed_(seed) {}
  constexpr bootstrap(how_many rows, smelt::seed seed) : rows_(rows), seed_(seed) {}

  bool check(index source, status& found) const {
    if (rows_.valid() && (source > 0 || count(source) == 0)) return true;
    return rows_.check(text(), found) &&
           expect<value_error>(found, false, text(), ": there are no rows to draw from");
  }
  index count(index source) const { return all_ ? source : rows_.of(source); }
  SMELT_LAZY row_map map(index source, std::uint64_t epoch) const {
    const auto bound = static_cast<std::uint64_t>(source);
    return {source, row_step(drawn_step{seed_of(seed_, epoch, detail::bootstrap_operation),
                                        detail::bootstrap_operation, bound,
                                        detail::threshold_of(bound)},
                             count(source))};
  }
  std::string text() const {
    return message("bootstrap{", all_ ? "" : rows_.text() + ", ", "seed{", seed_.value, "}}");
  }

 private:
  how_many rows_;
  bool all_ = false;
  smelt::seed seed_{};
};

static_assert(sampler<bootstrap>);

}  // namespace smelt::inline v0
