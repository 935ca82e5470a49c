// SPDX-License-Identifier: BSL-1.0
/// \file
/// The exponential variable: against the library's logarithm, at both ends, and by its law.

#include <smelt/random/exponential.hpp>

#include <doctest/doctest.h>

#include <support/deviates.hpp>

#include <cmath>
#include <vector>

using namespace smelt;

namespace {

philox_block words_of(std::uint64_t high, std::uint64_t low) {
  return {{static_cast<std::uint32_t>(high), static_cast<std::uint32_t>(high >> 32),
           static_cast<std::uint32_t>(low), static_cast<std::uint32_t>(low >> 32)}};
}

}  // namespace

TEST_CASE("it is -log(1 - v), near 0 and near 1 too") {
  for (std::uint64_t row = 0; row < 2000; ++row) {
    const philox_block words = philox(counter_of(row, 99), key_of(seed{5}));
    for (int shift = 0; shift < 64; shift += 9) {
      const std::uint64_t high = word64(words, 0) >> shift;
      const long double v = std::ldexp(static_cast<long double>(high), -64) +
                            std::ldexp(static_cast<long double>(word64(words, 1)), -128);
      const auto small = static_cast<double>(-std::log1p(-v));
      CHECK(detail::exponential(words_of(high, word64(words, 1))) ==
            doctest::Approx(small).epsilon(0x1p-48).scale(0));
      // The complement: 1 - v is the small one.
      const auto large = static_cast<double>(-std::log(v + std::ldexp(1.0L, -128)));
      CHECK(detail::exponential(words_of(~high, ~word64(words, 1))) ==
            doctest::Approx(large).epsilon(0x1p-48).scale(0));
    }
  }
}

TEST_CASE("the ends are finite and above 0") {
  const std::uint64_t ones = ~std::uint64_t{0};
  CHECK(detail::exponential(words_of(0, 0)) > 0.0);
  CHECK(detail::exponential(words_of(0, 0)) == 0x1p-180);  // as of 127 zeros and a one behind them
  CHECK(detail::exponential(words_of(ones, ones)) > 80.0);
  CHECK(detail::exponential(words_of(ones, ones)) < 130.0);
  CHECK(detail::exponential(words_of(ones >> 1, ones)) == doctest::Approx(std::log(2.0)));
  CHECK(detail::exponential(words_of(std::uint64_t{1} << 63, 0)) == doctest::Approx(std::log(2.0)));
}

TEST_CASE("its law: sixteen stretches of equal probability") {
  std::vector<double> counts(16);
  for (std::uint64_t row = 0; row < 40000; ++row) {
    const double x = detail::exponential(philox(counter_of(row, 99), key_of(seed{6})));
    ++counts[static_cast<std::size_t>(16 * (1 - std::exp(-x)))];
  }
  CHECK(smelt_test::deviates(counts) < smelt_test::most_deviates);
}

TEST_CASE("the same bits everywhere") {
  // Computed by a separate program, in the same order of operations.
  auto of_row = [](std::uint64_t row) {
    return detail::exponential(philox(counter_of(row, 99), key_of(seed{5})));
  };
  CHECK(detail::twice_atanh(335.0 / 1023) == 0x1.5c2644e4cb65cp-1);  // of 17 terms, not 16 or 18
  CHECK(detail::twice_atanh(94739.0 / 300000) == 0x1.4ed18b5e18ccfp-1);
  CHECK(of_row(1) == 0x1.66563b55c79e6p+0);
  CHECK(of_row(2) == 0x1.3df3e2ce56cc3p+0);
  CHECK(of_row(7) == 0x1.07672bc106ae4p-1);
}
