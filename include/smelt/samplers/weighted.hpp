// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Weighted: rows with replacement, each as likely as its weight says.

#include <smelt/core/adapt.hpp>
#include <smelt/core/concepts.hpp>
#include <smelt/core/how_many.hpp>
#include <smelt/core/shared.hpp>
#include <smelt/plan/alias_table.hpp>
#include <smelt/plan/row_map.hpp>

#include <string>
#include <utility>

namespace smelt::inline v0 {

/// Rows drawn with replacement, row r with probability w[r] / (sum of w): exactly, of the weights
/// as whole numbers (see weights_of). An alias table is made once, 16 bytes a row; a draw is O(1),
/// a function of (seed, epoch, i). A fit folds the rows in the order drawn.
///
/// `weighted{weights, 1000, seed{7}}`, `weighted{weights, parts.train.map, 1000, seed{7}}`: a column
/// of any numbers, 64-bit counts too; NaN is 0. With a row map the weights are those of its rows.
/// \errors value_error for a weight that is negative or infinite and where none is positive, when
/// it is made; shape_error for another number of rows, when it is used
class weighted {
 public:
  static constexpr bool reorders_only = false;
  static constexpr bool folds_as_drawn = true;

  weighted() = default;
  template <column_like Weights>
  weighted(const Weights& weights, how_many rows, smelt::seed seed)
      : weighted(weights, row_map(as_column(weights).size()), rows, seed) {}
  template <column_like Weights>
  weighted(const Weights& weights, const row_map& members, how_many rows, smelt::seed seed)
      : rows_(rows), seed_(seed) {
    status found;
    const whole_weights counts = weights_of(as_column(weights), members, found);
    found.raise();
    own_ = detail::share<const alias_table>(counts);
  }
  /// A sentence.
  template <column_like Weights>
  weighted(const Weights&, how_many) {
    static_assert(always_false<Weights>, SMELT_SAY_SEED);
  }

  bool check(index source, status& found) const {
    if (!rows_.valid()) return rows_.check(text(), found);
    return expect<shape_error>(found, weights() == source, *this, ": there are ", source,
                               " rows to choose from");
  }
  SMELT_LAZY kept_row_map map(index source, std::uint64_t epoch) const {
    const auto& columns = own_->columns;
    const auto bound = static_cast<std::uint64_t>(source);
    const std::uint64_t total = own_->total;
    const drawn_step step{seed_of(seed_, epoch, detail::weighted_operation),
                          detail::weighted_operation,
                          bound,
                          detail::threshold_of(bound),
                          columns.data(),
                          total,
                          detail::threshold_of(total)};
    return {row_map(source, row_step(step, rows_.of(source))), own_};
  }
  index count(index source) const { return rows_.of(source); }
  /// The heap that `map` takes: none, for the table is there.
  static index map_bytes(index) { return 0; }
  std::string text() const {
    return message("weighted{", weights(), " weights, ", rows_.text(), ", seed{",
                   seed_.value, "}}");
  }
  /// The table, for a file's checksum.
  std::string_view given_bytes() const {
    if (!own_) return {};
    return {reinterpret_cast<const char*>(own_->columns.data()),
            own_->columns.size() * sizeof(alias_column)};
  }

 private:
  index weights() const { return own_ ? static_cast<index>(own_->columns.size()) : 0; }

  detail::shared<const alias_table> own_;
  how_many rows_;
  smelt::seed seed_{};
};

static_assert(sampler<weighted>);

}  // namespace smelt::inline v0
