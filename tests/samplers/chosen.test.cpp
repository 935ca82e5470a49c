// SPDX-License-Identifier: BSL-1.0
/// \file
/// Chosen: the listed rows, in their order, in fits too.

#include <smelt/samplers/chosen.hpp>

#include <doctest/doctest.h>

#include <smelt/load.hpp>
#include <smelt/random/bottom_k.hpp>
#include <smelt/save.hpp>
#include <smelt/smelt.hpp>

using namespace smelt;

namespace {

std::string refused(const chosen& c, smelt::index rows) {
  status found;
  const bool good = c.check(rows, found);
  CHECK(good == found.ok());
  return found.ok() ? "" : found.what();
}

}  // namespace

TEST_CASE("the example") {
  table<double> x(100, 1);
  for (smelt::index r = 0; r < 100; ++r) x(r, 0) = static_cast<double>(r * r);
  // [chosen example]
  bottom_k seen(5, seed{42});
  seen.add(0, 100);
  auto five = fit_transform(on::seq, as_chain(sample(chosen{seen.rows()})), x);
  // [chosen example]
  REQUIRE(five.rows() == 5);
  for (smelt::index i = 0; i < 5; ++i) CHECK(five(i, 0) == x(seen.rows()[static_cast<std::size_t>(i)], 0));
}

TEST_CASE("repeats and any order, in a fit too") {
  table<double> x(10, 1);
  for (smelt::index r = 0; r < 10; ++r) x(r, 0) = static_cast<double>(r);
  const auto f = fit(on::seq, sample(chosen{{9, 2, 2, 0}}) | standardize(), x);
  CHECK(f.rows() == 4);
  CHECK(f.number(1, 0, 0) == 3.25);
  const auto made = transform(on::seq, fit(on::seq, as_chain(sample(chosen{{9, 2, 2, 0}})), x), x);
  CHECK(made(0, 0) == 9);
  CHECK(made(1, 0) == 2);
  CHECK(made(2, 0) == 2);
  CHECK(made(3, 0) == 0);
}

TEST_CASE("a file knows the list again, and refuses another") {
  table<double> x(10, 1);
  for (smelt::index r = 0; r < 10; ++r) x(r, 0) = static_cast<double>(r);
  const auto chain = sample(chosen{{9, 2, 2, 0}}) | standardize();
  const auto f = fit(on::seq, chain, x);
  const auto text = saved_text(f);
  CHECK(load_text(chain, text) == f);
  CHECK_THROWS_WITH_AS(load_text(sample(chosen{{9, 2, 3, 0}}) | standardize(), text),
                       "load: stage 1, 'sample(chosen{4 rows})', was given other bytes than the one "
                       "in 'text'",
                       value_error);
}

TEST_CASE("rows that are not there, none at all, and in words") {
  CHECK(refused(chosen{{0, 2}}, 3) == "");
  CHECK(refused(chosen{{0, 3}}, 3) == "chosen{2 rows}: row 3 is not one of 3");
  CHECK(refused(chosen{{-1, 3}}, 3) == "chosen{2 rows}: row -1 is not one of 3");
  CHECK(refused(chosen{std::vector<smelt::index>{}}, 0) == "");
  CHECK(refused(chosen{{0}}, 0) == "chosen{1 rows}: row 0 is not one of 0");
  CHECK(refused(chosen{{1, 2}}, 2) == "chosen{2 rows}: row 2 is not one of 2");
  CHECK(refused(chosen{{-1}}, 3) == "chosen{1 rows}: row -1 is not one of 3");
  const row_map none = chosen{}.map(5, 0);
  CHECK((none.count() == 0 && none.source() == 5 && none.begin() == 0));
  CHECK(chosen{}.text() == "chosen{0 rows}");
  CHECK(chosen{}.given_bytes().empty());
  CHECK(sample(chosen{{1}}).text() == "sample(chosen{1 rows})");
}
