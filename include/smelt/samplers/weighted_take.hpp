// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Weighted take: some rows without replacement, each draw by the weights of the rows still there.

#include <smelt/core/adapt.hpp>
#include <smelt/core/concepts.hpp>
#include <smelt/core/elements.hpp>
#include <smelt/core/how_many.hpp>
#include <smelt/core/shared.hpp>
#include <smelt/plan/row_map.hpp>
#include <smelt/random/exponential.hpp>

#include <cmath>  // std::frexp
#include <string>
#include <utility>
#include <vector>

namespace smelt::inline v0 {

/// Rows without replacement: the first is row r with probability w[r] / (sum of w), each next one by
/// the weights of the rows that are left, in the order drawn. An exponential race: row r arrives at
/// e(r) / w[r], e(r) exponential with mean 1 and a function of (seed, epoch, r) within 2^-48 of
/// itself, made of operations that are the same on every machine; the first to arrive are the
/// sample. Fewer rows are the first of more. Reads every weight once an epoch and keeps a list of
/// the rows drawn; a fit folds them in the order drawn.
///
/// `weighted_take{weights, 100, seed{7}}`, `weighted_take{weights, parts.train.map, 100, seed{7}}`;
/// NaN is weight 0, and a row with weight 0 is never drawn.
/// \errors value_error for a weight that is negative or infinite, when it is made; shape_error for
/// another number of rows and value_error for more rows than have a weight, when it is used
///
/// Source: Efraimidis and Spirakis, "Weighted random sampling with a reservoir", Information
/// Processing Letters 97(5), 2006.
class weighted_take {
 public:
  static constexpr bool reorders_only = false;
  static constexpr bool folds_as_drawn = true;

  weighted_take() = default;
  template <column_like Weights>
  weighted_take(const Weights& weights, how_many rows, smelt::seed seed)
      : weighted_take(weights, row_map(as_column(weights).size()), rows, seed) {}
  template <column_like Weights>
  weighted_take(const Weights& weights, const row_map& members, how_many rows, smelt::seed seed)
      : rows_(rows), seed_(seed) {
    auto kept = detail::share<std::vector<double>>();
    const auto column = as_column(weights);
    for (index i = 0; i < members.count(); ++i) {
      const auto weight = static_cast<double>(column[members(i)]);
      const bool gone = missing(weight);
      expect<value_error>(gone || (weight >= 0.0 && !infinite(weight)), "the weight of row ",
                          members(i), " is ", weight, ": it must be finite and not negative");
      kept->push_back(gone ? 0.0 : weight);
      positive_ += !gone && weight > 0.0;
    }
    weights_ = std::move(kept);
  }
  /// A sentence.
  template <column_like Weights>
  weighted_take(const Weights&, how_many) {
    static_assert(always_false<Weights>, SMELT_SAY_SEED);
  }

  SMELT_LAZY bool check(index source, status& found) const {
    if (!rows_.valid()) return rows_.check(text(), found);
    if (!expect<shape_error>(found, weights() == source, *this, ": there are ", source,
                             " rows to choose from"))
      return false;
    return expect<value_error>(found, rows_.of(source) <= positive_, *this, ": only ", positive_,
                               " rows have a weight above 0");
  }
  SMELT_LAZY kept_row_map map(index source, std::uint64_t epoch) const {
    const auto n = static_cast<std::size_t>(rows_.of(source));
    const auto key = key_of(seed_of(seed_, epoch, detail::race_operation));
    // time 2^exponent, time in [1/2, 1): of a weight near 0 it may be later than any double.
    struct arrival {
      int exponent;
      double time;
      index row;
      bool operator<(const arrival& b) const {
        if (exponent != b.exponent) return exponent < b.exponent;
        return time != b.time ? time < b.time : row < b.row;
      }
    };
    std::vector<arrival> first;  // when there are n, a heap, the last of them on top
    first.reserve(n);
    for (index r = 0; r < source && n > 0; ++r) {
      const double weight = (*weights_)[static_cast<std::size_t>(r)];
      if (!(weight > 0.0)) continue;
      const auto words =
          philox(counter_of(static_cast<std::uint64_t>(r), detail::race_operation), key);
      int of_weight = 0;
      int of_time = 0;
      const double fraction = std::frexp(weight, &of_weight);
      const double time = std::frexp(detail::exponential(words) / fraction, &of_time);
      const arrival next{of_time - of_weight, time, r};
      if (first.size() == n) {
        if (next < first.front()) detail::replace_greatest(first, next);
        continue;
      }
      first.push_back(next);
      if (first.size() < n) continue;
      detail::sort_elements(first);
      for (std::size_t k = 0; k < n / 2; ++k) std::swap(first[k], first[n - 1 - k]);
    }
    detail::sort_elements(first);
    auto list = detail::share<std::vector<index>>();
    list->reserve(n);
    for (const arrival& a : first) list->push_back(a.row);
    return {row_map::listed(source, list->data(), static_cast<index>(list->size())), list};
  }
  index count(index source) const { return rows_.of(source); }
  /// The heap that `map` holds at one time, at most: the race, and the list.
  index map_bytes(index source) const { return 32 * count(source) + 128; }
  std::string text() const {
    return message("weighted_take{", weights(), " weights, ", rows_.text(), ", seed{", seed_.value,
                   "}}");
  }
  /// The weights, for a file's checksum.
  std::string_view given_bytes() const {
    if (!weights_) return {};
    return {reinterpret_cast<const char*>(weights_->data()), weights_->size() * sizeof(double)};
  }

 private:
  index weights() const { return weights_ ? static_cast<index>(weights_->size()) : 0; }

  detail::shared<const std::vector<double>> weights_;
  index positive_ = 0;
  how_many rows_;
  smelt::seed seed_{};
};

static_assert(sampler<weighted_take>);

}  // namespace smelt::inline v0
