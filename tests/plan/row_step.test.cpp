// SPDX-License-Identifier: BSL-1.0
/// \file
/// Each step of a row map against the plainest way to say the same, its inverse, and both ends of
/// sources of 2^40 rows and more.

#include <smelt/plan/row_step.hpp>

#include <doctest/doctest.h>

#include <type_traits>
#include <vector>

using namespace smelt;

namespace {

static_assert(std::is_trivially_copyable_v<row_step>);

using rows = std::vector<smelt::index>;

std::size_t at(smelt::index i) { return static_cast<std::size_t>(i); }

rows rows_of(const row_step& s, smelt::index from, smelt::index n) {
  rows made;
  for (smelt::index i = from; i < from + n; ++i) made.push_back(s(i));
  rows in_place;
  for (smelt::index i = from; i < from + n; ++i) in_place.push_back(i);
  s.follow(n, in_place.data());
  CHECK(in_place == made);
  return made;
}

/// `find` undoes the step, and finds no row that does not come.
void check_inverse(const row_step& s, smelt::index source) {
  REQUIRE(s.findable());
  rows place(at(source), -1);
  for (smelt::index i = 0; i < s.size; ++i) place[at(s(i))] = i;
  for (smelt::index r = 0; r < source; ++r) CHECK(s.find(r) == place[at(r)]);
}

/// floor(value / 2^64) of start + i step, word by word of 32 bits.
smelt::index by_words(const stepped_step& s, smelt::index i) {
  const std::uint64_t mask = 0xffffffffu;
  const std::uint64_t a[4] = {s.step_part & mask, s.step_part >> 32, s.step & mask, s.step >> 32};
  const std::uint64_t b[4] = {s.start_part & mask, s.start_part >> 32, s.start & mask,
                              s.start >> 32};
  const auto n = static_cast<std::uint64_t>(i);
  const std::uint64_t m[2] = {n & mask, n >> 32};
  std::uint64_t sum[4] = {b[0], b[1], b[2], b[3]};
  for (std::size_t k = 0; k < 2; ++k)
    for (std::size_t j = 0; j + k < 4; ++j) {
      const std::uint64_t product = m[k] * a[j];
      std::uint64_t carry = product;
      for (std::size_t w = j + k; w < 4; ++w) {
        sum[w] += carry & mask;
        carry = (carry >> 32) + (sum[w] >> 32);
        sum[w] &= mask;
      }
    }
  return static_cast<smelt::index>(sum[2] | (sum[3] << 32));
}

}  // namespace

TEST_CASE("a slice, and a slice with a hole") {
  CHECK(rows_of({slice_step{3, 0, 0}, 4}, 0, 4) == rows{3, 4, 5, 6});
  CHECK(rows_of({slice_step{0, 2, 3}, 4}, 0, 4) == rows{0, 1, 5, 6});
  CHECK(rows_of({slice_step{1, 3, 2}, 5}, 0, 5) == rows{1, 2, 5, 6, 7});
  CHECK(rows_of({slice_step{0, 0, 2}, 2}, 0, 2) == rows{2, 3});
  for (smelt::index hole = 0; hole <= 6; ++hole)
    for (smelt::index width = 0; hole + width <= 9; ++width)
      for (smelt::index begin = 0; begin <= hole; ++begin)
        check_inverse({slice_step{begin, hole, width}, 9 - width - begin}, 12);
  const smelt::index far = smelt::index{1} << 40;
  const row_step s(slice_step{0, far / 2, 10}, far - 10);
  CHECK(s(0) == 0);
  CHECK(s(far / 2 - 1) == far / 2 - 1);
  CHECK(s(far / 2) == far / 2 + 10);
  CHECK(s(far - 11) == far - 1);
  CHECK(s.find(far / 2 + 9) == -1);
  CHECK(s.find(far - 1) == far - 11);
  CHECK(s.find(far) == -1);
}

TEST_CASE("every k-th row") {
  CHECK(rows_of({stepped_step::every(3, 1), 4}, 0, 4) == rows{1, 4, 7, 10});
  CHECK(rows_of({stepped_step::every(1, 0), 3}, 0, 3) == rows{0, 1, 2});
  for (smelt::index step = 1; step <= 9; ++step)
    for (smelt::index start = 0; start < step; ++start)
      check_inverse({stepped_step::every(step, start), (50 - start + step - 1) / step}, 50);
  const smelt::index far = smelt::index{1} << 40;
  const row_step s(stepped_step::every(7, 3), far);
  CHECK(s(far) == 7 * far + 3);
  CHECK(s.find(7 * (far - 1) + 3) == far - 1);
  CHECK(s.find(7 * (far - 1) + 4) == -1);
  CHECK(s.find(7 * far + 3) == -1);
}

TEST_CASE("rows spread evenly: law, inverse, and all of them below the source") {
  for (const smelt::index source : {1, 2, 3, 7, 10, 64, 97})
    for (smelt::index n = 1; n <= source; ++n)
      for (const std::uint64_t share :
           {std::uint64_t{0}, std::uint64_t{1} << 63, ~std::uint64_t{0}, std::uint64_t{1} << 40}) {
        const row_step s(stepped_step::spread(n, source, share), n);
        const rows made = rows_of(s, 0, n);
        CHECK(made.back() < source);
        for (smelt::index i = 0; i < n; ++i) CHECK(made[at(i)] == by_words(s.stepped, i));
        if (share == 0)  // the exact places, or one before where rounding down crosses a row
          for (smelt::index i = 0; i < n; ++i) {
            const smelt::index exact = i * source / n;
            CHECK((made[at(i)] == exact ||
                   (made[at(i)] == exact - 1 && i * source % n == 0)));
          }
        check_inverse(s, source);
      }
  // Both ends and the middle of a source that no list is made of.
  for (const smelt::index source : {smelt::index{1} << 40, (smelt::index{1} << 61) + 12345})
    for (const smelt::index n : {smelt::index{3}, smelt::index{1000003}, source / 3, source - 1}) {
      const std::uint64_t share = 0x9e3779b97f4a7c15u;
      const row_step s(stepped_step::spread(n, source, share), n);
      for (const smelt::index i : {smelt::index{0}, smelt::index{1}, n / 2, n - 2, n - 1}) {
        CHECK(s(i) == by_words(s.stepped, i));
        CHECK(s.find(s(i)) == i);
        CHECK(s(i) < source);
        if (i > 0) CHECK(s(i) > s(i - 1));
      }
    }
  CHECK(stepped_step::every(3, 4).find(2) == -1);
}

TEST_CASE("the number sought is two above the product with the reciprocal, before a row is left out") {
  const smelt::index n = smelt::index{1} << 61;
  const row_step s(stepped_step::spread(n, n + (smelt::index{1} << 29) - (1 << 21), 0), n);
  const auto before = [&](smelt::index i) { return s(i) - i < s(n - 1) - (n - 1); };
  smelt::index low = 0;
  smelt::index high = n - 1;
  while (high - low > 1) {
    const smelt::index middle = low + (high - low) / 2;
    (before(middle) ? low : high) = middle;
  }
  CHECK(s(high) == s(low) + 2);
  CHECK(s.find(s(low)) == low);
  CHECK(s.find(s(low) + 1) == -1);
  CHECK(s.find(s(high)) == high);
}

TEST_CASE("a random order, also of numbers that do not follow one another") {
  const permutation order(seed{5}, 1, 1000);
  const row_step s(order);
  CHECK(s.size == 1000);
  check_inverse(s, 1003);
  rows some{999, 0, 500, 0, 3, 17};
  const rows before = some;
  s.follow(6, some.data());
  for (std::size_t i = 0; i < 6; ++i) CHECK(some[i] == order(before[i]));
  const permutation far(seed{5}, 1, smelt::index{1} << 40);
  const row_step t(far);
  for (const smelt::index i : {smelt::index{0}, smelt::index{1} << 39, (smelt::index{1} << 40) - 1})
    CHECK(t.find(t(i)) == i);
  CHECK(row_step(permutation(seed{1}, 0, 1))(0) == 0);
}

TEST_CASE("draws with replacement are `bounded`, by a threshold that is given") {
  for (const std::uint64_t n :
       {std::uint64_t{1}, std::uint64_t{6}, std::uint64_t{1} << 40, (std::uint64_t{3} << 61) + 7}) {
    const row_step s(drawn_step{seed{7}, 3, n, detail::threshold_of(n)}, 200);
    CHECK_FALSE(s.findable());
    CHECK(s.find(0) == -1);
    const rows made = rows_of(s, 0, 200);
    for (std::uint64_t i = 0; i < 200; ++i)
      CHECK(made[i] == static_cast<smelt::index>(bounded(seed{7}, i, 3, 0, n)));
  }
  CHECK(detail::threshold_of(0) == 0);
  CHECK(detail::bounded_above(seed{7}, 0, 3, 0, 0, 0) == 0);
}

TEST_CASE("weighted draws: a column, and a share of it") {
  // Weights 1, 2, 5 of 8: 8 shares a column. Rows 0 and 1 give what they lack to row 2.
  const alias_column columns[] = {{3, 2}, {6, 2}, {8, 2}};
  const row_step s(drawn_step{seed{9}, 4, 3, detail::threshold_of(3), columns, 8, 0}, 3000);
  CHECK(s.keeps_list());
  CHECK_FALSE(s.findable());
  const rows made = rows_of(s, 0, 3000);
  smelt::index times[3] = {};
  for (std::uint64_t i = 0; i < 3000; ++i) {
    const auto column = bounded(seed{9}, i, 4, 0, 3);
    const bool own = bounded(seed{9}, i, 4, 1, 8) < columns[column].own;
    CHECK(made[i] == (own ? static_cast<smelt::index>(column) : columns[column].alias));
    ++times[made[i]];
  }
  // 375, 750, 1875 are expected, with deviations of 18, 24 and 27; five of them.
  CHECK((285 < times[0] && times[0] < 465));
  CHECK((631 < times[1] && times[1] < 869));
}

TEST_CASE("a list, with its inverse or without") {
  const smelt::index list[] = {4, 0, 3};
  const smelt::index places[] = {1, -1, -1, 2, 0};
  const row_step with(listed_step{list, places, 5}, 3);
  CHECK(rows_of(with, 0, 3) == rows{4, 0, 3});
  check_inverse(with, 5);
  CHECK(with.find(5) == -1);
  const row_step without(listed_step{list, nullptr, 5}, 3);
  CHECK(rows_of(without, 0, 3) == rows{4, 0, 3});
  CHECK_FALSE(without.findable());
  CHECK(without.find(4) == -1);
  CHECK(with.keeps_list());
  CHECK_FALSE(row_step().keeps_list());
  smelt::index there[5] = {};
  const auto copy = [&](const smelt::index* from, smelt::index size) {
    for (smelt::index i = 0; i < size; ++i) there[i] = from[i];
    return static_cast<const smelt::index*>(there);
  };
  const auto place = [&](const auto* from, smelt::index size) {
    if constexpr (std::is_same_v<decltype(from), const smelt::index*>)
      return size == 5 ? copy(from, size) : from;
    else
      return from;
  };
  const row_step placed = with.placed(place);
  CHECK(placed.listed.rows == list);
  CHECK(placed.listed.places == there);
  CHECK(placed.find(3) == 2);
}
