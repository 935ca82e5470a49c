// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The tables that check_stage tries a stage on, and comparison by bits.

#include <smelt/core/arithmetic.hpp>
#include <smelt/core/column_set.hpp>
#include <smelt/core/table.hpp>

#include <cstdint>
#include <cstring>  // std::memcmp
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace smelt::inline v0 {

/// What tables a stage is tried on. The default fits any stage that takes tables of any width and
/// treats their columns alike.
struct stage_example {
  index cols = 5;             ///< columns of the tables: as many as `fill::each` has numbers
  bool columns_alike = true;  ///< false where the stage knows columns by their number: `at`
  double low = -4.0;          ///< values lie in [low, high)
  double high = 4.0;
  index rows = 2051;  ///< of the main table; over two leaves, and no multiple of a packet
};

namespace detail {

/// 64 bits that depend on every bit of `x` (the finalizer of MurmurHash3).
inline std::uint64_t mixed_bits(std::uint64_t x) {
  x = (x ^ (x >> 33)) * 0xff51afd7ed558ccdu;
  x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53u;
  return x ^ (x >> 33);
}

/// Values in [low, high), each of a float, so that they can be stored as one; one in `hole` is
/// missing (0: none), but for the first two rows; a few zeros have either sign, where 0 is in the
/// range.
inline table<double> example_table(const stage_example& e, index rows, index cols, int hole) {
  table<double> made(rows, cols);
  for (index r = 0; r < rows; ++r)
    for (index c = 0; c < cols; ++c) {
      const std::uint64_t bits =
          mixed_bits(static_cast<std::uint64_t>(r) * 0x9e3779b97f4a7c15u +
                     static_cast<std::uint64_t>(c) * 0xd1342543de82ef95u + 1);
      const std::uint64_t luck = (bits & 0x3ff) + (static_cast<std::uint64_t>(c) << 10);
      const double share = static_cast<double>(bits >> 44) * 0x1p-20;
      made(r, c) =
          static_cast<double>(static_cast<float>(add(e.low, product(e.high - e.low, share))));
      if (e.low < 0.0 && e.high > 0.0 && luck % 97 == 0) made(r, c) = luck % 2 == 0 ? 0.0 : -0.0;
      if (hole > 0 && r > 1 && luck % static_cast<std::uint64_t>(hole) == 0)
        made(r, c) = missing_value<double>;
    }
  return made;
}
/// Whole numbers from 0 to 127, which every element type can hold.
template <class T>
table<T> counted_table(index rows, index cols) {
  table<T> made(rows, cols);
  for (index r = 0; r < rows; ++r)
    for (index c = 0; c < cols; ++c)
      made(r, c) = static_cast<T>(
          mixed_bits(static_cast<std::uint64_t>(r * 512 + c) * 0x9e3779b97f4a7c15u) % 128);
  return made;
}

/// The same elements elsewhere: `gap` elements between rows (or columns), the first `off` elements
/// from where memory is aligned. Between them lies what no one may read.
template <class T, class Layout>
class laid_out_copy {
 public:
  template <class View>
  laid_out_copy(const View& from, index gap, index off) : rows_(from.rows()), cols_(from.cols()) {
    constexpr bool by_row = !std::is_same_v<Layout, column_major>;
    const index apart = std::is_same_v<Layout, strided> ? 2 : 1;
    const index line = (by_row ? cols_ : rows_) * apart + gap;
    row_stride_ = by_row ? line : apart;
    col_stride_ = by_row ? apart : line;
    memory_ = table<T>(1, (by_row ? rows_ : cols_) * line + off + 1);
    for (index i = 0; i < memory_.cols(); ++i) memory_(0, i) = unread();
    at_ = memory_.data() + off;
    for (index r = 0; r < rows_; ++r)
      for (index c = 0; c < cols_; ++c)
        at_[r * row_stride_ + c * col_stride_] = static_cast<T>(from(r, c));
    as_made_ = memory_;
  }
  laid_out_copy(const laid_out_copy&) = delete;
  laid_out_copy& operator=(const laid_out_copy&) = delete;

  matrix_view<const T, Layout> view() const {
    return {at_, rows_, cols_, row_stride_, col_stride_};
  }
  /// True while no one has written to it.
  bool untouched() const {
    return std::memcmp(memory_.data(), as_made_.data(),
                       static_cast<std::size_t>(memory_.cols()) * sizeof(T)) == 0;
  }

 private:
  static T unread() {
    if constexpr (std::is_floating_point_v<T>)
      return infinite_value<T>;
    else
      return T(1);
  }

  index rows_;
  index cols_;
  index row_stride_ = 0;
  index col_stride_ = 0;
  table<T> memory_;
  table<T> as_made_;
  T* at_ = nullptr;
};

/// The rows (or columns) of a table in the order given.
inline table<double> picked_rows(const table<double>& x, const std::vector<index>& rows) {
  table<double> made(static_cast<index>(rows.size()), x.cols());
  for (index r = 0; r < made.rows(); ++r)
    for (index c = 0; c < x.cols(); ++c) made(r, c) = x(rows[static_cast<std::size_t>(r)], c);
  return made;
}
inline table<double> picked_columns(const table<double>& x, const std::vector<index>& cols) {
  table<double> made(x.rows(), static_cast<index>(cols.size()));
  for (index r = 0; r < x.rows(); ++r)
    for (index c = 0; c < made.cols(); ++c) made(r, c) = x(r, cols[static_cast<std::size_t>(c)]);
  return made;
}
/// 0, ..., n - 1 in disorder.
inline std::vector<index> disordered(index n) {
  std::vector<index> order(static_cast<std::size_t>(n));
  for (index r = 0; r < n; ++r) order[static_cast<std::size_t>(r)] = r;
  for (index r = n; r > 1; --r) {
    const auto other = mixed_bits(static_cast<std::uint64_t>(r)) % static_cast<std::uint64_t>(r);
    std::swap(order[static_cast<std::size_t>(r - 1)], order[other]);
  }
  return order;
}

inline bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

/// Two numbers, so that a difference in the last place shows.
inline std::string against(double a, double b) {
  std::ostringstream out;
  out.precision(17);
  out << a << " against " << b;
  return out.str();
}

/// The first difference of two tables; empty when shape and all bits are the same.
template <class A, class B>
std::string table_difference(const A& a, const B& b) {
  if (a.rows() != b.rows() || a.cols() != b.cols())
    return message(a.rows(), " x ", a.cols(), " elements against ", b.rows(), " x ", b.cols());
  for (index r = 0; r < a.rows(); ++r)
    for (index c = 0; c < a.cols(); ++c)
      if (!same_bits(static_cast<double>(a(r, c)), static_cast<double>(b(r, c))))
        return message("row ", r, ", column ", c, ": ",
                       against(static_cast<double>(a(r, c)), static_cast<double>(b(r, c))));
  return {};
}

}  // namespace detail
}  // namespace smelt::inline v0
