// SPDX-License-Identifier: BSL-1.0
/// \file
/// check_stage on stages that drop, draw or look across rows of the catalogue.

#include <support/checked.hpp>
#include <support/own_stages.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("drops") {
  check_good(drop::any);
  check_good(drop::outside(-3.5, 3.5));
  check_good(drop_far{1.5});
}

TEST_CASE("drops by a mask") {
  std::vector<unsigned char> mask(static_cast<std::size_t>(stage_example{}.rows));
  for (std::size_t r = 0; r < mask.size(); ++r) mask[r] = r % 5 == 2;
  const auto report = check_stage(drop::where(mask), on::eigen);
  CHECK_MESSAGE(report.ok(), report.text());
}

TEST_CASE("samplers") {
  check_good(sample(shuffled{seed{3}}));
  check_good(sample(take{7, seed{3}}));
  check_good(sample(bootstrap{seed{3}}));
  check_good(sample(systematic::every(3, seed{3})));
}

TEST_CASE("a sampler that drops by the row's number") {
  const auto report = check_stage(sample(bernoulli{0.3, seed{3}}), on::eigen);
  CHECK_MESSAGE(report.ok(), report.text());
}

TEST_CASE("row norms") {
  check_good(normalize(l1));
  check_good(normalize(l2));
  check_good(normalize(largest));
  check_good(share_of_row{});
}
