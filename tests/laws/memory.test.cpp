// SPDX-License-Identifier: BSL-1.0
/// \file
/// What samplers, splits, folds and batches take of the heap: the same for n rows and for 16 n, but for
/// those that are documented to keep a list; and between batches nothing, whatever draws them.

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/allocation_hook.hpp>
#include <support/any_way.hpp>
#include <support/tables.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

using namespace smelt;
using smelt_test::any_sampler;
using smelt_test::asked_for;
using smelt_test::blocks_of;

namespace {

constexpr smelt::index few_rows = 20000;
constexpr smelt::index many_rows = 16 * few_rows;
constexpr smelt::index cols = 2;
const table<float> few = smelt_test::noise<float>(few_rows, cols, 50);
const table<float> many = smelt_test::noise<float>(many_rows, cols, 50);
table<float> out(2 * many_rows, cols);

void check_same(const asked_for& for_few, const asked_for& for_many) {
  CHECK(for_many.largest == for_few.largest);
  CHECK(for_many.blocks == for_few.blocks);
  CHECK(for_many.most_held == for_few.most_held);
}
/// The tree over the leaves of a fold has a level more for twice the rows.
void check_flat(const asked_for& for_few, const asked_for& for_many) {
  CHECK(for_many.largest <= 2 * for_few.largest);
  CHECK(for_many.most_held <= for_few.most_held + 16384);
}

std::vector<any_sampler> without_list(smelt::index n) {
  std::vector<any_sampler> made;
  made.emplace_back(shuffled{seed{1}});
  made.emplace_back(take{n / 3, seed{2}});
  made.emplace_back(take{fraction_of{0.01}, seed{2}});
  made.emplace_back(bootstrap{seed{3}});
  made.emplace_back(bootstrap{2 * n, seed{3}});
  made.emplace_back(systematic{n / 7, seed{4}});
  made.emplace_back(systematic::every(5, seed{4}));
  return made;
}

}  // namespace

TEST_CASE("samplers without a list: their maps, and transforms of what they draw") {
  const auto small = without_list(few_rows);
  const auto large = without_list(many_rows);
  for (std::size_t i = 0; i < small.size(); ++i) {
    CAPTURE(small[i].name);
    CHECK(blocks_of([&] { return large[i].map(many_rows, 5).count(); }).blocks == 0);
    const auto f = fit(on::seq, standardize() | sample(small[i]), few);
    const auto g = fit(on::seq, standardize() | sample(large[i]), few);
    check_same(blocks_of([&] { transform(on::seq, f, few, out); }),
               blocks_of([&] { transform(on::seq, g, many, out); }));
  }
}

TEST_CASE("fits of what a sampler leaves: drawn, through a mask, row by row") {
  auto fits = [&](const auto& of_few, const auto& of_many) {
    check_flat(blocks_of([&] { fit(on::seq, of_few, few); }),
               blocks_of([&] { fit(on::seq, of_many, many); }));
  };
  for (std::size_t i : {std::size_t{3}, std::size_t{4}})
    fits(sample(without_list(few_rows)[i]) | standardize(),
         sample(without_list(many_rows)[i]) | standardize());
  fits(sample(take{few_rows / 3, seed{2}}) | standardize(),
       sample(take{many_rows / 3, seed{2}}) | standardize());
  fits(sample(bernoulli{0.3, seed{2}}) | standardize(),
       sample(bernoulli{0.3, seed{2}}) | standardize());
  fits(sample(of_whole{systematic{few_rows / 3, seed{2}}, few_rows}) | standardize(),
       sample(of_whole{systematic{many_rows / 3, seed{2}}, many_rows}) | standardize());
}

TEST_CASE("ways without a list: the parts themselves, and what is made of one") {
  using ways = std::vector<std::pair<std::string, std::function<partition(smelt::index)>>>;
  const auto cut = [](auto how) {
    return [how](smelt::index n) {
      status found;
      const detail::part_sizes sizes{fractions{.train = 0.6, .validation = 0.1, .test = 0.3}};
      return detail::cut_by(how, row_map(n), sizes, found);
    };
  };
  const auto fold = [](auto how) {
    return [how](smelt::index n) {
      status found;
      return how.fold(row_map(n), 5, found);
    };
  };
  const auto f = fit(on::seq, as_chain(standardize()), few, whole_population);
  for (const auto& way :
       ways{{"seed", cut(seed{7})}, {"in_order", cut(in_order)}, {"by_time", cut(by_time{24})},
            {"k_fold", fold(k_fold{})}, {"k_fold, seed", fold(k_fold{seed{1}})},
            {"shuffle_split", fold(shuffle_split{0.2, seed{1}})},
            {"time_series", fold(time_series{.gap = 3})},
            {"of_whole, in order", [](smelt::index n) {
               status found;
               return of_whole{k_fold{}, 2 * n}.fold_piece(n, n / 2, 5, found);
             }}}) {
    CAPTURE(way.first);
    partition small, large;
    check_same(blocks_of([&] { small = way.second(few_rows); }),
               blocks_of([&] { large = way.second(many_rows); }));
    CHECK(large.keeps == nullptr);
    auto part_of = [](const table<float>& x, const partition& made) {
      return part<decltype(x.view()), struct of_memory, role::train>{x.view(), made.parts[0], made.id};
    };
    check_same(blocks_of([&] { transform(on::seq, f, part_of(few, small), out); }),
               blocks_of([&] { transform(on::seq, f, part_of(many, large), out); }));
  }
}

TEST_CASE("what keeps a list keeps what is documented of it") {
  std::vector<unsigned char> labels;
  for (smelt::index r = 0; r < many_rows; ++r) labels.push_back(static_cast<unsigned char>(r % 3));
  const auto per_row = [&](const auto& f) {
    return static_cast<double>(blocks_of(f).most_held) / static_cast<double>(many_rows);
  };
  status found;
  const detail::part_sizes sizes{fractions{.train = 0.6, .test = 0.4}};
  partition kept;
  // 16 bytes a row of lists, up to 40 more while they are made.
  CHECK(per_row([&] { kept = stratified_by(labels).cut(row_map(many_rows), sizes, found); }) <= 16 + 40);
  CHECK(per_row([&] { kept = grouped_by(labels).cut(row_map(many_rows), sizes, found); }) <= 16 + 40);
  CHECK(per_row([&] { kept = by_hash(labels).cut(row_map(many_rows), sizes, found); }) <= 16 + 5);
  CHECK(per_row([&] { kept = of_whole{seed{7}, many_rows}.cut_piece(many_rows, 0, sizes, found); }) <=
        16 + 5);
  CHECK(found.ok());
}

TEST_CASE("nothing between batches, whatever draws the rows and from whatever part") {
  std::vector<double> weights;
  for (smelt::index r = 0; r < few_rows; ++r) weights.push_back(static_cast<double>(r % 7));
  auto samplers = without_list(few_rows);
  samplers.emplace_back(weighted{weights, 9000, seed{5}});
  samplers.emplace_back(weighted_take{weights, 9000, seed{5}});
  samplers.emplace_back(stratified{weights, 9000, seed{5}});
  samplers.emplace_back(balanced{weights, each_class::most, seed{5}});
  samplers.emplace_back(of_whole{bootstrap{seed{3}}, few_rows});
  auto later_blocks = [](const auto& f, const auto& data, int prefetch) {
    auto range = batches(on::eigen, f, data, {.rows = 256, .prefetch = prefetch});
    auto at = range.begin();
    return blocks_of([&] {
             for (++at; at != range.end(); ++at) {
             }
           })
        .blocks;
  };
  for (const any_sampler& sampler : samplers) {
    CAPTURE(sampler.name);
    const auto f = fit(on::seq, standardize() | sample(sampler), few);
    CHECK(later_blocks(f, few, 0) == 0);
    CHECK(later_blocks(f, few, 1) == 0);
  }
  std::vector<int> labels(static_cast<std::size_t>(few_rows), 1);
  const auto data = labelled(few, labels);
  const auto parts =
      split<struct mine>(data, {.train = 0.8, .test = 0.2}, stratified_by(labels, seed{7}));
  const auto f = fit(on::seq, standardize() | sample(shuffled{seed{1}}), parts.train);
  CHECK(later_blocks(f, parts.train, 0) == 0);
  const auto g = fit(on::seq, drop::any | sample(of_whole{take{9000, seed{2}}, few_rows}), few);
  CHECK(later_blocks(g, few, 0) == 0);
}
