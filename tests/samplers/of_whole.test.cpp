// SPDX-License-Identifier: BSL-1.0
/// \file
/// Of the whole: any cut of a table gives what the sampler chooses of the table, in fits, transforms and
/// batches, in every epoch.

#include <smelt/samplers/of_whole.hpp>

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>

#include <support/on_both.hpp>

#include <algorithm>
#include <vector>

using namespace smelt;

namespace {

using rows = std::vector<smelt::index>;

constexpr smelt::index n = 3000;

const table<double>& numbered() {
  static const table<double> x = [] {
    table<double> made(n, 1);
    for (smelt::index r = 0; r < n; ++r) made(r, 0) = static_cast<double>(r);
    return made;
  }();
  return x;
}

template <class View>
void append(rows& to, const View& x) {
  for (smelt::index r = 0; r < x.rows(); ++r) to.push_back(static_cast<smelt::index>(x(r, 0)));
}

/// What the sampler chooses of all rows, in their order.
template <class Sampler>
rows chosen_by(const Sampler& sampler, std::uint64_t epoch) {
  const row_map map = detail::map_of(sampler, n, epoch);
  rows made;
  for (smelt::index i = 0; i < map.count(); ++i) made.push_back(map(i));
  std::sort(made.begin(), made.end());
  return made;
}

template <class Sampler>
void cut(const Sampler& sampler) {
  const rows all = chosen_by(sampler, 0);
  const auto f = fit(on::seq, as_chain(sample(of_whole{sampler, n})), numbered());
  rows whole;
  append(whole, smelt_test::transformed_on_both(f, numbered()));
  CHECK(whole == all);
  for (smelt::index parts = 1; parts <= 7; ++parts) {
    CAPTURE(parts);
    rows together;
    for (smelt::index k = 0; k < parts; ++k)
      append(together, transform(on::seq, f,
                                 numbered().row_range(k * n / parts, (k + 1) * n / parts)));
    CHECK(together == all);
  }
}

}  // namespace

TEST_CASE("the example") {
  // [of_whole example]
  const table<double>& x = numbered();
  auto fitted = fit(on::seq, as_chain(sample(of_whole{take{10, seed{7}}, 3000})), x);
  auto first = transform(on::seq, fitted, x.row_range(0, 1000));     // a few of the ten,
  auto second = transform(on::seq, fitted, x.row_range(1000, 3000));  // and the others
  // [of_whole example]
  CHECK(first.rows() + second.rows() == 10);
}

TEST_CASE("any cut gives the choice of the whole") {
  cut(take{100, seed{7}});
  cut(take{0, seed{7}});
  cut(shuffled{seed{7}});
  cut(systematic{271, seed{7}});
  cut(systematic::every(13, seed{7}));
}

TEST_CASE("a fit in pieces sees the rows chosen of the whole") {
  const auto chain = sample(of_whole{take{500, seed{3}}, n}) | standardize();
  const rows all = chosen_by(take{500, seed{3}}, 0);
  double sum = 0;
  for (const smelt::index r : all) sum += static_cast<double>(r);
  const auto f = smelt_test::fitted_on_both(chain, numbered());
  CHECK(f.number(1, 0, 0) == doctest::Approx(sum / 500));
  const auto first = fit(on::seq, chain, numbered().row_range(0, 1031));
  CHECK(fit(on::seq, chain, numbered().row_range(1031, n), continues(first)) == f);
}

TEST_CASE("batches of a piece, in any epoch; values_only() keeps every row") {
  const auto f = fit(on::seq, as_chain(sample(of_whole{take{100, seed{7}}, n})), numbered());
  for (const std::uint64_t epoch : {0u, 4u}) {
    rows seen;
    for (const auto& piece : {numbered().row_range(0, 1777), numbered().row_range(1777, n)})
      for (const auto& batch : batches(on::seq, f, piece, {.rows = 32, .epoch = epoch}))
        append(seen, batch.x);
    CHECK(seen == chosen_by(take{100, seed{7}}, epoch));
  }
  CHECK(transform(on::seq, f.values_only(), numbered()).rows() == n);
  CHECK(transform(on::seq, f.without_sampling(), numbered()).rows() == n);
}

TEST_CASE("rows behind the whole are none of it; what cannot be chosen is refused") {
  const auto f = fit(on::seq, as_chain(sample(of_whole{shuffled{seed{7}}, 10})), numbered());
  CHECK(transform(on::seq, f, numbered()).rows() == 10);
  CHECK_THROWS_WITH_AS(sample(of_whole{take{11, seed{7}}, 10}),
                       "take{11}: there are only 10 rows to take without replacement", value_error);
  CHECK_THROWS_WITH_AS(sample(of_whole{shuffled{seed{7}}, -1}),
                       "of_whole: a table cannot have -1 rows", value_error);
  CHECK_NOTHROW(sample(of_whole{shuffled{seed{7}}, 0}));
  const auto op = sample(of_whole{take{3, seed{7}}, n}).make_op();  // of epoch 0, from row 0 on
  rows kept;
  for (smelt::index r = 0; r < n; ++r)
    if (op.keeps_row(r, -1)) kept.push_back(r);
  CHECK(kept == chosen_by(take{3, seed{7}}, 0));
  CHECK(sample(of_whole{take{11, seed{7}}, 20}).text() == "sample(of_whole{take{11, seed{7}}, 20})");
}
