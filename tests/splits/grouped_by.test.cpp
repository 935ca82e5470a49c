// SPDX-License-Identifier: BSL-1.0
/// \file
/// grouped_by: no group is parted; sizes by the largest first, as scikit-learn's.

#include <smelt/splits/grouped_by.hpp>

#include <doctest/doctest.h>
#include <splits/sklearn_sizes.hpp>
#include <support/parts.hpp>

#include <algorithm>
#include <cstdint>

using namespace smelt;
using namespace smelt_test;

namespace {

/// Whether each key is in one part only.
template <class T>
bool together(const std::vector<row_map>& parts, const std::vector<T>& keys) {
  for (std::size_t a = 0; a < keys.size(); ++a)
    for (std::size_t b = 0; b < a; ++b)
      for (const row_map& part : parts)
        if (keys[a] == keys[b] && part.contains(static_cast<smelt::index>(a)) !=
                                      part.contains(static_cast<smelt::index>(b)))
          return false;
  return true;
}

}  // namespace

TEST_CASE("folds as large as scikit-learn's") {
  for (const auto& line : sklearn_grouped) {
    const auto keys = spread<std::int64_t>(line[0]);
    const auto n = static_cast<smelt::index>(keys.size());
    CAPTURE(n);
    for (const auto& [made, said] : {folded(grouped_by(keys), n, line[1][0]),
                                     folded(grouped_by(keys, seed{2}), n, line[1][0])}) {
      REQUIRE(said == "");
      size_list sizes;
      for (std::size_t f = 1; f < made.parts.size(); f += 2) {
        sizes.push_back(made.parts[f].count());
        CHECK(together({made.parts[f - 1], made.parts[f]}, keys));
      }
      std::sort(sizes.begin(), sizes.end());
      CHECK(sizes == line[2]);
      CHECK(wrong_with_folds(made, n) == "");
    }
  }
}

TEST_CASE("parts of whole groups, as near their sizes as the rule allows") {
  const auto keys = spread({30, 5, 5, 5, 5, 4, 2, 2, 1});  // 59
  const auto made = cut(grouped_by(keys), 59, fractions{.train = 0.6, .validation = 0.2, .test = 0.2}).first;
  CHECK(wrong_with(made.parts, 59) == "");
  CHECK(together(made.parts, keys));
  // 35, 12 and 12 are wanted. 30 to train, then what lacks most.
  CHECK(made.parts[0].count() == 35);
  CHECK(made.parts[1].count() + made.parts[2].count() == 24);
  CHECK(made.parts[1].count() >= 11);
  // What shares leave takes groups too.
  const auto some = cut(grouped_by(keys), 59, fractions{.train = 0.2, .test = 0.2}).first;
  CHECK(wrong_with(some.parts, 59, false) == "");
  CHECK(some.parts[0].count() <= 15);
  CHECK(some.parts[1].count() == 0);
  const std::vector<int> two{1, 2};  // one row to train, one to none
  const auto one = cut(grouped_by(two), 2, counts{.train = 1}).first;
  CHECK(rows_of(one.parts[0]) == row_list{0});
  CHECK(one.id == detail::listed(row_map(2), {0, -1}, 3, false).id);
}

TEST_CASE("a seed deals equal groups in another order") {
  std::vector<int> keys;
  for (int r = 0; r < 200; ++r) keys.push_back(r / 2);
  const fractions halves{.train = 0.5, .test = 0.5};
  const auto plain = cut(grouped_by(keys), 200, halves).first;
  const auto one = cut(grouped_by(keys, seed{1}), 200, halves).first;
  const auto two = cut(grouped_by(keys, seed{2}), 200, halves).first;
  for (const partition* made : {&plain, &one, &two}) {
    CHECK(made->parts[0].count() == 100);
    CHECK(together(made->parts, keys));
  }
  CHECK(plain.id != one.id);
  CHECK(one.id != two.id);
}

TEST_CASE("one group, no rows, more folds than groups") {
  const std::vector<int> same(6, 1);
  const auto made = cut(grouped_by(same), 6, fractions{.train = 0.5, .test = 0.5}).first;
  CHECK(made.parts[0].count() == 6);
  CHECK(made.parts[2].count() == 0);
  CHECK(folded(grouped_by(same), 6, 2).second == "folds: 2 folds need 2 groups at least, there are 1");
  const std::vector<int> none;
  CHECK(cut(grouped_by(none), 0, counts{}).second == "");
  CHECK(folded(grouped_by(none), 0, 2).second == "folds: 2 folds need 2 groups at least, there are 0");
  CHECK(cut(grouped_by(same), 5, counts{}).second == "grouped_by(keys) has 6 keys, the data have 5 rows");
}

TEST_CASE("groups by words: the same as by numbers of them, and none of a null pointer") {
  std::vector<int> numbers;
  std::vector<std::string> words;
  std::vector<const char*> pointed;
  for (int r = 0; r < 300; ++r) {
    numbers.push_back(r * r % 23);
    words.push_back("ward " + std::to_string(r * r % 23));
  }
  for (const auto& word : words) pointed.push_back(word.c_str());
  const fractions thirds{.train = 0.4, .validation = 0.3, .test = 0.3};
  const auto made = cut(grouped_by(words), 300, thirds).first;
  CHECK(made.id == cut(grouped_by(numbers), 300, thirds).first.id);
  CHECK(made.id == cut(grouped_by(pointed), 300, thirds).first.id);
  CHECK(folded(grouped_by(words, seed{3}), 300, 3).second == "");
  pointed[299] = nullptr;
  CHECK(cut(grouped_by(pointed), 300, thirds).second ==
        "the label of row 299 is a null pointer: it is in no class");
}
