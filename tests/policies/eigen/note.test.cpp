// SPDX-License-Identifier: BSL-1.0
/// \file
/// Blocks of rows noted in the sums of a leaf: the same bits as one value after another, for any
/// number of columns, any rows of any lanes and any type; infinities that are not let in are seen.

#include <smelt/policies/eigen/note.hpp>

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/special.hpp>
#include <support/tables.hpp>

#include <tuple>
#include <vector>

using namespace smelt;
using namespace smelt_test;
using smelt::detail::by_lane;
using smelt::detail::note_block;
using smelt::detail::numbers_at;
using smelt::detail::read_ahead;
using smelt::detail::sums_of;

namespace {

using mark = mark_step<0, tally, moments, extrema>;
using raw = program<mark>;
using after_clip = program<op_step<clip_op, 0>, mark>;

/// The statistics of one column and lane, one value after another.
struct one_lane {
  double moments_of[2] = {0.0, 0.0};
  double present = 0.0;
  double ends[2] = {extrema::identity(0), extrema::identity(1)};
  void note(double x, double shift) {
    const bool there = !missing(x);
    const double shifted = there ? x - shift : 0.0;
    tally::note(&present, x, shifted, there);
    moments::note(moments_of, x, shifted, there);
    extrema::note(ends, x, shifted, there);
    settle<extrema>(ends);
  }
};

/// How many fields differ from the definition after blocks of `T`, of which row i is in `lane_of(i)`.
template <class Program, class T, class LaneOf>
smelt::index wrong_fields(smelt::index rows, smelt::index cols, LaneOf&& lane_of) {
  const auto values = special_values();
  const smelt::index pitch = pitch_of(cols);
  std::vector<T> data(static_cast<std::size_t>(rows * cols));
  for (std::size_t i = 0; i < data.size(); ++i) {
    const double x = values[(i * 7 + i / 5) % values.size()];
    // Infinities do not come this far, and sums of very large values are no test.
    const bool fits = std::is_floating_point_v<T> ? !infinite(x) : x >= 0.0 && x < 200.0;
    data[i] = static_cast<T>(!fits || x > 1e6 || x < -1e6 ? static_cast<double>(i % 11) : x);
  }
  std::vector<double> numbers(static_cast<std::size_t>(2 * pitch));
  std::vector<double> shift(static_cast<std::size_t>(pitch));
  for (smelt::index c = 0; c < pitch; ++c) {
    numbers[static_cast<std::size_t>(c)] = -1.5;
    numbers[static_cast<std::size_t>(pitch + c)] = 0.25 * static_cast<double>(c);
    shift[static_cast<std::size_t>(c)] = 0.125 * static_cast<double>(c);
  }
  Program p;
  p.numbers = numbers.data();
  p.pitch = pitch;
  p.cols = cols;
  std::vector<double> open(static_cast<std::size_t>(summary<Program>::open_size(pitch)));
  summary<Program>::clear(open.data(), pitch);
  const sums_of<mark> sums(open.data() + slot_layout<mark>::head, pitch, true);

  std::vector<one_lane> expected(static_cast<std::size_t>(8 * cols));
  by_lane<T> block;
  read_ahead nothing;
  for (smelt::index first = 0; first < rows; first += 100) {
    const smelt::index n = std::min<smelt::index>(100, rows - first);
    std::vector<unsigned char> lanes_of;
    for (smelt::index i = 0; i < n; ++i)
      lanes_of.push_back(static_cast<unsigned char>(lane_of(first + i)));
    block.sort(lanes_of.data(), n, [&](smelt::index i) { return data.data() + (first + i) * cols; });
    note_block<false>(p, numbers_at{p.numbers, pitch}, sums, shift.data(), block, cols, nothing);
    for (smelt::index i = 0; i < n; ++i)
      for (smelt::index c = 0; c < cols; ++c) {
        double x = static_cast<double>(data[static_cast<std::size_t>((first + i) * cols + c)]);
        if constexpr (std::is_same_v<Program, after_clip>) {
          const double bounds[2] = {p.numbers[c], p.numbers[pitch + c]};
          x = clip_op{}.apply(x, static_cast<const double*>(bounds));
        }
        expected[static_cast<std::size_t>(lane_of(first + i) * cols + c)].note(
            x, shift[static_cast<std::size_t>(c)]);
      }
  }

  smelt::index wrong = 0;
  for (smelt::index c = 0; c < cols; ++c) {
    double present = 0.0;
    double ends[2] = {extrema::identity(0), extrema::identity(1)};
    for (smelt::index l = 0; l < 8; ++l) {
      const one_lane& e = expected[static_cast<std::size_t>(l * cols + c)];
      present += e.present;
      extrema::merge(ends, e.ends);
      for (int k = 0; k < 2; ++k)
        wrong += !same_bits(sums.at[1][(2 * l + k) * pitch + c], e.moments_of[k]);
    }
    wrong += sums.at[0][c] != present;
    for (int k = 0; k < 2; ++k) wrong += !same_bits(sums.at[2][k * pitch + c], ends[k]);
  }
  return wrong;
}

}  // namespace

TEST_CASE("any number of columns, rows in the order of their lanes") {
  auto in_turn = [](smelt::index i) { return (i + 3) % 8; };
  for (smelt::index cols : {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 40})
    for (smelt::index rows : {0, 1, 7, 8, 64, 231}) {
      CAPTURE(cols);
      CAPTURE(rows);
      CHECK(wrong_fields<raw, double>(rows, cols, in_turn) == 0);
      CHECK(wrong_fields<raw, float>(rows, cols, in_turn) == 0);
      CHECK(wrong_fields<raw, std::uint8_t>(rows, cols, in_turn) == 0);
      CHECK(wrong_fields<after_clip, float>(rows, cols, in_turn) == 0);
      CHECK(wrong_fields<after_clip, std::int32_t>(rows, cols, in_turn) == 0);
    }
}

TEST_CASE("some lanes only, in any order") {
  for (smelt::index cols : {5, 16, 19}) {
    CHECK(wrong_fields<raw, float>(300, cols, [](smelt::index i) { return i * i % 8; }) == 0);
    CHECK(wrong_fields<raw, float>(90, cols, [](smelt::index) { return 5; }) == 0);
  }
}

TEST_CASE("rows that follow one another, and rows stacked in one lane") {
  const float data[40] = {};
  by_lane<float> block;
  block.follow(6, 11, data, 2);
  smelt::index seen = 0;
  for (smelt::index l = 0; l < 8; ++l)
    for (smelt::index k = block.first[l]; k < block.first[l + 1]; ++k, ++seen) {
      const smelt::index row = (block.rows[k] - data) / 2;
      CHECK((row + 6) % 8 == l);
      if (k > block.first[l]) CHECK(block.rows[k] == block.rows[k - 1] + 16);
    }
  CHECK(seen == 11);
  block.stack(3, data, 5);
  CHECK(block.first[0] == 0);
  for (int l = 1; l <= 8; ++l) CHECK(block.first[l] == 3);
  for (int i = 0; i < 3; ++i) CHECK(block.rows[i] + block.moved == data + 5 * i);
  // What has only moved on is not written down again; what has another step or number is.
  for (const auto& [n, at, step] : {std::tuple<smelt::index, smelt::index, smelt::index>{3, 7, 5},
                                    {3, 2, 5}, {3, 2, 4}, {2, 4, 4}, {4, 4, 4}}) {
    block.stack(n, data + at, step);
    CHECK(block.first[0] == 0);
    CHECK(block.first[8] == n);
    for (smelt::index i = 0; i < n; ++i) CHECK(block.rows[i] + block.moved == data + at + i * step);
  }
  block.follow(0, 2, data, 5);
  CHECK(block.moved == 0);
  CHECK(block.rows[1] == data + 5);
}

TEST_CASE("two packets that lie apart are noted like one after the other") {
  if constexpr (smelt::detail::packet::size == 8) {
    constexpr smelt::index apart = 1000;
    std::vector<float> data(2000);
    for (std::size_t i = 0; i < data.size(); ++i)
      data[i] = i % 13 == 4 ? missing_value<float> : static_cast<float>(i % 101) / 7.0f;
    std::vector<double> shift(16);
    for (std::size_t i = 0; i < 16; ++i) shift[i] = static_cast<double>(i) / 3.0;
    std::vector<double> numbers(32);
    for (std::size_t i = 0; i < 16; ++i) numbers[16 + i] = static_cast<double>(i) / 2.0;
    auto noted = [&](auto folded, bool at_once) {
      using program_type = decltype(folded);
      folded.numbers = numbers.data();
      folded.pitch = 16;
      folded.cols = 16;
      std::vector<double> open(static_cast<std::size_t>(summary<program_type>::open_size(16)));
      summary<program_type>::clear(open.data(), 16);
      for (smelt::index k = 0; k < (at_once ? 1 : 2); ++k) {
        sums_of<mark> sums(open.data() + slot_layout<mark>::head, 16, false);
        for (double*& part : sums.at) part += 8 * k;
        by_lane<float> block;
        block.stack(9, data.data() + 3 + k * apart, 8);
        read_ahead nothing;
        smelt::detail::note_packets<false>(folded, numbers_at{numbers.data() + 8 * k, 16}, sums,
                                           shift.data() + 8 * k, block, at_once ? 2 : 1, apart,
                                           nothing);
      }
      return open;
    };
    CHECK(noted(raw(), true) == noted(raw(), false));
    CHECK(noted(after_clip(), true) == noted(after_clip(), false));
    CHECK(noted(raw(), true) != noted(after_clip(), true));
  }
}

TEST_CASE("an infinity is seen in any column, where it is looked for") {
  for (smelt::index cols : {1, 8, 16, 21})
    for (smelt::index c = 0; c < cols; ++c) {
      const smelt::index pitch = pitch_of(cols);
      std::vector<double> zeros(static_cast<std::size_t>(2 * pitch));
      std::vector<double> open(static_cast<std::size_t>(summary<after_clip>::open_size(pitch)));
      const sums_of<mark> sums(open.data() + slot_layout<mark>::head, pitch, true);
      after_clip p;
      p.numbers = zeros.data();
      p.pitch = pitch;
      p.cols = cols;
      // Behind the end of a row there is one that is not its own.
      const smelt::index step = cols + 1;
      std::vector<float> data(static_cast<std::size_t>(3 * step), 1.0f);
      for (smelt::index r = 0; r < 3; ++r)
        data[static_cast<std::size_t>(r * step + cols)] = infinite_value<float>;
      by_lane<float> block;
      block.follow(0, 3, data.data(), step);
      read_ahead nothing;
      auto seen = [&] {
        return note_block<true>(p, numbers_at{p.numbers, pitch}, sums, zeros.data(), block, cols,
                                nothing);
      };
      CHECK(!seen());
      data[static_cast<std::size_t>(step + c)] = -infinite_value<float>;
      CHECK(seen());
    }
}
