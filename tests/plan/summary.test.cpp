// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a fold adds up: the tree over leaves against its recursive definition, lanes by halving,
/// and where things lie in memory. Compared by bits, with numbers for which every other order of
/// addition differs.

#include <smelt/plan/summary.hpp>

#include <doctest/doctest.h>

#include <smelt/statistics/extrema.hpp>
#include <smelt/statistics/moments.hpp>

#include <cmath>
#include <cstdint>
#include <cstring>  // std::memcmp
#include <vector>

using namespace smelt;

namespace {

using sums = mark_step<0, tally, moments>;
using layout = summary<program<sums>>;
constexpr smelt::index pitch = 8;
using block = smelt::detail::list<double>;

static_assert(leaf_rows == 1024 && lanes == 8);
static_assert(slot_layout<sums>::open(pitch) == 8 + 8 + 8 * 2 * 8,
              "rows, counts, eight lanes of two sums");
static_assert(slot_layout<sums>::closed(pitch) == 8 + 8 + 2 * 8);

bool same_bits(const block& a, const block& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

/// Numbers from 2^-20 to 2^20, of both signs.
double number(std::uint64_t i) {
  std::uint64_t z = (i + 1) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z ^= z >> 27;
  const double size =
      std::ldexp(1.0 + static_cast<double>(z >> 20) * 0x1p-44, static_cast<int>(z % 41) - 20);
  return z & 0x1000 ? size : -size;
}

block leaf(smelt::index n) {
  block made(static_cast<std::size_t>(layout::closed_size(pitch)));
  for (std::size_t i = 0; i < made.size(); ++i)
    made[i] = number(static_cast<std::uint64_t>(n) * 1000 + i);
  return made;
}

/// The tree over the leaves first, ..., first + n - 1: its left child has the largest power of two
/// of leaves that leaves something to the right.
block tree(smelt::index first, smelt::index n) {
  if (n == 1) return leaf(first);
  smelt::index left = 1;
  while (2 * left < n) left *= 2;
  block a = tree(first, left);
  const block b = tree(first + left, n - left);
  for (std::size_t i = 0; i < a.size(); ++i)
    if (i == 0 || i >= 8) a[i] = a[i] + b[i];
  return a;
}

block total(const forest<layout>& f) {
  block sum;
  REQUIRE(f.total(sum));
  return sum;
}

}  // namespace

TEST_CASE("the forest over n leaves is the tree, for every n to 130") {
  for (smelt::index n = 1; n <= 130; ++n) {
    forest<layout> f(pitch);
    for (smelt::index i = 0; i < n; ++i) f.push(i, 0, leaf(i).data());
    CHECK(same_bits(total(f), tree(0, n)));
    CHECK(same_bits(total(f), tree(0, n)));
  }
  block nothing;
  CHECK(!forest<layout>(pitch).total(nothing));
}

TEST_CASE("leaves that are no neighbours are not joined before the others") {
  forest<layout> f(pitch);
  for (smelt::index i : {0, 3, 4, 5, 6, 7}) f.push(i, 0, leaf(i).data());
  block a = leaf(0);
  block b = leaf(3);
  const block last = tree(4, 4);
  layout::merge(b.data(), last.data(), pitch);
  layout::merge(a.data(), b.data(), pitch);
  CHECK(same_bits(total(f), a));
}

TEST_CASE("leaves taken in aligned runs by different workers join to the same tree") {
  for (smelt::index n : {1, 2, 3, 7, 8, 9, 31, 33, 100})
    for (int level = 0; level <= 5; ++level) {
      forest<layout> all(pitch);
      for (smelt::index first = 0; first < n; first += smelt::index{1} << level) {
        forest<layout> worker(pitch);
        for (smelt::index i = first; i < std::min(n, first + (smelt::index{1} << level)); ++i)
          worker.push(i, 0, leaf(i).data());
        all.push(worker);
      }
      CHECK(same_bits(total(all), tree(0, n)));
    }
}

TEST_CASE("leaves of two pieces join to the tree of the whole, wherever they were cut") {
  for (smelt::index n = 2; n <= 40; ++n)
    for (smelt::index cut = 1; cut < n; ++cut) {
      forest<layout> first(pitch);
      forest<layout> second(pitch);
      for (smelt::index i = 0; i < cut; ++i) first.push(i, 0, leaf(i).data());
      for (smelt::index i = cut; i < n; ++i) second.push(i, 0, leaf(i).data());
      first.push(second);
      CHECK(same_bits(total(first), tree(0, n)));
    }
}

TEST_CASE("lanes join by halving; counts have no lanes") {
  block open(static_cast<std::size_t>(layout::open_size(pitch)) + 1, 7.0);
  layout::clear(open.data(), pitch);
  CHECK(open.back() == 7.0);
  open.pop_back();
  for (double x : open) CHECK(x == 0.0);
  open[0] = 37.0;
  double lane[8][2][8];
  for (int l = 0; l < 8; ++l)
    for (int f = 0; f < 2; ++f)
      for (int c = 0; c < 8; ++c) {
        lane[l][f][c] = number(static_cast<std::uint64_t>(l * 100 + f * 10 + c));
        open[static_cast<std::size_t>(16 + (l * 2 + f) * 8 + c)] = lane[l][f][c];
      }
  for (std::size_t c = 0; c < 8; ++c) open[8 + c] = static_cast<double>(c);
  block closed(static_cast<std::size_t>(layout::closed_size(pitch)));
  layout::close(open.data(), closed.data(), pitch);
  CHECK(closed[0] == 37.0);
  for (std::size_t c = 0; c < 8; ++c) {
    CHECK(closed[8 + c] == static_cast<double>(c));
    for (std::size_t f = 0; f < 2; ++f) {
      auto at = [&](int l) { return lane[l][f][c]; };
      const double expected =
          ((at(0) + at(4)) + (at(2) + at(6))) + ((at(1) + at(5)) + (at(3) + at(7)));
      CHECK(closed[16 + 8 * f + c] == expected);
    }
  }
}

TEST_CASE("slots follow one another, and a statistic is found by its type") {
  using program_type = program<mark_step<0, tally, moments>, mark_step<1, tally, extrema>>;
  std::vector<smelt::index> open_at;
  std::vector<smelt::index> closed_at;
  summary<program_type>::each(pitch, [&](auto, smelt::index open, smelt::index closed) {
    open_at.push_back(open);
    closed_at.push_back(closed);
  });
  CHECK(open_at == std::vector<smelt::index>{0, 144});
  CHECK(closed_at == std::vector<smelt::index>{0, 32});
  CHECK(summary<program_type>::open_size(pitch) == 144 + 32);
  CHECK(summary<program_type>::closed_size(pitch) == 32 + 32);

  block open(144 + 32);
  summary<program_type>::clear(open.data(), pitch);
  block closed(64);
  summary<program_type>::close(open.data(), closed.data(), pitch);
  using second = slot_layout<mark_step<1, tally, extrema>>;
  const double* ends = second::find<extrema>(closed.data() + 32, pitch);
  REQUIRE(ends == closed.data() + 32 + 16);
  CHECK(ends[0] == extrema::far);
  CHECK(ends[pitch] == -extrema::far);
  CHECK(second::find<moments>(closed.data() + 32, pitch) == nullptr);

  block other = closed;
  closed[32] = 3.0;
  other[32] = 4.0;
  closed[32 + 16] = 5.0;
  other[32 + 16] = -5.0;
  summary<program_type>::merge(closed.data(), other.data(), pitch);
  CHECK(closed[0] == 0.0);
  CHECK(closed[32] == 7.0);
  CHECK(ends[0] == -5.0);
}

TEST_CASE("beside its columns a block is what a cleared one is, but for the number of rows") {
  using program_type = program<mark_step<0, tally, moments>, mark_step<1, tally, extrema>>;
  using both_slots = summary<program_type>;
  constexpr smelt::index cols = 5;
  block fresh(144 + 32);
  both_slots::clear(fresh.data(), pitch);
  block used(144 + 32, 7.0);
  both_slots::tidy(used, pitch, cols);
  for (std::size_t i = 0; i < used.size(); ++i) {
    const std::size_t in_slot = i < 144 ? i : i - 144;
    const bool kept = in_slot == 0 || (in_slot >= 8 && in_slot % 8 < 5);
    CHECK(used[i] == (kept ? 7.0 : fresh[i]));
  }
}

TEST_CASE("settled, the sign of a zero is gone; sums stay as they are") {
  double ends[2] = {-0.0, -0.0};
  settle<extrema>(ends);
  CHECK(!std::signbit(ends[0]));
  CHECK(!std::signbit(ends[1]));
  double kept[2] = {-0.0, 3.0};
  settle<moments>(kept);
  CHECK(std::signbit(kept[0]));
}
