// SPDX-License-Identifier: BSL-1.0
/// \file
/// The bench of fields: a fit, and transforms between fields of a simulation with a halo of two points,
/// beside the same rows in a table, and beside a program that copies its field out and back by loops of its
/// own. GB/s of the points, read once by a fit, read and written by a transform; the best of nine.

#include <smelt/core/field_view.hpp>
#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <vector>

using namespace smelt;

namespace {

template <class F>
double best(const F& f) {
  double seconds = 1e9;
  for (int run = 0; run < 9; ++run) {
    const auto begin = std::chrono::steady_clock::now();
    f();
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    seconds = std::min(seconds, spent.count());
  }
  return seconds;
}

template <class T>
void measure(const char* element, smelt::index n, smelt::index variables) {
  constexpr smelt::index h = 2;
  const smelt::index m = n + 2 * h;
  std::vector<T> memory(static_cast<std::size_t>(m * m * m * variables));
  std::vector<T> other(memory.size());
  std::uint32_t state = 1;
  for (T& x : memory) x = static_cast<T>((state = state * 1664525u + 1013904223u) >> 8) / T(65536);
  const auto field = field_interior(memory.data(), {m, m, m}, variables, {h, h, h});
  const auto target = field_interior(other.data(), {m, m, m}, variables, {h, h, h});
  // The variables of a point side by side.
  const std::array<field_extent, 3> extents = {
      {{n, variables}, {n, variables * m}, {n, variables * m * m}}};
  const smelt::index corner = h * variables * (1 + m + m * m);
  const field_view<T> points(memory.data() + corner, extents, variables, 1);
  const field_view<T> aside(other.data() + corner, extents, variables, 1);
  table<T> rows(field.rows(), variables);
  table<T> out(field.rows(), variables);
  table<T, column_major> turned(field.rows(), variables);
  table<T, column_major> turned_out(field.rows(), variables);
  for (smelt::index r = 0; r < rows.rows(); ++r)
    for (smelt::index c = 0; c < variables; ++c) turned(r, c) = rows(r, c) = field(r, c);

  const auto& policy = on::eigen;
  const auto chain = standardize() | clip(-3, 3);
  const auto f = fit(policy, chain, rows);
  const auto same = fit(policy, clip(-1e9, 1e9), rows);  // run again and again in place
  const double bytes = static_cast<double>(rows.rows() * variables) * sizeof(T);
  auto once = [&](const auto& call) { return bytes / best(call) / 1e9; };
  auto twice = [&](const auto& call) { return 2 * bytes / best(call) / 1e9; };
  auto into = [&](const auto& x, const auto& y) { return twice([&] { transform(policy, f, x, y); }); };
  auto in_its_place = [&](auto& x) { return twice([&] { transform(policy, same, in_place(x)); }); };

  std::printf("| %s, %d^3 x %d: fit | %.1f | %.1f | %.1f | %.1f | |\n", element, static_cast<int>(n),
              static_cast<int>(variables), once([&] { fit(policy, chain, rows); }),
              once([&] { fit(policy, chain, turned); }), once([&] { fit(policy, chain, field); }),
              once([&] { fit(policy, chain, points); }));
  std::printf("| transform into one like it | %.1f | %.1f | %.1f | %.1f | |\n", into(rows, out.view()),
              into(turned, turned_out.view()), into(field, target), into(points, aside));
  std::printf("| into a table | %.1f | %.1f | %.1f | %.1f | |\n", into(rows, out.view()),
              into(turned, out.view()), into(field, out.view()), into(points, out.view()));
  auto mutable_field = field;
  auto mutable_points = points;
  const double copied = twice([&] {
    auto each = [&](const auto& f_of) {
      smelt::index r = 0;
      for (smelt::index k = h; k < n + h; ++k)
        for (smelt::index j = h; j < n + h; ++j)
          for (smelt::index i = h; i < n + h; ++i, ++r)
            for (smelt::index c = 0; c < variables; ++c)
              f_of(memory[static_cast<std::size_t>(i + m * (j + m * (k + m * c)))], rows(r, c));
    };
    each([](const T& x, T& row) { row = x; });
    transform(policy, same, in_place(rows));
    each([](T& x, const T& row) { x = row; });
  });
  std::printf("| in place | %.1f | %.1f | %.1f | %.1f | %.1f |\n", in_its_place(rows),
              in_its_place(turned), in_its_place(mutable_field), in_its_place(mutable_points), copied);
}

}  // namespace

int main() {
  std::printf("| GB/s | table | column-major | field(n, n, n, v) | field(v, n, n, n) | copied out and back |\n"
              "| --- | ---: | ---: | ---: | ---: | ---: |\n");
  measure<double>("double", 64, 8);
  measure<double>("double", 128, 5);
  measure<float>("float", 128, 8);
}
