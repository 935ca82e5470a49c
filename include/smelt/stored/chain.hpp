// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What a file of a fitted chain holds, and the words that its writer and its reader share.

#include <smelt/core/description.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace smelt::inline v0 {

namespace detail {

/// Bytes that a stage was given and that a file does not hold, such as a mask: how many, and their
/// checksum.
struct given_bytes {
  index count = 0;
  std::uint32_t checksum = 0;
  friend bool operator==(const given_bytes&, const given_bytes&) = default;
};

/// A chain as a file tells it: its plan stays empty.
struct stored_chain {
  description told;
  std::vector<std::optional<given_bytes>> given;  // for each stage
};

inline constexpr std::string_view stored_magic = "smelt fitted chain, version ";
inline constexpr int stored_version = 1;
/// The words of `fitted_on`.
inline constexpr std::array<std::string_view, 4> origin_names = {"nothing", "plain", "population",
                                                                 "train"};

}  // namespace detail

}  // namespace smelt::inline v0
