// SPDX-License-Identifier: BSL-1.0
/// \file
/// Three companions, 64-bit ids, float labels and three columns at once, follow their rows through every
/// sampler, every way to split and every fold, in transforms and in batches, on every policy.

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/any_way.hpp>
#if SMELT_TESTS_ON_DEVICE
#include <support/on_device.hpp>
#endif

#include <array>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

using namespace smelt;
using smelt_test::any_sampler;

namespace {

using rows = std::vector<smelt::index>;
using triple = std::array<float, 3>;  // three columns, side by side
constexpr smelt::index n = 2500;

std::int64_t id_of(smelt::index r) { return (std::int64_t{1} << 60) + 3 * r; }
float label_of(smelt::index r) { return static_cast<float>(r % 3) + 0.5f; }
triple triple_of(smelt::index r) {
  const auto v = static_cast<float>(r);
  return {v, -v, v * 0.25f};
}

/// Features that say which row they are of, and the three.
struct known_rows {
  table<float> x{n, 2};
  std::vector<std::int64_t> ids;
  std::vector<float> labels;
  std::vector<triple> triples;
  std::vector<std::int64_t> groups;

  known_rows() {
    for (smelt::index r = 0; r < n; ++r) {
      x(r, 0) = static_cast<float>(r);
      x(r, 1) = r % 50 == 7 ? missing_value<float> : 1.0f;
      ids.push_back(id_of(r));
      labels.push_back(label_of(r));
      triples.push_back(triple_of(r));
      groups.push_back(r * r % 61);
    }
  }
  auto data() const { return labelled(x, ids, labels, triples); }
};
const known_rows all;

/// The rows that a result or batch says it has, its companions beside its features; empty when a
/// companion is another row's.
template <class Result>
rows rows_shown(const Result& some) {
  rows shown;
  const auto& ids = some.y;
  const auto& labels = some.template companion<1>();
  const auto& triples = some.template companion<2>();
  for (smelt::index i = 0; i < some.rows(); ++i) {
    using at = std::conditional_t<requires { ids.stride(); }, smelt::index, std::size_t>;
    const auto r = static_cast<smelt::index>(some.x(i, 0));
    const auto k = static_cast<at>(i);
    if (ids[k] != id_of(r) || labels[k] != label_of(r) || triples[k] != triple_of(r)) return {};
    shown.push_back(r);
  }
  return shown;
}
template <class Range>
rows rows_batched(Range&& range) {
  rows shown;
  for (const auto& batch : range) {
    const rows some = rows_shown(batch);
    shown.insert(shown.end(), some.begin(), some.end());
  }
  return shown;
}

#if SMELT_TESTS_ON_DEVICE
/// A result of a device, as the host has it.
struct fetched {
  table<float> x;
  std::vector<std::int64_t> y;
  std::vector<float> second;
  std::vector<triple> third;
  smelt::index rows() const { return x.rows(); }
  template <std::size_t K>
  const auto& companion() const {
    return std::get<K>(std::tie(y, second, third));
  }
};
#endif

/// What `made` has through transforms and batches of every policy.
template <class Fitted, class Data>
void check(const Fitted& f, const Data& data, const rows& expected) {
  CHECK(rows_shown(transform(on::seq, f, data)) == expected);
  CHECK(rows_batched(batches(on::eigen, f, data, {.rows = 300, .prefetch = 1})) == expected);
#if SMELT_TESTS_ON_DEVICE
  const auto& gpu = smelt_test::on_device();
  const auto x = to_device(gpu, all.x);
  const auto moved = [&](const auto& column) {
    auto there = gpu.template make_column<typename std::remove_cvref_t<decltype(column)>::value_type>(n);
    gpu.runtime().copy(there.data(), column.data(), static_cast<std::size_t>(n) * sizeof column[0]);
    return there;
  };
  const auto ids = moved(all.ids);
  const auto labels = moved(all.labels);
  const auto triples = moved(all.triples);
  const auto there = labelled(x.view(), column_view<const std::int64_t, device>(ids.data(), n),
                              column_view<const float, device>(labels.data(), n),
                              column_view<const triple, device>(triples.data(), n));
  const auto on_it = [&] {
    if constexpr (is_part<Data>)
      return part<std::remove_const_t<decltype(there)>, typename Data::tag, typename Data::role>{
          there, data.map, data.split_id, data.keeps};
    else
      return there;
  }();
  const auto made = transform(gpu, f, on_it);
  CHECK(rows_shown(fetched{to_host(gpu, made.x), gpu.fetch(made.y),
                           gpu.fetch(made.template companion<1>()),
                           gpu.fetch(made.template companion<2>())}) == expected);
#endif
}

template <class Map>
rows rows_of(const Map& map) {
  rows made;
  for (smelt::index i = 0; i < map.count(); ++i) made.push_back(map(i));
  return made;
}

}  // namespace

TEST_CASE("every sampler") {
  std::vector<double> weights;
  for (smelt::index r = 0; r < n; ++r) weights.push_back(static_cast<double>(r % 7));
  std::vector<any_sampler> samplers;
  samplers.emplace_back(shuffled{seed{1}});
  samplers.emplace_back(take{700, seed{2}});
  samplers.emplace_back(bootstrap{seed{3}});
  samplers.emplace_back(bootstrap{2 * n, seed{3}});
  samplers.emplace_back(systematic{331, seed{4}});
  samplers.emplace_back(systematic::every(7, seed{4}));
  samplers.emplace_back(weighted{weights, 900, seed{5}});
  samplers.emplace_back(weighted_take{weights, 400, seed{6}});
  samplers.emplace_back(stratified{all.labels, 500, seed{7}});
  samplers.emplace_back(balanced{all.groups, each_class::fewest, seed{8}});
  samplers.emplace_back(balanced{all.groups, each_class::most, seed{8}});
  samplers.emplace_back(chosen{{4, 4, 2499, 0}});
  samplers.emplace_back(of_whole{bootstrap{seed{3}}, 3 * n});
  for (const any_sampler& sampler : samplers) {
    CAPTURE(sampler.name);
    const auto f = fit(on::seq, as_chain(sample(sampler)), all.data());
    check(f, all.data(), rows_of(sampler.map(n, 0)));
  }
}

TEST_CASE("samplers that judge row by row, and rows that drop") {
  const auto f =
      fit(on::seq, drop::any | sample(of_whole{take{2000, seed{2}}, n}), all.data());
  const row_map taken(permutation(seed{2}, 0, n), 0, 2000);
  rows expected;
  for (smelt::index r = 0; r < n; ++r)
    if (taken.contains(r) && r % 50 != 7) expected.push_back(r);
  check(f, all.data(), expected);
  const auto g = fit(on::seq, as_chain(sample(bernoulli{0.25, seed{2}})), all.data());
  const rows kept = rows_shown(transform(on::seq, g, all.data()));
  CHECK((kept.size() > 500 && kept.size() < 750));
  check(g, all.data(), kept);
}

TEST_CASE("every way to split and to fold, beneath a shuffle") {
  const detail::part_sizes sizes{fractions{.train = 0.5, .validation = 0.2, .test = 0.3}};
  const row_map whole(n);
  status found;
  std::vector<std::pair<std::string, partition>> made;
  made.emplace_back("seed", detail::cut_by(seed{7}, whole, sizes, found));
  made.emplace_back("in_order", in_order.cut(whole, sizes, found));
  made.emplace_back("by_time", by_time{24}.cut(whole, sizes, found));
  made.emplace_back("stratified_by", stratified_by(all.labels, seed{1}).cut(whole, sizes, found));
  made.emplace_back("grouped_by", grouped_by(all.groups).cut(whole, sizes, found));
  made.emplace_back("by_hash", by_hash(all.groups).cut(whole, sizes, found));
  made.emplace_back("by", by([](smelt::index r) { return r % 3; }).cut(whole, sizes, found));
  made.emplace_back("k_fold", k_fold{seed{7}}.fold(whole, 2, found));
  made.emplace_back("k_fold in order", k_fold{}.fold(whole, 2, found));
  made.emplace_back("folds stratified_by", stratified_by(all.labels).fold(whole, 2, found));
  made.emplace_back("folds grouped_by", grouped_by(all.groups).fold(whole, 2, found));
  made.emplace_back("shuffle_split", shuffle_split{0.2, seed{7}}.fold(whole, 2, found));
  made.emplace_back("time_series", time_series{.gap = 5}.fold(whole, 2, found));
  made.emplace_back("of_whole", of_whole{seed{7}, 2 * n}.cut_piece(n, 100, sizes, found));
  made.emplace_back("folds of folds", k_fold{seed{2}}.fold(made.front().second.parts[0], 2, found));
  REQUIRE(found.ok());
  const auto f = fit(on::seq, as_chain(sample(shuffled{seed{3}})), all.data(), whole_population);
  for (const auto& way : made) {
    CAPTURE(way.first);
    const partition& parts = way.second;
    for (const row_map& map : parts.parts) {
      const part<decltype(all.data()), struct any_split, role::train> some{all.data(), map, parts.id,
                                                                           parts.keeps};
      check(f, some, rows_of(map.of(row_map(permutation(seed{3}, 0, map.count()), 0, map.count()))));
    }
  }
}
