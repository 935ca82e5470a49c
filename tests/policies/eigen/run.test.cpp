// SPDX-License-Identifier: BSL-1.0
/// \file
/// The loops of a map on on::eigen: narrow rows end to end, rows apart, columns, tiles, drops in
/// order; each against on::seq, in memory that ends where the elements end.

#include <smelt/policies/eigen/run.hpp>

#include <smelt/core/field_view.hpp>
#include <support/on_both.hpp>

#include <algorithm>  // std::fill
#include <array>
#include <vector>

using namespace smelt;
using namespace smelt_test;

namespace {

const auto values = fill::constant(0.5) | standardize();

/// Half of each value, by the last of more numbers than are repeated for a row of 13.
struct halved_op {
  static constexpr int numbers = 250;
  template <class V>
  V apply(V x, const V* n) const {
    return product(x, n[numbers - 1]);
  }
};
struct halved {
  static constexpr effect does = effect::monotone;
  using op = halved_op;
  template <class Slot>
  std::array<double, halved_op::numbers> solve(const Slot&) const {
    std::array<double, halved_op::numbers> made{};
    made.back() = 0.5;
    return made;
  }
};

/// transform into and out of tight memory with and without gaps, on two threads and on one.
template <class T, class OutLayout = row_major, class Layout = row_major, class Fitted>
void compare_tight(const Fitted& f, smelt::index rows, smelt::index cols) {
  CAPTURE(rows);
  CAPTURE(cols);
  const auto x = noise<T>(rows, cols, 12, 1);
  const auto expected = transform<float>(on::seq, f, x);
  const table<float> room(rows, expected.cols());
  for (smelt::index gap : {0, 3}) {
    CAPTURE(gap);
    const tight_copy<T, Layout> from(x, gap);
    const tight_copy<float, OutLayout> to(room, gap);
    const smelt::index n = transform(on::eigen, f, from.view(), to.view());
    REQUIRE(n == expected.rows());
    CHECK(difference(to.view().row_range(0, n), expected) == "");
  }
}

}  // namespace

TEST_CASE("rows from memory to memory: every width, narrow ones end to end") {
  for (smelt::index cols : {1, 2, 3, 5, 7, 8, 9, 12, 13, 17, 31, 64, 65, 300, 1000}) {
    const auto f = fit(on::seq, values, noise(20, cols, 0));
    for (smelt::index rows : {0, 1, 2, 63, 64, 65, 255, 256, 257, 600}) {
      if (cols > 100 && rows > 70) continue;
      compare_tight<double>(f, rows, cols);
    }
    compare_tight<std::uint8_t>(f, 70, cols);
  }
  compare_tight<double>(fit(on::seq, as_chain(halved{}), noise(20, 13, 0)), 100, 13);
}

TEST_CASE("columns from memory to memory") {
  for (smelt::index cols : {1, 3, 8, 9, 17}) {
    const auto f = fit(on::seq, values, noise(20, cols, 0));
    for (smelt::index rows : {0, 1, 7, 64, 300})
      compare_tight<double, column_major, column_major>(f, rows, cols);
  }
}

TEST_CASE("layouts turned, and rows seen whole: through tiles") {
  const auto across = fill::constant(0.5) | normalize(l1);
  for (smelt::index cols : {1, 6, 70, 300}) {
    const auto f = fit(on::seq, values, noise(20, cols, 0));
    const auto g = fit(on::seq, across, noise(20, cols, 0));
    for (smelt::index rows : {0, 1, 31, 33, 100, 300}) {
      compare_tight<double, column_major, row_major>(f, rows, cols);
      compare_tight<double, row_major, column_major>(f, rows, cols);
      compare_tight<double>(g, rows, cols);
    }
    compare_tight<std::uint8_t, column_major, row_major>(f, 70, cols);
    compare_tight<float, row_major, column_major>(f, 70, cols);
  }
}

TEST_CASE("many rows and columns, on threads, in every layout; labels follow") {
  const auto x = noise(9000, 20, 12);
  const auto f = fit(on::seq, values, x);
  const auto y = transform(on::seq, f, x);
  const auto turned = laid_out<column_major>(x);
  table<double, column_major> columns(9000, 20);
  workers pool{3};
  const auto policy = on::eigen.on(pool);
  transform(policy, f, turned, columns);
  CHECK(difference(columns, y) == "");
  CHECK(difference(transform(policy, f, turned), y) == "");
  transform(policy, f, x, columns);
  CHECK(difference(columns, y) == "");

  std::vector<int> labels(9000);
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<int>(i);
  const auto with_labels = transform(policy, f, labelled(turned, labels));
  CHECK(difference(with_labels.x, y) == "");
  CHECK(with_labels.y == labels);
}

TEST_CASE("columns that leave, in either layout") {
  const auto f = fit(on::seq, drop::columns(columns{0, 3}) | standardize(), noise(20, 6, 0));
  for (smelt::index rows : {1, 5, 100}) {
    compare_tight<double>(f, rows, 6);
    compare_tight<double, column_major, column_major>(f, rows, 6);
  }
}

TEST_CASE("drops: rows in their order, whatever the tasks, in every layout") {
  const auto x = noise(30000, 4, 9);
  const auto f = fit(on::seq, drop::any, x);
  const auto y = transform(on::seq, f, x);
  workers pool{4};
  CHECK(difference(transform(on::eigen.on(pool), f, x), y) == "");
  table<double, column_major> columns(30000, 4);
  columns.shrink(transform(on::eigen.on(pool), f, x, columns));
  CHECK(difference(columns, y) == "");
  for (smelt::index rows : {0, 1, 40, 5000, 8193}) compare_tight<double>(f, rows, 4);
}

TEST_CASE("rows that are drawn") {
  const auto x = noise(4000, 3, 12);
  const auto f = fit(on::seq, values | sample(shuffled{seed{3}}), x);
  const auto y = transform(on::seq, f, x);
  workers pool{3};
  CHECK(difference(transform(on::eigen.on(pool), f, x), y) == "");
  const tight_copy<double, column_major> turned(x);
  table<double, column_major> out(4000, 3);
  CHECK(transform(on::eigen, f, turned.view(), out) == 4000);
  CHECK(difference(out, y) == "");
}

TEST_CASE("labels follow rows that are drawn, and rows that stay") {
  const auto x = noise(300, 3, 12);
  std::vector<int> labels(300);
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<int>(i);
  auto check = [](const auto& f, const auto& data) {
    const auto y = transform(on::eigen, f, data);
    const auto expected = transform(on::seq, f, data);
    CHECK(difference(y.x, expected.x) == "");
    CHECK(y.y == expected.y);
  };
  const auto turned = laid_out<column_major>(x);
  check(fit(on::seq, values | sample(shuffled{seed{3}}), x), labelled(x, labels));
  check(fit(on::seq, values | sample(shuffled{seed{3}}), x), labelled(turned, labels));
  check(fit(on::seq, drop::any | standardize(), x), labelled(x, labels));
}

TEST_CASE("infinities: written as missing, named by their first place in the source") {
  const auto f = fit(on::seq, values, noise(20, 3, 0));
  const auto across = fit(on::seq, fill::constant(0.5) | normalize(l1), noise(20, 3, 0));
  auto check = [](const auto& fitted, const auto& x) {
    table<double> expected(x.rows(), 3);
    table<double> out(x.rows(), 3);
    const auto complaint = complaint_of([&] { transform(on::seq, fitted, x, expected); });
    workers pool{2};
    CHECK(complaint_of([&] { transform(on::eigen.on(pool), fitted, x, out); }) == complaint);
    CHECK(difference(out, expected) == "");
    return complaint;
  };
  for (smelt::index row : {0, 3, 511, 899}) {
    auto x = noise(900, 3, 12);
    x(row, 2) = endless;
    x(899, 1) = -endless;
    CHECK(check(f, x).find("transform: 2 infinite value(s), the first in row " + std::to_string(row)) == 0);
    check(across, x);
    check(f, laid_out<column_major>(x));
    check(f, x.row_range(0, 900).columns(0, 3));
    auto wide = noise(900, 5, 12);
    wide(row, 2) = endless;
    wide(899, 1) = -endless;
    check(f, wide.row_range(0, 900).columns(0, 3));
    const auto later = check(f, x.row_range(500, 900));
    CHECK(later.find("the first in row " + std::to_string(row < 500 ? 899 : row)) != std::string::npos);
  }
}

TEST_CASE("infinities written over in place are reported all the same") {
  const auto f = fit(on::seq, values, noise(20, 3, 0));
  auto check = [&](auto x) {
    x(70, 1) = endless;
    auto y = x;
    const auto complaint = complaint_of([&] { transform(on::seq, f, in_place(x)); });
    CHECK(complaint.find("transform: 1 infinite value(s), the first in row 70, column 1") == 0);
    CHECK(complaint_of([&] { transform(on::eigen, f, in_place(y)); }) == complaint);
    CHECK(difference(x, y) == "");
    CHECK(missing(y(70, 1)));
  };
  check(noise(100, 3, 12));
  check(laid_out<column_major>(noise(100, 3, 12)));
}

TEST_CASE("an infinity in a column that leaves is nobody's, unless a row norm has met it") {
  auto x = noise(50, 3, 0);
  const auto f = fit(on::seq, drop::columns(columns{1}), x);
  const auto norm = fit(on::seq, normalize(l2) | drop::columns(columns{1}), x);
  const auto plain = transform(on::seq, f, x);
  x(20, 1) = endless;
  CHECK(difference(transformed_on_both(f, x), plain) == "");
  table<double, column_major> turned(50, 2);
  transform(on::eigen, f, laid_out<column_major>(x), turned);
  CHECK(difference(turned, plain) == "");
  const auto complaint = complaint_of([&] { transform(on::seq, norm, x); });
  CHECK(complaint.find("transform: 1 infinite value(s), the first in row 20, column 1") == 0);
  CHECK(complaint_of([&] { transform(on::eigen, norm, x); }) == complaint);
}

TEST_CASE("rows seen whole: what drops, is filled and is clipped is counted as by on::seq") {
  const auto x = noise(300, 5, 3);
  const auto f = fit(on::seq, drop::at_least(2) | fill::mean | clip(-0.5, 0.5) | normalize(l2), x);
  auto check = [&](const auto& fitted) {
    table<double> out(300, 5);
    const status here = transform(std::nothrow, on::seq, fitted, x, out, counted);
    const status there = transform(std::nothrow, on::eigen, fitted, x, out, counted);
    CHECK((here.dropped > 0) == (fitted.mode == row_stages::all));  // else every row stays
    CHECK(here.filled > 0);
    CHECK(here.clipped > 0);
    CHECK(there.dropped == here.dropped);
    CHECK(there.filled == here.filled);
    CHECK(there.clipped == here.clipped);
  };
  check(f);
  check(f.values_only());
}

TEST_CASE("results that go past the caches are those of pieces that do not") {
  const auto stages = clean(fill::mean) | standardize() | clip(-2, 2);
  const smelt::index elements = smelt::detail::last_cache() / smelt::index{sizeof(float)} + 100000;
  if (elements > smelt::index{1} << 25) return;  // a cache too large to be passed by in a test
  for (smelt::index cols : {1, 13, 64, 1000, 1024}) {
    CAPTURE(cols);
    const smelt::index rows = elements / cols + 1;
    table<float> x(rows, cols);
    for (smelt::index i = 0; i < rows * cols; ++i)
      x.data()[i] = i % 97 == 5 ? missing_value<float> : static_cast<float>(i % 1013) - 500.0f;
    const auto fitted = fit(on::eigen, stages, x.row_range(0, 500));
    // An output that does not begin with a line of the cache.
    buffer<float> memory(rows * cols + 3);
    const matrix_view<float> y(memory.data() + 3, rows, cols);
    REQUIRE(smelt::detail::worth_streaming(x.view(), y));
    transform(on::eigen, fitted, x, y);
    smelt::index wrong = 0;
    const smelt::index step = 7919 / cols + 1;
    for (smelt::index at = 0; at < rows; at += step) {
      const auto piece = transform(on::eigen, fitted, x.row_range(at, std::min(at + step, rows)));
      wrong += std::memcmp(piece.data(), y.data() + at * cols,
                           static_cast<std::size_t>(piece.rows() * cols) * sizeof(float)) != 0;
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("fields: down their columns, along their points, and decoded into rows") {
  // Columns in runs of seven, points one after another, and every second point.
  const auto fields = [](std::vector<float>& memory, smelt::index planes, smelt::index cols) {
    float* const at = memory.data();
    return std::array{
        field_interior(at, {9, 5, planes}, cols, {1, 0, 0}),
        field_view<float>(at, {{{7, cols}, {5, 8 * cols}, {planes, 40 * cols}}}, cols, 1),
        field_view<float>(at, {{{7, cols}, {5, 7 * cols}, {planes, 35 * cols}}}, cols, 1),
        field_view<float>(at, {{{7, 2}, {5, 14}, {planes, 70}}}, cols, 70 * planes)};
  };
  workers pool{2};
  for (smelt::index cols : {1, 5, 13})
    for (smelt::index planes : {1, 30}) {
      CAPTURE(cols);
      CAPTURE(planes);
      const smelt::index rows = 35 * planes;
      const auto size = static_cast<std::size_t>(70 * planes * cols);
      const auto plain = noise<float>(rows, cols, 12, 1);
      std::vector<int> labels(static_cast<std::size_t>(rows));
      for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<int>(i);
      const auto check = [&](const auto& f, std::size_t from_kind) {
        const auto expected = transform(on::seq, f, plain);
        std::vector<float> memory(size);
        const auto from = fields(memory, planes, cols)[from_kind];
        for (smelt::index r = 0; r < rows; ++r)
          for (smelt::index c = 0; c < cols; ++c) from(r, c) = plain(r, c);
        const auto with_labels = transform(on::eigen.on(pool), f, labelled(from, labels));
        CHECK(difference(with_labels.x, expected) == "");
        CHECK(with_labels.y == labels);
        for (std::size_t to = 0; to < 4; ++to) {
          std::vector<float> made(size);
          const auto out = fields(made, planes, expected.cols())[to];
          REQUIRE(transform(on::eigen, f, from, out) == rows);
          CHECK(difference(out, expected) == "");
        }
      };
      for (std::size_t kind = 0; kind < 4; ++kind) {
        check(fit(on::seq, values, plain), kind);
        check(fit(on::seq, as_chain(halved{}), plain), kind);
        if (cols > 1) check(fit(on::seq, drop::columns(columns{0}) | values, plain), kind);
      }
    }
}

TEST_CASE("rows that drop are counted, or marked; into fields, on threads and on one") {
  workers pool{2};
  for (smelt::index planes : {3, 150}) {
    CAPTURE(planes);
    const smelt::index rows = 80 * planes;
    const auto plain = noise<float>(rows, 5, 12, 1);
    const auto f = fit(on::seq, drop::any | normalize(l2), plain);
    const auto expected = transform(on::seq, f, plain);
    const auto whole = fit(on::seq, fill::constant(0.5) | normalize(l2), plain);
    const std::vector<int> labels(static_cast<std::size_t>(rows));
    const auto marked = transform(on::seq, f.values_only(), labelled(plain, labels));
    std::vector<float> memory(static_cast<std::size_t>(rows * 5));
    const field_view<float> out(memory.data(), {{{10, 5}, {8, 50}, {planes, 400}}}, 5, 1);
    const auto check = [&](const auto& policy) {
      std::fill(memory.begin(), memory.end(), -7.0f);
      const auto found = transform(std::nothrow, policy, f, plain, out);
      CHECK(found.dropped == rows - expected.rows());
      CHECK(difference(out.row_range(0, expected.rows()), expected) == "");
      for (smelt::index r = expected.rows(); r < rows; ++r) REQUIRE(out(r, 0) == -7.0f);
      table<float> near(rows, 5);
      for (smelt::index i = 0; i < rows * 5; ++i) near.data()[i] = -7.0f;
      REQUIRE(transform(policy, f, plain, near) == expected.rows());
      CHECK(difference(near.view().row_range(0, expected.rows()), expected) == "");
      for (smelt::index i = expected.rows() * 5; i < rows * 5; ++i) REQUIRE(near.data()[i] == -7.0f);
      const auto mine = transform(policy, f.values_only(), labelled(plain, labels));
      CHECK(mine.dropped == marked.dropped);
      CHECK(difference(mine.x, marked.x) == "");
      REQUIRE(transform(policy, whole, plain, out) == rows);
      CHECK(difference(out, transform(on::seq, whole, plain)) == "");
    };
    check(on::eigen);
    check(on::eigen.on(pool));
  }
}

TEST_CASE("columns made of rows past the caches, where they begin lines and where they do not") {
  const smelt::index elements = smelt::detail::last_cache() / smelt::index{sizeof(float)} + 100000;
  if (elements > smelt::index{1} << 25) return;  // a cache too large to be passed by in a test
  constexpr smelt::index cols = 64;
  for (smelt::index more : {0, 7}) {
    CAPTURE(more);
    const smelt::index rows = elements / cols / 16 * 16 + 16 + more;
    table<float> x(rows, cols);
    for (smelt::index i = 0; i < rows * cols; ++i)
      x.data()[i] = i % 97 == 5 ? missing_value<float> : static_cast<float>(i % 1013) - 500.0f;
    const auto f = fit(on::eigen, values, x.row_range(0, 500));
    table<float, column_major> y(rows, cols);
    REQUIRE(smelt::detail::worth_streaming(x.view(), y.view()));
    transform(on::eigen, f, x, y);
    const auto expected = transform(on::eigen, f, x);
    smelt::index wrong = 0;
    for (smelt::index r = 0; r < rows; ++r)
      for (smelt::index c = 0; c < cols; ++c)
        wrong += std::memcmp(&y(r, c), &expected(r, c), sizeof(float)) != 0;
    CHECK(wrong == 0);
  }
}

