// SPDX-License-Identifier: BSL-1.0
/// \file
/// The few algorithms: what the standard library's do, on lists of every small size.

#include <smelt/core/elements.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace smelt::detail;

/// A list of `size` numbers below `classes`, from a multiplicative generator.
std::vector<unsigned> numbers(std::size_t size, unsigned classes) {
  std::vector<unsigned> made;
  unsigned word = 12345;
  for (std::size_t i = 0; i < size; ++i) {
    word = word * 1664525u + 1013904223u;
    made.push_back((word >> 8) % classes);
  }
  return made;
}

}  // namespace

TEST_CASE("elements are copied, also to the place before them") {
  std::vector<int> list{1, 2, 3, 4};
  copy_elements(list.data() + 1, 3, list.data());
  CHECK(list == std::vector<int>{2, 3, 4, 4});
  copy_elements(list.data(), 0, list.data() + 3);
  CHECK(list == std::vector<int>{2, 3, 4, 4});
}

TEST_CASE("what is beyond an end becomes the end") {
  CHECK(clamped(0, 1, 3) == 1);
  CHECK(clamped(1, 1, 3) == 1);
  CHECK(clamped(2, 1, 3) == 2);
  CHECK(clamped(3, 1, 3) == 3);
  CHECK(clamped(4, 1, 3) == 3);
}

TEST_CASE("elements are found, the first of equal ones, and counted") {
  const std::vector<std::string> names{"a", "b", "b"};
  CHECK(place_in(names, "b") == 1);
  CHECK(place_in(names, "c") == 3);
  CHECK(is_in(names, "a"));
  CHECK_FALSE(is_in(names, "c"));
  CHECK(times_in(names, "b") == 2);
  CHECK(times_in(std::string_view("a\nb\n"), '\n') == 2);
  CHECK(place_in(std::vector<int>{}, 1) == 0);
}

TEST_CASE("lists of every size are sorted") {
  for (std::size_t size = 0; size < 70; ++size)
    for (unsigned classes : {1u, 3u, 1000u}) {
      std::vector<unsigned> list = numbers(size, classes);
      std::vector<unsigned> expected = list;
      std::sort(expected.begin(), expected.end());
      sort_elements(list);
      REQUIRE(list == expected);
    }
}

TEST_CASE("the greatest of a heap in any order is replaced") {
  for (std::size_t size = 1; size < 70; ++size) {
    std::vector<unsigned> heap = numbers(size, 97);
    std::make_heap(heap.begin(), heap.end());
    std::vector<unsigned> expected = heap;
    std::sort(expected.begin(), expected.end());
    for (unsigned value : numbers(100, 90)) {
      replace_greatest(heap, value);
      REQUIRE(std::is_heap(heap.begin(), heap.end()));
      expected.back() = value;
      std::sort(expected.begin(), expected.end());
      std::vector<unsigned> found = heap;
      std::sort(found.begin(), found.end());
      REQUIRE(found == expected);
    }
  }
}

TEST_CASE("a heap keeps the least of all that were offered") {
  for (std::size_t size = 1; size < 40; ++size) {
    const std::vector<unsigned> all = numbers(200, 97);
    std::vector<unsigned> least(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(size));
    std::sort(least.begin(), least.end(), [](unsigned a, unsigned b) { return a > b; });
    for (std::size_t i = size; i < all.size(); ++i) {
      if (all[i] < least.front()) replace_greatest(least, all[i]);
      REQUIRE(std::is_heap(least.begin(), least.end()));
    }
    std::vector<unsigned> expected = all;
    std::sort(expected.begin(), expected.end());
    expected.resize(size);
    std::sort(least.begin(), least.end());
    REQUIRE(least == expected);
  }
}
