// SPDX-License-Identifier: BSL-1.0
/// \file
/// Where the roots of a fold lie, and the tree over its tasks: for every range of leaves, in any
/// order of arrival, subtrees are joined left to right and the host finds each where it looks.

#include <smelt/policies/cuda/join.hpp>

#include <doctest/doctest.h>

#include <smelt/policies/cuda/launch_fold.hpp>

#include <algorithm>  // std::max, std::min
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

using namespace smelt;
using smelt::detail::fold_arguments;

namespace {

using steps = program<mark_step<0, tally>>;
using arguments =
    fold_arguments<detail::device_program<steps>, detail::dense_source<float, row_major>>;

/// A fold of the leaves first, ..., end - 1, in memory whose places are counted in doubles.
struct plan {
  arguments p{};
  std::vector<double> memory;
  std::vector<unsigned> arrivals;

  plan(smelt::index first, smelt::index end, int level) {
    p.begin = first * leaf_rows;
    p.end = end * leaf_rows;
    p.level = level;
    p.first_task = first >> level;
    p.tasks = static_cast<int>(((end - 1) >> level) - p.first_task + 1);
    p.closed_size = 1;
    const auto heights = static_cast<int>(std::bit_width(static_cast<unsigned>(p.tasks)));
    memory.resize(
        static_cast<std::size_t>(2 * heights + 2 * p.most_roots() + p.tasks * (level + 2)));
    arrivals.resize(static_cast<std::size_t>(p.tasks));
    p.finals = memory.data();
    p.edges = p.finals + 2 * heights;
    p.closed = p.edges + 2 * p.most_roots();
    p.arrivals = arrivals.data();
  }
};

std::string joined(const arguments& p, std::mt19937& random) {
  std::vector<int> order;
  for (int t = 0; t < p.tasks; ++t)
    if (p.complete(t)) order.push_back(t);
  std::map<const double*, std::string> held;
  for (int t : order) held[p.root(t, 0)] = "[" + std::to_string(p.first_task + t) + "]";
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  for (int t : order)
    detail::rise(
        p, t, 0, [](unsigned* counter) { return (*counter)++; },
        [&](double* left, const double* right) {
          held[left] = "(" + held[left] + held[right] + ")";
        },
        [&](const double* from, double* to) {
          CHECK(held.count(to) == 0);  // no two roots in one place
          held[to] = held[from];
        });
  std::string all;
  for (smelt::index at = p.first_complete(); at < p.end_complete();) {
    const int height = detail::subtree(at, p.end_complete());
    all += held[p.final_root(height, at >> height)];
    at += smelt::index{1} << height;
  }
  return all;
}

/// The complete tree over [at, at + 2^height).
std::string tree(smelt::index at, int height) {
  if (height == 0) return "[" + std::to_string(at) + "]";
  const smelt::index half = smelt::index{1} << (height - 1);
  return "(" + tree(at, height - 1) + tree(at + half, height - 1) + ")";
}

}  // namespace

TEST_CASE("the largest aligned subtree") {
  CHECK(detail::subtree(0, 1) == 0);
  CHECK(detail::subtree(0, 8) == 3);
  CHECK(detail::subtree(0, 15) == 3);
  CHECK(detail::subtree(4, 100) == 2);
  CHECK(detail::subtree(5, 100) == 0);
  CHECK(detail::subtree(smelt::index{1} << 40, smelt::index{1} << 41) == 40);
}

TEST_CASE("tasks are joined as the tree says, whoever comes last") {
  std::mt19937 random(7);
  for (int level : {0, 1, 2})
    for (smelt::index first = 0; first < 12; ++first)
      for (smelt::index end = first + 1; end < 40; ++end) {
        plan made(first, end, level);
        const arguments& p = made.p;
        std::string expected;
        for (smelt::index at = p.first_complete(); at < p.end_complete();) {
          const int height = detail::subtree(at, p.end_complete());
          expected += tree(at, height);
          at += smelt::index{1} << height;
        }
        REQUIRE(joined(p, random) == expected);
      }
}

TEST_CASE("complete tasks have all their leaves; roots of tasks lie apart, inside their memory") {
  for (int level : {0, 1, 3})
    for (smelt::index first = 0; first < 20; ++first)
      for (smelt::index end = first + 1; end < 45; ++end) {
        const plan made(first, end, level);
        const arguments& p = made.p;
        REQUIRE(p.first_leaf() == first);
        REQUIRE(p.last_leaf() == end - 1);
        std::set<const double*> places;
        int edges = 0;
        for (int t = 0; t < p.tasks; ++t) {
          const smelt::index low = (p.first_task + t) << level;
          const bool whole = first <= low && low + (smelt::index{1} << level) <= end;
          REQUIRE(p.complete(t) == whole);
          edges += whole ? 0 : 1;
          for (int k = 0; k < (whole ? level + 1 : p.most_roots()); ++k) {
            const double* const at = p.root(t, k);
            REQUIRE(places.insert(at).second);
            REQUIRE(at >= p.edges);
            REQUIRE(at < made.memory.data() + made.memory.size());
          }
        }
        REQUIRE(edges <= 2);
      }
}

TEST_CASE("a task that is not complete has room for its roots while it is folded, and little more") {
  for (int level : {0, 1, 2, 3, 4}) {
    int most = 0;
    for (smelt::index first = 0; first < 34; ++first)
      for (smelt::index end = first + 1; end < 67; ++end) {
        const plan made(first, end, level);
        const arguments& p = made.p;
        for (int t = 0; t < p.tasks; ++t) {
          if (p.complete(t)) continue;
          const smelt::index low = std::max(first, (p.first_task + t) << level);
          const smelt::index high = std::min(end, (p.first_task + t + 1) << level);
          int roots = 0;
          for (smelt::index leaf = low; leaf < high; ++leaf) {
            ++roots;
            REQUIRE(roots <= p.most_roots());
            most = std::max(most, roots);
            // Equal siblings are joined: as many as there are whole subtrees that end with this leaf.
            for (smelt::index size = 1; (leaf + 1) % (2 * size) == 0 && leaf + 1 - 2 * size >= low;
                 size *= 2)
              --roots;
          }
        }
      }
    CHECK(plan(0, 1, level).p.most_roots() <= most + 1);
  }
}
