// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The matrix of element types, layouts, widths, places in memory, missing values and row counts,
/// each cell against the oracle on on::seq, and bit by bit on on::eigen. Types and layouts are
/// compiled, the rest are loops, thinned in three ways:
///  - whole columns and whole rows of missing values only in tables of at least 7 rows;
///  - 5000 rows only at the widths 1, 8, 13 and 65;
///  - in whole numbers, which hold no missing value, only column sets have some (validity bits).
/// That leaves 13848 cells: 4704 for either floating type, 2220 for either type of whole numbers.

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/oracle.hpp>
#include <support/seen.hpp>
#include <support/tables.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

namespace smelt_test {

enum class holes { none, some, a_column, a_row };

/// Where a table lies: `off` elements behind an aligned address, `gap` elements between lines.
struct placement {
  smelt::index off;
  smelt::index gap;
};
inline constexpr placement placements[] = {{0, 0}, {1, 0}, {1, 3}};
inline constexpr smelt::index matrix_widths[] = {1, 3, 7, 8, 13, 28, 64, 65, 100};
inline constexpr smelt::index matrix_rows[] = {0, 1, 7, 1023, 1024, 1025, 5000};

/// Element (r, c): of floating types noise about c, or in every fifth column zeros of both signs
/// and numbers above; of whole numbers their full range.
template <class T>
T matrix_element(smelt::index r, smelt::index c) {
  const std::uint64_t bits = scrambled(static_cast<std::uint64_t>(r) * 0x9e3779b97f4a7c15u +
                                       static_cast<std::uint64_t>(c) * 0xd1342543de82ef95u);
  if constexpr (std::is_floating_point_v<T>) {
    const double x = static_cast<double>(bits >> 11) * 0x1p-50 - 4.0;
    if (c % 5 == 4) return static_cast<T>(bits % 3 == 0 ? 0.0 : bits % 3 == 1 ? -0.0 : x + 4.0);
    return static_cast<T>(x + static_cast<double>(c));
  } else {
    return static_cast<T>(bits);
  }
}
inline bool matrix_hole(holes kind, smelt::index rows, smelt::index cols, smelt::index r,
                        smelt::index c) {
  switch (kind) {
    case holes::some:
      return scrambled(static_cast<std::uint64_t>(r * 1000 + c)) % 10 == 0;
    case holes::a_column:
      return c == cols / 2;
    case holes::a_row:
      return r == rows / 2 || r == rows - 1;
    default:
      return false;
  }
}

/// A copy of the table in one of the layouts; around and between its elements lie infinities.
template <class T, class Layout>
class placed_copy {
 public:
  placed_copy(smelt::index rows, smelt::index cols, holes kind, placement at)
      : rows_(rows), cols_(cols) {
    const bool by_row = !std::is_same_v<Layout, smelt::column_major>;
    const smelt::index apart = std::is_same_v<Layout, smelt::strided> ? 2 : 1;
    const smelt::index line = (by_row ? cols : rows) * apart + at.gap;
    row_stride_ = by_row ? line : apart;
    col_stride_ = by_row ? apart : line;
    memory_ = smelt::table<T>(1, (by_row ? rows : cols) * line + at.off + 1);
    for (smelt::index i = 0; i < memory_.cols(); ++i) memory_(0, i) = std::numeric_limits<T>::max();
    if constexpr (std::is_floating_point_v<T>)
      for (smelt::index i = 0; i < memory_.cols(); ++i)
        memory_(0, i) = std::numeric_limits<T>::infinity();
    from_ = memory_.data() + at.off;
    for (smelt::index r = 0; r < rows; ++r)
      for (smelt::index c = 0; c < cols; ++c) {
        T& to = from_[r * row_stride_ + c * col_stride_];
        to = matrix_element<T>(r, c);
        if constexpr (std::is_floating_point_v<T>)
          if (matrix_hole(kind, rows, cols, r, c)) to = smelt::missing_value<T>;
      }
  }
  smelt::matrix_view<const T, Layout> view() const {
    return {from_, rows_, cols_, row_stride_, col_stride_};
  }

 private:
  smelt::index rows_;
  smelt::index cols_;
  smelt::index row_stride_ = 0;
  smelt::index col_stride_ = 0;
  smelt::table<T> memory_;
  T* from_ = nullptr;
};

/// The same as a column set: missing whole numbers are null by a bit, every third column of others
/// too.
struct by_columns {};
template <class T>
class placed_copy<T, by_columns> {
 public:
  placed_copy(smelt::index rows, smelt::index cols, holes kind, placement at)
      : from_(rows, cols, std::is_floating_point_v<T> ? kind : holes::none, at), set_(rows) {
    bits_.resize(static_cast<std::size_t>(cols));
    for (smelt::index c = 0; c < cols; ++c) {
      auto& bits = bits_[static_cast<std::size_t>(c)];
      bits.assign(static_cast<std::size_t>(rows / 8 + 1), 0);
      for (smelt::index r = 0; r < rows; ++r)
        if (!matrix_hole(kind, rows, cols, r, c))
          bits[static_cast<std::size_t>(r / 8)] |= static_cast<std::uint8_t>(1 << (r % 8));
      const bool named = !std::is_floating_point_v<T> || c % 3 == 0;
      set_.add(from_.view().column(c), {}, named ? bits.data() : nullptr);
    }
  }
  const smelt::column_set& view() const { return set_; }

 private:
  placed_copy<T, smelt::column_major> from_;
  std::vector<std::vector<std::uint8_t>> bits_;
  smelt::column_set set_;
};

/// What must come out of one shape, whatever the layout.
struct matrix_answer {
  oracle::sheet source;
  oracle::sheet made;
  std::vector<oracle::facts> facts;

  template <class T>
  static matrix_answer of(smelt::index rows, smelt::index cols, holes kind) {
    const auto x = oracle::sheet::of(static_cast<std::size_t>(rows), static_cast<std::size_t>(cols),
                                     [&](std::size_t i, std::size_t j) {
                                       const auto r = static_cast<smelt::index>(i);
                                       const auto c = static_cast<smelt::index>(j);
                                       return matrix_hole(kind, rows, cols, r, c)
                                                  ? gone
                                                  : static_cast<double>(matrix_element<T>(r, c));
                                     });
    oracle::chain stages;
    stages.then(oracle::standardize{}).then(oracle::min_max{-1, 1});
    std::vector<oracle::facts> facts;
    for (std::size_t c = 0; c < x.cols(); ++c) facts.push_back(oracle::measure(x, c, c + 1));
    return {x, stages.fit(x).transform(x), facts};
  }
};

/// What is wrong with what a fit saw of a column; empty when nothing is.
inline std::string wrong_facts(const column_facts& got, const oracle::facts& exact, double rows) {
  auto off = [](double a, oracle::real b, double error) {
    return !(oracle::rounded(oracle::size(static_cast<oracle::real>(a) - b)) <=
             1.01 * error + oracle::unit * std::abs(a));
  };
  if (got.present != exact.count) return smelt::message(got.present, " values are present");
  if (got.missing != rows - exact.count) return smelt::message(got.missing, " are missing");
  if (exact.none()) return std::isnan(got.mean) ? "" : "a mean of nothing";
  if (got.lowest != oracle::rounded(exact.lowest)) return smelt::message("lowest ", got.lowest);
  if (got.highest != oracle::rounded(exact.highest)) return smelt::message("highest ", got.highest);
  if (std::signbit(got.lowest) && got.lowest == 0.0) return "the lowest is -0";
  if (off(got.mean, exact.mean, exact.mean_error)) return smelt::message("mean ", got.mean);
  if (off(got.deviation(), exact.deviation(0), exact.deviation_error(0)))
    return smelt::message("deviation ", got.deviation());
  return {};
}

inline const auto matrix_chain = smelt::standardize() | smelt::normalize(smelt::min_max{-1, 1});

/// One result type of one cell.
template <class Out, class Fitted, class View>
void check_result(const Fitted& f, const View& x, const matrix_answer& answer) {
  const smelt::table<Out> y = smelt::transform<Out>(smelt::on::seq, f, x);
  CHECK(difference(smelt::table<Out>(smelt::transform<Out>(smelt::on::eigen, f, x)), y) == "");
  CHECK(oracle::compare<Out>(answer.made, static_cast<std::size_t>(y.rows()),
                             static_cast<std::size_t>(y.cols()),
                             [&](std::size_t r, std::size_t c) {
                               return y(static_cast<smelt::index>(r), static_cast<smelt::index>(c));
                             })
            .problem == "");
}

/// A cell for each result type; returns how many.
template <class T, class Layout>
smelt::index check_cell(smelt::index rows, smelt::index cols, holes kind, placement at,
                        const matrix_answer& answer) {
  const placed_copy<T, Layout> copy(rows, cols, kind, at);
  const auto& x = copy.view();
  if (rows == 0) {
    const std::string none = "fit: the data have 0 rows, at least 1 is needed";
    CHECK(thrown_by([&] { smelt::fit(smelt::on::seq, matrix_chain, x); }) == none);
    CHECK(thrown_by([&] { smelt::fit(smelt::on::eigen, matrix_chain, x); }) == none);
    const placed_copy<T, Layout> some(7, cols, kind, at);
    const auto f = smelt::fit(smelt::on::seq, matrix_chain, some.view());
    check_result<double>(f, x, answer);
    check_result<float>(f, x, answer);
    return 2;
  }
  const auto facts = smelt::fit(smelt::on::seq, seen{}, x);
  CHECK(smelt::fit(smelt::on::eigen, seen{}, x) == facts);
  for (smelt::index c = 0; c < cols; ++c) {
    const auto& exact = answer.facts[static_cast<std::size_t>(c)];
    const std::string wrong = wrong_facts(facts_of(facts, c), exact, static_cast<double>(rows));
    if (!wrong.empty()) CHECK_MESSAGE(wrong.empty(), "column ", c, ": ", wrong);
  }
  const auto f = smelt::fit(smelt::on::seq, matrix_chain, x);
  CHECK(smelt::fit(smelt::on::eigen, matrix_chain, x) == f);
  check_result<double>(f, x, answer);
  check_result<float>(f, x, answer);
  return 2;
}

/// All cells of an element type; returns how many.
template <class T>
smelt::index check_matrix() {
  smelt::index cells = 0;
  for (const smelt::index rows : matrix_rows)
    for (const smelt::index cols : matrix_widths) {
      if (rows == 5000 && cols != 1 && cols != 8 && cols != 13 && cols != 65) continue;
      for (const holes kind : {holes::none, holes::some, holes::a_column, holes::a_row}) {
        if (rows < 7 && kind != holes::none && kind != holes::some) continue;
        CAPTURE(rows);
        CAPTURE(cols);
        CAPTURE(static_cast<int>(kind));
        const auto answer = matrix_answer::of<T>(rows, cols, kind);
        for (const placement at : placements) {
          CAPTURE(at.off);
          CAPTURE(at.gap);
          if (std::is_floating_point_v<T> || kind == holes::none) {
            cells += check_cell<T, smelt::row_major>(rows, cols, kind, at, answer);
            cells += check_cell<T, smelt::column_major>(rows, cols, kind, at, answer);
            cells += check_cell<T, smelt::strided>(rows, cols, kind, at, answer);
          }
          cells += check_cell<T, by_columns>(rows, cols, kind, at, answer);
        }
      }
    }
  return cells;
}

}  // namespace smelt_test
