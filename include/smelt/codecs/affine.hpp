// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Quantized matrices: integers of 8 or 16 bits with a scale and a zero for each column.

#include <smelt/core/arithmetic.hpp>
#include <smelt/core/lanes.hpp>
#include <smelt/core/table.hpp>
#include <smelt/core/view.hpp>

#include <concepts>
#include <cstdint>
#include <cstring>  // std::memcpy
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace smelt::inline v0 {

/// Integers that stand for numbers in equal steps.
template <class Q>
concept quantum = std::is_same_v<Q, std::int8_t> || std::is_same_v<Q, std::uint8_t> ||
                  std::is_same_v<Q, std::int16_t> || std::is_same_v<Q, std::uint16_t>;

/// The code of a missing value: the one that the other codes do not lie around. Data of others, which
/// have none, are read with `no_missing_code`.
template <quantum Q>
inline constexpr std::int32_t missing_code =
    std::is_signed_v<Q> ? std::numeric_limits<Q>::lowest() : std::numeric_limits<Q>::max();
inline constexpr std::int32_t no_missing_code = std::numeric_limits<std::int32_t>::lowest();

/// A matrix of codes q that read as (q - zero) * scale, with two numbers a column: what other programs
/// call quantized with a zero point, by channel.
/// A chain writes one too: its results are put to the nearest codes.
/// \formula x = (q - zero) scale, in double; q is x / scale + zero, to nearest even, the ends beyond them
/// \shape rows x columns
/// \missing one code, where there is one
template <class Q, class Space = host>
  requires quantum<std::remove_const_t<Q>>
class affine_view {
 public:
  using value_type = double;
  using space = Space;
  using code_type = std::remove_const_t<Q>;

  affine_view() = default;
  /// Codes with `scale` and `zero` for each column, which must outlive the view.
  affine_view(matrix_view<Q, row_major, Space> codes, const double* scale, const double* zero,
              std::int32_t missing = missing_code<code_type>)
      : codes_(codes), scale_(scale), zero_(zero), missing_(missing) {}

  SMELT_HD index rows() const { return codes_.rows(); }
  SMELT_HD index cols() const { return codes_.cols(); }
  index first_row() const { return codes_.first_row(); }
  index total_rows() const { return codes_.total_rows(); }
  std::span<const std::string> names() const { return codes_.names(); }
  const matrix_view<Q, row_major, Space>& codes() const { return codes_; }
  SMELT_HD double scale(index c) const { return scale_[c]; }
  SMELT_HD double zero(index c) const { return zero_[c]; }
  const double* scales() const { return scale_; }
  const double* zeros() const { return zero_; }
  std::int32_t missing() const { return missing_; }
  const void* memory() const { return codes_.data(); }

  SMELT_HD double operator()(index r, index c) const {
    const std::int32_t q = codes_.data()[r * codes_.row_stride() + c];
    const double x = product(subtract(static_cast<double>(q), zero_[c]), scale_[c]);
    return q == missing_ ? missing_value<double> : x;
  }

  /// The code of a number: rounded to nearest even, the ends for what lies beyond.
  SMELT_HD code_type code(index c, double x) const {
    if (smelt::missing(x)) return static_cast<code_type>(missing_);
    constexpr bool is_signed = std::is_signed_v<code_type>;
    constexpr double low = is_signed ? double{missing_code<code_type>} + 1.0 : 0.0;
    constexpr double high = is_signed ? -double{missing_code<code_type>} - 1.0
                                      : double{missing_code<code_type>} - 1.0;
    const double q = lesser(greater(add(divide(x, scale_[c]), zero_[c]), low), high);
    // 1.5 * 2^52 and a whole number: the low bits are those of the number nearest to q.
    const auto bits = detail::bits_as<std::uint64_t>(add(q, 0x1.8p52));
    return static_cast<code_type>(static_cast<std::uint32_t>(bits));
  }
  SMELT_HD void put(index r, index c, double x) const
    requires(!std::is_const_v<Q>)
  {
    codes_.data()[r * codes_.row_stride() + c] = code(c, x);
  }

  affine_view named(std::span<const std::string> names) const {
    return {codes_.named(names), scale_, zero_, missing_};
  }
  affine_view columns(index first, index last) const {
    return {codes_.columns(first, last), scale_ + first, zero_ + first, missing_};
  }
  affine_view row_range(index first, index last) const {
    return {codes_.row_range(first, last), scale_, zero_, missing_};
  }
  /// The same view of copies of its memory; see packed_view.
  template <class Space2, class Copy>
  affine_view<const code_type, Space2> copied(Copy&& copy) const {
    const index stride = codes_.row_stride();
    const index rows = first_row() + codes_.rows();
    const code_type* const codes =
        copy(static_cast<const code_type*>(codes_.data()),
             codes_.rows() == 0 ? 0 : (codes_.rows() - 1) * stride + codes_.cols());
    const double* const scale = copy(scale_, cols());
    // Rows before the first are not there: no element of them is read.
    const matrix_view<const code_type, row_major, Space2> all(codes - first_row() * stride, rows, cols(),
                                                              stride, 1);
    return {all.row_range(first_row(), rows), scale, copy(zero_, cols()), missing_};
  }

 private:
  matrix_view<Q, row_major, Space> codes_;
  const double* scale_ = nullptr;
  const double* zero_ = nullptr;
  std::int32_t missing_ = no_missing_code;
};

namespace detail {
inline namespace SMELT_ISA {

/// A register of codes, as doubles.
template <class Q>
SMELT_INLINE vector_doubles quanta(const Q* from) {
  using code = std::make_unsigned_t<Q>;
  // Signed ones from the least on; bits from 2^52 on are those of 2^52 + code.
  constexpr std::uint64_t least = std::is_signed_v<Q> ? std::uint64_t{1} << (8 * sizeof(Q) - 1) : 0;
  const vector_bits bits =
      registers<vector_lanes>::load(reinterpret_cast<const code*>(from)) ^ least;
  return bits_as<vector_doubles>(bits | std::uint64_t{0x4330000000000000u}) -
         (0x1p52 + static_cast<double>(least));
}
SMELT_INLINE vector_doubles some_of(const double* from) {
  vector_doubles x;
  std::memcpy(&x, from, sizeof x);
  return x;
}

}  // namespace SMELT_ISA
}  // namespace detail

inline namespace SMELT_ISA {

/// Rows of these numbers, all columns of each, one after another; see `block_view`.
template <class Q>
void read_rows(const affine_view<Q>& x, const index* rows, index n, double* to) {
  using namespace detail;
  const index cols = x.cols();
  const auto gap = static_cast<double>(x.missing());
  for (index r = 0; r < n; ++r, to += cols) {
    const auto* const from = x.codes().data() + rows[r] * x.codes().row_stride();
    index c = 0;
    for (; !fast_math && c + vector_lanes <= cols; c += vector_lanes) {
      const vector_doubles q = quanta(from + c);
      const vector_doubles value = (q - some_of(x.zeros() + c)) * some_of(x.scales() + c);
      const vector_bits gaps = (vector_bits)(q == gap);
      const vector_bits bits = (gaps & bits_as<std::uint64_t>(missing_value<double>)) |
                               (~gaps & bits_as<vector_bits>(value));
      std::memcpy(to + c, &bits, sizeof bits);
    }
    for (; c < cols; ++c) to[c] = x(rows[r], c);
  }
}

/// Rows [first, first + n) from numbers that lie one after another; see `block_output`.
template <class Q>
  requires(!std::is_const_v<Q>)
void write_rows(const affine_view<Q>& x, index first, index n, const double* from) {
  for (index r = 0; r < n; ++r)
    for (index c = 0; c < x.cols(); ++c) x.put(first + r, c, *from++);
}

}  // namespace SMELT_ISA

/// A quantized matrix that owns its memory.
template <quantum Q>
class affine_table {
 public:
  using value_type = double;
  using space = host;

  affine_table() = default;
  /// Room for `rows` rows, not written.
  affine_table(index rows, std::vector<double> scale, std::vector<double> zero,
               std::vector<std::string> names = {}, resource_ref memory = {})
      : codes_(rows, static_cast<index>(scale.size()), std::move(names), memory),
        scale_(std::move(scale)),
        zero_(std::move(zero)) {
    expect<shape_error>(scale_.size() == zero_.size(), "a quantized table of ", scale_.size(),
                        " columns was given ", zero_.size(), " zeros");
  }
  index rows() const { return codes_.rows(); }
  index cols() const { return codes_.cols(); }
  index first_row() const { return 0; }
  index total_rows() const { return rows(); }
  std::span<const std::string> names() const { return codes_.names(); }
  /// As a table's.
  void zero_on_release() { codes_.zero_on_release(); }
  affine_view<Q> view() { return {codes_.view(), scale_.data(), zero_.data()}; }
  affine_view<const Q> view() const { return {codes_.view(), scale_.data(), zero_.data()}; }
  affine_view<const Q> columns(index first, index last) const { return view().columns(first, last); }
  affine_view<const Q> row_range(index first, index last) const {
    return view().row_range(first, last);
  }

 private:
  table<Q> codes_;
  std::vector<double> scale_;
  std::vector<double> zero_;
};

static_assert(block_view<affine_view<const std::int8_t>> && block_output<affine_view<std::int8_t>>);

}  // namespace smelt::inline v0
