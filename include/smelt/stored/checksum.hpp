// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// CRC-32C (Castagnoli), the checksum of iSCSI and ext4. It finds what an accident does to a file:
/// every change of up to 32 bits in a row, and any other but one in four thousand million. It does
/// not keep out a person: who changes a file on purpose can write the checksum that belongs to it.

#include <smelt/core/config.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace smelt::inline v0 {

namespace detail {
/// The remainder of each byte.
inline constexpr auto crc32c_table = [] {
  std::array<std::uint32_t, 256> made{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1) ^ ((rest & 1u) != 0 ? 0x82f63b78u : 0u);
    made[byte] = rest;
  }
  return made;
}();
}  // namespace detail

/// The checksum of bytes; `before` is that of the bytes that stand before them.
constexpr std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0) {
  std::uint32_t rest = ~before;
  for (const char byte : bytes)
    rest = (rest >> 8) ^ detail::crc32c_table[(rest ^ static_cast<unsigned char>(byte)) & 0xffu];
  return ~rest;
}

}  // namespace smelt::inline v0
