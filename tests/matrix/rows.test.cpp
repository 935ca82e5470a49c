// SPDX-License-Identifier: BSL-1.0
/// \file
/// Sets of rows against places in memory: pieces that begin inside a leaf, parts, draws, drops,
/// results in place and in given memory, infinities everywhere. on::eigen, alone and on three
/// threads, must give the bits and the words of on::seq.

#include <support/matrix.hpp>

#include <array>

using namespace smelt;
using namespace smelt_test;

namespace {

const auto scaled = matrix_chain;
const auto filled = fill::constant(0.5) | clip(-2, 9);
const auto dropped = drop::any | standardize();
const auto normed = fill::mean | normalize(l2);

/// The same on on::eigen, alone and on three threads.
class eigen_twice {
 public:
  template <class F>
  void operator()(F&& f) const {
    f(on::eigen.alone());
    f(on::eigen.on(pool_));
  }

 private:
  mutable workers pool_{3};
};

/// Calls `f(view)` for a table of T in the layouts that lie in memory, in every place.
template <class T, class F>
void each_place(smelt::index rows, smelt::index cols, holes kind, F&& f) {
  for (const placement at : placements) {
    CAPTURE(rows);
    CAPTURE(cols);
    CAPTURE(at.off);
    CAPTURE(at.gap);
    f(placed_copy<T, row_major>(rows, cols, kind, at).view());
    f(placed_copy<T, column_major>(rows, cols, kind, at).view());
    f(placed_copy<T, strided>(rows, cols, kind, at).view());
  }
}

/// fit and transform of the same data, or what is thrown.
template <class Policy, class Chain, class Data>
std::pair<std::string, table<double>> outcome(const Policy& policy, const Chain& stages,
                                              const Data& data) {
  table<double> made;
  const std::string said = thrown_by([&] { made = fit_transform<double>(policy, stages, data); });
  return {said, std::move(made)};
}
template <class Chain, class Data>
void compare(const eigen_twice& on_eigen, const Chain& stages, const Data& data) {
  const auto [said, made] = outcome(on::seq, stages, data);
  on_eigen([&, &words = said, &y = made](const auto& policy) {
    const auto got = outcome(policy, stages, data);
    CHECK(got.first == words);
    CHECK(difference(got.second, y) == "");
  });
}

struct rows_split;

}  // namespace

TEST_CASE("pieces that begin inside a leaf, and inside eight rows") {
  const eigen_twice on_eigen;
  for (const smelt::index cols : {1, 7, 13, 65})
    each_place<float>(2500, cols, holes::some, [&](const auto& x) {
      const auto whole = fit(on::seq, scaled, x);
      for (const smelt::index cut : {1030, 1024, 2049}) {
        CAPTURE(cut);
        on_eigen([&](const auto& policy) {
          const auto first = fit(policy, scaled, x.row_range(0, cut));
          CHECK(first == fit(on::seq, scaled, x.row_range(0, cut)));
          const auto middle = fit(policy, scaled, x.row_range(cut, cut + 5), continues(first));
          const auto last = fit(policy, scaled, x.row_range(cut + 5, 2500), continues(middle));
          CHECK(last == whole);
          CHECK(merge(merge(first, middle), last) == whole);
        });
      }
      // Rows that begin anywhere in their source keep their lanes.
      for (const smelt::index begin : {1, 6, 8, 1021}) {
        CAPTURE(begin);
        compare(on_eigen, scaled, x.row_range(begin, begin + 1100));
        compare(on_eigen, dropped, x.row_range(begin, begin + 20));
      }
    });
}

TEST_CASE("parts of a split and drawn rows") {
  const eigen_twice on_eigen;
  for (const smelt::index cols : {1, 7, 28})
    each_place<double>(1500, cols, holes::some, [&](const auto& x) {
      const auto parts = split<rows_split>(x, {.train = 0.7, .test = 0.3}, seed{5});
      compare(on_eigen, scaled, parts.train);
      compare(on_eigen, dropped, parts.train);
      compare(on_eigen, normed, parts.train);
      compare(on_eigen, sample(take{20, seed{1}}) | scaled, x);
      compare(on_eigen, sample(take{900, seed{1}}) | scaled, x);
      compare(on_eigen, scaled | sample(shuffled{seed{2}}), parts.train);
    });
}

TEST_CASE("a mask, and bytes that drop") {
  const eigen_twice on_eigen;
  std::vector<unsigned char> mask(1500);
  for (std::size_t r = 0; r < mask.size(); ++r) mask[r] = scrambled(r) % 3 == 0;
  for (const smelt::index cols : {1, 8, 13})
    each_place<std::uint8_t>(1500, cols, holes::none, [&](const auto& x) {
      compare(on_eigen, drop::where(mask) | scaled, x);
      compare(on_eigen, drop::outside(3, 254) | scaled, x);
    });
}

namespace {

/// A result in given memory of another layout, with a gap and off its alignment, on both; what lies
/// between its elements stays.
template <class Out, class Layout, class Fitted, class View>
void compare_given(const eigen_twice& on_eigen, const Fitted& f, const View& x, placement at) {
  placed_copy<Out, Layout> expected(x.rows(), x.cols(), holes::none, at);
  auto writable = [](const auto& view) {
    return matrix_view<Out, Layout>(const_cast<Out*>(view.data()), view.rows(), view.cols(),
                                    view.row_stride(), view.col_stride());
  };
  const auto to = writable(expected.view());
  const std::string said = thrown_by([&] { transform(on::seq, f, x, to); });
  on_eigen([&](const auto& policy) {
    placed_copy<Out, Layout> given(x.rows(), x.cols(), holes::none, at);
    const auto out = writable(given.view());
    CHECK(thrown_by([&] { transform(policy, f, x, out); }) == said);
    CHECK(difference(out, to) == "");
    if constexpr (std::is_same_v<Layout, row_major>)
      for (smelt::index r = 0; r < x.rows(); ++r)
        for (smelt::index g = 0; g < at.gap; ++g)
          CHECK(std::isinf(out.data()[r * out.row_stride() + x.cols() + g]));
  });
}

}  // namespace

TEST_CASE("results in memory of the caller's, wherever it lies") {
  const eigen_twice on_eigen;
  for (const smelt::index rows : {1, 63, 65, 300})
    for (const smelt::index cols : {1, 3, 8, 13, 65})
      each_place<float>(rows, cols, holes::some, [&](const auto& x) {
        const auto f = fit(on::seq, scaled, x);
        for (const placement at : placements) {
          compare_given<float, row_major>(on_eigen, f, x, at);
          compare_given<double, column_major>(on_eigen, f, x, at);
          compare_given<double, strided>(on_eigen, f, x, at);
        }
      });
}

namespace {

template <class T, class Layout, class Chain>
void compare_in_place(const eigen_twice& on_eigen, const Chain& stages, smelt::index rows,
                      smelt::index cols, placement at, smelt::index far) {
  auto made = [&] {
    placed_copy<T, Layout> copy(rows, cols, holes::some, at);
    if (far >= 0) const_cast<T&>(copy.view()(far / cols, far % cols)) = -infinite_value<T>;
    return copy;
  };
  const auto x = placed_copy<T, Layout>(rows, cols, holes::some, at);
  const auto f = fit(on::seq, stages, x.view());
  const auto source = made();
  table<T> y(rows, cols);
  const std::string said = thrown_by([&] { transform(on::seq, f, source.view(), y.view()); });
  CHECK((said == "") == (far < 0));
  on_eigen([&](const auto& policy) {
    const auto both = made();
    const matrix_view<T, Layout> to(const_cast<T*>(both.view().data()), rows, cols,
                                    both.view().row_stride(), both.view().col_stride());
    CHECK(thrown_by([&] { transform(policy, f, in_place(to)); }) == said);
    CHECK(difference(to, y) == "");
  });
}

}  // namespace

TEST_CASE("in place, with infinities and without") {
  const eigen_twice on_eigen;
  for (const smelt::index rows : {5, 70, 1100})
    for (const smelt::index cols : {1, 7, 13, 65})
      for (const placement at : placements)
        for (const smelt::index far :
             {smelt::index{-1}, smelt::index{0}, rows * cols / 2, rows * cols - 1}) {
          CAPTURE(rows);
          CAPTURE(cols);
          CAPTURE(far);
          compare_in_place<float, row_major>(on_eigen, scaled, rows, cols, at, far);
          compare_in_place<double, column_major>(on_eigen, scaled, rows, cols, at, far);
          compare_in_place<double, row_major>(on_eigen, normed, rows, cols, at, far);
        }
}

namespace {

template <class T, class Layout>
void compare_infinities(const eigen_twice& on_eigen, smelt::index rows, smelt::index cols,
                        placement at, smelt::index step) {
  placed_copy<T, Layout> copy(rows, cols, holes::some, at);
  const auto& x = copy.view();
  const auto f = fit(on::seq, scaled, x);
  const auto g = fit(on::seq, dropped, x);
  for (smelt::index i = 0; i < rows * cols; i += step) {
    CAPTURE(i);
    T& first = const_cast<T&>(x(i / cols, i % cols));
    T& second = const_cast<T&>(x((i * 7 + 3) % rows, (i * 5 + 1) % cols));
    const T was[] = {first, second};
    first = infinite_value<T>;
    for (int times = 0; times < 2; ++times) {
      const std::string refused = thrown_by([&] { fit(on::seq, scaled, x); });
      const std::string not_dropped = thrown_by([&] { fit(on::seq, dropped, x); });
      table<double> y(rows, cols);
      table<double> z(rows, cols);
      smelt::index kept = 0;
      const std::string said = thrown_by([&] { transform(on::seq, f, x, y.view()); });
      thrown_by([&] { kept = transform(on::seq, g.values_only(), x, z.view()); });
      CHECK(refused != "");
      CHECK(said != "");
      on_eigen([&](const auto& policy) {
        CHECK(thrown_by([&] { fit(policy, scaled, x); }) == refused);
        CHECK(thrown_by([&] { fit(policy, dropped, x); }) == not_dropped);
        table<double> made(rows, cols);
        CHECK(thrown_by([&] { transform(policy, f, x, made.view()); }) == said);
        CHECK(difference(made, y) == "");
        thrown_by([&] { transform(policy, g.values_only(), x, made.view()); });
        CHECK(difference(made, z) == "");
      });
      second = -infinite_value<T>;  // and another one elsewhere
    }
    second = was[1];
    first = was[0];
  }
}

}  // namespace

TEST_CASE("an infinity in every position, and two: the first in the order of the source is named") {
  const eigen_twice on_eigen;
  for (const placement at : placements)
    for (const smelt::index cols : {1, 3, 8, 13}) {
      CAPTURE(cols);
      compare_infinities<float, row_major>(on_eigen, 19, cols, at, 1);
      compare_infinities<double, row_major>(on_eigen, 19, cols, at, 1);
      compare_infinities<float, column_major>(on_eigen, 19, cols, at, 1);
      compare_infinities<double, strided>(on_eigen, 19, cols, at, 3);
    }
  // Several tasks: whichever finds one first.
  compare_infinities<float, row_major>(on_eigen, 9000, 7, {1, 0}, 6101);
  compare_infinities<float, column_major>(on_eigen, 9000, 7, {1, 3}, 6101);
}

TEST_CASE("infinities that are kept or missing") {
  const eigen_twice on_eigen;
  for (const placement at : placements)
    for (const smelt::index cols : {1, 8, 13}) {
      placed_copy<float, row_major> copy(1100, cols, holes::some, at);
      const auto& x = copy.view();
      for (const smelt::index r : {0, 8, 1023, 1024, 1099})
        const_cast<float&>(x(r, (r + 1) % cols)) =
            r % 2 == 0 ? infinite_value<float> : -infinite_value<float>;
      compare(on_eigen, clean(infinity::missing) | scaled, x);
      compare(on_eigen, clean(infinity::keep) | clip(-3, 3) | scaled, x);
      compare(on_eigen, clean(infinity::keep) | normalize(max_abs), x);
      compare(on_eigen, filled, x);
    }
}
