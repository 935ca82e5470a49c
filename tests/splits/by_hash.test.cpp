// SPDX-License-Identifier: BSL-1.0
/// \file
/// by_hash: a function of the key, whatever other rows there are.

#include <smelt/splits/by_hash.hpp>

#include <doctest/doctest.h>
#include <support/parts.hpp>

#include <cmath>
#include <cstdint>
#include <limits>

using namespace smelt;
using namespace smelt_test;

namespace {

const fractions thirds{.train = 0.6, .validation = 0.2, .test = 0.2};

std::vector<std::int64_t> ids(smelt::index n) {
  std::vector<std::int64_t> made;
  for (smelt::index r = 0; r < n; ++r) made.push_back(9000000000 + r * r);
  return made;
}

}  // namespace

TEST_CASE("the hash is what it is said to be") {
  // splitmix64 of the seed 0 begins with this word: its state is one step past 0.
  CHECK(detail::hashed(0, 0) == 0xe220a8397b1dcdafu);
  CHECK(detail::hashed(0, 1) == 0x6e789e6aa1b965f4u);
  CHECK(detail::hash_bound(0.5) == std::uint64_t{1} << 63);
  CHECK(detail::hash_bound(1.0 - 0.5e-9) == ~std::uint64_t{0});
  CHECK(detail::hash_bound(1.0 - 1.5e-9) == static_cast<std::uint64_t>((1.0 - 1.5e-9) * 0x1p64));
}

TEST_CASE("a part begins where the one before ends") {
  const auto keys = ids(1000);
  const auto made = cut(by_hash(keys, seed{5}), 1000, thirds).first;
  for (smelt::index r = 0; r < 1000; ++r) {
    const double at =
        static_cast<double>(detail::hashed(static_cast<std::uint64_t>(keys[static_cast<std::size_t>(r)]), 5)) * 0x1p-64;
    CHECK(made.parts[at < 0.6 ? 0 : at < 0.8 ? 1 : 2].contains(r));
  }
  CHECK(cut(by_hash(keys), 1000, fractions{.validation = 0.5, .test = 0.5}).first.parts[0].count() == 0);
}

TEST_CASE("a row never changes its part when rows are added, or their order changes") {
  const auto keys = ids(1000);
  const auto all = cut(by_hash(keys), 1000, thirds).first;
  CHECK(wrong_with(all.parts, 1000) == "");
  const std::vector<std::int64_t> few(keys.begin() + 300, keys.begin() + 500);
  const auto some = cut(by_hash(few), 200, thirds).first;
  const std::vector<std::int64_t> turned(keys.rbegin(), keys.rend());
  const auto back = cut(by_hash(turned), 1000, thirds).first;
  for (std::size_t p = 0; p < 3; ++p)
    for (smelt::index r = 0; r < 1000; ++r) {
      if (r >= 300 && r < 500) CHECK(some.parts[p].contains(r - 300) == all.parts[p].contains(r));
      CHECK(back.parts[p].contains(999 - r) == all.parts[p].contains(r));
    }
}

TEST_CASE("shares on average; bounds that grow only take rows in") {
  const auto keys = ids(20000);
  const auto made = cut(by_hash(keys), 20000, thirds).first;
  // Five standard deviations.
  CHECK(std::abs(static_cast<double>(made.parts[0].count()) - 12000) < 5 * std::sqrt(20000 * 0.24));
  CHECK(std::abs(static_cast<double>(made.parts[1].count()) - 4000) < 5 * std::sqrt(20000 * 0.16));
  const auto more = cut(by_hash(keys), 20000, fractions{.train = 0.7, .test = 0.3}).first;
  for (smelt::index row : rows_of(made.parts[0])) CHECK(more.parts[0].contains(row));
  const auto other = cut(by_hash(keys, seed{1}), 20000, thirds).first;
  CHECK(rows_of(other.parts[1]) != rows_of(made.parts[1]));
  CHECK(other.id != made.id);
}

TEST_CASE("one key, one part; what shares leave is in none; parts may be empty") {
  const std::vector<int> same(50, 3);
  const auto made = cut(by_hash(same), 50, thirds).first;
  CHECK(wrong_with(made.parts, 50) == "");
  for (const row_map& part : made.parts) CHECK((part.count() == 0 || part.count() == 50));
  const auto keys = ids(1000);
  const auto half = cut(by_hash(keys), 1000, fractions{.train = 0.5}).first;
  CHECK(wrong_with(half.parts, 1000, false) == "");
  CHECK(half.parts[0].count() < 600);
  const auto whole = cut(by_hash(keys), 1000, fractions{.train = 1.0}).first;
  CHECK(whole.parts[0].count() == 1000);
  CHECK(cut(by_hash(std::span<const int>()), 0, thirds).second == "");
}

TEST_CASE("floating keys by value, and what is refused") {
  const std::vector<double> zeros{0.0, -0.0, 1.5};
  const std::vector<float> narrow{-0.0f, 0.0f, 1.5f};
  const auto wide = cut(by_hash(zeros), 3, thirds).first;
  CHECK(wide.id == cut(by_hash(narrow), 3, thirds).first.id);
  for (const row_map& part : wide.parts) CHECK(part.contains(0) == part.contains(1));
  const std::vector<double> holed{0.0, std::numeric_limits<double>::quiet_NaN()};
  CHECK(cut(by_hash(holed), 2, thirds).second == "by_hash(keys): the key of row 1 is NaN");
  CHECK(cut(by_hash(holed), 3, thirds).second == "by_hash(keys) has 2 keys, the data have 3 rows");
  const auto refused = cut(by_hash(zeros), 3, fractions{.train = 2.0});
  CHECK(refused.second == "split: 2 is not a fraction between 0 and 1");
  CHECK(refused.first.parts.empty());
}

TEST_CASE("words by their bytes, the same in every type and on every machine") {
  // FNV-1a, 64 bits: the published vectors of "", "a" and "foobar".
  CHECK(detail::key_word(std::string()) == 0xcbf29ce484222325u);
  CHECK(detail::key_word(std::string_view("a")) == 0xaf63dc4c8601ec8cu);
  const char* word = "foobar";
  CHECK(detail::key_word(word) == 0x85944171f73967e8u);
  CHECK(detail::key_word(std::string("\xff")) == (0xcbf29ce484222325u ^ 0xffu) * 0x100000001b3u);
  std::vector<std::string> own;
  std::vector<std::string_view> seen;
  std::vector<const char*> pointed;
  for (int patient = 0; patient < 500; ++patient) own.push_back("patient " + std::to_string(patient));
  for (const auto& name : own) {
    seen.push_back(name);
    pointed.push_back(name.c_str());
  }
  const auto made = cut(by_hash(own), 500, thirds).first;
  CHECK(made.id == cut(by_hash(seen), 500, thirds).first.id);
  CHECK(made.id == cut(by_hash(pointed), 500, thirds).first.id);
  // Pinned by a program of integers of any length.
  CHECK(made.parts[0].count() == 299);
  CHECK(made.parts[1].count() == 105);
  CHECK(rows_of(made.parts[2].slice(0, 5)) == std::vector<smelt::index>{9, 15, 16, 25, 49});
  pointed[7] = nullptr;
  CHECK(cut(by_hash(pointed), 500, thirds).second == "by_hash(keys): the key of row 7 is a null pointer");
}
