// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Balanced: as many rows of every class.

#include <smelt/core/adapt.hpp>
#include <smelt/core/concepts.hpp>
#include <smelt/core/shared.hpp>
#include <smelt/plan/strata.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace smelt::inline v0 {

/// How many rows each class gives.
enum class each_class {
  fewest,  ///< as many as the smallest class has: rows of the others are left out
  most     ///< as many as the largest class has: rows of the others come again
};

/// Exactly as many rows of every class. With `fewest`, rows without replacement; with `most`, every
/// row of a class floor(largest / size) times or once more: whole random orders of the class one
/// after another, and not draws of which some rows come ten times and some never. The orders are
/// permutation(seed_of(seed_of(seed, class, 7), epoch, 7), round, size); all rows together are in
/// random order. Keeps the rows of each class, and a list of those drawn for an epoch; a fit folds them in
/// the order drawn.
///
/// `balanced{labels, each_class::most, seed{7}}`, `balanced{labels, parts.train.map,
/// each_class::fewest, seed{7}}`: a column of any numbers.
/// \errors value_error for a label that is NaN, when it is made; shape_error for another number of
/// rows, when it is used
class balanced {
 public:
  static constexpr bool reorders_only = false;
  static constexpr bool folds_as_drawn = true;

  balanced() = default;
  template <column_like Labels>
  balanced(const Labels& labels, each_class gives, smelt::seed seed)
      : balanced(labels, row_map(as_column(labels).size()), gives, seed) {}
  template <column_like Labels>
  balanced(const Labels& labels, const row_map& members, each_class gives, smelt::seed seed)
      : classes_(as_column(labels), members), gives_(gives), seed_(seed) {}
  /// A sentence.
  template <column_like Labels>
  balanced(const Labels&, each_class) {
    static_assert(always_false<Labels>, SMELT_SAY_SEED);
  }

  bool check(index source, status& found) const {
    return expect<shape_error>(found, labels() == source, *this, ": there are ", source,
                               " rows to choose from");
  }
  SMELT_LAZY kept_row_map map(index source, std::uint64_t epoch) const {
    const index classes = classes_->classes();
    const index each = this->each();
    const index n = each * classes;
    auto list = detail::share<std::vector<index>>(static_cast<std::size_t>(n));
    std::vector<index> place(static_cast<std::size_t>(n));
    std::vector<index> chosen(static_cast<std::size_t>(each));
    permutation(seed_, epoch, n).evaluate(0, n, place.data());
    index at = 0;
    for (index c = 0; c < classes; ++c) {
      const index size = classes_->count(c);
      const auto own = seed_of(seed_, static_cast<std::uint64_t>(c), detail::balanced_operation);
      const auto of_epoch = seed_of(own, epoch, detail::balanced_operation);
      for (index given = 0, round = 0; given < each; given += size, ++round) {
        const index some = std::min(size, each - given);
        permutation(of_epoch, static_cast<std::uint64_t>(round), size)
            .evaluate(0, some, chosen.data());
        for (index i = 0; i < some; ++i)
          (*list)[static_cast<std::size_t>(place[static_cast<std::size_t>(at++)])] =
              classes_->of(c)[chosen[static_cast<std::size_t>(i)]];
      }
    }
    return {row_map::listed(source, list->data(), n), list};
  }
  index count(index) const { return each() * classes_->classes(); }
  /// The heap that `map` holds at one time, at most.
  index map_bytes(index source) const { return 16 * count(source) + 8 * each() + 128; }
  std::string text() const {
    return message("balanced{", labels(), " labels, ",
                   gives_ == each_class::most ? "each_class::most" : "each_class::fewest", ", seed{",
                   seed_.value, "}}");
  }
  /// The rows by class, and where each class begins, for a file's checksum.
  std::string_view given_bytes() const {
    return classes_.bytes();
  }

 private:
  index labels() const { return classes_.labels(); }
  /// The rows that each class gives.
  SMELT_LAZY index each() const {
    const index classes = classes_->classes();
    index rows = classes > 0 ? classes_->count(0) : 0;
    for (index c = 1; c < classes; ++c)
      rows = gives_ == each_class::most ? std::max(rows, classes_->count(c))
                                        : std::min(rows, classes_->count(c));
    return rows;
  }

  detail::kept_strata classes_;
  each_class gives_ = each_class::fewest;
  smelt::seed seed_{};
};

static_assert(sampler<balanced>);

}  // namespace smelt::inline v0
