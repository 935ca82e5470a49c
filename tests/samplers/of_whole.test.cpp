// SPDX-License-Identifier: BSL-1.0
/// \file
/// Of the whole: any cut of a table gives what the sampler chooses of the table, in fits, transforms and
/// batches, in every epoch, as often as it is drawn.

#include <smelt/samplers/of_whole.hpp>

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>

#include <support/any_way.hpp>
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
  const auto map = detail::map_of(sampler, n, epoch);
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

TEST_CASE("rows that repeat or are listed: any cut gives them, as often as the whole draws them") {
  using smelt_test::any_sampler;
  std::vector<int> labels;
  std::vector<double> weights;
  rows listed;
  for (smelt::index r = 0; r < n; ++r) {
    labels.push_back(r % 97 == 0 ? 2 : r % 5 == 0 ? 1 : 0);
    weights.push_back(static_cast<double>(r % 7));
    if (r % 11 == 0) listed.insert(listed.end(), {r, n - 1 - r, r});
  }
  std::vector<any_sampler> all;
  all.emplace_back(bootstrap{seed{1}});
  all.emplace_back(bootstrap{3 * n, seed{2}});
  all.emplace_back(weighted{weights, 2000, seed{3}});
  all.emplace_back(weighted_take{weights, 500, seed{4}});
  all.emplace_back(stratified{labels, 400, seed{5}});
  all.emplace_back(balanced{labels, each_class::fewest, seed{6}});
  all.emplace_back(balanced{labels, each_class::most, seed{7}});
  all.emplace_back(chosen{listed});
  all.emplace_back(chosen{{}});
  for (const any_sampler& sampler : all) {
    CAPTURE(sampler.name);
    const of_whole pieces{sampler, n};
    const auto f = fit(on::seq, as_chain(sample(pieces)), numbered());
    for (const std::uint64_t epoch : {0u, 3u}) {
      const rows expected = chosen_by(sampler, epoch);
      for (smelt::index parts = 1; parts <= 7; ++parts) {
        rows together;
        for (smelt::index k = 0; k < parts; ++k)
          for (const auto& batch :
               batches(on::seq, f, numbered().row_range(k * n / parts, (k + 1) * n / parts),
                       {.rows = 500, .epoch = epoch}))
            append(together, batch.x);
        CHECK(together == expected);
      }
    }
    rows transformed;
    append(transformed, transform(on::seq, f, numbered().row_range(0, 1031)));
    append(transformed, transform(on::seq, f, numbered().row_range(1031, n)));
    CHECK(transformed == chosen_by(sampler, 0));
  }
}

TEST_CASE("a fit in pieces of rows that repeat has the bits of the whole's, on a device too") {
  const auto chain = sample(of_whole{bootstrap{2 * n, seed{3}}, n}) | standardize();
  double sum = 0;
  for (const smelt::index r : chosen_by(bootstrap{2 * n, seed{3}}, 0)) sum += static_cast<double>(r);
  const auto f = smelt_test::fitted_on_both(chain, numbered());
  CHECK(f.rows() == 2 * n);
  CHECK(f.number(1, 0, 0) == doctest::Approx(sum / (2 * n)));
  const auto first = fit(on::seq, chain, numbered().row_range(0, 1031));
  CHECK(fit(on::seq, chain, numbered().row_range(1031, n), continues(first)) == f);
  // In tables of their own the second goes on behind the first.
  table<double> again(n - 1031, 1);
  for (smelt::index r = 0; r < again.rows(); ++r) again(r, 0) = static_cast<double>(1031 + r);
  const auto second = fit(on::seq, chain, again, continues(first));
  CHECK(second == f);
  CHECK(merge(first, second) == f);
  CHECK_THROWS_WITH_AS(
      fit(on::seq, chain, numbered().row_range(1032, n), continues(first)),
      "fit: this piece begins in row 1032 of its source, the one it continues ended before row 1031",
      value_error);
}

TEST_CASE("of a part of a piece: what the whole draws of the part's rows") {
  const auto parts = split<struct of_piece>(numbered(), {.train = 0.7, .test = 0.3}, seed{5});
  const of_whole pieces{bootstrap{seed{1}}, n};
  const auto f = fit(on::seq, as_chain(sample(pieces)), parts.train);
  rows got, expected;
  append(got, transform(on::seq, f, parts.train));
  for (const smelt::index r : chosen_by(bootstrap{seed{1}}, 0))
    if (parts.train.map.contains(r)) expected.push_back(r);
  CHECK(!std::is_sorted(got.begin(), got.end()));  // in the order of the part
  std::sort(got.begin(), got.end());
  CHECK(got == expected);
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
  const of_whole short_of_labels{stratified{std::vector<int>{1, 2}, 1, seed{7}}, 10};
  CHECK_THROWS_WITH_AS(fit_transform(on::seq, as_chain(sample(short_of_labels)), numbered()),
                       "stratified{2 labels, 1, seed{7}}: there are 10 rows to choose from",
                       shape_error);
  CHECK(short_of_labels.text() == "of_whole{stratified{2 labels, 1, seed{7}}, 10}");
  CHECK(sample(short_of_labels).given_bytes() == short_of_labels.how.given_bytes());
}
