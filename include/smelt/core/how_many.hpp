// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// How many rows are asked for: a number of them, or a share of those there are.

#include <smelt/core/say.hpp>
#include <smelt/core/status.hpp>
#include <smelt/core/types.hpp>

#include <cmath>     // std::ceil, std::floor
#include <concepts>  // std::floating_point
#include <string>

namespace smelt::inline v0 {

/// Where a share of the rows is no whole number.
enum class rounded {
  down,  ///< as scikit-learn's train_test_split counts the train rows
  up     ///< as it counts the test rows
};

/// A share of the rows: `take{fraction_of{0.1}, seed{42}}`. The number is floor(fraction rows), or
/// ceil with `rounded::up`, of the product in double: fraction_of{0.29} of 100 rows are 28, since
/// the double nearest 0.29 lies below it.
struct fraction_of {
  double fraction;
  smelt::rounded rounded = smelt::rounded::down;
};

/// A number of rows, or a share of them.
class how_many {
 public:
  /// None.
  constexpr how_many() = default;
  /// So many.
  constexpr how_many(index rows) : rows_(rows) {}
  /// Such a share.
  constexpr how_many(fraction_of share) : share_(share), by_share_(true) {}
  /// A sentence: `take{0.1, seed}` would become 0 rows, for many a compiler without a word.
  template <std::floating_point T>
  constexpr how_many(T) {
    static_assert(always_false<T>, SMELT_SAY_A_SHARE);
  }

  /// Of `rows` rows.
  index of(index rows) const {
    if (!by_share_) return rows_;
    const double exact = share_.fraction * static_cast<double>(rows);
    const auto made = static_cast<index>(share_.rounded == rounded::up ? std::ceil(exact)
                                                                       : std::floor(exact));
    return made < rows ? made : rows;
  }
  /// Not a number below 0, nor a share outside [0, 1].
  constexpr bool valid() const {
    return by_share_ ? share_.fraction >= 0.0 && share_.fraction <= 1.0 : rows_ >= 0;
  }
  /// Why it is not valid, `whose` being the sampler in words.
  /// \errors in `found`, value_error unless it is
  bool check(const std::string& whose, status& found) const {
    if (by_share_)
      return expect<value_error>(found, valid(), whose, ": ", share_.fraction,
                                 " is not a share between 0 and 1");
    return expect<value_error>(found, valid(), whose, ": the number of rows cannot be negative");
  }
  std::string text() const {
    if (!by_share_) return message(rows_);
    return message("fraction_of{", share_.fraction,
                   share_.rounded == rounded::up ? ", rounded::up}" : "}");
  }

 private:
  index rows_ = 0;
  fraction_of share_{0.0};
  bool by_share_ = false;
};

}  // namespace smelt::inline v0
