// SPDX-License-Identifier: BSL-1.0

/// \file
/// Plain decimals have the bits of std::from_chars and stop where it stops; what is none is left to
/// it.

#include <smelt/read/csv_decimal.hpp>

#include <doctest/doctest.h>

#include <algorithm>  // std::copy
#include <charconv>   // std::from_chars, the oracle
#include <cmath>      // std::ldexp
#include <random>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

using namespace smelt;

namespace {

template <class T>
using bits_of = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

/// How a text of a number, and `after` behind it, was read.
enum class answer { same, left, wrong };
template <class T>
answer asked(const std::string& number, const std::string& after = ",") {
  const std::string text = number + after + std::string(60, '7');
  T value{}, expected{};
  const char* const end = text.data() + text.size();
  const char* const stop = detail::csv_decimal(text.data(), end, value);
  if (stop == nullptr) return answer::left;
  const auto oracle = std::from_chars(text.data(), end, expected);
  const bool same = oracle.ec == std::errc{} && oracle.ptr == stop &&
                    std::bit_cast<bits_of<T>>(value) == std::bit_cast<bits_of<T>>(expected);
  return same ? answer::same : answer::wrong;
}

std::string digits(std::mt19937_64& random, std::size_t count) {
  std::string made;
  while (made.size() < count) made += static_cast<char>('0' + random() % 10);
  return made;
}

}  // namespace

TEST_CASE_TEMPLATE("every shape of a decimal has the bits of from_chars", T, float, double) {
  std::mt19937_64 random(1);
  const std::string after = ",\n\r ;:/x-.";
  int wrong = 0, left = 0, all = 0;
  for (std::size_t whole = 1; whole <= 18; ++whole)
    for (std::size_t places = 0; whole + places <= 18; ++places)
      for (int trial = 0; trial < 400; ++trial) {
        auto text = random() % 2 == 0 ? std::string() : std::string("-");
        text += digits(random, whole);
        if (places > 0) text += "." + digits(random, places);
        // Behind the number any byte may stand; a point only where it cannot be its own.
        const std::size_t next = random() % (after.size() - (places > 0 ? 0 : 1));
        const auto is = asked<T>(text, after.substr(next, 1));
        if (is == answer::wrong) MESSAGE(text);
        wrong += is == answer::wrong;
        left += is == answer::left;
        ++all;
      }
  CHECK(wrong == 0);
  CHECK(left < all / 100);  // 64 bits of the quotient nearly always tell
}

TEST_CASE_TEMPLATE("zeros before and behind the digits that count", T, float, double) {
  std::mt19937_64 random(2);
  int wrong = 0, left = 0;
  for (std::size_t zeros = 0; zeros < 20; ++zeros)
    for (std::size_t count = 1; count + zeros < 24; ++count)
      for (int trial = 0; trial < 200; ++trial) {
        const auto some = digits(random, count);
        for (const auto& text :
             {"0." + std::string(zeros, '0') + some, std::string(zeros, '0') + some,
              "-1." + some + std::string(zeros, '0')}) {
          const auto is = asked<T>(text);
          if (is == answer::wrong) MESSAGE(text);
          wrong += is == answer::wrong;
          left += is == answer::left && text.size() < 18;
        }
      }
  CHECK(wrong == 0);
  CHECK(left < 1000);  // of a hundred thousand
}

TEST_CASE_TEMPLATE("values half-way between two, and those next to them", T, float, double) {
  std::mt19937_64 random(3);
  constexpr int digits = std::numeric_limits<T>::digits;
  int wrong = 0, same = 0;
  for (int trial = 0; trial < 20000; ++trial) {
    // An odd number of digits + 1 bits, over 2^down: exactly half-way, with `down` decimal places.
    const std::uint64_t odd = (random() >> (63 - digits) | 1) | std::uint64_t{1} << digits;
    const int down = static_cast<int>(random() % (digits > 24 ? 4 : 16));
    std::string text = std::to_string(odd >> down);
    std::uint64_t rest = odd & ((std::uint64_t{1} << down) - 1);
    if (down > 0) text += '.';
    for (int place = 0; place < down; ++place) {
      rest *= 10;
      text += static_cast<char>('0' + (rest >> down));
      rest &= (std::uint64_t{1} << down) - 1;
    }
    REQUIRE(rest == 0);
    if (down == 0 && random() % 2 == 0) text += "." + std::string(random() % 4 + 1, '0');
    for (const int step : {0, 1, -1}) {
      auto near = text;
      if (near.back() + step < '0' || near.back() + step > '9') continue;
      near.back() = static_cast<char>(near.back() + step);
      const auto is = asked<T>(near);
      if (is == answer::wrong) MESSAGE(near);
      wrong += is == answer::wrong;
      same += is == answer::same;
    }
  }
  CHECK(wrong == 0);
  CHECK(same > 1000);  // and some are told without from_chars
}

TEST_CASE_TEMPLATE("the digits that values are written with", T, float, double) {
  std::mt19937_64 random(4);
  int wrong = 0, left = 0;
  for (int trial = 0; trial < 100000; ++trial) {
    const auto fraction = static_cast<T>(static_cast<double>(random()) * 0x1p-64);
    const T x = std::ldexp(fraction, static_cast<int>(random() % 40) - 10) *
                static_cast<T>(random() % 2 == 0 ? 1 : -1);
    char text[64];
    const auto end = std::to_chars(text, text + 64, x, std::chars_format::fixed).ptr;
    const auto is = asked<T>(std::string(text, end));
    wrong += is == answer::wrong;
    left += is == answer::left;
  }
  CHECK(wrong == 0);
  CHECK(left < 3000);
}

TEST_CASE("zero keeps its sign") {
  for (const char* text : {"0", "-0", "0.0", "-0.000", "00", "0.00000000000000"}) {
    CHECK(asked<double>(text) == answer::same);
    CHECK(asked<float>(text) != answer::wrong);
  }
  // As many places as a power of ten is exact for.
  CHECK(asked<double>("0." + std::string(19, '0')) == answer::same);
  CHECK(asked<double>("0." + std::string(20, '0')) == answer::left);
  CHECK(asked<float>("0." + std::string(10, '0')) == answer::same);
  CHECK(asked<float>("0." + std::string(11, '0')) == answer::left);
}

TEST_CASE("digits that are too many are told from none") {
  const auto appended = [](std::string text, std::uint64_t number) {
    text.append(60, ',');
    const char* at = text.data();
    return detail::append_digits(at, number);
  };
  CHECK(appended("", 1) == 0);
  CHECK(appended("123456789", 0) == 9);
  CHECK(appended("1", std::uint64_t{1000000000000000000u}) == -1);
  CHECK(appended("1", std::uint64_t{999999999999999999u}) == 1);
  CHECK(appended(std::string(23, '0'), 0) == 23);
  CHECK(appended(std::string(24, '0'), 0) == -1);
}

TEST_CASE_TEMPLATE("exponents move the point", T, float, double) {
  std::mt19937_64 random(5);
  int wrong = 0, same = 0;
  for (int trial = 0; trial < 200000; ++trial) {
    auto text = random() % 2 == 0 ? std::string() : std::string("-");
    text += digits(random, 1 + random() % 3);
    if (random() % 4 != 0) text += "." + digits(random, 1 + random() % 18);
    text += random() % 2 == 0 ? 'e' : 'E';
    if (const auto sign = random() % 3; sign > 0) text += sign == 1 ? '-' : '+';
    text += digits(random, random() % 4) + std::to_string(random() % 10);
    const auto is = asked<T>(text);
    if (is == answer::wrong) MESSAGE(text);
    wrong += is == answer::wrong;
    same += is == answer::same;
  }
  CHECK(wrong == 0);
  CHECK(same > 20000);
  for (const char* text : {"1e5", "1e005", "1.5E-3", "-2e+7", "1234567890123456789e-18", "0e0", "9e-23",
                           "1.234567890123456789e+00"})
    CHECK_MESSAGE(asked<double>(text) == answer::same, text);
}

TEST_CASE("what is no plain decimal is left") {
  for (const char* text :
       {"", "-", "+1", ".5", "-.5", "5.", "-5.", " 1", "inf", "nan", "e5", "1e", "1e+", "1e-",
        "1ex", "1.e5", "--1", "x", "1e400", "1e-30", "1e1234", "1e--2", "1e23", "1e99",
        "12345678901234567890123", "99999999999999999999", "0.123456789012345678901234",
        "1.00000000000000000000000000000000000001"}) {
    CHECK_MESSAGE(asked<double>(text) == answer::left, text);
    CHECK_MESSAGE(asked<float>(text) == answer::left, text);
  }
}

TEST_CASE("nothing behind the end is looked at") {
  for (const std::string number :
       {"1", "-1.5", "12345678", "-123456789012345.123", "0.1234567890123456789",
        "-00000000000000000000000.00000000000000000000001", "-0.1234567890123456789e-4",
        "00000000000000000000000.00000000000000000000001e+22"}) {
    for (std::size_t padding = 0; padding < 60; ++padding) {
      // An exact allocation: the sanitizers see a byte too many.
      const auto text = number + std::string(padding, '\n');
      const std::vector<char> exact(text.begin(), text.end());
      double value = 0;
      const char* const stop =
          detail::csv_decimal(exact.data(), exact.data() + exact.size(), value);
      CHECK((stop == nullptr || stop == exact.data() + number.size()));
      CHECK((stop == nullptr) == (exact.size() < 60));
    }
  }
}
