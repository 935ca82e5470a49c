// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The answers of scikit-learn in tests/golden/sklearn.txt, the tables they are for, and
/// comparisons.

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/tables.hpp>

#include <algorithm>  // std::max
#include <cmath>
#include <cstdlib>  // std::strtod
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace smelt_test {

/// Lines of a case, a table, an item and numbers; made by tests/golden/make_sklearn.py.
class golden_answers {
 public:
  golden_answers() {
    std::ifstream file(SMELT_TEST_DATA_DIR "/../golden/sklearn.txt");
    for (std::string text; std::getline(file, text);) {
      if (text.empty() || text[0] == '#') {
        header_ += text;
        continue;
      }
      std::istringstream words(text);
      std::string name, table, item, word;
      words >> name >> table >> item;
      auto& numbers = lines_[name + " " + table + " " + item];
      while (words >> word) numbers.push_back(std::strtod(word.c_str(), nullptr));
    }
  }
  /// The numbers of one line. Every line that is asked for must be there.
  const std::vector<double>& operator()(const std::string& key) const {
    const auto at = lines_.find(key);
    smelt::expect<smelt::io_error>(at != lines_.end(), "sklearn.txt has no line '", key, "'");
    return at->second;
  }
  /// The lines whose key begins with `begin`, by the rest of their key.
  std::map<std::string, std::vector<double>> all(const std::string& begin) const {
    std::map<std::string, std::vector<double>> found;
    for (const auto& [key, numbers] : lines_)
      if (key.rfind(begin, 0) == 0) found[key.substr(begin.size())] = numbers;
    return found;
  }
  /// The rows of a small table, in order.
  smelt::table<double> table(const std::string& name) const {
    const auto found = all(name + " given row:");
    const auto rows = static_cast<smelt::index>(found.size());
    smelt::table<double> made(rows, rows > 0 ? static_cast<smelt::index>(found.at("0").size()) : 0);
    for (const auto& [row, numbers] : found)
      for (std::size_t c = 0; c < numbers.size(); ++c)
        made(std::stol(row), static_cast<smelt::index>(c)) = numbers[c];
    return made;
  }
  const std::string& header() const { return header_; }

 private:
  std::map<std::string, std::vector<double>> lines_;
  std::string header_;
};
inline const golden_answers& golden() {
  static const golden_answers answers;
  return answers;
}

/// The tables of examples/data.
template <class T>
smelt::table<T> wine() {
  return smelt::read_csv<T>(
      SMELT_DATA_DIR "/wine_data.csv",
      {.header = smelt::header::none, .columns = smelt::columns::range(0, 13), .skip_lines = 1});
}
template <class T>
smelt::table<T> digits() {
  return smelt::read_csv<T>(
      SMELT_DATA_DIR "/digits.csv",
      {.header = smelt::header::none, .columns = smelt::columns::range(0, 64)});
}
template <class T>
smelt::table<T> penguins() {
  return smelt::read_csv<T>(
      SMELT_DATA_DIR "/penguins.csv",
      {.columns = {"bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"}});
}

/// The distance of two numbers in units of the last place of the greater; 0 for two NaNs, infinite
/// where only one is.
template <class T>
double ulps(T a, T b) {
  constexpr double apart = std::numeric_limits<double>::infinity();
  if (smelt::missing(a) || smelt::missing(b))
    return smelt::missing(a) && smelt::missing(b) ? 0 : apart;
  if (a == b) return 0;
  const T size = std::max(std::abs(a), std::abs(b));
  const T unit = std::nextafter(size, std::numeric_limits<T>::infinity()) - size;
  return static_cast<double>(std::abs(a - b) / unit);
}

/// What of a result may be off by rounding alone: nothing where no difference is formed.
inline constexpr double exactly = 0.0;
/// Where a mean or a minimum is taken away, what is left may be far smaller than its parts: for
/// results of size 1.
inline constexpr double of_size_one = 1e-13;

/// Compares the rows of a case with those of `y`: each number within 1e-12 of its size, and
/// `absolute`. `leave(c)` says which columns are another test's.
template <class Table, class Leave>
void compare_rows(const std::string& name, const Table& y, double absolute, Leave&& leave) {
  int compared = 0;
  for (const auto& line : golden().all(name + " row:"))
    for (std::size_t c = 0; c < line.second.size(); ++c) {
      const double got = y(std::stol(line.first), static_cast<smelt::index>(c));
      const double want = line.second[c];
      CAPTURE(name);
      CAPTURE(line.first);
      CAPTURE(c);
      CAPTURE(got);
      CAPTURE(want);
      if (leave(static_cast<smelt::index>(c))) continue;
      ++compared;
      if (smelt::missing(want))
        CHECK(smelt::missing(got));
      else
        CHECK(std::abs(got - want) <= 1e-12 * std::abs(want) + absolute);
    }
  CHECK(compared > 0);
}
template <class Table>
void compare_rows(const std::string& name, const Table& y, double absolute) {
  compare_rows(name, y, absolute, [](smelt::index) { return false; });
}

/// Compares one number of each column, within `most` units of the last place.
template <class Number>
void compare_columns(const std::string& key, double most, Number&& number) {
  const auto& numbers = golden()(key);
  CHECK(!numbers.empty());
  for (std::size_t c = 0; c < numbers.size(); ++c) {
    CAPTURE(key);
    CAPTURE(c);
    CHECK(ulps(static_cast<double>(number(static_cast<smelt::index>(c))), numbers[c]) <= most);
  }
}

/// Fits and transforms a table.
template <class Chain, class Table>
auto fitted_and_made(const Chain& stages, const Table& x) {
  auto f = smelt::fit(smelt::on::eigen, stages, x);
  auto made = smelt::transform(smelt::on::eigen, f, x);
  return std::pair(std::move(f), std::move(made));
}

}  // namespace smelt_test
