// SPDX-License-Identifier: BSL-1.0

/// \file
/// Numbers from text have the bits that strtod and strtof give, and nothing else passes for a
/// number.

#include <smelt/read/csv_number.hpp>

#include <doctest/doctest.h>

#include <array>
#include <bit>      // std::bit_cast
#include <clocale>  // std::setlocale
#include <cmath>    // std::isfinite
#include <cstdio>   // std::snprintf
#include <cstdlib>  // std::strtod, the oracle
#include <random>
#include <vector>

using namespace smelt;

namespace {

template <class T>
using bits_of = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

template <class T>
bits_of<T> bits(T x) {
  return std::bit_cast<bits_of<T>>(x);
}

double oracle(const char* text, double) { return std::strtod(text, nullptr); }
float oracle(const char* text, float) { return std::strtof(text, nullptr); }

/// The whole text as one number; nothing where it is not one or not in range.
template <class T>
std::optional<T> parsed(std::string_view text) {
  T value{};
  const auto [stop, error] = detail::csv_parse(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size()) return {};
  return value;
}

/// True when the text is a number, and too large or too small for T.
template <class T>
bool out_of_range(std::string_view text) {
  T value{};
  const auto [stop, error] = detail::csv_parse(text.data(), text.data() + text.size(), value);
  return error == std::errc::result_out_of_range && stop == text.data() + text.size();
}

template <class T>
bool as_the_oracle(const char* text) {
  const auto value = parsed<T>(text);
  return value && bits(*value) == bits(oracle(text, T{}));
}

}  // namespace

TEST_CASE("a text without the spaces and tabs around it") {
  CHECK(detail::trimmed(" \t a b\t ") == "a b");
  CHECK(detail::trimmed("c") == "c");
  CHECK(detail::trimmed(" \t").empty());
  CHECK(detail::trimmed("").empty());
}

TEST_CASE("a sign alone is no number, and nothing of it is taken") {
  const std::string_view sign = "+";
  double value = 0.0;
  CHECK(detail::csv_parse(sign.data(), sign.data() + 1, value).ptr == sign.data());
}

TEST_CASE_TEMPLATE("any finite value comes back from its digits", T, float, double) {
  std::mt19937_64 random(1);
  std::array<char, 64> text{};
  int tried = 0;
  while (tried < 200'000) {
    const T x = std::bit_cast<T>(static_cast<bits_of<T>>(random()));
    if (!std::isfinite(x)) continue;
    ++tried;
    *std::to_chars(text.data(), text.data() + 60, x).ptr = '\0';  // the shortest that returns
    const auto shortest = parsed<T>(text.data());
    std::snprintf(text.data(), text.size(), "%.17g", static_cast<double>(x));
    const auto longest = parsed<T>(text.data());
    if (!shortest || bits(*shortest) != bits(x) || !longest || bits(*longest) != bits(x))
      FAIL(std::string(text.data()));
  }
}

TEST_CASE_TEMPLATE("any digits are rounded as strtod rounds them", T, float, double) {
  std::mt19937_64 random(2);
  for (int tried = 0; tried < 200'000; ++tried) {
    std::string text = random() % 2 ? "-" : "";
    for (auto digits = random() % 22; digits > 0; --digits) text += char('0' + random() % 10);
    text += char('0' + random() % 10);
    if (random() % 2) text += '.';
    if (text.back() == '.')
      for (auto digits = random() % 22; digits > 0; --digits) text += char('0' + random() % 10);
    const int reach = sizeof(T) == 4 ? 25 : 250;  // within range, whatever the digits
    if (random() % 2)
      (text += 'e') += std::to_string(static_cast<int>(random() % 400) % reach - 20);
    if (!as_the_oracle<T>(text.c_str())) FAIL(text);
  }
}

TEST_CASE("halves between two neighbours, subnormals and the ends of the range") {
  for (const char* text : {"9007199254740993",
                           "9007199254740992.99999999999999999999",
                           "0.1",
                           "-0",
                           "0",
                           "-0.0",
                           "1.00000000000000011102230246251565404236316680908203125",
                           "2.2250738585072011e-308",
                           "1.7976931348623157e308",
                           "1.7976931348623158e308",
                           "4.9406564584124654e-324",
                           "2.4703282292062328e-324",
                           "3e-324",
                           "1e22",
                           "1e23",
                           ".5",
                           "5.",
                           "00012",
                           "1E5",
                           "1e+5"})
    CHECK_MESSAGE(as_the_oracle<double>(text), text);
  // Through double these two would be rounded twice, to another float.
  CHECK(as_the_oracle<float>("1.000000059604644775390626"));
  CHECK(as_the_oracle<float>("0.500000089406967163085936"));
  for (const char* text : {"16777217", "3.4028235e38", "1.4e-45", "1e-40", "1.17549435e-38"})
    CHECK_MESSAGE(as_the_oracle<float>(text), text);
}

TEST_CASE("too large and too small are out of range, not rounded away") {
  for (const char* text : {"1e309", "-1e309", "1.7976931348623159e308", "2e-324", "-1e-400",
                           "1e99999999999", "1e-99999999999"})
    CHECK_MESSAGE(out_of_range<double>(text), text);
  for (const char* text : {"3.4028236e38", "1e39", "-1e39", "7e-46", "1e-50"})
    CHECK_MESSAGE(out_of_range<float>(text), text);
  CHECK(parsed<double>("0e99999999") == 0.0);
  CHECK(parsed<double>("0.000e-500") == 0.0);
}

TEST_CASE("infinities and NaN by name, NaN always with the same bits") {
  constexpr double inf = std::numeric_limits<double>::infinity();
  for (const char* text : {"inf", "+inf", "INF", "Infinity", "infinity"})
    CHECK(parsed<double>(text) == inf);
  for (const char* text : {"-inf", "-Infinity"}) CHECK(parsed<double>(text) == -inf);
  for (const char* text : {"nan", "-nan", "NAN", "+nan", "nan(7)"}) {
    REQUIRE(parsed<double>(text).has_value());
    CHECK(bits(*parsed<double>(text)) == 0x7ff8000000000000u);
    CHECK(bits(*parsed<float>(text)) == 0x7fc00000u);
  }
}

TEST_CASE("one sign, and nothing around the number") {
  CHECK(parsed<double>("+5.5") == 5.5);
  CHECK(parsed<double>("+.5") == 0.5);
  CHECK(parsed<int>("+5") == 5);
  for (const char* text :
       {"",   "+",  "-",   "++5",   "+-5", "-+5",  "--5",   "+ 5", " 5",      "5 ",   ".",
        "e5", "1e", "1e+", "1.2.3", "1,2", "0x10", "1_000", "5f",  "infinit", "1'000"}) {
    CHECK_MESSAGE(!parsed<double>(text).has_value(), text);
    CHECK_MESSAGE(!out_of_range<double>(text), text);
  }
  for (const char* text : {"", "+", "-", "+-5", " 5", "5.0", "5.", "1e3", "nan", "inf", "0x1"})
    CHECK_MESSAGE(!parsed<int>(text).has_value(), text);
}

TEST_CASE_TEMPLATE("integers to their limits, and not one further", T, std::int8_t, std::uint8_t,
                   std::int16_t, std::int32_t, std::uint32_t, std::int64_t, std::uint64_t) {
  const auto low = std::to_string(std::numeric_limits<T>::min());
  const auto high = std::to_string(std::numeric_limits<T>::max());
  CHECK(parsed<T>(low) == std::numeric_limits<T>::min());
  CHECK(parsed<T>(high) == std::numeric_limits<T>::max());
  CHECK(parsed<T>("-0") == T{0});
  CHECK(parsed<T>("007") == T{7});

  // Adds one to the magnitude of the decimal digits.
  auto further = [](std::string digits) {
    std::size_t at = digits.size() - 1;
    for (; digits[at] == '9'; --at) digits[at] = '0';
    ++digits[at];
    return digits;
  };
  CHECK(out_of_range<T>(further(high)));
  CHECK(out_of_range<T>(std::is_signed_v<T> ? further(low) : "-1"));
  CHECK(out_of_range<T>("99999999999999999999999"));
  CHECK(out_of_range<T>("-99999999999999999999999"));
}

TEST_CASE("a decimal comma elsewhere in the world changes nothing here") {
  const std::string before = std::setlocale(LC_NUMERIC, nullptr);
  for (const char* name : {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE"})
    if (std::setlocale(LC_NUMERIC, name) != nullptr) break;
  CHECK(parsed<double>("1.5") == 1.5);
  CHECK_FALSE(parsed<double>("1,5").has_value());
  std::setlocale(LC_NUMERIC, before.c_str());
}

TEST_CASE("names of types, as messages say them") {
  CHECK(detail::number_name<float>() == "float");
  CHECK(detail::number_name<double>() == "double");
  CHECK(detail::number_name<detail::binary16>() == "f16");
  CHECK(detail::number_name<std::int32_t>() == "int32");
  CHECK(detail::number_name<std::uint8_t>() == "uint8");
}

TEST_CASE("a substitute is a value of the type, or an error") {
  CHECK_FALSE(detail::csv_substitute<double>({}).has_value());
  CHECK(detail::csv_substitute<float>(0.1) == 0.1f);
  CHECK(bits(*detail::csv_substitute<float>(std::numeric_limits<double>::quiet_NaN())) ==
        0x7fc00000u);
  CHECK(detail::csv_substitute<std::uint8_t>(255) == std::uint8_t{255});
  CHECK(detail::csv_substitute<std::int32_t>(-2147483648.0) == -2147483647 - 1);
  CHECK(detail::csv_substitute<std::int64_t>(-0x1p63) == std::numeric_limits<std::int64_t>::min());
  CHECK_THROWS_WITH_AS(detail::csv_substitute<std::uint8_t>(256),
                       ".missing_value is 256, which uint8 cannot hold", value_error);
  CHECK_THROWS_WITH_AS(detail::csv_substitute<std::uint8_t>(-1),
                       ".missing_value is -1, which uint8 cannot hold", value_error);
  CHECK_THROWS_WITH_AS(detail::csv_substitute<std::int32_t>(0.5),
                       ".missing_value is 0.5, which int32 cannot hold", value_error);
  CHECK_THROWS_WITH_AS(detail::csv_substitute<std::int32_t>(2147483648.0),
                       ".missing_value is 2147483648, which int32 cannot hold", value_error);
  CHECK_THROWS_WITH_AS(
      detail::csv_substitute<std::int64_t>(std::numeric_limits<double>::quiet_NaN()),
      ".missing_value is nan, which int64 cannot hold", value_error);
  CHECK_THROWS_AS(detail::csv_substitute<std::int64_t>(0x1p63), value_error);
  CHECK_THROWS_AS(detail::csv_substitute<std::uint64_t>(0x1p64), value_error);
}

TEST_CASE("what is a number, and what names are made of") {
  using smelt::detail::has_letter;
  using smelt::detail::reads_as_number;
  for (const char* text : {"1", "-2.5e3", "+4", "nan", "inf", "1e999"}) CHECK_MESSAGE(reads_as_number(text), text);
  for (const char* text : {"?", "1x", "1 ", "-", "+-1", "1,5"}) CHECK_MESSAGE(!reads_as_number(text), text);
  for (const char* text : {"a", "Z", "_", "2019a", "\xc3\xa9", "N/A"}) CHECK_MESSAGE(has_letter(text), text);
  for (const char* text : {"", "?", "--", "1.5", "[5]", "@"}) CHECK_MESSAGE(!has_letter(text), text);
}
