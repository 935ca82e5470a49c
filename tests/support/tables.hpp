// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Tables written down in a test, tables of noise, and comparison by bits.

#include <smelt/core/adapt.hpp>

#include <cstdint>
#include <cstring>  // std::memcmp
#include <initializer_list>
#include <limits>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace smelt_test {

inline constexpr double gone = smelt::missing_value<double>;
inline constexpr double endless = std::numeric_limits<double>::infinity();

/// What a call throws; empty when it throws nothing.
template <class F>
std::string thrown_by(F&& f) {
  try {
    f();
    return {};
  } catch (const smelt::error& e) {
    return e.what();
  }
}

/// A table row by row.
template <class T = double>
smelt::table<T> rows(std::initializer_list<std::initializer_list<double>> values,
                     std::vector<std::string> names = {}) {
  const auto cols = values.size() == 0 ? 0 : static_cast<smelt::index>(values.begin()->size());
  smelt::table<T> made(static_cast<smelt::index>(values.size()), cols, std::move(names));
  smelt::index at = 0;
  for (const auto& row : values)
    for (double x : row) made.data()[at++] = static_cast<T>(x);
  return made;
}

/// A table of one column.
template <class T = double>
smelt::table<T> one_column(std::initializer_list<double> values) {
  smelt::table<T> made(static_cast<smelt::index>(values.size()), 1);
  smelt::index at = 0;
  for (double x : values) made.data()[at++] = static_cast<T>(x);
  return made;
}

/// 64 bits that depend on every bit of `x` (the finalizer of MurmurHash3).
inline std::uint64_t scrambled(std::uint64_t x) {
  x = (x ^ (x >> 33)) * 0xff51afd7ed558ccdu;
  x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53u;
  return x ^ (x >> 33);
}

/// Element (r, c) of a table of noise: floating elements lie in [c - 4, c + 4) and one in `hole` is
/// missing (0: none), integers fill half their range or [-1000, 1000).
template <class T>
T noise_at(smelt::index r, smelt::index c, int hole, std::uint64_t stream = 0) {
  const std::uint64_t bits = scrambled(static_cast<std::uint64_t>(r) * 0x9e3779b97f4a7c15u +
                                       static_cast<std::uint64_t>(c) * 0xd1342543de82ef95u + stream);
  if constexpr (std::is_floating_point_v<T>) {
    if (hole > 0 && (bits & 0xffff) % static_cast<std::uint64_t>(hole) == 0)
      return smelt::missing_value<T>;
    return static_cast<T>(static_cast<double>(bits >> 11) * 0x1p-50 - 4.0 + static_cast<double>(c));
  } else if constexpr (sizeof(T) == 1) {
    return static_cast<T>(bits % 128);
  } else {
    return static_cast<T>(static_cast<std::int64_t>(bits % 2000) - 1000);
  }
}
template <class T = double, class Layout = smelt::row_major>
smelt::table<T, Layout> noise(smelt::index rows, smelt::index cols, int hole = 0,
                              std::uint64_t stream = 0) {
  smelt::table<T, Layout> made(rows, cols);
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < cols; ++c) made(r, c) = noise_at<T>(r, c, hole, stream);
  return made;
}
/// The same elements in memory of another layout.
template <class Layout, class View>
smelt::table<typename View::value_type, Layout> laid_out(const View& from) {
  smelt::table<typename View::value_type, Layout> made(from.rows(), from.cols());
  for (smelt::index r = 0; r < from.rows(); ++r)
    for (smelt::index c = 0; c < from.cols(); ++c) made(r, c) = from(r, c);
  return made;
}

template <class T>
bool same_bits(const T& a, const T& b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

/// The first difference of two tables or views; empty when shape and all bits are the same.
template <class A, class B>
std::string difference(const A& a, const B& b) {
  static_assert(std::is_same_v<typename A::value_type, typename B::value_type>);
  std::ostringstream out;
  out.precision(17);
  if (a.rows() != b.rows() || a.cols() != b.cols()) {
    out << a.rows() << " x " << a.cols() << " against " << b.rows() << " x " << b.cols();
    return out.str();
  }
  for (smelt::index r = 0; r < a.rows(); ++r)
    for (smelt::index c = 0; c < a.cols(); ++c)
      if (!same_bits(a(r, c), b(r, c))) {
        out << "row " << r << ", column " << c << ": " << +a(r, c) << " against " << +b(r, c);
        return out.str();
      }
  return {};
}

/// The same for lists of numbers: the values of `x` in row order against those written down.
template <class View>
std::string difference(const View& x, std::initializer_list<std::initializer_list<double>> values) {
  return difference(x, rows<typename View::value_type>(values));
}

}  // namespace smelt_test
