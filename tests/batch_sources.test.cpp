// SPDX-License-Identifier: BSL-1.0
/// \file
/// Batches of parts, column sets and packed rows: the shares of the ranks put together are the whole
/// transform, whoever makes them.

#include <smelt/batches.hpp>

#include <smelt/pack.hpp>
#include <support/on_both.hpp>

#include <cstdint>
#include <numeric>
#include <vector>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("parts, column sets and packed rows") {
  std::vector<std::int64_t> id(80);
  std::iota(id.begin(), id.end(), 5);
  const auto chain = clean(fill::mean) | standardize() | sample(shuffled{seed{3}});
  const auto same_from = [&](const auto& f, const auto& data, smelt::index rows) {
    const auto whole = transform(on::seq, f, data);
    std::vector<double> expected;
    for (smelt::index r = 0; r < whole.rows(); ++r)
      for (smelt::index c = 0; c < whole.cols(); ++c) expected.push_back(whole(r, c));
    const auto put_together = [&](const auto& policy, int prefetch) {
      std::vector<double> made;
      for (smelt::index rank = 0; rank < 3; ++rank)
        for (const auto& b : batches<double>(policy, f, data, {.rows = 7, .rank = rank, .ranks = 3, .prefetch = prefetch}))
          for (smelt::index r = 0; r < b.rows(); ++r)
            for (smelt::index c = 0; c < b.x.cols(); ++c) made.push_back(b.x(r, c));
      return made;
    };
    CHECK(whole.rows() == rows);
    CHECK(put_together(on::seq, 0) == expected);
    CHECK(put_together(on::eigen, 1) == expected);
  };
  const auto wide = noise<double>(80, 3, 9);
  SUBCASE("a part") {
    const auto parts = split<struct shard_split>(wide, {.train = 0.75, .test = 0.25}, seed{5});
    same_from(fit(on::seq, chain, parts.train), parts.train, 60);
  }
  SUBCASE("a column set") {
    const auto set = column_set(80).add(wide.column(0)).add(wide.column(2)).add(id);
    same_from(fit(on::seq, chain, set), set, 80);
  }
  SUBCASE("packed rows") {
    const auto stored = pack(on::seq, wide, in_bits{20});
    same_from(fit(on::seq, chain, stored), stored, 80);
  }
}
