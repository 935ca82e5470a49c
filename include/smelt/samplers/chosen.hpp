// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Chosen: rows that the user lists.

#include <smelt/core/concepts.hpp>
#include <smelt/core/shared.hpp>
#include <smelt/core/status.hpp>
#include <smelt/plan/row_map.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smelt::inline v0 {

/// The rows of a list, in its order, as often as they are in it, the same in every epoch: another
/// program's sample, or that of a bottom_k. `chosen{{4, 0, 17}}`. Keeps the list; a fit folds its
/// rows in that order.
/// \errors value_error for a row that is not there, when it is used
class chosen {
 public:
  static constexpr bool reorders_only = false;
  static constexpr bool folds_as_drawn = true;

  chosen() = default;
  explicit chosen(std::vector<index> rows)
      : rows_(detail::share<const std::vector<index>>(std::move(rows))) {
    for (const index row : *rows_) {
      if (row < lowest_) lowest_ = row;
      if (row > highest_) highest_ = row;
    }
  }

  bool check(index source, status& found) const {
    return expect<value_error>(found, lowest_ >= 0 && highest_ < source, *this, ": row ",
                               lowest_ < 0 ? lowest_ : highest_, " is not one of ", source);
  }
  kept_row_map map(index source, std::uint64_t) const {
    if (!rows_) return {row_map(source, 0, 0), nullptr};
    return {row_map::listed(source, rows_->data(), static_cast<index>(rows_->size())), rows_};
  }
  index count(index) const { return rows_ ? static_cast<index>(rows_->size()) : 0; }
  /// The heap that `map` takes: none, for the list is there.
  static index map_bytes(index) { return 0; }
  std::string text() const { return message("chosen{", rows_ ? rows_->size() : 0, " rows}"); }
  /// The list, for a file's checksum.
  std::string_view given_bytes() const {
    if (!rows_) return {};
    return {reinterpret_cast<const char*>(rows_->data()), rows_->size() * sizeof(index)};
  }

 private:
  detail::shared<const std::vector<index>> rows_;
  index lowest_ = 0;
  index highest_ = -1;
};

static_assert(sampler<chosen>);

}  // namespace smelt::inline v0
