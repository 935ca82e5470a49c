// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// CRC-32C (Castagnoli), the checksum of iSCSI and ext4. It finds what an accident does to a file:
/// every change of up to 32 bits in a row, and any other but one in four thousand million. It does
/// not keep out a person: who changes a file on purpose can write the checksum that belongs to it.

#include <smelt/core/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace smelt::inline v0 {

namespace detail {
/// The remainder of each byte, and of each byte with one to seven bytes of 0 behind it.
inline constexpr auto crc32c_tables = [] {
  std::array<std::array<std::uint32_t, 256>, 8> made{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1) ^ ((rest & 1u) != 0 ? 0x82f63b78u : 0u);
    made[0][byte] = rest;
  }
  for (std::size_t more = 1; more < 8; ++more)
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t rest = made[more - 1][byte];
      made[more][byte] = (rest >> 8) ^ made[0][rest & 0xffu];
    }
  return made;
}();
}  // namespace detail

/// The checksum of bytes; `before` is that of the bytes that stand before them.
constexpr std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0) {
  const auto& table = detail::crc32c_tables;
  std::uint32_t rest = ~before;
  std::size_t i = 0;
  auto byte = [&](std::size_t at) { return std::uint32_t{static_cast<unsigned char>(bytes[at])}; };
  for (; i + 8 <= bytes.size(); i += 8) {  // eight at a time: eight steps that do not wait for each other
    const std::uint32_t low =
        rest ^ (byte(i) | byte(i + 1) << 8 | byte(i + 2) << 16 | byte(i + 3) << 24);
    rest = table[7][low & 0xffu] ^ table[6][(low >> 8) & 0xffu] ^ table[5][(low >> 16) & 0xffu] ^
           table[4][low >> 24] ^ table[3][byte(i + 4)] ^ table[2][byte(i + 5)] ^
           table[1][byte(i + 6)] ^ table[0][byte(i + 7)];
  }
  for (; i < bytes.size(); ++i) rest = (rest >> 8) ^ table[0][(rest ^ byte(i)) & 0xffu];
  return ~rest;
}

}  // namespace smelt::inline v0
