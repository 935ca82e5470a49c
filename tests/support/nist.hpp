// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The nine univariate sets of the NIST Statistical Reference Datasets, and the number of digits
/// that a result has right.

#include <support/exact.hpp>

#include <algorithm>  // std::min
#include <cmath>
#include <cstddef>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace nist {

/// A set with its certified values, as NIST prints them: 15 significant digits, or fewer where they
/// are exact. `ceiling` is how many digits of the certified deviation exact arithmetic on the data,
/// rounded to double, has right.
struct set {
  std::string name;
  std::string mean;
  std::string deviation;
  double ceiling;
  std::size_t size;
  std::vector<double> values;
};

/// The first `count` decimal digits of pi, by the series pi/2 = 1 + 1/3 (1 + 2/5 (1 + 3/7 (...)))
/// as a number in a mixed base (Rabinowitz and Wagon 1995), four digits at a time.
inline std::vector<double> digits_of_pi(std::size_t count) {
  constexpr long base = 10000;
  const std::size_t wanted = count / 4 + 2;
  std::size_t left = 14 * (wanted + 1);  // terms: 14 for each group of four digits
  std::vector<long> place(left + 1, base / 5);
  std::vector<long> groups;
  long held = 0;
  for (; groups.size() < wanted; left -= 14) {
    long carry = 0;
    for (std::size_t i = left; i > 0; --i) {
      const auto odd = 2 * static_cast<long>(i) - 1;
      const long total = place[i] * base + carry * static_cast<long>(i);
      place[i] = total % odd;
      carry = total / odd;
    }
    groups.push_back(held + carry / base);
    held = carry % base;
  }
  // A group may have come out as 10000.
  for (std::size_t i = groups.size(); i-- > 1;) {
    groups[i - 1] += groups[i] / base;
    groups[i] %= base;
  }
  std::vector<double> digits;
  for (long group : groups)
    for (long unit = base / 10; unit > 0; unit /= 10)
      digits.push_back(static_cast<double>(group / unit % 10));
  digits.resize(count);
  return digits;
}

/// The set PiDigits. Its list has a 3 as value 957 where pi has an 8, and the certified values are
/// those of the list: the digits of pi themselves have mean 4.5358.
inline std::vector<double> pi_digits() {
  std::vector<double> digits = digits_of_pi(5000);
  digits[956] = 3.0;
  return digits;
}

/// The numbers after the last line of dashes.
inline std::vector<double> read_values(const std::string& path) {
  std::ifstream file(path);
  std::vector<double> values;
  for (std::string line; std::getline(file, line);) {
    if (line.find("-----") != std::string::npos) {
      values.clear();
      continue;
    }
    std::istringstream word(line);
    double x = 0.0;
    if (word >> x) values.push_back(x);
  }
  return values;
}

inline std::vector<set> sets(const std::string& folder) {
  std::vector<set> all = {
      {"PiDigits", "4.53480000000000", "2.86733906028871", 16.0, 5000, {}},
      {"Lottery", "518.958715596330", "291.699727470969", 16.0, 218, {}},
      {"Lew", "-177.435000000000", "277.332168044316", 16.0, 200, {}},
      {"Mavro", "2.00185600000000", "0.000429123454003053", 13.1, 50, {}},
      {"Michelso", "299.852400000000", "0.0790105478190518", 13.9, 100, {}},
      {"NumAcc1", "10000002", "1", 16.0, 3, {}},
      {"NumAcc2", "1.2", "0.1", 15.7, 1001, {}},
      {"NumAcc3", "1000000.2", "0.1", 9.5, 1001, {}},
      {"NumAcc4", "10000000.2", "0.1", 8.3, 1001, {}},
  };
  for (set& s : all)
    s.values =
        s.name == "PiDigits" ? pi_digits() : read_values(folder + "/nist/" + s.name + ".dat");
  return all;
}

/// Digits that are right: -log10 of the relative error, at most 16. What lies within `slack` of the
/// wanted value counts as all digits.
inline double digits_right(exact::real got, exact::real wanted, exact::real slack = 0) {
  exact::real off = got < wanted ? wanted - got : got - wanted;
  off = off > slack ? off - slack : 0;
  const auto relative = static_cast<double>(off / (wanted < 0 ? -wanted : wanted));
  return relative > 0.0 ? std::min(16.0, -std::log10(relative)) : 16.0;
}

/// The same against a certified value: half a unit of its last printed digit is slack, where it is
/// printed to 15 digits and so rounded.
inline double digits_right(exact::real got, const std::string& certified) {
  const std::size_t point = certified.find('.');
  std::size_t significant = 0;
  exact::real unit = 1;
  for (std::size_t i = 0; i < certified.size(); ++i) {
    if (certified[i] < '0' || certified[i] > '9') continue;
    significant += significant > 0 || certified[i] != '0';
    if (point != std::string::npos && i > point) unit /= 10;
  }
  return digits_right(got, exact::decimal(certified), significant >= 15 ? unit / 2 : 0);
}

}  // namespace nist
