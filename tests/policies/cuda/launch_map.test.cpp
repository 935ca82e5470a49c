// SPDX-License-Identifier: BSL-1.0
/// \file
/// How rows and columns are laid out before a launch: by arithmetic alone.

#include <smelt/policies/cuda/launch_map.hpp>

#include <doctest/doctest.h>

#include <smelt/stages.hpp>

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

TEST_CASE("pieces cover every column, beyond 2^32 elements too") {
  auto p = rows_of<float, float, column_major>(floats, floats, (smelt::index{1} << 33) + 1, 7, 1);
  CHECK(detail::plan_columns(p, 2048, 132) == 8 * 132);
  CHECK(p.pieces == (1 << 22) + 1);
  CHECK(p.tiles == 7 * p.pieces);
  p.kept = 2;
  detail::plan_columns(p, 2048, 132);
  CHECK(p.tiles == 2 * p.pieces);
  p.count = 1;
  CHECK(detail::plan_columns(p, 2048, 132) == 2);
  p.kept = 0;
  CHECK(detail::plan_columns(p, 2048, 132) == 1);
  CHECK(p.tiles == 0);
}
