// SPDX-License-Identifier: BSL-1.0
/// \file
/// Where elements lie: what really touches is always said to, and what lies beside one another is not.

#include <smelt/core/placed.hpp>

#include <doctest/doctest.h>

#include <set>

using namespace smelt;
using smelt::detail::placed;

namespace {

char room[4096];
const char* const memory = room + 1024;

void each_byte(const placed& m, std::size_t axis, const char* at, std::set<const char*>& bytes) {
  if (axis == m.axes.size()) {
    for (smelt::index b = 0; b < m.size; ++b) bytes.insert(at + b);
    return;
  }
  for (smelt::index i = 0; i < m.axes[axis].count; ++i)
    each_byte(m, axis + 1, at + i * m.axes[axis].step, bytes);
}
std::set<const char*> bytes_one_by_one(const placed& m) {
  std::set<const char*> bytes;
  each_byte(m, 0, m.at, bytes);
  return bytes;
}
bool really_touches(const placed& a, const placed& b) {
  const auto of_a = bytes_one_by_one(a);
  for (const char* byte : bytes_one_by_one(b))
    if (of_a.contains(byte)) return true;
  return false;
}

}  // namespace

TEST_CASE("bytes from the first to the last, along any axes") {
  const placed m{memory, 4, {{{3, 20}, {2, -100}, {5, 0}, {2, 4}}}};
  CHECK(detail::bytes_of(m) == detail::byte_range{memory - 100, memory + 48});
  CHECK(detail::bytes_of(placed{memory, 4, {{{3, 20}, {0, 8}}}}) ==
        detail::byte_range{nullptr, nullptr});
  CHECK(detail::bytes_of(placed{memory, 8, {}}) == detail::byte_range{memory, memory + 8});
}

TEST_CASE("bytes at the edge: beside one another, and one byte too near") {
  const auto apart = [](const placed& a, const placed& b) {
    return !detail::touches(a, b) && !detail::touches(b, a);
  };
  const auto met = [](const placed& a, const placed& b) {
    return detail::touches(a, b) && detail::touches(b, a);
  };
  const placed one{memory, 4, {}};
  CHECK(apart(one, {memory + 4, 4, {}}));
  CHECK(apart(one, {memory + 100, 4, {}}));
  CHECK(met(one, {memory + 3, 4, {}}));
  // Two columns of a table, downwards and upwards.
  const placed column{memory, 4, {{{10, 8}}}};
  const placed upwards{memory + 72, 4, {{{10, -8}}}};
  for (const placed& first : {column, upwards}) {
    CHECK(apart(first, {memory + 4, 4, {{{10, 8}}}}));
    CHECK(apart(first, {memory + 76, 4, {{{10, -8}}}}));
    CHECK(met(first, {memory + 3, 4, {{{10, 8}}}}));
    CHECK(met(first, {memory + 5, 4, {{{10, 8}}}}));
    CHECK_FALSE(detail::touches(first, {memory + 20, 4, {}}));
    CHECK(detail::touches(first, {memory + 21, 4, {}}));
  }
}

TEST_CASE("random places: none that touch is missed, and most that do not are seen") {
  std::uint32_t state = 7;
  auto draw = [&](std::uint32_t n) {
    state = state * 1664525u + 1013904223u;
    return static_cast<smelt::index>((state >> 8) % n);
  };
  int apart = 0;
  int seen = 0;
  for (int trial = 0; trial < 20000; ++trial) {
    const smelt::index size = draw(2) == 0 ? 4 : 8;
    const smelt::index line = size * (1 + draw(5));
    const smelt::index plane = line * (1 + draw(5));
    auto some = [&] {
      placed m{memory + draw(40) * size / 2, size, {}};
      m.axes[0] = {1 + draw(3), draw(8) == 0 ? -line : line};
      m.axes[1] = {1 + draw(3), draw(8) == 0 ? line + size : plane};
      m.axes[3] = {1 + draw(2), size};
      if (draw(30) == 0) m.axes[2].count = 0;
      return m;
    };
    const placed a = some();
    const placed b = some();
    const bool truth = really_touches(a, b);
    if (truth) {
      CHECK(detail::touches(a, b));
      continue;
    }
    ++apart;
    seen += !detail::touches(a, b);
  }
  CHECK(apart > 2000);
  CHECK(seen > apart / 2);
  MESSAGE("of ", apart, " that lie apart ", seen, " are seen to");
}
