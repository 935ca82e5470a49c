// SPDX-License-Identifier: BSL-1.0
/// \file
/// Two packets as floats: each function is that of one float, in every element.

#include <smelt/policies/eigen/float_packet.hpp>

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/special.hpp>
#include <support/tables.hpp>

#include <algorithm>  // std::fill
#include <cstring>
#include <vector>

using namespace smelt;
using namespace smelt_test;
using smelt::detail::float_packet;
using smelt::detail::load_floats;
using smelt::detail::packet;

namespace {

std::vector<float> special_floats() {
  std::vector<float> made;
  for (double x : special_values()) made.push_back(static_cast<float>(x));
  return made;
}
void take_out(float_packet x, float* to) { std::memcpy(to, &x.value, sizeof x.value); }

/// Calls `check(a, b, x, y)` for packets x, y of pairs of special floats a, b.
template <class Check>
void each_pair(Check&& check) {
  const auto values = special_floats();
  for (std::size_t shift = 0; shift < values.size(); ++shift)
    for (std::size_t first = 0; first < values.size(); first += float_packet::size) {
      float a[float_packet::size];
      float b[float_packet::size];
      for (std::size_t i = 0; i < float_packet::size; ++i) {
        a[i] = values[(first + i) % values.size()];
        b[i] = values[(first + i + shift) % values.size()];
      }
      check(a, b, load_floats(a), load_floats(b));
    }
}

}  // namespace

TEST_CASE("sums, and the lesser and greater of two, as for one") {
  smelt::index wrong = 0;
  each_pair([&](const float* a, const float* b, float_packet x, float_packet y) {
    float sum[float_packet::size];
    float low[float_packet::size];
    float high[float_packet::size];
    take_out(add(x, y), sum);
    take_out(lesser(x, y), low);
    take_out(greater(x, y), high);
    for (smelt::index i = 0; i < float_packet::size; ++i) {
      wrong += missing(a[i] + b[i]) ? !missing(sum[i]) : !same_bits(sum[i], a[i] + b[i]);
      if (missing(a[i]) || missing(b[i])) continue;
      wrong += !same_bits(low[i], b[i] < a[i] ? b[i] : a[i]);
      wrong += !same_bits(high[i], a[i] < b[i] ? b[i] : a[i]);
    }
  });
  CHECK(wrong == 0);
}

TEST_CASE("where values are there, and where one is infinite") {
  smelt::index wrong = 0;
  each_pair([&](const float* a, const float* b, float_packet x, float_packet y) {
    float chosen[float_packet::size];
    take_out(where(present(x), x, y), chosen);
    bool infinity = false;
    for (smelt::index i = 0; i < float_packet::size; ++i) {
      const float expected = missing(a[i]) ? b[i] : a[i];
      wrong += missing(expected) ? !missing(chosen[i]) : !same_bits(chosen[i], expected);
      infinity = infinity || infinite(static_cast<double>(a[i]));
    }
    wrong += any(infinities(x)) != infinity;
    wrong += any(either(infinities(y), infinities(x))) !=
             (infinity || any(infinities(y)));
  });
  CHECK(wrong == 0);
}

TEST_CASE("two packets are stored rounded once, with the one NaN, past the caches or not") {
  const auto values = special_values();
  smelt::index wrong = 0;
  auto check = [&]<class T>(T) {
    for (std::size_t first = 0; first < values.size(); ++first)
      for (bool stream : {false, true}) {
        double from[2 * packet::size];
        for (std::size_t i = 0; i < 2 * packet::size; ++i)
          from[i] = values[(first + i) % values.size()];
        alignas(64) T room[2 * packet::size + 1];
        std::fill(room, room + 2 * packet::size + 1, T{-77});
        T* const to = stream ? room : room + 1;  // past the caches only to a multiple of the size
        store_two(to, smelt::detail::load(static_cast<const double*>(from)),
                  smelt::detail::load(from + packet::size), stream);
        smelt::detail::fence_streams();
        for (smelt::index i = 0; i < 2 * packet::size; ++i)
          wrong += !same_bits(to[i], narrow<T>(from[i]));
      }
  };
  check(float{});
  check(double{});
  CHECK(wrong == 0);
}
