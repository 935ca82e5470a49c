// SPDX-License-Identifier: BSL-1.0
/// \file
/// Of the whole: for every way to split and to fold, the parts of the pieces of a table joined are the
/// parts of the table, however it is cut.

#include <smelt/splits/of_whole.hpp>

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

using namespace smelt;

namespace {

using rows = std::vector<smelt::index>;
constexpr smelt::index n = 3000;
constexpr int k = 5;

/// What every way is asked: the parts of the whole, and those of a piece.
struct way {
  std::string name;
  std::function<partition(status&)> whole;
  std::function<partition(smelt::index, smelt::index, status&)> piece;
};
const detail::part_sizes wanted{fractions{.train = 0.6, .validation = 0.15, .test = 0.25}};
template <class How>
way cutting(const char* name, How how, detail::part_sizes sizes = wanted) {
  return {name,
          [=](status& found) { return detail::cut_by(how, row_map(n), sizes, found); },
          [=](smelt::index count, smelt::index first, status& found) {
            return of_whole{how, n}.cut_piece(count, first, sizes, found);
          }};
}
template <class How>
way folding(const char* name, How how) {
  return {name, [=](status& found) { return how.fold(row_map(n), k, found); },
          [=](smelt::index count, smelt::index first, status& found) {
            return of_whole{how, n}.fold_piece(count, first, k, found);
          }};
}

struct columns_of_all {
  std::vector<int> labels;
  std::vector<std::int64_t> keys;
  columns_of_all() {
    for (smelt::index r = 0; r < n; ++r) {
      labels.push_back(r % 101 == 0 ? 2 : r % 3 == 0 ? 1 : 0);
      keys.push_back((r * r) % 89 + (std::int64_t{1} << 40));
    }
  }
};
const columns_of_all all;

std::vector<way> every_way() {
  const auto thirds = [](smelt::index row) { return row % 7 - 1; };  // -1 and 3 to 5 are refused or left out
  const auto by_row = [=](smelt::index row) { return std::min<smelt::index>(thirds(row), 2); };
  return {cutting("seed", seed{7}),
          cutting("in_order", in_order),
          cutting("by_time", by_time{.gap = 24}),
          cutting("stratified_by", stratified_by(all.labels)),
          cutting("stratified_by, seed", stratified_by(all.labels, seed{3})),
          cutting("grouped_by", grouped_by(all.keys)),
          cutting("grouped_by, seed", grouped_by(all.keys, seed{3})),
          cutting("by_hash", by_hash(all.keys, seed{2})),
          cutting("by", by(by_row), detail::part_sizes(roles<role::train, role::validation, role::test>{})),
          cutting("counts that leave rows out", seed{7},
                  detail::part_sizes(counts{.train = 1000, .validation = 0, .test = 17})),
          folding("k_fold", k_fold{}),
          folding("k_fold, seed", k_fold{seed{5}}),
          folding("folds stratified_by", stratified_by(all.labels, seed{5})),
          folding("folds grouped_by", grouped_by(all.keys)),
          folding("shuffle_split", shuffle_split{0.2, seed{9}}),
          folding("time_series", time_series{.gap = 10, .largest_train = 700})};
}

rows rows_of(const row_map& map, smelt::index first) {
  rows made;
  for (smelt::index i = 0; i < map.count(); ++i) made.push_back(first + map(i));
  return made;
}

}  // namespace

TEST_CASE("the example") {
  // [of_whole example]
  table<float> everything(10000, 4);
  auto half = everything.row_range(0, 5000);  // of a table of 10000 rows, and the other half elsewhere
  auto parts = split<struct mine>(half, {.train = 0.8, .test = 0.2}, of_whole{seed{7}, 10000});
  auto whole = split<struct mine>(everything, {.train = 0.8, .test = 0.2}, seed{7});
  // [of_whole example]
  CHECK(parts.train.rows() + parts.test.rows() == 5000);
  CHECK(parts.test.split_id == whole.test.split_id);
  for (smelt::index i = 0; i < parts.test.rows(); ++i)
    CHECK(whole.test.map.contains(parts.test.map(i)));
}

TEST_CASE("every way, every cut into 1 to 7 pieces: the parts joined are the parts of the whole") {
  for (const way& one : every_way()) {
    CAPTURE(one.name);
    status found;
    const partition whole = one.whole(found);
    REQUIRE(found.ok());
    for (smelt::index pieces = 1; pieces <= 7; ++pieces) {
      std::vector<rows> joined(whole.parts.size());
      for (smelt::index p = 0; p < pieces; ++p) {
        const smelt::index first = p * n / pieces;
        const smelt::index count = (p + 1) * n / pieces - first;
        const partition piece = one.piece(count, first, found);
        REQUIRE(found.ok());
        CHECK(piece.id == whole.id);
        REQUIRE(piece.parts.size() == whole.parts.size());
        for (std::size_t part = 0; part < joined.size(); ++part) {
          const row_map& map = piece.parts[part];
          CHECK(map.source() == count);
          const rows own = rows_of(map, first);
          CHECK(std::is_sorted(own.begin(), own.end()));
          if (!own.empty()) CHECK(map.find(own.back() - first) == map.count() - 1);
          joined[part].insert(joined[part].end(), own.begin(), own.end());
        }
      }
      for (std::size_t part = 0; part < joined.size(); ++part) {
        rows expected = rows_of(whole.parts[part], 0);
        std::sort(expected.begin(), expected.end());
        CHECK(joined[part] == expected);
      }
    }
  }
}

TEST_CASE("slices stay slices: no list for in_order, by_time, k_fold in order and time_series") {
  status found;
  for (const auto& piece :
       {of_whole{in_order, n}.cut_piece(1000, 1500, wanted, found),
        of_whole{by_time{24}, n}.cut_piece(1000, 1500, wanted, found),
        of_whole{k_fold{}, n}.fold_piece(1000, 1500, k, found),
        of_whole{time_series{}, n}.fold_piece(1000, 1500, k, found)}) {
    CHECK(piece.keeps == nullptr);
    for (const row_map& part : piece.parts) CHECK(!part.keeps_list());
  }
}

TEST_CASE("parts of pieces are fitted one after the other, and their chain transforms them all") {
  table<double> x(n, 2);
  for (smelt::index r = 0; r < n; ++r) {
    x(r, 0) = static_cast<double>(r * r % 1009);
    x(r, 1) = static_cast<double>(r);
  }
  const auto sizes = fractions{.train = 0.8, .test = 0.2};
  const auto whole = split<struct mine>(x, sizes, seed{7});
  const auto f = fit(on::seq, standardize(), whole.train);
  const auto a = x.row_range(0, 1400);
  const auto b = x.row_range(1400, n);
  const auto of_a = split<struct mine>(a, sizes, of_whole{seed{7}, n});
  const auto of_b = split<struct mine>(std::nothrow, b, sizes, of_whole{seed{7}, n}).value();
  const auto first = fit(on::seq, standardize(), of_a.train);
  const auto both = fit(on::seq, standardize(), of_b.train, continues(first));
  CHECK(both == f);
  CHECK(transform(on::seq, both, of_b.test).rows() == of_b.test.rows());
  CHECK(transform(on::seq, both, whole.test).rows() == whole.test.rows());
  CHECK(of_a.test.rows() + of_b.test.rows() == whole.test.rows());
  const auto other = split<struct mine>(b, sizes, of_whole{seed{8}, n});
  CHECK_THROWS_WITH_AS(fit(on::seq, standardize(), other.train, continues(first)),
                       ("fit: this piece is of split " + std::to_string(other.train.split_id) +
                        ", the one it continues is of split " + std::to_string(of_a.train.split_id))
                           .c_str(),
                       value_error);
  const auto chosen = split<struct mine>(b, of_whole{by([](smelt::index r) { return r < 2000 ? 0 : 2; }), n});
  CHECK(chosen.train.rows() == 600);
  const auto thirds = folds<struct cv, 3>(b, of_whole{k_fold{}, n});
  CHECK(thirds.get<0>().held_out.rows() == 0);
  CHECK(thirds.get<1>().held_out.rows() == 600);
}

TEST_CASE("rows that the whole has not, and columns of a piece for those of the whole, are refused") {
  status found;
  of_whole{seed{7}, 100}.cut_piece(50, 51, wanted, found);
  CHECK(found.what() == std::string("of_whole: rows 51 to 101 are not rows of a table of 100"));
  status of_keys;
  of_whole{grouped_by(all.keys), n + 1}.fold_piece(50, 0, k, of_keys);
  CHECK(of_keys.what() ==
        std::string("grouped_by(keys) has 3000 keys, the data have 3001 rows"));
}
