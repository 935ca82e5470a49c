// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Samplers and ways to split of one type for all of them, so that a test that walks through them
/// compiles what it asks for once.

#include <smelt/core/concepts.hpp>
#include <smelt/plan/check.hpp>
#include <smelt/plan/partition.hpp>
#include <smelt/plan/row_map.hpp>

#include <functional>
#include <string>
#include <utility>

namespace smelt_test {

/// Any sampler, folded as drawn.
struct any_sampler {
  static constexpr bool reorders_only = false;
  static constexpr bool folds_as_drawn = true;
  std::string name;
  std::function<smelt::kept_row_map(smelt::index, std::uint64_t)> chosen;
  std::function<bool(smelt::index, smelt::status&)> checked;
  std::function<smelt::index(smelt::index)> bytes;

  any_sampler() = default;
  template <smelt::sampler Sampler>
  explicit any_sampler(Sampler rows)
      : name(rows.text()),
        chosen([rows](smelt::index n, std::uint64_t epoch) {
          auto map = smelt::detail::map_of(rows, n, epoch);
          if constexpr (requires { map.keeps; })
            return map;
          else
            return smelt::kept_row_map{map, nullptr};
        }),
        checked([rows](smelt::index n, smelt::status& found) {
          return smelt::detail::check_sample(rows, n, found);
        }),
        bytes([rows]([[maybe_unused]] smelt::index n) {
          static_cast<void>(rows);
          if constexpr (requires { rows.map_bytes(n); })
            return rows.map_bytes(n);
          else
            return smelt::index{0};
        }) {}

  smelt::kept_row_map map(smelt::index n, std::uint64_t epoch) const { return chosen(n, epoch); }
  bool check(smelt::index n, smelt::status& found) const { return checked(n, found); }
  smelt::index count(smelt::index n) const { return chosen(n, 0).count(); }
  smelt::index map_bytes(smelt::index n) const { return bytes(n); }
  std::string text() const { return name; }
};

}  // namespace smelt_test
