// SPDX-License-Identifier: BSL-1.0
#include <smelt/policies/cuda/session.hpp>

#include <doctest/doctest.h>

#include <support/emulated_device.hpp>

using namespace smelt;
using namespace smelt_test;

namespace {
using session = detail::cuda_session<emulated_runtime>;
}

TEST_CASE("memory of a pass is used again, and grows") {
  session s{emulated_runtime()};
  double* const first = s.scratch<double>(session::numbers, 100);
  CHECK(s.runtime.count(emulated_call::allocate) == 1);
  CHECK(s.scratch<double>(session::numbers, 100) == first);
  CHECK(s.scratch<unsigned>(session::numbers, 200) == static_cast<void*>(first));
  CHECK(static_cast<void*>(s.scratch<double>(session::results, 1)) != first);
  CHECK(s.runtime.count(emulated_call::allocate) == 2);
  s.scratch<double>(session::numbers, 101);
  CHECK(s.runtime.count(emulated_call::allocate) == 3);
  CHECK(s.runtime.count(emulated_call::release) == 1);
}

TEST_CASE("passes of one width have one number") {
  session s{emulated_runtime()};
  CHECK(s.places(session::pending, 64) == 0);
  CHECK(s.places(session::pending, 3) == 1ull << 48);
  CHECK(s.places(session::pending, 64) == 0);
  CHECK(s.places(session::present, 3) == 0);
}

TEST_CASE("a status is clean at first, and the two are apart") {
  session s{emulated_runtime()};
  detail::device_status seen[2] = {};
  CHECK(s.status(session::present) == s.status(session::pending) + 1);
  s.runtime.copy(&seen, s.status(session::pending), sizeof seen);
  s.runtime.wait();
  for (const auto& one : seen) {
    CHECK(one.infinities == 0);
    CHECK(one.first == detail::nowhere);
    CHECK(one.dropped == 0);
    CHECK(one.refused == detail::nowhere);
  }
}

TEST_CASE("words for counts serve again after as many passes") {
  session s{emulated_runtime()};
  const auto first = s.next_count();
  CHECK(first.pass == 0);
  for (unsigned long long pass = 1; pass < session::most_counts; ++pass) {
    const auto [word, number] = s.next_count();
    CHECK(word == first.at + pass);
    CHECK(number == pass);
  }
  CHECK(s.next_count().at == first.at);
  CHECK(s.runtime.count(emulated_call::allocate) == 1);
}
