// SPDX-License-Identifier: BSL-1.0
/// \file
/// How rows and columns are laid out before a launch: by arithmetic alone.

#include <smelt/policies/cuda/launch_map.hpp>

#include <doctest/doctest.h>

#include <smelt/stages.hpp>

#include <cstdint>
#include <iterator>  // std::size
#include <type_traits>

using namespace smelt;

namespace {

using norm_program = program<op_step<row_norm_op<norm_l2>, 0>>;

template <class In, class Out, class Layout>
using arguments =
    detail::map_arguments<detail::device_program<norm_program>, detail::dense_source<In, Layout>,
                          detail::dense_target<Out, Layout>, followers<>>;

template <class In, class Out, class Layout = row_major>
arguments<In, Out, Layout> rows_of(const In* in, Out* out, smelt::index rows, smelt::index cols,
                                   smelt::index stride) {
  arguments<In, Out, Layout> p{};
  p.program.cols = static_cast<int>(cols);
  p.program.pitch = static_cast<int>(pitch_of(cols));
  p.x = {in, stride, 1, 0};
  p.y = {out, cols, 1};
  p.rows = {row_map(rows), row_map(rows)};
  p.count = rows;
  return p;
}

struct five_of {
  static constexpr int least_blocks = 5;
};
struct machine {
  int limit;
  int shared_limit() const { return limit; }
  int processors() const { return 132; }
};

constexpr int most = 227 << 10;
alignas(16) float floats[8];
alignas(16) double doubles[8];

}  // namespace

TEST_CASE(
    "rows without gaps go in vectors of 16 bytes, whatever their width and wherever they begin") {
  for (smelt::index cols : {1, 3, 8, 13, 28, 64, 65, 100, 256, 511, 512})
    for (int skip : {0, 1, 3}) {
      CAPTURE(cols);
      CAPTURE(skip);
      auto p = rows_of<float, float>(floats + skip, floats, 1000, cols, cols);
      REQUIRE(detail::plan_rows(p, 128, most));
      CHECK(p.stage.in_run);
      CHECK(p.stage.out_run);
      CHECK(p.stage.group * detail::held_values == padded_width(cols));
      CHECK(p.stage.rows % (128 / p.stage.group) == 0);
      CHECK(p.stage.bytes() <= most);
    }
}

TEST_CASE("rows with gaps go in vectors where all of them begin at multiples of 16 bytes") {
  auto aligned = rows_of<float, float>(floats, floats, 1000, 13, 16);
  auto askew = rows_of<float, float>(floats + 1, floats, 1000, 13, 16);
  auto odd = rows_of<float, float>(floats, floats, 1000, 64, 65);
  auto wide = rows_of<double, float>(doubles, floats, 1000, 5, 6);
  for (auto* p : {&aligned, &askew, &odd}) {
    REQUIRE(detail::plan_rows(*p, 128, most));
    CHECK(!p->stage.in_run);
    CHECK(p->stage.in_row % 16 == 0);
  }
  REQUIRE(detail::plan_rows(wide, 128, most));
  CHECK(aligned.stage.in_vectors);
  CHECK(!askew.stage.in_vectors);
  CHECK(!odd.stage.in_vectors);
  CHECK(wide.stage.in_vectors);
  CHECK(wide.stage.in_row == 48);
}

TEST_CASE("rows too wide for the threads of a block, or for shared memory, are refused") {
  auto p = rows_of<float, float>(floats, floats, 10, 513, 513);
  CHECK(!detail::plan_rows(p, 128, most));
  p = rows_of<float, float>(floats, floats, 10, 512, 512);
  CHECK(detail::plan_rows(p, 128, most));
  CHECK(!detail::plan_rows(p, 127, most));
  CHECK(!detail::plan_rows(p, 128, 6000));
}

TEST_CASE("rows of values alone are cut into panels as wide as the threads of a block hold") {
  using values = program<op_step<fill_op, 0>>;
  detail::map_arguments<detail::device_program<values>, detail::dense_source<float, row_major>,
                        detail::dense_target<float, row_major>, followers<>>
      p{};
  static_assert(decltype(p)::in_panels && !arguments<float, float, row_major>::in_panels);
  struct expected {
    int cols, threads, width, panels;
  };
  for (const expected& e : {expected{1, 128, 1, 1}, {512, 128, 512, 1}, {513, 128, 512, 2}, {1024, 128, 512, 2},
                            {1025, 128, 512, 3}, {512, 127, 256, 2}, {300, 96, 256, 2}, {70000, 128, 512, 137}}) {
    CAPTURE(e.cols);
    CAPTURE(e.threads);
    p.program.cols = e.cols;
    p.x = {floats, e.cols, 1, 0};
    p.y = {floats, e.cols, 1};
    p.rows = {row_map(10), row_map(10)};
    p.count = 10;
    CHECK(detail::plan_rows(p, e.threads, 48 << 10));
    CHECK(p.stage.cols == e.width);
    CHECK(p.stage.panels == e.panels);
    CHECK(p.stage.group <= e.threads);
    CHECK(p.stage.in_run == (e.panels == 1));
    CHECK(p.stage.out_run == (e.panels == 1));
    CHECK(p.stage.in_vectors == (e.cols % 4 == 0 && (e.panels == 1 || e.width % 4 == 0)));
    CHECK(p.stage.bytes() + std::size_t{detail::inline_numbers} * 8 <= 48u << 10);
  }
}

TEST_CASE("panels that would begin between two vectors are fetched element by element") {
  using values = program<op_step<fill_op, 0>>;
  detail::map_arguments<detail::device_program<values>, detail::dense_source<std::int8_t, row_major>,
                        detail::dense_target<float, row_major>, followers<>>
      p{};
  alignas(16) static std::int8_t bytes[16] = {};
  p.program.cols = 20;
  p.x = {bytes, 32, 1, 0};
  p.y = {floats, 20, 1};
  p.rows = {row_map(10), row_map(10)};
  p.count = 10;
  CHECK(detail::plan_rows(p, 128, most));
  CHECK(p.stage.panels == 1);
  CHECK(p.stage.in_vectors);
  CHECK(detail::plan_rows(p, 4, most));
  CHECK(p.stage.cols == 16);
  CHECK(p.stage.in_vectors);
  CHECK(detail::plan_rows(p, 2, most));
  CHECK(p.stage.cols == 8);
  CHECK(p.stage.panels == 3);
  CHECK(!p.stage.in_vectors);
}

TEST_CASE("what rows and numbers take of shared memory is whole lines of 16 bytes, and no more") {
  auto p = rows_of<float, float>(floats, floats, 10, 5, 5);
  for (int n : {0, 1, 15, 16, 17, 31, 32, 33, 48}) {
    CAPTURE(n);
    const int line = detail::row_layout::whole(n);
    CHECK(line % 16 == 0);
    CHECK(line >= n);
    CHECK(line < n + 16);
    p.number_count = n;
    CHECK(p.staged() % 16 == 0);
    CHECK(p.staged() >= static_cast<std::size_t>(n) * 8);
    CHECK(p.staged() < static_cast<std::size_t>(n) * 8 + 16);
  }
}

TEST_CASE("a tile's memory is what its parts take") {
  for (int rows : {1, 2, 31})
    for (int width : {0, 8}) {
      CAPTURE(rows);
      CAPTURE(width);
      detail::tile_layout tile;
      tile.rows = rows;
      tile.cols = 5;
      tile.width = width;
      // A row's values, terms and total, where it comes from, its number, whether it stays and where.
      const int row = (5 + width + 1 + 1 + 1) * 8 + 4 + 4;
      const int words = detail::tile_layout::words * 8, warps = detail::tile_layout::sums * 4;
      CHECK(tile.bytes() == static_cast<std::size_t>(rows * row + words + warps));
    }
}

TEST_CASE("a piece of a column is eight vectors for each thread; columns that leave are not counted") {
  CHECK(arguments<float, float, column_major>::piece(128) == 128 * 4 * 8);
  CHECK(arguments<float, double, column_major>::piece(128) == 128 * 2 * 8);
  auto p = rows_of<float, float>(floats, floats, 10, 5, 5);
  CHECK(p.width() == 5);
  p.kept = 2;
  CHECK(p.width() == 2);
  p.kept = 0;
  CHECK(p.width() == 0);
}

TEST_CASE("the parts of the rows' memory lie one behind the other") {
  for (smelt::index cols : {1, 4, 5, 8, 13, 512})
    for (smelt::index gap : {0, 3})
      for (int kept : {-1, 2}) {
        CAPTURE(cols);
        CAPTURE(gap);
        CAPTURE(kept);
        auto p = rows_of<float, float>(floats + 1, floats + 2, 1000, cols, cols + gap);
        p.kept = kept;
        REQUIRE(detail::plan_rows(p, 128, most));
        const auto& s = p.stage;
        CHECK(s.in_run == (gap == 0));
        CHECK(s.out_run == (kept < 0));
        // What a run holds of the line that it begins in is put before it.
        const int in = s.rows * s.in_row + (s.in_run ? 15 : 0);
        const int out = s.rows * s.out_row + (s.out_run ? 15 : 0);
        struct part {
          int begin;
          int needed;
          int spare;
        };
        const int words = detail::row_layout::words * 8, warps = 32;
        const part parts[] = {{0, in, 16},
                              {s.buffer(), in, 16},
                              {2 * s.buffer(), out, 16},
                              {s.exchange(), s.threads * 8, 0},
                              {s.sources(), 2 * s.rows * 8, 0},
                              {s.shared_words(), words, 0},
                              {s.sums(), warps * 4, 0},
                              {s.stays(), s.rows * 4, 0},
                              {s.places(), s.rows * 4, 0},
                              {static_cast<int>(s.bytes()), 0, 0}};
        for (std::size_t i = 0; i + 1 < std::size(parts); ++i) {
          CAPTURE(i);
          const int room = parts[i + 1].begin - parts[i].begin;
          CHECK(room >= parts[i].needed);
          CHECK(room <= parts[i].needed + parts[i].spare);
        }
      }
}

TEST_CASE("blocks fill whole waves of those that are at work together, and are whole rows apart") {
  const smelt::index many = smelt::index{1} << 40;
  CHECK(detail::even_blocks(many, 660, 1) == 660);
  CHECK(detail::even_blocks(many, 660, 13) == 650);
  CHECK(detail::even_blocks(many, 660, 33) == 660);
  CHECK(detail::even_blocks(many, 660, 125) == 2625);  // 625 would leave more than a twentieth empty
  CHECK(detail::even_blocks(many, 660, 400) == 3200);
  CHECK(detail::even_blocks(many, 660, 1021) == 5105);
  CHECK(detail::even_blocks(many, 660, 7919) == 7919);  // twelve waves
  CHECK(detail::even_blocks(many, 660, 16 * 660) == 16 * 660);
  CHECK(detail::even_blocks(many, 660, 16 * 660 + 1) == 0);
  // No more than have something to do.
  CHECK(detail::even_blocks(1249, 660, 125) == 625);
  CHECK(detail::even_blocks(2624, 660, 125) == 625);
  CHECK(detail::even_blocks(2625, 660, 125) == 2625);
  CHECK(detail::even_blocks(649, 660, 13) == 0);
  for (smelt::index period = 1; period <= 16 * 660; period += 7) {
    const smelt::index blocks = detail::even_blocks(many, 660, period);
    CAPTURE(period);
    REQUIRE(blocks > 0);
    REQUIRE(blocks % period == 0);
    const smelt::index waves = (blocks + 659) / 660;
    // Of all waves allowed, none is fuller, or it is full enough.
    if (20 * blocks >= 19 * waves * 660) continue;
    for (smelt::index w = 1; w <= 16; ++w) REQUIRE(w * 660 / period * period * waves <= blocks * w);
  }
}

TEST_CASE("blocks at work: as a kernel is compiled for, or as their shared memory has room") {
  const auto of = [](int limit, std::size_t shared) {
    return detail::blocks_at_work<five_of>(machine{limit}, shared) / 132;
  };
  CHECK(of(227 << 10, 0) == 5);
  CHECK(of(227 << 10, 3 << 10) == 5);
  CHECK(of(227 << 10, 44 << 10) == 5);
  CHECK(of(227 << 10, 45 << 10) == 4);
  CHECK(of(227 << 10, 56 << 10) == 4);
  CHECK(of(227 << 10, (56 << 10) + 1) == 3);
  CHECK(of(227 << 10, 227 << 10) == 1);
  CHECK(of(99 << 10, 47 << 10) == 2);
  CHECK(of(48 << 10, 48 << 10) == 1);
}

TEST_CASE("pieces cover every column, beyond 2^32 elements too") {
  auto p = rows_of<float, float, column_major>(floats, floats, (smelt::index{1} << 33) + 1, 7, 1);
  CHECK(detail::plan_columns(p, 2048, 660) == 660);
  CHECK(p.pieces == (1 << 22) + 1);
  CHECK(p.tiles == 7 * p.pieces);
  p.kept = 2;
  detail::plan_columns(p, 2048, 660);
  CHECK(p.tiles == 2 * p.pieces);
  p.count = 1;
  CHECK(detail::plan_columns(p, 2048, 660) == 2);
  p.kept = 0;
  CHECK(detail::plan_columns(p, 2048, 660) == 1);
  CHECK(p.tiles == 0);
}
