// SPDX-License-Identifier: BSL-1.0
/// \file
/// Registers of every width: what is loaded and stored is that of one lane after another.

#include <smelt/core/lanes.hpp>

#include <doctest/doctest.h>

#include <vector>

namespace {

template <int Lanes, class T>
int wrong_lanes() {
  using smelt::detail::registers;
  int wrong = 0;
  constexpr auto lanes = static_cast<std::size_t>(Lanes);
  for (unsigned first = 0; first < 70000; first += 251) {
    // No more is read or written than the lanes.
    std::vector<T> from(lanes);
    for (std::size_t l = 0; l < lanes; ++l) from[l] = static_cast<T>(first * (l + 1) + l);
    const auto x = registers<Lanes>::load(from.data());
    std::vector<T> to(lanes + 1, T(77));
    const auto words = registers<Lanes>::load_words(from.data());
    registers<Lanes>::store(to.data(), x | (std::uint64_t{1} << 40));
    for (std::size_t l = 0; l < lanes; ++l) wrong += x[l] != from[l] || words[l] != from[l] || to[l] != from[l];
    wrong += to[lanes] != T(77);
  }
  return wrong;
}

/// Registers of this machine, and of fewer lanes.
template <int Lanes = smelt::detail::vector_lanes>
void check_widths() {
  CAPTURE(Lanes);
  CHECK(wrong_lanes<Lanes, std::uint8_t>() == 0);
  CHECK(wrong_lanes<Lanes, std::uint16_t>() == 0);
  if constexpr (Lanes > 2) check_widths<Lanes / 2>();
}

}  // namespace

TEST_CASE("bytes and halves of words") { check_widths(); }
