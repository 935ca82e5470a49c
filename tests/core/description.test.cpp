// SPDX-License-Identifier: BSL-1.0
/// \file
/// What numbers mean, for stages that say it and for those that do not.

#include <smelt/core/description.hpp>

#include <doctest/doctest.h>

#include <smelt/stages.hpp>
#include <support/own_stages.hpp>

using namespace smelt;
using words = std::vector<std::string>;

TEST_CASE("what the numbers of each effect mean") {
  CHECK(detail::meanings_of<fill_mean_t>() == words{"constant"});
  CHECK(detail::meanings_of<standardize_t<true, true, false>>() ==
        words{"centre", "slope", "offset"});
  CHECK(detail::meanings_of<drop_constant_t>() == words{"stays"});
  CHECK(detail::meanings_of<clip_t>() == words{"low", "high"});
  CHECK(detail::meanings_of<sentinel_t>() == words{"number", "as_float"});
  CHECK(detail::meanings_of<drop_at_least_t>() == words{"judged"});
  CHECK(detail::meanings_of<drop_all_t>() == words{"judged"});
  CHECK(detail::meanings_of<drop_outside_t>() == words{"low", "high"});
  CHECK(detail::meanings_of<row_norm_t<norm_l2>>() == words{"in_norm"});
  CHECK(detail::meanings_of<infinity_keep_t>().empty());
  CHECK(detail::meanings_of<drop_masked_t>().empty());
}

TEST_CASE("numbers of a stage that does not say what they mean are counted") {
  CHECK(detail::meanings_of<smelt_test::cube>() == words{"number_0"});
}

TEST_CASE("a switch for columns is one more number") {
  CHECK(detail::meanings_of<on_columns<smelt_test::cube>>() == words{"number", "chosen"});
  CHECK(detail::meanings_of<on_columns<infinity_missing_t>>() == words{"chosen"});
  CHECK(detail::meanings_of<on_columns<clip_t>>() == words{"low", "high"});
}

TEST_CASE("nothing is fitted before a fit") {
  const description d;
  CHECK(d.origin == fitted_on::nothing);
  CHECK((d.stages.empty() && d.names.empty() && d.out.empty()));
  CHECK(!stage_description{}.chosen);
}
