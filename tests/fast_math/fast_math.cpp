// SPDX-License-Identifier: BSL-1.0

/// \file
/// Cleaning under -ffast-math with the opt-out: missing and infinite values are found, kept,
/// filled, dropped and refused as ever, and numbers agree with plain sums to a tolerance. What is
/// expected never comes from arithmetic on a missing or infinite value, and is told by its bits.

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#if !defined(__FAST_MATH__)
#error "this test is of a build with -ffast-math"
#endif

namespace {

using smelt::index;

enum class kind : unsigned char { number, missing, above, below };  // infinite: above, below

/// Bits of each kind; a missing value is quiet, signalling, negative or has a payload by turns.
std::uint64_t bits_of(kind k, index turn, double) {
  constexpr std::uint64_t gone[] = {0x7ff8000000000000u, 0x7ff0000000000001u, 0xfff8000000000000u,
                                    0x7ff8dead0000beefu};
  if (k == kind::missing) return gone[turn % 4];
  return k == kind::above ? 0x7ff0000000000000u : 0xfff0000000000000u;
}
std::uint32_t bits_of(kind k, index turn, float) {
  constexpr std::uint32_t gone[] = {0x7fc00000u, 0x7f800001u, 0xffc00000u, 0x7fc0beefu};
  if (k == kind::missing) return gone[turn % 4];
  return k == kind::above ? 0x7f800000u : 0xff800000u;
}
template <class T>
kind kind_of(const T& x) {
  std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t> bits;
  std::memcpy(&bits, &x, sizeof bits);
  const auto infinite =
      sizeof(T) == 8 ? decltype(bits)(0x7ff0000000000000u) : decltype(bits)(0x7f800000u);
  const decltype(bits) magnitude = bits & ~(decltype(bits){1} << (8 * sizeof(T) - 1));
  if (magnitude > infinite) return kind::missing;
  if (magnitude < infinite) return kind::number;
  return bits == infinite ? kind::above : kind::below;
}

/// What stands where, beside the data that a chain is given.
struct sheet {
  index rows;
  index cols;
  std::vector<kind> kinds;
  std::vector<double> numbers;

  sheet(index r, index c)
      : rows(r), cols(c), kinds(static_cast<std::size_t>(r * c)), numbers(kinds.size()) {}
  std::size_t at(index r, index c) const { return static_cast<std::size_t>(r * cols + c); }
  void put(index r, index c, double number) {
    kinds[at(r, c)] = kind::number;
    numbers[at(r, c)] = number;
  }
  void put(index r, index c, kind k) { kinds[at(r, c)] = k; }
  bool holds(index r, index c) const { return kinds[at(r, c)] == kind::number; }

  template <class T>
  smelt::table<T> data() const {
    smelt::table<T> made(rows, cols);
    for (index r = 0; r < rows; ++r)
      for (index c = 0; c < cols; ++c) {
        T& to = made(r, c);
        to = static_cast<T>(numbers[at(r, c)]);
        if (holds(r, c)) continue;
        const auto bits = bits_of(kinds[at(r, c)], r + c, T{});
        std::memcpy(&to, &bits, sizeof to);
      }
    return made;
  }
};

/// Sixteenths, exact as floats, with both zeros; every column has its own place and width. One
/// value in eleven is missing, and where `infinite` one in 97 is infinite.
sheet noise(index rows, index cols, bool infinite) {
  sheet made(rows, cols);
  std::uint64_t state = 88172645463325252u;
  for (index r = 0; r < rows; ++r)
    for (index c = 0; c < cols; ++c) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      const auto draw = static_cast<double>(static_cast<std::int64_t>(state % 2048) - 1024);
      const double number =
          draw / 16.0 * static_cast<double>(c + 1) + static_cast<double>(8 * (c % 3));
      made.put(r, c, state % 64 == 0 ? -0.0 : number);
      if ((state >> 20) % 11 == 0) made.put(r, c, kind::missing);
      if (infinite && (state >> 32) % 97 == 0)
        made.put(r, c, r % 2 == 0 ? kind::above : kind::below);
    }
  return made;
}

/// Plain sums over the numbers of a column.
struct of_column {
  double count = 0;
  double mean = 0;
  double deviation = 0;
  double lowest = 1e300;
  double highest = -1e300;

  of_column(const sheet& s, index c) {
    for (index r = 0; r < s.rows; ++r)
      if (s.holds(r, c)) {
        const double x = s.numbers[s.at(r, c)];
        count += 1;
        mean += x;
        lowest = std::min(lowest, x);
        highest = std::max(highest, x);
      }
    mean /= count;
    for (index r = 0; r < s.rows; ++r)
      if (s.holds(r, c))
        deviation += (s.numbers[s.at(r, c)] - mean) * (s.numbers[s.at(r, c)] - mean);
    deviation = std::sqrt(deviation / count);
  }
};

int checks = 0;
int failures = 0;
std::string where_now;

void check(bool holds, const std::string& what) {
  ++checks;
  if (holds) return;
  ++failures;
  if (failures < 40) std::printf("%s: %s\n", where_now.c_str(), what.c_str());
}

/// A sheet against what came out: kinds equal, numbers within 1e-5 of their size or of 1.
template <class Table>
void expect_sheet(const Table& y, const sheet& s, const char* what) {
  if (y.rows() != s.rows || y.cols() != s.cols) {
    return check(false, std::string(what) + ": " + std::to_string(y.rows()) + " x " +
                            std::to_string(y.cols()));
  }
  index wrong = 0;
  std::string first;
  for (index r = 0; r < s.rows; ++r)
    for (index c = 0; c < s.cols; ++c) {
      const auto value = y(r, c);
      bool good = kind_of(value) == s.kinds[s.at(r, c)];
      if (good && s.holds(r, c)) {
        const double away = std::fabs(static_cast<double>(value) - s.numbers[s.at(r, c)]);
        good = away <= 1e-5 * std::max(1.0, std::fabs(s.numbers[s.at(r, c)]));
      }
      if (good) continue;
      if (wrong++ == 0) first = " at row " + std::to_string(r) + ", column " + std::to_string(c);
    }
  check(wrong == 0,
        std::string(what) + ": " + std::to_string(wrong) + " values differ, the first" + first);
}

/// A sheet with another number, or none, for each element.
template <class F>
sheet changed(const sheet& s, F&& f) {
  sheet made = s;
  for (index c = 0; c < s.cols; ++c) {
    const of_column column(s, c);
    for (index r = 0; r < s.rows; ++r) f(made, r, c, column);
  }
  return made;
}
/// The rows for which `stays(r)`.
template <class F>
sheet kept(const sheet& s, F&& stays) {
  sheet made(0, s.cols);
  for (index r = 0; r < s.rows; ++r) {
    if (!stays(r)) continue;
    ++made.rows;
    for (index c = 0; c < s.cols; ++c) {
      made.kinds.push_back(s.kinds[s.at(r, c)]);
      made.numbers.push_back(s.numbers[s.at(r, c)]);
    }
  }
  return made;
}

template <class T, class Policy>
void clean_and_scale(const Policy& policy, const sheet& s) {
  using namespace smelt;
  const auto x = s.data<T>();
  const auto filled = changed(s, [](sheet& to, index r, index c, const of_column& of) {
    if (!to.holds(r, c)) to.put(r, c, of.mean);
  });
  expect_sheet(fit_transform(policy, clean(fill::mean), x), filled, "fill::mean");
  const auto standard = [](sheet& to, index r, index c, const of_column& of) {
    if (to.holds(r, c)) to.put(r, c, (to.numbers[to.at(r, c)] - of.mean) / of.deviation);
  };
  expect_sheet(fit_transform(policy, standardize(), x), changed(s, standard), "standardize");
  expect_sheet(fit_transform(policy, clean(fill::mean) | standardize(), x),
               changed(filled, standard), "fill::mean | standardize");
  const auto ranged = [](sheet& to, index r, index c, const of_column& of) {
    if (to.holds(r, c))
      to.put(r, c, -1 + (to.numbers[to.at(r, c)] - of.lowest) * 2 / (of.highest - of.lowest));
  };
  expect_sheet(fit_transform(policy, normalize(min_max{-1, 1}), x), changed(s, ranged), "min_max");
  const auto shrunk = [](sheet& to, index r, index c, const of_column& of) {
    if (to.holds(r, c))
      to.put(r, c, to.numbers[to.at(r, c)] / std::max(std::fabs(of.lowest), std::fabs(of.highest)));
  };
  expect_sheet(fit_transform(policy, normalize(max_abs), x), changed(s, shrunk), "max_abs");
  const auto one_filled = changed(s, [](sheet& to, index r, index c, const of_column&) {
    if (c == 1 && !to.holds(r, c)) to.put(r, c, 0.5);
  });
  expect_sheet(transform(policy, fit(policy, at(columns{1}, fill::constant(0.5)), x), x),
               one_filled, "fill on one column");
  const auto hidden = clean(at(columns{0}, sentinel(8)), at(columns{1}, sentinel(8)));
  const auto more = changed(s, [](sheet& to, index r, index c, const of_column&) {
    if (to.holds(r, c) && to.numbers[to.at(r, c)] == 8.0 && c < 2) to.put(r, c, kind::missing);
  });
  expect_sheet(fit_transform(policy, hidden, x), more, "sentinel on two columns");
  const auto back =
      inverse(policy, fit(policy, standardize(), x), fit_transform(policy, standardize(), x));
  expect_sheet(back, s, "inverse");
}

template <class T, class Policy>
void drop_rows(const Policy& policy, const sheet& s) {
  using namespace smelt;
  const auto x = s.data<T>();
  const auto gone = [&](index r) {
    index n = 0;
    for (index c = 0; c < s.cols; ++c) n += !s.holds(r, c);
    return n;
  };
  expect_sheet(fit_transform(policy, drop::any, x), kept(s, [&](index r) { return gone(r) == 0; }),
               "drop::any");
  expect_sheet(fit_transform(policy, drop::at_least(2), x),
               kept(s, [&](index r) { return gone(r) < 2; }), "drop::at_least");
  expect_sheet(fit_transform(policy, at(columns{0, 1}, drop::all), x),
               kept(s, [&](index r) { return s.holds(r, 0) || s.holds(r, 1); }),
               "drop::all of two");
  expect_sheet(fit_transform(policy, at(columns{1}, drop::outside(-50, 60)), x),
               kept(s,
                    [&](index r) {
                      const double v = s.numbers[s.at(r, 1)];
                      return !s.holds(r, 1) || (v >= -50 && v <= 60);
                    }),
               "drop::outside of one");
  const auto full = kept(s, [&](index r) { return gone(r) == 0; });
  const auto standard = [](sheet& to, index r, index c, const of_column& of) {
    to.put(r, c, (to.numbers[to.at(r, c)] - of.mean) / of.deviation);
  };
  expect_sheet(fit_transform(policy, drop::any | standardize(), x), changed(full, standard),
               "drop::any | standardize");
}

template <class T, class Policy>
void row_norms(const Policy& policy, const sheet& s) {
  using namespace smelt;
  auto made = s;
  for (index r = 0; r < s.rows; ++r) {
    double sum = 0;
    for (index c = 0; c < s.cols; ++c)
      if (s.holds(r, c)) sum += s.numbers[s.at(r, c)] * s.numbers[s.at(r, c)];
    for (index c = 0; c < s.cols; ++c)
      if (s.holds(r, c) && sum > 0) made.put(r, c, s.numbers[s.at(r, c)] / std::sqrt(sum));
  }
  expect_sheet(fit_transform(policy, normalize(l2), s.data<T>()), made, "l2");
}

template <class T, class Policy>
void odd_columns(const Policy& policy, const sheet& s) {
  using namespace smelt;
  auto odd = s;  // column 0 without values, column 1 constant where present
  for (index r = 0; r < s.rows; ++r) {
    odd.put(r, 0, kind::missing);
    if (odd.holds(r, 1)) odd.put(r, 1, 14.625);
  }
  const auto x = odd.data<T>();
  const auto expected = changed(odd, [](sheet& to, index r, index c, const of_column& of) {
    if (to.holds(r, c))
      to.put(r, c, c == 1 ? 0.0 : (to.numbers[to.at(r, c)] - of.mean) / of.deviation);
  });
  expect_sheet(fit_transform(policy, standardize(), x), expected, "an empty and a constant column");
  const auto without = changed(expected, [](sheet& to, index r, index c, const of_column&) {
    if (c == 1) to.put(r, c, kind::missing);
  });
  expect_sheet(fit_transform(policy, standardize(zero::nan), x), without, "zero::nan");
  bool refused = false;
  try {
    fit(policy, clean(fill::mean), x);
  } catch (const value_error&) {
    refused = true;
  }
  check(refused, "fill::mean of an empty column");
  check(fit_transform(policy, drop::missing_columns, x).cols() == s.cols - 1,
        "drop::missing_columns");
  check(fit_transform(policy, drop::constant_columns, x).cols() == s.cols - 2,
        "drop::constant_columns");
}

template <class T, class Policy>
void infinities(const Policy& policy, const sheet& s) {
  using namespace smelt;
  const auto x = s.data<T>();
  const auto filled = changed(s, [](sheet& to, index r, index c, const of_column& of) {
    if (!to.holds(r, c)) to.put(r, c, of.mean);
  });
  expect_sheet(fit_transform(policy, clean(infinity::missing, fill::mean), x), filled,
               "infinity::missing");
  const auto bounded = changed(s, [](sheet& to, index r, index c, const of_column&) {
    const kind k = to.kinds[to.at(r, c)];
    const double v = to.numbers[to.at(r, c)];
    if (k == kind::above || (k == kind::number && v > 3)) to.put(r, c, 3);
    if (k == kind::below || (k == kind::number && v < -3)) to.put(r, c, -3);
  });
  expect_sheet(fit_transform(policy, infinity::keep | clip(-3, 3), x), bounded,
               "infinity::keep | clip");
  const auto partly = changed(bounded, [&](sheet& to, index r, index c, const of_column&) {
    to.kinds[to.at(r, c)] = c == 1 ? to.kinds[to.at(r, c)] : s.kinds[s.at(r, c)];
    if (c != 1) to.numbers[to.at(r, c)] = s.numbers[s.at(r, c)];
  });
  expect_sheet(fit_transform(policy, infinity::keep | at(columns{1}, clip(-3, 3)), x), partly,
               "infinity::keep, clip on one column");
}

/// One infinite value anywhere is an error of the fit, and missing in a transform that throws.
template <class T, class Policy>
void one_infinity(const Policy& policy, const sheet& finite) {
  using namespace smelt;
  const auto clean_fit = fit(policy, standardize(), finite.data<T>());
  for (const index r : {index{0}, index{9}, index{1030}, finite.rows - 1})
    for (const index c : {index{0}, index{5}, finite.cols - 1}) {
      auto s = finite;
      s.put(r, c, c == 5 ? kind::below : kind::above);
      const auto x = s.data<T>();
      const auto throws = [](auto&& run) {
        try {
          run();
        } catch (const value_error&) {
          return true;
        }
        return false;
      };
      check(throws([&] { fit(policy, standardize(), x); }), "an infinity in a fit of moments");
      check(throws([&] {
              fit(policy, normalize(min_max{0, 1}), x);
            }),
            "an infinity in a fit of extrema");
      check(throws([&] { fit(policy, clean(drop::any) | standardize(), x); }),
            "an infinity in a fit with drops");
      auto expected = changed(finite, [](sheet& to, index row, index col, const of_column& of) {
        if (to.holds(row, col))
          to.put(row, col, (to.numbers[to.at(row, col)] - of.mean) / of.deviation);
      });
      expected.put(r, c, kind::missing);
      table<T> y(s.rows, s.cols);
      check(throws([&] { transform(policy, clean_fit, x, y); }), "an infinity in a transform");
      expect_sheet(y, expected, "a transform that met an infinity");
    }
}

/// `Whole`: rows that drop, row norms and odd columns too, which come to doubles in the same way
/// whatever is stored.
template <class T, bool Whole, class Policy>
void everything(const Policy& policy, const char* name) {
  for (const index cols : {3, 13, 64}) {
    where_now = std::string(name) + (sizeof(T) == 8 ? ", double, " : ", float, ") +
                std::to_string(cols) + " columns";
    const index rows = cols == 64 ? 1100 : 2500;
    const auto finite = noise(rows, cols, false);
    clean_and_scale<T>(policy, finite);
    infinities<T>(policy, noise(rows, cols, true));
    if (cols == 13) one_infinity<T>(policy, finite);
    if constexpr (Whole) {
      drop_rows<T>(policy, finite);
      row_norms<T>(policy, finite);
      odd_columns<T>(policy, finite);
    }
  }
}

}  // namespace

int main() {
  static_assert(smelt::fast_math);
  smelt::workers pool{2};
  everything<float, true>(smelt::on::seq, "on::seq");
  everything<float, true>(smelt::on::eigen.on(pool), "on::eigen");
  everything<double, false>(smelt::on::eigen.on(pool), "on::eigen");
  std::printf("%d of %d checks hold\n", checks - failures, checks);
  return failures == 0 ? 0 : 1;
}
