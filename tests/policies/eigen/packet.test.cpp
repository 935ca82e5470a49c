// SPDX-License-Identifier: BSL-1.0
/// \file
/// Loads and stores of packets: every element type, any address, one rounding; nothing outside the
/// elements is read or written.

#include <smelt/policies/eigen/packet.hpp>

#include <doctest/doctest.h>

#include <smelt/codecs/bf16.hpp>
#include <smelt/codecs/f16.hpp>
#include <smelt/codecs/f8.hpp>
#include <support/special.hpp>
#include <support/tables.hpp>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <vector>

using namespace smelt;
using namespace smelt_test;
using smelt::detail::load;
using smelt::detail::packet;
using smelt::detail::store;

namespace {

constexpr auto size = static_cast<std::size_t>(packet::size);

template <class T>
std::vector<T> extremes() {
  return {T(0), T(1), std::numeric_limits<T>::max(), std::numeric_limits<T>::lowest(), T(7), T(100), T(77), T(3), T(5)};
}

/// Loads at every offset of a block that holds no element more: a read beyond it is a read of
/// memory that is not ours, which the address sanitizer reports.
template <class T>
smelt::index wrong_loads(const std::vector<T>& values) {
  smelt::index wrong = 0;
  for (std::size_t shift = 0; shift < 64; shift += shift < 8 ? 1 : 8) {
    const std::size_t bytes = shift + size * sizeof(T);
    const auto block = std::make_unique<unsigned char[]>(bytes);
    for (std::size_t first = 0; first < values.size(); ++first) {
      T some[size];
      for (std::size_t l = 0; l < size; ++l) some[l] = values[(first + l) % values.size()];
      std::memcpy(block.get() + shift, some, sizeof some);
      double got[size];
      // Types are aligned in real tables; only a multiple of their size is a fair address.
      if (shift % alignof(T) != 0) continue;
      Eigen::internal::pstoreu(got, load(reinterpret_cast<const T*>(block.get() + shift)).value);
      for (std::size_t l = 0; l < size; ++l) wrong += !same_value(got[l], static_cast<double>(some[l]));
    }
  }
  return wrong;
}

template <class T>
smelt::index wrong_stores() {
  smelt::index wrong = 0;
  const auto values = special_values();
  for (std::size_t shift = 0; shift < 16; ++shift)
    for (std::size_t first = 0; first < values.size(); ++first) {
      std::vector<T> around(shift + size + 3, T(77));
      double some[size];
      for (std::size_t l = 0; l < size; ++l) some[l] = values[(first + l) % values.size()];
      store(around.data() + shift, load(static_cast<const double*>(some)));
      for (std::size_t i = 0; i < around.size(); ++i) {
        const T expected = i < shift || i >= shift + size ? T(77) : narrow<T>(some[i - shift]);
        wrong += std::memcmp(&around[i], &expected, sizeof(T)) != 0;
      }
    }
  return wrong;
}

/// Every number that a small float has.
template <class T>
std::vector<T> all_codes() {
  std::vector<T> all;
  for (std::size_t bits = 0; bits < std::size_t{1} << 8 * sizeof(T); ++bits)
    all.push_back(T::of_bits(static_cast<typename T::stored_bits>(bits)));
  return all;
}
/// A few of them.
template <class T>
std::vector<T> nine_codes() {
  const auto all = all_codes<T>();
  std::vector<T> some;
  for (std::size_t k = 0; k < 9; ++k) some.push_back(all[k * (all.size() - 1) / 8]);
  return some;
}
template <class T>
smelt::index wrong_codes() {
  const auto all = all_codes<T>();
  smelt::index wrong = 0;
  for (std::size_t first = 0; first < all.size(); first += size) {
    double got[size];
    Eigen::internal::pstoreu(got, load(all.data() + first).value);
    for (std::size_t l = 0; l < size; ++l) wrong += !same_value(got[l], static_cast<double>(all[first + l]));
  }
  return wrong;
}

}  // namespace

TEST_CASE("elements of every type become doubles, exactly, wherever they lie") {
  const auto doubles = special_values();
  CHECK(wrong_loads(std::vector<double>(doubles.begin(), doubles.end())) == 0);
  std::vector<float> floats = extremes<float>();
  for (float x : {-0.0f, 0x1p-149f, 0x1p-126f, std::numeric_limits<float>::infinity(), -1e30f,
                  std::numeric_limits<float>::quiet_NaN(), std::bit_cast<float>(0x7f800001u)})
    floats.push_back(x);
  CHECK(wrong_loads(floats) == 0);
  CHECK(wrong_loads(extremes<std::int32_t>()) == 0);
  CHECK(wrong_loads(extremes<std::uint8_t>()) == 0);
  CHECK(wrong_loads(extremes<std::int8_t>()) == 0);
  CHECK(wrong_loads(extremes<std::int16_t>()) == 0);
  CHECK(wrong_loads(extremes<std::uint16_t>()) == 0);
  CHECK(wrong_loads(extremes<std::uint32_t>()) == 0);
  CHECK(wrong_loads(extremes<std::int64_t>()) == 0);
  CHECK(wrong_loads(nine_codes<f8_e4m3>()) == 0);
  CHECK(wrong_loads(nine_codes<bf16>()) == 0);
  CHECK(wrong_loads(nine_codes<f16>()) == 0);
  bool several[size];
  for (std::size_t l = 0; l < size; ++l) several[l] = l % 3 == 0;
  double loaded[size];
  store(loaded, load(several));
  for (std::size_t l = 0; l < size; ++l) CHECK(loaded[l] == (l % 3 == 0 ? 1.0 : 0.0));
}

TEST_CASE("small floats: every code") {
  CHECK(wrong_codes<f16>() == 0);
  CHECK(wrong_codes<bf16>() == 0);
  CHECK(wrong_codes<f8_e4m3>() == 0);
  CHECK(wrong_codes<f8_e5m2>() == 0);
}

TEST_CASE("a store rounds as narrow does, and writes nothing beside its elements") {
  CHECK(wrong_stores<double>() == 0);
  CHECK(wrong_stores<float>() == 0);
}

TEST_CASE("halves are rounded to even, beyond the largest float lies infinity") {
  const double halves[] = {1 + 0x1p-24, 1 + 3 * 0x1p-24, 1 + 0x1p-24 + 0x1p-52, 0x1p-150, 3 * 0x1p-150, 3.4028235677973366e38, -3.4028235677973362e38, 0x1p-1074};
  float out[size];
  store(out, load(halves));
  for (std::size_t l = 0; l < size; ++l) {
    const float expected = narrow<float>(halves[l]);
    CHECK(std::memcmp(&out[l], &expected, sizeof(float)) == 0);
  }
}

TEST_CASE("lesser and greater: the first of equals and where one is missing, as for one double") {
  smelt::index wrong = 0;
  const auto values = special_values();
  for (double a : values)
    for (double b : values) {
      double low[size];
      double high[size];
      store(low, lesser(packet(a), packet(b)));
      store(high, greater(packet(a), packet(b)));
      const double low_of_two = narrow<double>(lesser(a, b));
      const double high_of_two = narrow<double>(greater(a, b));
      for (std::size_t l = 0; l < size; ++l)
        wrong += std::memcmp(&low[l], &low_of_two, sizeof(double)) != 0 ||
                 std::memcmp(&high[l], &high_of_two, sizeof(double)) != 0;
    }
  CHECK(wrong == 0);
}

TEST_CASE("present is the opposite of missing") {
  const auto values = special_values();
  smelt::index wrong = 0;
  for (double x : values) {
    double got[size];
    store(got, where(smelt::detail::present(packet(x)), packet(1.0), packet(2.0)));
    for (double y : got) wrong += y != (missing(x) ? 2.0 : 1.0);
  }
  CHECK(wrong == 0);
}

TEST_CASE("some of a packet: the rest is neither read nor written") {
  const auto values = special_values();
  smelt::index wrong = 0;
  auto check = [&]<class T>(T) {
    for (smelt::index n = 0; n <= packet::size; ++n)
      for (std::size_t first = 0; first + size <= values.size(); ++first) {
        // What is read ends where a block of memory ends.
        const auto from = std::make_unique<T[]>(static_cast<std::size_t>(n));
        for (smelt::index i = 0; i < n; ++i)
          from[static_cast<std::size_t>(i)] = static_cast<T>(
              std::is_floating_point_v<T> ? values[first + static_cast<std::size_t>(i)] : static_cast<double>(i + 1));
        double got[packet::size];
        const packet x = smelt::detail::load_some(static_cast<const T*>(from.get()), n);
        std::memcpy(got, &x.value, sizeof got);
        for (smelt::index i = 0; i < packet::size; ++i) {
          const double expected = i < n ? static_cast<double>(from[static_cast<std::size_t>(i)]) : 0.0;
          wrong += missing(expected) ? !missing(got[i]) : !same_bits(got[i], expected);
        }
        if constexpr (std::is_floating_point_v<T>) {
          const auto to = std::make_unique<T[]>(static_cast<std::size_t>(n));
          smelt::detail::store_some(to.get(), x, n);
          for (smelt::index i = 0; i < n; ++i)
            wrong += !same_bits(to[static_cast<std::size_t>(i)], narrow<T>(got[i]));
        }
      }
  };
  check(double{});
  check(float{});
  check(std::int32_t{});
  check(std::uint8_t{});
  CHECK(wrong == 0);
}

TEST_CASE("elements moved down by a half, a quarter and so on") {
  double from[packet::size];
  for (smelt::index i = 0; i < packet::size; ++i) from[i] = static_cast<double>(i) + 0.5;
  for (smelt::index by = packet::size / 2; by > 0; by /= 2) {
    const packet x = smelt::detail::moved_down(load(static_cast<const double*>(from)), by);
    double got[packet::size];
    std::memcpy(got, &x.value, sizeof got);
    for (smelt::index l = 0; l < by; ++l) CHECK(got[l] == from[l + by]);
    CHECK(smelt::detail::first_of(x) == got[0]);
  }
}
