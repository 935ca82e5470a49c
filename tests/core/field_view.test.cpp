// SPDX-License-Identifier: BSL-1.0
/// \file
/// Fields: the bits of the same rows in one table, from fields of every layout and into them, on every
/// policy; and halos that nobody touches.

#include <smelt/core/field_view.hpp>

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#if SMELT_TESTS_ON_DEVICE  // half of what this program costs to compile
#include <support/on_device.hpp>
#endif
#include <support/tables.hpp>

#include <array>
#include <cstring>
#include <limits>
#include <vector>

using namespace smelt;
using namespace smelt_test;

namespace {

using extents = std::array<smelt::index, 3>;

/// A field in memory of its own, of which all that no row has holds a canary.
template <class T>
struct grid {
  enum class order { variables_last, variables_first, every_second, backwards, whole };
  static constexpr std::array orders = {order::variables_last, order::variables_first,
                                        order::every_second, order::backwards, order::whole};
  std::vector<T> memory;
  field_view<T> view;

  grid(order how, const extents& n, smelt::index variables) {
    const smelt::index h = how == order::whole ? 0 : 2;
    const extents m = {n[0] + 2 * h, n[1] + 2 * h, n[2] + 2 * h};
    const smelt::index points = m[0] * m[1] * m[2];
    const smelt::index step = how == order::every_second ? 2 : 1;
    memory.assign(static_cast<std::size_t>(points * variables * step + 1), canary());
    T* const all = memory.data();
    if (how == order::variables_last || how == order::whole) {
      view = field_interior(all, m, variables, {h, h, h});
      return;
    }
    const bool first = how == order::variables_first;
    const smelt::index unit = first ? variables : step;
    const smelt::index across = unit * m[0];
    const smelt::index plane = across * m[1];
    const smelt::index col = first ? 1 : plane * m[2];
    T* const corner = all + h * (unit + across + plane);
    if (how == order::backwards)
      view = field_view<T>(corner + (n[1] - 1) * across,
                           {{{n[0], unit}, {n[1], -across}, {n[2], plane}}}, variables, col);
    else
      view = field_view<T>(corner, {{{n[0], unit}, {n[1], across}, {n[2], plane}}}, variables, col);
  }
  static T canary() { return static_cast<T>(-77777.25); }
  /// Elements that are canaries.
  smelt::index canaries() const {
    smelt::index n = 0;
    for (const T& x : memory) n += same_bits(x, canary());
    return n;
  }
  template <class From>
  void take(const From& from) {
    for (smelt::index r = 0; r < from.rows(); ++r)
      for (smelt::index c = 0; c < from.cols(); ++c) view(r, c) = from(r, c);
  }
  smelt::index beside() const {
    return static_cast<smelt::index>(memory.size()) - view.rows() * view.cols();
  }
};

/// A transform into every kind of memory, from a field and into fields.
template <class T, class Policy, class Fitted>
void check_outputs(const Policy& policy, const Fitted& f, const grid<T>& from, const table<T>& right,
                   const extents& n) {
  const auto cols = right.cols();
  CHECK(difference(transform<T>(policy, f, from.view), right) == "");
  const auto rows = from.view.rows();
  table<T, column_major> turned(rows, cols);
  REQUIRE(transform(policy, f, from.view, turned) == right.rows());
  CHECK(difference(turned.view().row_range(0, right.rows()), right) == "");
  for (auto how : grid<T>::orders) {
    grid<T> to(how, n, cols);
    for (int source = 0; source < 2; ++source) {
      // From a field, and from the same rows in a table.
      if (source == 0) {
        REQUIRE(transform(policy, f, from.view, to.view) == right.rows());
      } else {
        table<T> plain(rows, from.view.cols());
        for (smelt::index r = 0; r < rows; ++r)
          for (smelt::index c = 0; c < plain.cols(); ++c) plain(r, c) = from.view(r, c);
        REQUIRE(transform(policy, f, plain, to.view) == right.rows());
      }
      CHECK(difference(to.view.row_range(0, right.rows()), right) == "");
      // Not the halo, and not the rows behind the last that has come out.
      CHECK(to.canaries() == to.beside() + (rows - right.rows()) * cols);
    }
  }
}

template <class T>
void check_shape(const extents& n, smelt::index variables) {
  CAPTURE(n[0]);
  CAPTURE(n[1]);
  CAPTURE(variables);
  const auto rows = n[0] * n[1] * n[2];
  const auto plain = noise<T>(rows, variables, 9, 3);
  const auto steady = fill::constant(0.5) | standardize() | clip(-2, 2);
  const auto chosen = clean(drop::at_least(variables)) | standardize() | normalize(l2);
  const auto narrower = drop::columns({0}) | fill::constant(1) | normalize(max_abs);
  workers pool{3};
  const auto threads = on::eigen.on(pool);
  for (auto how : grid<T>::orders) {
    CAPTURE(static_cast<int>(how));
    grid<T> g(how, n, variables);
    REQUIRE(g.view.rows() == rows);
    REQUIRE(g.canaries() == static_cast<smelt::index>(g.memory.size()));
    g.take(plain);
    CHECK(g.canaries() == g.beside());

    auto check = [&](const auto& chain) {
      const auto f = fit(on::seq, chain, plain);
      CHECK(fit(on::seq, chain, g.view) == f);
      CHECK(fit(on::eigen, chain, g.view) == f);
      CHECK(fit(threads, chain, field_view<const T>(g.view)) == f);
      const auto right = transform<T>(on::seq, f, plain);
      check_outputs(on::seq, f, g, right, n);
      check_outputs(on::eigen, f, g, right, n);
      check_outputs(threads, f, g, right, n);
      const auto again = inverse(on::seq, fit(on::seq, steady, plain), plain);
      CHECK(difference(inverse(threads, fit(on::seq, steady, plain), g.view), again) == "");
    };
    check(steady);
    check(chosen);
    if (variables > 1) check(narrower);
    check(sample(shuffled{seed{5}}) | standardize());

    // In place.
    const auto f = fit(on::seq, steady, plain);
    const auto right = transform(on::seq, f, plain);
    const auto back = inverse(on::seq, f, right);
    auto in_its_place = [&](const auto& policy) {
      g.take(plain);
      transform(policy, f, in_place(g.view));
      CHECK(difference(g.view, right) == "");
      CHECK(g.canaries() == g.beside());
      inverse(policy, f, in_place(g.view));
      CHECK(difference(g.view, back) == "");
      CHECK(g.canaries() == g.beside());
    };
    in_its_place(on::seq);
    in_its_place(on::eigen);
    in_its_place(threads);
  }
}

[[maybe_unused]] smelt::index counted_rows(smelt::index rows) { return rows; }
template <class Count>
smelt::index counted_rows(const Count& rows) {
  return rows.get();
}

}  // namespace

TEST_CASE("fields of every layout, from and into them: doubles") {
  check_shape<double>({1, 1, 1}, 1);
  check_shape<double>({7, 5, 3}, 4);
  check_shape<double>({33, 8, 9}, 5);
}
TEST_CASE("fields of every layout, from and into them: floats") {
  check_shape<float>({64, 1, 1}, 8);
  check_shape<float>({1, 40, 30}, 17);
  check_shape<float>({300, 7, 2}, 3);
}

TEST_CASE("rows that some threads write, and results past the caches") {
  const extents n = {300, 90, 11};
  const auto plain = noise<float>(n[0] * n[1] * n[2], 8, 9, 3);
  const auto f = fit(on::seq, fill::mean | standardize(), plain);
  const auto right = transform(on::seq, f, plain);
  workers pool{3};
  for (auto how : grid<float>::orders) {
    grid<float> g(how, n, 8);
    g.take(plain);
    grid<float> to(grid<float>::order::variables_last, n, 8);
    transform(on::eigen.on(pool), f, g.view, to.view);
    CHECK(difference(to.view, right) == "");
    CHECK(to.canaries() == to.beside());
    CHECK(fit(on::eigen.on(pool), fill::mean | standardize(), g.view) == f);
  }
}

#if SMELT_TESTS_ON_DEVICE
TEST_CASE("on a device") {
  const extents n = {13, 9, 6};
  const auto plain = noise<float>(13 * 9 * 6, 5, 9, 3);
  for (auto how : grid<float>::orders) {
    grid<float> g(how, n, 5);
    g.take(plain);
    const auto there = to_device(on_device(), g.view);
    auto run = [&](const auto& chain) {
      const auto f = fit(on::seq, chain, plain);
      CHECK(fit(on_device(), chain, there.view()) == f);
      const auto right = transform(on::seq, f, plain);
      CHECK(difference(to_host(on_device(), transform(on_device(), f, there.view())), right) == "");
      // Into a field on the device, which comes back with its halo.
      grid<float> back(how, n, 5);
      const auto size = static_cast<smelt::index>(back.memory.size());
      auto memory = to_device(on_device(), back.memory);
      const field_view<float, device> to(memory.data() + (back.view.data() - back.memory.data()),
                                         back.view.extents(), 5, back.view.col_stride());
      const auto rows = counted_rows(transform(on_device(), f, there.view(), to));
      CHECK(rows == right.rows());
      const auto all = to_host(on_device(), memory);
      for (smelt::index i = 0; i < size; ++i) back.memory[static_cast<std::size_t>(i)] = all(i, 0);
      CHECK(difference(back.view.row_range(0, rows), right) == "");
      CHECK(back.canaries() == back.beside() + (back.view.rows() - rows) * 5);
    };
    run(fill::constant(0.5) | standardize() | clip(-2, 2));
    run(clean(drop::at_least(4)) | standardize() | normalize(l2));
  }
}
#endif

TEST_CASE("runs, ranges and names") {
  std::vector<double> memory(5 * 4 * 3 * 2);
  for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = static_cast<double>(i);
  const auto whole = field_interior(memory.data(), {5, 4, 3}, 2);
  // Without a halo all points are one run, and so are the planes of a field without one in two extents.
  CHECK(whole.run(0).rows() == 60);
  CHECK(whole.run(17).rows() == 43);
  CHECK(field_interior(memory.data(), {5, 4, 3}, 2, {0, 0, 1}).run(3).rows() == 17);
  CHECK(field_interior(memory.data(), {5, 4, 3}, 2, {0, 1, 0}).run(3).rows() == 7);
  const auto inner = field_interior(memory.data(), {5, 4, 3}, 2, {1, 1, 1});
  CHECK(inner.rows() == 6);
  CHECK(inner.run(2).rows() == 1);
  CHECK(inner(0, 0) == 26.0);
  CHECK(inner(3, 1) == 91.0);
  const std::vector<std::string> names = {"density", "pressure"};
  const auto some = inner.named(names).row_range(1, 6).row_range(1, 4).columns(1, 2);
  CHECK(some.rows() == 3);
  CHECK(some.cols() == 1);
  CHECK(some(0, 0) == inner(2, 1));
  CHECK(some(2, 0) == inner(4, 1));
  CHECK(some.first_row() == 2);
  CHECK(some.total_rows() == 6);
  CHECK(some.names()[0] == "pressure");
  const field_view<const double> read_only = some;
  CHECK(read_only(2, 0) == inner(4, 1));
  CHECK(read_only.first_row() == 2);
  CHECK(read_only.total_rows() == 6);
  CHECK(read_only.names()[0] == "pressure");
  CHECK(read_only.offset() == some.offset());
  // A plane and a line: extents that are not said have one point.
  const field_view<double> line(memory.data(), {{{5, 1}}}, 2, 60);
  CHECK(line.rows() == 5);
  CHECK(line(4, 1) == 64.0);
  CHECK(field_view<double>().rows() == 0);
}

TEST_CASE("what a field reads and writes is known, so that an output that overlaps is refused") {
  std::vector<float> memory(10 * 8 * 6 * 4, 1.0f);
  const extents n = {10, 8, 6};
  const auto all = field_interior(memory.data(), n, 4, {1, 1, 1});
  const auto f = fit(on::seq, normalize(max_abs), all.columns(0, 2));
  auto said = [&](const auto& from, const auto& to) {
    return thrown_by([&] { transform(on::eigen, f, from, to); });
  };
  // Other variables, and the same ones.
  CHECK(said(all.columns(0, 2), all.columns(2, 4)) == "");
  CHECK(said(all.columns(0, 2), all.columns(0, 2)) == "");
  CHECK(said(all.columns(0, 2), all.columns(1, 3)).starts_with("the output overlaps the input"));
  CHECK(said(all.columns(0, 2), field_interior(memory.data(), {10, 8, 8}, 2, {1, 1, 1}))
            .starts_with("the output overlaps the input"));
  // Points beside one another: where the variables of a point lie together, too.
  const field_view<float> points(memory.data(), {{{8, 4}, {8, 40}, {4, 320}}}, 2, 1);
  const field_view<float> beside(memory.data() + 2, {{{8, 4}, {8, 40}, {4, 320}}}, 2, 1);
  CHECK(said(points, beside) == "");
  CHECK(said(points, field_view<float>(memory.data() + 1, points.extents(), 2, 1)) != "");
  // A matrix within the field.
  CHECK(said(all.columns(0, 2), matrix_view<float>(memory.data(), 300, 2)) != "");
  table<float> elsewhere(192, 2);
  CHECK(said(all.columns(0, 2), elsewhere.view()) == "");
  CHECK(said(elsewhere, all.columns(0, 2)) == "");
  // Where rows move, no output is its input.
  CHECK(thrown_by([&] {
          const auto g = fit(on::seq, drop::any | standardize(), all);
          transform(on::seq, g, all, all);
        }).starts_with("the output overlaps the input"));
  CHECK(detail::placed_of(field_view<float>()).axes[0].count == 0);
}

TEST_CASE("from the first byte to the last; and which elements are the same") {
  std::vector<double> memory(5 * 4 * 3 * 2);
  double* const at = memory.data();
  const auto x = field_interior(at, {5, 4, 3}, 2, {1, 1, 0});
  const auto bytes = detail::bytes_of(x.placed());
  CHECK(bytes.first == reinterpret_cast<const char*>(at + 6));
  CHECK(bytes.last == reinterpret_cast<const char*>(at + 114));
  CHECK(x.same_elements(field_view<const double>(x)));
  CHECK_FALSE(x.same_elements(field_view<double>(at + 7, x.extents(), 2, 60)));
  CHECK_FALSE(x.same_elements(field_view<double>(at + 6, {{{3, 1}, {2, 5}, {2, 20}}}, 2, 60)));
  CHECK_FALSE(x.same_elements(field_view<double>(at + 6, x.extents(), 2, 59)));
  CHECK_FALSE(x.same_elements(x.row_range(1, 18)));
}

TEST_CASE("what is no field") {
  double x = 0;
  CHECK(thrown_by([&] { field_view<double>(&x, {{{2, 1}, {-1, 2}, {3, 2}}}, 1, 1); }) ==
        "a field cannot have extents of 2, -1 and 3 points and 1 columns");
  CHECK(thrown_by([&] { field_view<double>(&x, {{{2, 1}}}, -1, 1); }) ==
        "a field cannot have extents of 2, 1 and 1 points and -1 columns");
  constexpr auto many = smelt::index{1} << 32;
  CHECK(thrown_by([&] { field_view<double>(&x, {{{many, 1}, {many, 1}, {1, 1}}}, 1, 1); }) ==
        "a field of 4294967296 x 4294967296 x 1 points has too many to count");
  CHECK(thrown_by([&] { field_interior(&x, {5, 3, 5}, 1, {1, 2, 0}); }) ==
        "an extent of 3 points has no halo of 2 at each end");
  CHECK(thrown_by([&] { field_interior(&x, {5, 5, 5}, 1, {0, 0, -1}); }) ==
        "an extent of 5 points has no halo of -1 at each end");
  CHECK(thrown_by([&] { field_view<double>(&x, {{{1, 1}}}, 1, 1).columns(0, 2); }) ==
        "columns 0 to 2 of a view of 1 columns");
  CHECK(thrown_by([&] { field_view<double>(&x, {{{1, 1}}}, 2, 1).columns(2, 1); }) ==
        "columns 2 to 1 of a view of 2 columns");
  CHECK(thrown_by([&] { field_view<double>(&x, {{{1, 1}}}, 2, 1).row_range(1, 0); }) ==
        "rows 1 to 0 of a view of 1 rows");
  CHECK(thrown_by([&] { field_view<double>(&x, {{{1, 1}}}, 2, 1).row_range(0, 2); }) ==
        "rows 0 to 2 of a view of 1 rows");
  CHECK(field_view<double>(&x, {{{2, 1}}}, 0, 1).cols() == 0);
  // More points than numbers of 32 bits: divided as numbers of 64.
  const field_view<const double> huge(&x, {{{many, 0}, {3, 0}, {2, 0}}}, 1, 1);
  CHECK(huge(5 * many + 7, 0) == 0.0);
  CHECK(huge.rows() == 6 * many);
  const field_view<const double> wide(&x, {{{1, 0}, {many, 0}, {1, 0}}}, 1, 1);
  CHECK(wide(5, 0) == 0.0);
  const double planes[] = {0.0, 1.0, 2.0};
  const field_view<const double> deep(planes, {{{1 << 20, 0}, {1 << 12, 0}, {3, 1}}}, 1, 1);
  CHECK(deep(many - 1, 0) == 0.0);
  CHECK(deep(many + 5, 0) == 1.0);
  CHECK(deep(2 * many, 0) == 2.0);
}

TEST_CASE("no row, and rows that overlap the ends of runs") {
  std::vector<float> memory(1000, 3.0f);
  const auto none = field_interior(memory.data(), {4, 4, 4}, 3, {1, 2, 1});
  CHECK(none.rows() == 0);
  const auto all = field_interior(memory.data(), {4, 4, 4}, 3);
  const auto f = fit(on::eigen, normalize(max_abs), all);
  CHECK(transform(on::seq, f, none).rows() == 0);
  CHECK(transform(on::eigen, f, none).rows() == 0);
  CHECK(transform(on::eigen, f, none, none) == 0);
  // Infinities are told by their place.
  auto g = grid<float>(grid<float>::order::variables_last, {5, 4, 3}, 2);
  g.take(noise<float>(60, 2));
  g.view(37, 1) = std::numeric_limits<float>::infinity();
  const auto h = fit(on::seq, normalize(max_abs), noise<float>(60, 2));
  for (int run = 0; run < 2; ++run) {
    status found;
    grid<float> to(grid<float>::order::variables_first, {5, 4, 3}, 2);
    if (run == 0)
      found = transform(std::nothrow, on::seq, h, g.view, to.view);
    else
      found = transform(std::nothrow, on::eigen, h, g.view, in_place(g.view).x);
    CHECK(found.infinities == 1);
    CHECK(found.first_row == 37);
    CHECK(found.first_col == 1);
    CHECK(missing(run == 0 ? to.view(37, 1) : g.view(37, 1)));
  }
}
