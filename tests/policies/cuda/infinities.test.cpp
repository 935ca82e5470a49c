// SPDX-License-Identifier: BSL-1.0
/// \file
/// Infinities that a chain refuses: which elements are suspected, and what is told of those that are
/// refused, once for many elements.

#include <smelt/codecs/f16.hpp>
#include <smelt/policies/cuda/infinities.hpp>

#include <doctest/doctest.h>

#include <policies/cuda/test_device.hpp>

#include <cstdint>
#include <limits>

using namespace smelt;
using namespace smelt_test;

namespace {

using refusing = program<op_step<fill_op, 0>>;
using admitting = program<op_step<admit_all_op, 0>, op_step<fill_op, 0>>;
using admitting_some = program<op_step<admit_op, 0>, op_step<fill_op, 1>>;

template <class T>
void suspects() {
  constexpr T far = std::numeric_limits<T>::infinity();
  CHECK(detail::suspect<refusing>(far));
  CHECK(detail::suspect<refusing>(-far));
  CHECK(detail::suspect<admitting_some>(far));
  CHECK(!detail::suspect<admitting>(far));
  for (T x : {T(0), std::numeric_limits<T>::max(), std::numeric_limits<T>::lowest(),
              std::numeric_limits<T>::quiet_NaN(), std::numeric_limits<T>::denorm_min()})
    CHECK(!detail::suspect<refusing>(x));
  CHECK(detail::absent(std::numeric_limits<T>::quiet_NaN()));
  CHECK(detail::absent(-std::numeric_limits<T>::quiet_NaN()));
  for (T x : {T(0), far, -far, std::numeric_limits<T>::max()}) CHECK(!detail::absent(x));
}

/// Bit t of `word` is an infinity in place 100 - 3 t of what thread 0 looks at, thread 1 at 40 - 3 t.
struct found {
  detail::device_status* status;
  unsigned words[2];
};
struct tell_body {
  template <class Context>
  SMELT_HD static void run(Context& ctx, const found& p) {
    if (ctx.thread() > 1) return;
    const int from = ctx.thread() == 0 ? 100 : 40;
    detail::tell_infinities(ctx, p.status, 1000, p.words[ctx.thread()],
                            [&](int bit) { return from + 3 * bit; });
  }
};

detail::device_status told(unsigned first, unsigned second) {
  test_stream<32> on({.seed = 1});
  detail::device_status status{7, detail::nowhere, 0, 0, detail::nowhere};
  auto* const there = static_cast<detail::device_status*>(on.allocate(sizeof status));
  on.copy(there, &status, sizeof status);
  on.template launch<tell_body>(1, 32, 16, found{there, {first, second}});
  on.copy(&status, there, sizeof status);
  on.wait();
  on.release(there);
  return status;
}

}  // namespace

TEST_CASE("elements are suspected by their own bits, and only where an infinity may be refused") {
  suspects<float>();
  suspects<double>();
  // Types of a codec's, by the number that they stand for.
  CHECK(detail::suspect<refusing>(f16(-infinite_value<double>)));
  CHECK(!detail::suspect<refusing>(f16(65504.0)));
  CHECK(!detail::suspect<refusing>(f16(missing_value<double>)));
  CHECK(detail::absent(f16(missing_value<double>)));
  CHECK(!detail::absent(f16(infinite_value<double>)));
  CHECK(!detail::suspect<refusing>(std::int32_t{0x7f800000}));
  CHECK(!detail::absent(std::int32_t{0x7fc00000}));
  static_assert(detail::is_admit<admit_op> && detail::is_admit<admit_all_op>);
  static_assert(!detail::is_admit<fill_op>);
}

TEST_CASE("refused infinities are counted, and the first place is told") {
  const auto none = told(0, 0);
  CHECK(none.infinities == 7);
  CHECK(none.first == detail::nowhere);
  const auto one = told(1u << 5, 0);
  CHECK(one.infinities == 8);
  CHECK(one.first == 1000 + 100 + 15);
  const auto many = told(0xb0000000u, 0x80000009u);
  CHECK(many.infinities == 7 + 3 + 3);
  CHECK(many.first == 1000 + 40);
}
