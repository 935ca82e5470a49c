// SPDX-License-Identifier: BSL-1.0
/// \file
/// Eight rows as one: where lanes and columns lie, and that what is taken from an open leaf comes back.

#include <smelt/policies/eigen/eight_rows.hpp>

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/special.hpp>
#include <support/tables.hpp>

#include <algorithm>
#include <vector>

using namespace smelt;
using namespace smelt_test;
using smelt::detail::eight_rows;

namespace {

using folded = program<op_step<clip_op, 0>, mark_step<0, tally, moments, extrema>>;
using layout = summary<folded>;

struct example {
  smelt::index cols;
  smelt::index pitch = pitch_of(cols);
  std::vector<double> numbers = std::vector<double>(static_cast<std::size_t>(2 * pitch));
  std::vector<double> shift = std::vector<double>(static_cast<std::size_t>(pitch));
  std::vector<double> open = std::vector<double>(static_cast<std::size_t>(layout::open_size(pitch)));
  const double* shifts[1] = {shift.data()};
  folded p{};

  explicit example(smelt::index width) : cols(width) {
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<double>(i) + 0.5;
    for (std::size_t i = 0; i < shift.size(); ++i) shift[i] = -static_cast<double>(i) - 0.25;
    for (std::size_t i = 0; i < open.size(); ++i) open[i] = 1000.0 + static_cast<double>(i);
    p.numbers = numbers.data();
    p.pitch = pitch;
    p.cols = cols;
  }
};

}  // namespace

TEST_CASE("numbers and shifts are repeated for every lane") {
  for (smelt::index cols : {1, 3, 8, 13})
    for (bool by_rows : {true, false}) {
      example e(cols);
      const smelt::index lane_step = by_rows ? cols : 1;
      const smelt::index column_step = by_rows ? 1 : 8;
      const eight_rows<folded> eights(e.p, e.shifts, lane_step, column_step);
      CHECK(eights.pitch() == 8 * cols);
      smelt::index wrong = 0;
      for (smelt::index l = 0; l < 8; ++l)
        for (smelt::index c = 0; c < cols; ++c) {
          const smelt::index at = l * lane_step + c * column_step;
          wrong += eights.shift(0)[at] != e.shift[static_cast<std::size_t>(c)];
          for (smelt::index k = 0; k < 2; ++k)
            wrong += eights.numbers().at[k * eights.numbers().pitch + at] !=
                     e.numbers[static_cast<std::size_t>(k * e.pitch + c)];
        }
      CHECK(wrong == 0);
    }
}

TEST_CASE("lanes taken over come back; what has no lanes is merged") {
  for (smelt::index cols : {1, 3, 8, 13})
    for (bool by_rows : {true, false}) {
      example e(cols);
      eight_rows<folded> eights(e.p, e.shifts, by_rows ? cols : 1, by_rows ? 1 : 8);
      const std::vector<double> before = e.open;
      eights.take(e.open.data());
      eights.give(e.open.data());
      CHECK(e.open == before);

      // One more value of 1 in every lane of every column.
      eights.take(e.open.data());
      auto sums = eights.sums<mark_step<0, tally, moments, extrema>>(0);
      for (smelt::index i = 0; i < 8 * cols; ++i) {
        sums.at[0][i] += 1.0;              // present
        sums.at[1][i] += 1.0;              // sum
        sums.at[1][eights.pitch() + i] += 1.0;  // sum of squares
        sums.at[2][i] = 1.0;               // lowest
        sums.at[2][eights.pitch() + i] = 1.0;   // highest
      }
      eights.give(e.open.data());
      smelt::index wrong = 0;
      const smelt::index head = slot_layout<mark_step<0, tally, moments, extrema>>::head;
      for (smelt::index c = 0; c < cols; ++c) {
        auto at = [&](smelt::index row) { return static_cast<std::size_t>(head + row * e.pitch + c); };
        wrong += e.open[at(0)] != before[at(0)] + 8.0;
        for (smelt::index row = 1; row < 17; ++row) wrong += e.open[at(row)] != before[at(row)] + 1.0;
        wrong += e.open[at(17)] != 1.0;
        wrong += e.open[at(18)] != before[at(18)];
      }
      CHECK(wrong == 0);
    }
}

TEST_CASE("lanes joined here are those joined in a leaf") {
  using mark = mark_step<0, tally, moments, extrema>;
  for (smelt::index cols : {1, 2, 3, 8, 13})
    for (bool by_rows : {true, false}) {
      CAPTURE(cols);
      CAPTURE(by_rows);
      example e(cols);
      eight_rows<folded> eights(e.p, e.shifts, by_rows ? cols : 1, by_rows ? 1 : 8);
      for (int again = 0; again < 2; ++again) {  // begun anew, nothing is left
        eights.begin();
        auto sums = eights.sums<mark>(0);
        for (smelt::index i = 0; i < 8 * cols; ++i) {
          const double x = 1.0 / static_cast<double>(i * i + 3 + again);  // sums that round
          sums.at[0][i] += static_cast<double>(i % 5);
          sums.at[1][i] += x;
          sums.at[1][eights.pitch() + i] += x * x;
          sums.at[2][i] = std::min(sums.at[2][i], x);
          sums.at[2][eights.pitch() + i] = std::max(sums.at[2][eights.pitch() + i], x);
        }
        layout::clear(e.open.data(), e.pitch);
        e.open[0] = 8.0;
        eights.give(e.open.data());
        std::vector<double> expected(static_cast<std::size_t>(layout::closed_size(e.pitch)));
        std::vector<double> closed = expected;
        layout::close(e.open.data(), expected.data(), e.pitch);
        eights.close(8, closed.data());
        CHECK(closed[0] == 8.0);
        smelt::index wrong = 0;
        for (smelt::index row = 0; row < 5; ++row)
          for (smelt::index c = 0; c < cols; ++c) {
            const auto at = static_cast<std::size_t>(slot_layout<mark>::head + row * e.pitch + c);
            wrong += !same_bits(closed[at], expected[at]);
          }
        CHECK(wrong == 0);
      }
    }
}
