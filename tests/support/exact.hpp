// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Mean and sum of squared deviations in 113 bits: exact to the last digit of double for every test
/// here, since the data have 53 bits and no more than two million rows.

#include <cmath>  // std::nextafter, std::sqrt
#include <cstdint>
#include <limits>
#include <string>

namespace exact {

#if defined(__SIZEOF_FLOAT128__)
__extension__ typedef __float128 real;
#else
using real = long double;
#endif

/// One Newton step from a square root of 64 bits.
inline real root(real x) {
  if (!(x > 0)) return 0;
  const real y = std::sqrt(static_cast<long double>(x));
  return (y + x / y) / 2;
}

struct figures {
  double count = 0.0;
  real mean = 0;
  real m2 = 0;
  real deviation(int ddof = 0) const { return root(m2 / static_cast<real>(count - ddof)); }
};

/// Of the values of a range that are present.
template <class Range>
figures of(const Range& values) {
  figures f;
  real sum = 0;
  for (const auto x : values)
    if (x == x) {
      f.count += 1.0;
      sum += static_cast<real>(x);
    }
  f.mean = sum / static_cast<real>(f.count);
  for (const auto x : values)
    if (x == x) {
      const real away = static_cast<real>(x) - f.mean;
      f.m2 += away * away;
    }
  return f;
}

/// |got - wanted| in units of the last place of `wanted` as a double.
inline double ulps(double got, real wanted) {
  const double size = std::abs(static_cast<double>(wanted));
  const double unit = std::nextafter(size, std::numeric_limits<double>::infinity()) - size;
  const real off = static_cast<real>(got) - wanted;
  return static_cast<double>(off < 0 ? -off : off) / unit;
}

/// |got - wanted| / |wanted|
inline double relative(double got, real wanted) {
  const real off = (static_cast<real>(got) - wanted) / wanted;
  return static_cast<double>(off < 0 ? -off : off);
}

/// A decimal number such as "-177.435": exact to 113 bits.
inline real decimal(const std::string& text) {
  real digits = 0;
  real scale = 1;
  bool fraction = false;
  for (char c : text) {
    if (c == '.') fraction = true;
    if (c < '0' || c > '9') continue;
    digits = digits * 10 + (c - '0');
    if (fraction) scale *= 10;
  }
  return text[0] == '-' ? -digits / scale : digits / scale;
}

/// Noise from integers.
class noise {
 public:
  explicit noise(std::uint64_t seed) : state_(seed) {}
  std::uint64_t word() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  /// Uniform on [-1, 1).
  double uniform() { return static_cast<double>(word() >> 11) * 0x1p-52 - 1.0; }
  /// Nearly normal, deviation 1.
  double bell() {
    const double sum = uniform() + uniform() + uniform() + uniform();
    return sum * 0.8660254037844386;
  }

 private:
  std::uint64_t state_;
};

}  // namespace exact
