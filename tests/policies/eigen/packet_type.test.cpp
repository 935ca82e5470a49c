// SPDX-License-Identifier: BSL-1.0
/// \file
/// Arithmetic of packets: in every element what it is for one double.

#include <smelt/policies/eigen/packet_type.hpp>

#include <doctest/doctest.h>

#include <support/special.hpp>

#include <string>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define WITH_FMA [[gnu::target("fma"), gnu::noinline]]
#define HAS_FMA __builtin_cpu_supports("fma")
#else
#define WITH_FMA [[gnu::noinline]]
#define HAS_FMA true
#endif

using namespace smelt;
using namespace smelt_test;
using smelt::detail::packet;

namespace {

constexpr auto size = static_cast<std::size_t>(packet::size);

packet read(const double* from) {
  return Eigen::internal::ploadu<smelt::detail::raw_packet>(from);
}

/// The first pair of special values of which the packet form and the scalar form differ.
template <class OnPackets, class OnDoubles>
std::string first_difference(OnPackets&& wide, OnDoubles&& narrow) {
  const auto values = special_values();
  const std::size_t n = values.size();
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      double a[size];
      double b[size];
      double got[size];
      for (std::size_t l = 0; l < size; ++l) a[l] = values[(i + l) % n], b[l] = values[(j + 3 * l) % n];
      Eigen::internal::pstoreu(got, wide(read(a), read(b)).value);
      for (std::size_t l = 0; l < size; ++l)
        if (!same_value(got[l], narrow(a[l], b[l])))
          return std::to_string(a[l]) + ", " + std::to_string(b[l]) + ": " + std::to_string(got[l]);
    }
  return {};
}

WITH_FMA void multiply_add(const double* a, const double* b, const double* c, double* out) {
  Eigen::internal::pstoreu(out, add(product(read(a), read(b)), read(c)).value);
}

}  // namespace

#define SAME_AS_SCALAR(...)                                     \
  CHECK(first_difference([](packet a, [[maybe_unused]] packet b) { return __VA_ARGS__; }, \
                         [](double a, [[maybe_unused]] double b) { return __VA_ARGS__; }) == "")

TEST_CASE("each operation, on every pair of special values") {
  SAME_AS_SCALAR(add(a, b));
  SAME_AS_SCALAR(subtract(a, b));
  SAME_AS_SCALAR(product(a, b));
  SAME_AS_SCALAR(divide(a, b));
  SAME_AS_SCALAR(magnitude(a));
  SAME_AS_SCALAR(root(a));
  SAME_AS_SCALAR(add(product(subtract(a, b), b), a));
}

TEST_CASE("a packet of one number holds it everywhere") {
  for (double x : special_numbers) {
    double each[size];
    Eigen::internal::pstoreu(each, packet(x).value);
    for (double y : each) CHECK(std::bit_cast<std::uint64_t>(y) == std::bit_cast<std::uint64_t>(x));
  }
}

TEST_CASE("magnitude clears the sign and nothing else, of missing values too") {
  for (std::uint64_t bits : special_nans) {
    double each[size];
    Eigen::internal::pstoreu(each, magnitude(packet(double_of(bits))).value);
    for (double y : each) CHECK(y != y);
  }
}

TEST_CASE("a product is rounded before a sum sees it") {
  if (!HAS_FMA) return;
  double a[size];
  double b[size];
  double c[size];
  double out[size];
  for (std::size_t l = 0; l < size; ++l) a[l] = 1 + 0x1p-30, b[l] = 1 - 0x1p-30, c[l] = -1.0;
  multiply_add(a, b, c, out);
  for (double y : out) CHECK(y == 0.0);  // an fma would give -2^-60
}

TEST_CASE("root is correctly rounded, though Eigen's wide form is not") {
  const double x[] = {2.0, 3.0, 0.1, 1e300, 7.0, 1e-300, 5.0, 1234567.0};
  double each[size];
  Eigen::internal::pstoreu(each, root(read(x)).value);
  for (std::size_t l = 0; l < size; ++l) CHECK(each[l] == std::sqrt(x[l]));
}

TEST_CASE("the width is that of the machine's registers for doubles") {
  static_assert(packet::size == 1 || packet::size == 2 || packet::size == 4 || packet::size == 8);
  static_assert(sizeof(packet) == size * sizeof(double));
}
