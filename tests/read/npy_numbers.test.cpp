// SPDX-License-Identifier: BSL-1.0

/// \file
/// Conversions between stored and wanted numbers, against long double, which holds all of both: kept
/// exactly, or refused for a reason that is true.

#include <smelt/read/npy_numbers.hpp>

#include <doctest/doctest.h>

#include <support/tables.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace smelt;
using smelt_test::endless;
using smelt_test::gone;

namespace {

static_assert(std::numeric_limits<long double>::digits >= 64);

/// A long double as a T. (Those here are no f16 only by so much that a double shows it.)
template <class T>
T as(long double x) {
  if constexpr (std::is_class_v<T>)
    return T(static_cast<double>(x));
  else
    return static_cast<T>(x);
}

/// Numbers of S that lie at the edges of other types, or nowhere near.
template <class S>
std::vector<S> edges() {
  std::vector<S> made{static_cast<S>(0), static_cast<S>(1), std::numeric_limits<S>::max(),
                      std::numeric_limits<S>::lowest()};
  const auto add = [&](long double x) {
    if constexpr (has_missing<S>)
      made.push_back(as<S>(x));
    else if (x >= static_cast<long double>(std::numeric_limits<S>::min()) &&
             x <= static_cast<long double>(std::numeric_limits<S>::max()))
      made.push_back(static_cast<S>(x));
  };
  for (int power = 0; power <= 64; ++power)
    for (int by = -3; by <= 3; ++by)
      for (int sign : {-1, 1}) add(sign * (std::ldexp(1.0L, power) + by));
  for (int bit = 0; bit < 64; ++bit) add(std::ldexp(1.0L, bit) + std::ldexp(1.0L, bit / 2));
  if constexpr (has_missing<S>)
    for (const long double x : {0.5L, -0.5L, 0.1L, 1e-46L, -1e-45L, 3e38L, 3.5e38L, -1e300L, 1e-310L, 2.5L, 65519.0L, 2e-8L})
      made.push_back(as<S>(x));
  return made;
}

template <class T, class S>
void check(S x) {
  T out{}, rounded{};
  const char* const why = detail::convert(x, false, out);
  const char* const why_rounded = detail::convert(x, true, rounded);
  const auto wide = static_cast<long double>(x);
  bool fits;
  if constexpr (has_missing<T>)
    fits = static_cast<long double>(as<T>(wide)) == wide;
  else
    fits = wide >= static_cast<long double>(std::numeric_limits<T>::min()) &&
           wide <= static_cast<long double>(std::numeric_limits<T>::max()) && std::trunc(wide) == wide;
  CAPTURE(wide);
  CHECK((why == nullptr) == fits);
  if (fits) {
    CHECK(static_cast<long double>(out) == wide);
    CHECK(static_cast<long double>(rounded) == wide);
    CHECK(why_rounded == nullptr);
  } else if constexpr (has_missing<T>) {
    const T nearest = as<T>(wide);
    const bool lost = widened(nearest) == 0 || std::isinf(widened(nearest));
    CHECK((why_rounded != nullptr) == lost);
    if (!lost) CHECK(smelt_test::same_bits(rounded, nearest));
    CHECK(why == std::string(lost ? "is out of range for " : "is not exactly a "));
  } else {
    CHECK(why_rounded == why);
    CHECK((why == std::string("is no whole number, as must be every ")) ==
          (std::fabs(wide) < 1e19L && std::trunc(wide) != wide &&
           (wide > 0 || std::is_signed_v<T>) &&
           std::fabs(wide) < static_cast<long double>(std::numeric_limits<T>::max())));
  }
}
template <class S>
void check_all() {
  for (const S x : edges<S>()) {
    check<double>(x);
    check<float>(x);
    check<detail::binary16>(x);
    check<std::int8_t>(x);
    check<std::int16_t>(x);
    check<std::int32_t>(x);
    check<std::int64_t>(x);
    check<std::uint8_t>(x);
    check<std::uint16_t>(x);
    check<std::uint32_t>(x);
    check<std::uint64_t>(x);
  }
}

/// One element, stored as S with its bytes turned round, and read as T.
template <class T>
T turned(const npy_dtype& dtype, std::string bytes, rounding how = rounding::refused) {
  T made{};
  detail::convert_stored(dtype, {bytes.data(), 1, 1, false, true, "x"}, how == rounding::nearest, &made,
                         1, 1);
  return made;
}

}  // namespace

TEST_CASE("every pair of types, at the edges of each") {
  check_all<double>();
  check_all<float>();
  check_all<detail::binary16>();
  check_all<std::int8_t>();
  check_all<std::int16_t>();
  check_all<std::int32_t>();
  check_all<std::int64_t>();
  check_all<std::uint8_t>();
  check_all<std::uint16_t>();
  check_all<std::uint32_t>();
  check_all<std::uint64_t>();
}

TEST_CASE("missing values, infinities and the zero below zero") {
  float narrow = 0;
  double wide = 0;
  CHECK(detail::convert(-gone, false, narrow) == nullptr);
  CHECK(smelt_test::same_bits(narrow, missing_value<float>));
  CHECK(detail::convert(-missing_value<float>, false, wide) == nullptr);
  CHECK(smelt_test::same_bits(wide, gone));
  CHECK(detail::convert(-endless, false, narrow) == nullptr);
  CHECK(narrow == -std::numeric_limits<float>::infinity());
  CHECK(detail::convert(-0.0, false, narrow) == nullptr);
  CHECK(std::signbit(narrow));
  int whole = 7;
  CHECK(detail::convert(-0.0, false, whole) == nullptr);
  CHECK(whole == 0);
  CHECK(detail::convert(gone, true, whole) == std::string("is missing, and there is no such "));
  CHECK(detail::convert(endless, true, whole) == std::string("is out of range for "));
}

TEST_CASE("bytes are turned round") {
  CHECK(turned<double>({npy_kind::real, 8, true}, {"\x3f\xf8\0\0\0\0\0\0", 8}) == 1.5);
  CHECK(turned<double>({npy_kind::real, 2, true}, {"\xbe\0", 2}) == -1.5);
  CHECK(turned<double>({npy_kind::real, 4, true}, {"\xbf\xc0\0\0", 4}) == -1.5);
  CHECK(turned<int>({npy_kind::signed_integer, 8, true}, {"\0\0\0\0\0\0\1\2", 8}) == 258);
  CHECK(turned<int>({npy_kind::signed_integer, 4, true}, {"\xff\xff\xff\xfe", 4}) == -2);
  CHECK(turned<int>({npy_kind::unsigned_integer, 2, true}, {"\1\0", 2}) == 256);
  CHECK(turned<int>({npy_kind::signed_integer, 2, true}, {"\xff\xfe", 2}) == -2);
  CHECK(turned<double>({npy_kind::unsigned_integer, 8, true}, {"\x80\0\0\0\0\0\0\0", 8}) == 0x1p63);
  CHECK(turned<double>({npy_kind::unsigned_integer, 4, true}, {"\x80\0\0\0", 4}) == 0x1p31);
  CHECK(turned<int>({npy_kind::unsigned_integer, 1, false}, "\x80") == 128);
  CHECK(turned<int>({npy_kind::signed_integer, 1, false}, "\x80") == -128);
  CHECK(turned<int>({npy_kind::boolean, 1, false}, "\x80") == 1);
  CHECK(turned<int>({npy_kind::boolean, 1, false}, std::string(1, '\0')) == 0);
  CHECK(turned<double>({npy_kind::boolean, 1, false}, std::string(1, '\0')) == 0.0);
}

TEST_CASE("what is refused is named with its place, in either order") {
  const std::int64_t numbers[] = {1, 2, 3, (std::int64_t{1} << 53) + 1, 5, 6};
  double to[6];
  const npy_dtype dtype = detail::npy_dtype_as<std::int64_t>();
  const auto read = [&](bool by_column, bool round) {
    detail::convert_stored(dtype, {reinterpret_cast<const char*>(numbers), 2, 3, by_column, false, "x.npy"},
                           round, to, 3, 1);
  };
  CHECK_THROWS_WITH_AS(read(false, false),
                       "x.npy, row 1, column 0: 9007199254740993 is not exactly a double", value_error);
  CHECK_THROWS_WITH_AS(read(true, false),
                       "x.npy, row 1, column 1: 9007199254740993 is not exactly a double", value_error);
  read(true, true);
  CHECK(to[4] == 0x1p53);
  CHECK(to[1] == 3);
}

TEST_CASE("the name of a type of this machine") {
  CHECK(detail::npy_dtype_as<float>().text() == "<f4");
  CHECK(detail::npy_dtype_as<detail::binary16>().text() == "<f2");
  CHECK(detail::npy_dtype_as<double>().text() == "<f8");
  CHECK(detail::npy_dtype_as<bool>().text() == "|b1");
  CHECK(detail::npy_dtype_as<std::int8_t>().text() == "|i1");
  CHECK(detail::npy_dtype_as<std::uint8_t>().text() == "|u1");
  CHECK(detail::npy_dtype_as<std::int16_t>().text() == "<i2");
  CHECK(detail::npy_dtype_as<std::uint64_t>().text() == "<u8");
}

TEST_CASE("squares end where the table does") {
  for (const smelt::index rows : {1, 63, 64, 65, 129})
    for (const smelt::index cols : {1, 63, 64, 65})
      for (const bool by_column : {false, true}) {
        // One row and column more than there are, on both sides.
        const auto size = static_cast<std::size_t>((rows + 1) * (cols + 1));
        std::vector<std::int32_t> from(size);
        for (std::size_t k = 0; k < size; ++k) from[k] = static_cast<std::int32_t>(k);
        std::vector<double> to(size, -1);
        detail::convert_stored(detail::npy_dtype_as<std::int32_t>(),
                               {reinterpret_cast<const char*>(from.data()), rows, cols, by_column, false, "x"},
                               false, to.data(), cols + 1, 1);
        bool same = true;
        for (smelt::index r = 0; r <= rows; ++r)
          for (smelt::index c = 0; c <= cols; ++c) {
            const smelt::index at = by_column ? c * rows + r : r * cols + c;
            const double expected = r < rows && c < cols ? static_cast<double>(at) : -1;
            same = same && to[static_cast<std::size_t>(r * (cols + 1) + c)] == expected;
          }
        CHECK(same);
      }
}
