// SPDX-License-Identifier: BSL-1.0
/// \file
/// Comparisons of packets and choosing by them: in every element what it is for one double.

#include <smelt/policies/eigen/packet_mask.hpp>

#include <doctest/doctest.h>

#include <support/special.hpp>

#include <cstring>

using namespace smelt;
using namespace smelt_test;
using smelt::detail::any;
using smelt::detail::packet;
using smelt::detail::packet_mask;

namespace {

constexpr auto size = static_cast<std::size_t>(packet::size);

packet read(const double* from) {
  return Eigen::internal::ploadu<smelt::detail::raw_packet>(from);
}
/// Element l is 1 where the test holds.
struct answers {
  double each[size];
  explicit answers(packet_mask test) {
    Eigen::internal::pstoreu(each, where(test, packet(1.0), packet(0.0)).value);
  }
  bool operator[](std::size_t l) const { return each[l] == 1.0; }
};

/// Calls `f(a, b)` with every pair of special values in some element.
template <class F>
void each_pair(F&& f) {
  const auto values = special_values();
  const std::size_t n = values.size();
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      double a[size];
      double b[size];
      for (std::size_t l = 0; l < size; ++l) a[l] = values[(i + l) % n], b[l] = values[(j + 3 * l) % n];
      f(a, b);
    }
}

}  // namespace

TEST_CASE("less, equal, missing: as for one double, missing values included") {
  smelt::index wrong = 0;
  each_pair([&](const double* a, const double* b) {
    const answers smaller(less(read(a), read(b)));
    const answers alike(equal(read(a), read(b)));
    const answers gone(missing(read(a)));
    for (std::size_t l = 0; l < size; ++l)
      wrong += smaller[l] != less(a[l], b[l]) || alike[l] != equal(a[l], b[l]) ||
               gone[l] != missing(a[l]);
  });
  CHECK(wrong == 0);
}

TEST_CASE("except: the first and not the second") {
  smelt::index wrong = 0;
  each_pair([&](const double* a, const double* b) {
    const answers one(except(missing(read(a)), missing(read(b))));
    for (std::size_t l = 0; l < size; ++l) wrong += one[l] != (missing(a[l]) && !missing(b[l]));
  });
  CHECK(wrong == 0);
}

TEST_CASE("either and both; any is true for one element alone") {
  smelt::index wrong = 0;
  each_pair([&](const double* a, const double* b) {
    const packet_mask p = less(read(a), read(b));
    const packet_mask q = missing(read(a));
    const answers one(either(p, q));
    const answers two(both(p, q));
    bool some = false;
    for (std::size_t l = 0; l < size; ++l) {
      wrong += one[l] != (less(a[l], b[l]) || missing(a[l])) || two[l];
      some = some || less(a[l], b[l]);
    }
    wrong += any(p) != some;
  });
  CHECK(wrong == 0);
  for (std::size_t alone = 0; alone < size; ++alone) {
    double x[size] = {};
    x[alone] = 1.0;
    CHECK(any(equal(read(x), packet(1.0))));
    CHECK(!any(equal(read(x), packet(2.0))));
    const answers at(both(equal(read(x), packet(1.0)), less(packet(0.0), read(x))));
    for (std::size_t l = 0; l < size; ++l) CHECK(at[l] == (l == alone));
  }
  CHECK(any(true));
  CHECK(!any(false));
}

TEST_CASE("where takes whole elements, bit by bit, payloads too") {
  smelt::index wrong = 0;
  each_pair([&](const double* a, const double* b) {
    double got[size];
    Eigen::internal::pstoreu(got, where(less(read(a), read(b)), read(a), read(b)).value);
    for (std::size_t l = 0; l < size; ++l)
      wrong += std::memcmp(&got[l], less(a[l], b[l]) ? &a[l] : &b[l], sizeof(double)) != 0;
  });
  CHECK(wrong == 0);
}
