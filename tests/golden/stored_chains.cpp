// SPDX-License-Identifier: BSL-1.0

/// \file
/// Files of fitted chains, written once by one compiler on one machine, read by all.

#include "cases.hpp"

#include <support/stored_chains.hpp>

namespace golden {

std::vector<std::string> problems_of_stored_chains(const std::string& folder) {
  std::vector<std::string> problems;
  for (int version = 1; version <= smelt::detail::stored_version; ++version)
    for (auto& problem : smelt_test::problems_of_stored(folder, version))
      problems.push_back(std::move(problem));
  return problems;
}

}  // namespace golden
