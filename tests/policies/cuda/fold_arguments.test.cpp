// SPDX-License-Identifier: BSL-1.0
/// \file
/// What data a fold holds in registers: any type, rows with gaps that begin anywhere, columns that lie in memory,
/// elements that lie apart both ways; the bits of on::seq.

#include <smelt/policies/cuda/fold.hpp>

#include <doctest/doctest.h>

#include <policies/cuda/test_device.hpp>

#include <type_traits>

using namespace smelt;
using namespace smelt_test;

namespace {

/// The columns of a row-major copy whose rows lie `gap` elements apart, from element `skip` on. What
/// lies between is not theirs: infinities, where the type has such.
template <class Policy, class T>
void same_with_gaps(const Policy& gpu, smelt::index rows, smelt::index cols, smelt::index skip,
                    smelt::index gap) {
  auto wide = noise_of<T>(rows, skip + cols + gap);
  if constexpr (std::is_floating_point_v<T>)
    for (smelt::index r = 0; r < rows; ++r)
      for (smelt::index c = 0; c < wide.cols(); ++c)
        if (c < skip || c >= skip + cols) wide(r, c) = static_cast<T>(endless);
  const auto there = to_device(gpu, wide);
  const auto expected = fit(on::seq, whole_chain, wide.columns(skip, skip + cols));
  CHECK(fit(gpu, whole_chain, there.columns(skip, skip + cols)) == expected);
}

}  // namespace

TEST_CASE("types and layouts, gaps between rows, rows that begin anywhere") {
  const auto gpu = device_of(3, 3, 96, false);
  for (smelt::index gap : {0, 1, 3})
    for (smelt::index skip : {0, 1, 4}) {
      CAPTURE(gap);
      CAPTURE(skip);
      same_with_gaps<decltype(gpu), float>(gpu, 1500, 8, skip, gap);
      same_with_gaps<decltype(gpu), double>(gpu, 1100, 6, skip, gap);
      same_with_gaps<decltype(gpu), std::uint8_t>(gpu, 1100, 12, skip, gap);
      same_with_gaps<decltype(gpu), std::int32_t>(gpu, 1100, 5, skip, gap);
    }
  // Vectors, the last of a row not full.
  same_with_gaps<decltype(gpu), float>(gpu, 1500, 6, 0, 2);
  same_with_gaps<decltype(gpu), double>(gpu, 2100, 5, 0, 1);
  same_with_gaps<decltype(gpu), std::uint8_t>(gpu, 1100, 13, 0, 3);
  const auto turned = noise_of<float, column_major>(2500, 9);
  CHECK(fit(gpu, whole_chain, to_device(gpu, turned)) == fit(on::seq, whole_chain, turned));
}

TEST_CASE("columns that lie in memory, and elements that lie apart both ways") {
  const auto gpu = device_of(5, 3, 96, false);
  auto same = [&]<class T>(T, smelt::index rows, smelt::index cols) {
    CAPTURE(rows);
    CAPTURE(cols);
    auto wide = noise_of<T, column_major>(rows + 3, cols);
    if constexpr (std::is_floating_point_v<T>)
      for (smelt::index c = 0; c < cols; ++c) wide(0, c) = wide(rows + 2, c) = static_cast<T>(endless);
    const auto there = to_device(gpu, wide);
    const auto of = [&](const auto& table) { return table.row_range(1, rows + 2); };
    const auto expected = fit(on::seq, whole_chain, of(wide));
    CHECK(fit(gpu, whole_chain, of(there)) == expected);
    // In pieces that end within leaves.
    for (smelt::index cut : {rows / 3 + 1, rows}) {
      const auto head = fit(on::seq, whole_chain, wide.row_range(1, 1 + cut));
      CHECK(fit(gpu, whole_chain, there.row_range(1, 1 + cut)) == head);
    }
    // Every second column from the last on, in rows that begin anywhere.
    if constexpr (std::is_same_v<T, float>) {
      const smelt::index some = cols / 2;
      const auto apart = [&](const auto* data, auto space) {
        return matrix_view<const T, strided, decltype(space)>(data + 1 + (cols - 1) * (rows + 3), rows + 1, some, 1,
                                                              -2 * (rows + 3));
      };
      CHECK(fit(gpu, whole_chain, apart(std::as_const(there).data(), device{})) ==
            fit(on::seq, whole_chain, apart(std::as_const(wide).data(), host{})));
    }
  };
  for (smelt::index rows : {1, 7, 8, 127, 128, 1023, 1024, 1025, 5000}) {
    same(float{}, rows, 3);
    same(double{}, rows, 1);
  }
  for (smelt::index cols : {2, 12, 13, 40}) {
    same(float{}, 1500, cols);
    same(double{}, 1500, cols);
    same(std::uint8_t{}, 1500, cols);
  }
  auto wild = noise_of<float, column_major>(2100, 5);
  for (smelt::index r : {0, 9, 1023, 1024, 2099})
    for (smelt::index c : {0, 4}) {
      CAPTURE(r);
      CAPTURE(c);
      const float was = wild(r, c);
      wild(r, c) = static_cast<float>(-endless);
      const auto here = thrown_by([&] { fit(on::seq, standardize(), wild); });
      CHECK(here.find("fit: 1 infinite value(s), the first in row ") == 0);
      CHECK(thrown_by([&] { fit(gpu, standardize(), to_device(gpu, wild)); }) == here);
      wild(r, c) = was;
    }
}
