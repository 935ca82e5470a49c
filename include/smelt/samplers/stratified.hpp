// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Stratified: some rows without replacement, every class in its proportion.

#include <smelt/core/adapt.hpp>
#include <smelt/core/concepts.hpp>
#include <smelt/core/how_many.hpp>
#include <smelt/core/shared.hpp>
#include <smelt/plan/strata.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace smelt::inline v0 {

/// Rows without replacement, of each class as many as apportion(n, class sizes, true) says: exact
/// numbers by largest remainder, ties to the lower label, and one of a rare class where every class
/// can have one. Within a class the first rows of permutation(seed_of(seed, class, 6), epoch, size);
/// together in random order. Keeps the rows of each class, and a list of those drawn for an epoch; a
/// fit folds them in the order drawn.
///
/// `stratified{labels, 100, seed{7}}`, `stratified{labels, parts.train.map, 100, seed{7}}`: a column
/// of any numbers.
/// \errors value_error for a label that is NaN, when it is made; shape_error for another number of
/// rows and value_error for more rows than there are, when it is used
class stratified {
 public:
  static constexpr bool reorders_only = false;
  static constexpr bool folds_as_drawn = true;

  stratified() = default;
  template <column_like Labels>
  stratified(const Labels& labels, how_many rows, smelt::seed seed)
      : stratified(labels, row_map(as_column(labels).size()), rows, seed) {}
  template <column_like Labels>
  stratified(const Labels& labels, const row_map& members, how_many rows, smelt::seed seed)
      : classes_(as_column(labels), members), rows_(rows), seed_(seed) {}
  /// A sentence.
  template <column_like Labels>
  stratified(const Labels&, how_many) {
    static_assert(always_false<Labels>, SMELT_SAY_SEED);
  }

  SMELT_LAZY bool check(index source, status& found) const {
    if (!rows_.valid()) return rows_.check(text(), found);
    if (!expect<shape_error>(found, labels() == source, *this, ": there are ", source,
                             " rows to choose from"))
      return false;
    return expect<value_error>(found, rows_.of(source) <= source, *this, ": there are only ",
                               source, " rows");
  }
  SMELT_LAZY kept_row_map map(index source, std::uint64_t epoch) const {
    const index n = rows_.of(source);
    const std::vector<index> given = apportion(n, classes_->counts(), true);
    const permutation together(seed_, epoch, n);
    auto list = detail::share<std::vector<index>>(static_cast<std::size_t>(n));
    index at = 0;
    std::vector<index> place(static_cast<std::size_t>(n));
    std::vector<index> chosen(static_cast<std::size_t>(n));
    together.evaluate(0, n, place.data());
    for (index c = 0; c < classes_->classes(); ++c) {
      const index own = given[static_cast<std::size_t>(c)];
      const permutation order(
          seed_of(seed_, static_cast<std::uint64_t>(c), detail::stratified_operation), epoch,
          classes_->count(c));
      order.evaluate(0, own, chosen.data());
      for (index i = 0; i < own; ++i)
        (*list)[static_cast<std::size_t>(place[static_cast<std::size_t>(at++)])] =
            classes_->of(c)[chosen[static_cast<std::size_t>(i)]];
    }
    return {row_map::listed(source, list->data(), n), list};
  }
  index count(index source) const { return rows_.of(source); }
  /// The heap that `map` holds at one time, at most.
  index map_bytes(index source) const { return 24 * count(source) + 64 * classes_->classes() + 128; }
  std::string text() const {
    return message("stratified{", labels(), " labels, ", rows_.text(), ", seed{", seed_.value, "}}");
  }
  /// The rows by class, and where each class begins, for a file's checksum.
  std::string_view given_bytes() const {
    return classes_.bytes();
  }

 private:
  index labels() const { return classes_.labels(); }

  detail::kept_strata classes_;
  how_many rows_;
  smelt::seed seed_{};
};

static_assert(sampler<stratified>);

}  // namespace smelt::inline v0
