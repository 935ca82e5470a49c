// SPDX-License-Identifier: BSL-1.0
/// \file
/// CRC-32C: the values of RFC 3720, pieces, and what it must notice.

#include <smelt/stored/checksum.hpp>

#include <doctest/doctest.h>

#include <string>

using smelt::crc32c;

static_assert(crc32c("123456789") == 0xe3069283u);
static_assert(crc32c("") == 0);

TEST_CASE("the vectors of RFC 3720") {
  CHECK(crc32c(std::string(32, '\0')) == 0x8a9136aau);
  CHECK(crc32c(std::string(32, '\xff')) == 0x62a8ab43u);
  std::string up, down;
  for (int k = 0; k < 32; ++k) {
    up += static_cast<char>(k);
    down += static_cast<char>(31 - k);
  }
  CHECK(crc32c(up) == 0x46dd794eu);
  CHECK(crc32c(down) == 0x113fdb5cu);
}

TEST_CASE("in pieces it is that of the whole") {
  const std::string text = "Columns of numbers, one beside the other.";
  for (std::size_t cut = 0; cut <= text.size(); ++cut)
    CHECK(crc32c(text.substr(cut), crc32c(text.substr(0, cut))) == crc32c(text));
}

TEST_CASE("a flipped bit, two exchanged bytes and a lost byte are noticed") {
  const std::string text = "0 1.5 0.25 -0\n1 2.5 0.5 -0\n";
  const auto right = crc32c(text);
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = text;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      CHECK(crc32c(changed) != right);
    }
    CHECK(crc32c(std::string(text).erase(at, 1)) != right);
    if (at > 0 && text[at] != text[at - 1]) {
      std::string changed = text;
      std::swap(changed[at], changed[at - 1]);
      CHECK(crc32c(changed) != right);
    }
  }
}
