// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The numbers of a .npy or raw file, one by one and byte by byte: what fuzz targets hold against smelt's.

#include <smelt/codecs/f16.hpp>
#include <smelt/read/npy_header.hpp>

#include <cstdint>
#include <cstring>  // std::memcpy
#include <string_view>
#include <type_traits>

namespace smelt_test {

/// Element `at` of a file, from byte `offset` on, by long double, which holds all of them.
inline long double plain(const smelt::npy_dtype& dtype, std::string_view bytes, smelt::index offset,
                         smelt::index at) {
  const int size = dtype.bytes;
  std::uint64_t bits = 0;
  for (int k = 0; k < size; ++k) {
    const auto place = static_cast<std::size_t>(offset + at * size +
                                                (dtype.big_endian ? k : size - 1 - k));
    bits = bits << 8 | static_cast<unsigned char>(bytes[place]);
  }
  switch (dtype.kind) {
    case smelt::npy_kind::boolean: return bits != 0;
    case smelt::npy_kind::unsigned_integer: return static_cast<long double>(bits);
    case smelt::npy_kind::signed_integer: {
      const int unused = 64 - 8 * size;
      return static_cast<long double>(static_cast<std::int64_t>(bits << unused) >> unused);
    }
    case smelt::npy_kind::real:
      if (size == 2) return smelt::f16::of_bits(static_cast<std::uint16_t>(bits));
      if (size == 4) {
        float x;
        const auto half = static_cast<std::uint32_t>(bits);
        std::memcpy(&x, &half, sizeof x);
        return x;
      }
      double x;
      std::memcpy(&x, &bits, sizeof x);
      return x;
  }
  return 0;
}

/// A number of a file, rounded. What a double does not hold lies beyond f16.
template <class T>
T nearest(long double x) {
  if constexpr (std::is_class_v<T>)
    return T(static_cast<double>(x));
  else
    return static_cast<T>(x);
}

}  // namespace smelt_test
