// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Maps of on::cuda and of on::seq, compared: runs of elements, columns, the places of infinities, rows that
/// drop.

#include <smelt/policies/cuda/map.hpp>

#include <doctest/doctest.h>

#include <policies/cuda/test_device.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace smelt_test {

inline const auto values = smelt::clean(smelt::fill::mean) | smelt::standardize() | smelt::clip(-1.5, 2) |
                           smelt::normalize(smelt::min_max{-1, 1});

/// A run of `rows` x `cols` elements that begins `in` elements behind an aligned address and goes
/// to one `out` elements behind one, in place of a sentinel that must survive on both sides.
template <class T, class Result, class Policy, class Chain>
void same_run(const Policy& gpu, const Chain& chain, smelt::index rows, smelt::index cols,
              smelt::index in, smelt::index out) {
  const smelt::index size = rows * cols;
  smelt::table<T> from(1, size + in + 1);
  for (smelt::index i = 0; i < from.cols(); ++i)
    from(0, i) = std::is_floating_point_v<T>
                     ? static_cast<T>(noise_at<double>(i, 3, i < in + cols ? 0 : 9))
                     : static_cast<T>(i % 101);
  const auto there = smelt::to_device(gpu, from);
  smelt::table<Result> around(1, size + out + 1);
  for (smelt::index i = 0; i < around.cols(); ++i) around(0, i) = Result(-77);
  auto result = smelt::to_device(gpu, around);
  const smelt::matrix_view<const T> x(from.data() + in, rows, cols);
  const smelt::matrix_view<const T, smelt::row_major, smelt::device> dx(there.data() + in, rows, cols);
  const smelt::matrix_view<Result, smelt::row_major, smelt::device> dy(result.data() + out, rows, cols);
  const auto f = smelt::fit(smelt::on::seq, chain, x);
  CHECK(smelt::transform(gpu, f, dx, dy) == rows);
  const auto back = smelt::to_host(gpu, result);
  const auto expected = smelt::transform<Result>(smelt::on::seq, f, x);
  smelt::index wrong = 0;
  for (smelt::index i = 0; i < out; ++i) wrong += back(0, i) != Result(-77);
  for (smelt::index i = 0; i < size; ++i) wrong += !same_bits(back(0, out + i), expected.data()[i]);
  wrong += back(0, out + size) != Result(-77);
  CHECK(wrong == 0);
}
template <class T, class Result>
void same_run(const device_policy& gpu, smelt::index rows, smelt::index cols, smelt::index in,
              smelt::index out) {
  same_run<T, Result>(gpu, values, rows, cols, in, out);
}

/// Three columns that all begin `in` elements behind an aligned address, and go to columns that
/// begin `out` elements behind one, among a sentinel that must survive.
inline void same_columns(const device_policy& gpu, smelt::index rows, smelt::index in, smelt::index out) {
  constexpr smelt::index line = 16;
  const auto from = noise<float, smelt::column_major>((in + rows + line) / line * line, 3);
  const auto there = smelt::to_device(gpu, from);
  smelt::table<float, smelt::column_major> around((out + rows + line) / line * line, 3);
  std::fill_n(around.data(), around.rows() * 3, -77.0f);
  auto result = smelt::to_device(gpu, around);
  const auto f = smelt::fit(smelt::on::seq, values, from);
  const auto expected = smelt::transform(smelt::on::seq, f, from.row_range(in, in + rows));
  CHECK(smelt::transform(gpu, f, there.row_range(in, in + rows),
                         result.view().row_range(out, out + rows)) == rows);
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < 3; ++c) around(out + r, c) = expected(r, c);
  CHECK(difference(smelt::to_host(gpu, result), around) == "");
}

/// An infinity, wherever it is, is told where on::seq tells it, and written as on::seq writes it; in
/// each of the columns 0, step, 2 step, ...
template <class Layout, class Policy, class Chain>
void same_places(const Policy& gpu, const Chain& chain, smelt::index rows, smelt::index cols,
                 smelt::index step = 1) {
  // The first row is none of theirs: the others begin anywhere.
  auto x = noise<float, Layout>(rows + 1, cols);
  auto y = x;
  auto out = smelt::to_device(gpu, y);
  const auto theirs = [&](const auto& of) { return of.row_range(1, rows + 1); };
  const auto f = smelt::fit(smelt::on::seq, chain, theirs(std::as_const(x)));
  for (smelt::index r = 1; r <= rows; ++r)
    for (smelt::index c = 0; c < cols; c += step) {
      CAPTURE(r);
      CAPTURE(c);
      const float was = x(r, c);
      x(r, c) = static_cast<float>(endless);
      const auto there = smelt::to_device(gpu, x);
      const auto here =
          thrown_by([&] { smelt::transform(smelt::on::seq, f, theirs(std::as_const(x)), theirs(y.view())); });
      smelt::transform(gpu, f, theirs(there), theirs(out.view()));
      CHECK(thrown_by([&] { check(gpu); }) == here);
      CHECK(difference(smelt::to_host(gpu, out), y) == "");
      x(r, c) = was;
    }
}

/// Rows that drop, the same only marked, and what comes with either.
template <class Policy, class Chain>
void same_drops(const Policy& gpu, const Chain& chain, const smelt::table<double>& x) {
  const smelt::index rows = x.rows();
  std::vector<std::int64_t> ids;
  for (smelt::index r = 0; r < rows; ++r) ids.push_back(500 + r);
  const auto there = smelt::to_device(gpu, x);
  const auto number = smelt::to_device(gpu, ids);
  const auto f = smelt::fit(smelt::on::seq, chain, x);
  const auto here = smelt::transform(smelt::on::seq, f, smelt::labelled(x, ids));
  const auto made = smelt::transform(gpu, f, smelt::labelled(there, number.column(0)));
  CHECK(difference(smelt::to_host(gpu, made.x), here.x) == "");
  CHECK(gpu.fetch(made.y) == here.y);
  const auto marked = smelt::transform(gpu, f.values_only(), smelt::labelled(there, number.column(0)));
  const auto host_marked = smelt::transform(smelt::on::seq, f.values_only(), smelt::labelled(x, ids));
  CHECK(difference(smelt::to_host(gpu, marked.x), host_marked.x) == "");
  CHECK(gpu.fetch(marked.y) == host_marked.y);
  CHECK(marked.dropped == host_marked.dropped);
  smelt::pass_status status;
  auto out = gpu.template make_table<double>(rows, f.cols_out());
  const auto stay =
      smelt::detail::run_map<true>(gpu, f, there.view(), {smelt::row_map(rows), smelt::row_map(rows)},
                                   out.view(), nullptr, smelt::followers<>{}, status);
  CHECK(stay == here.x.rows());
  CHECK(status.dropped == rows - stay);
}

/// A mask of `rows` rows with the marks first, first + step, ... below `end`.
inline std::vector<unsigned char> each(smelt::index step, smelt::index first, smelt::index end,
                                       smelt::index rows) {
  std::vector<unsigned char> made(static_cast<std::size_t>(rows));
  for (smelt::index r = first; r < end; r += step) made[static_cast<std::size_t>(r)] = 1;
  return made;
}

}  // namespace smelt_test
