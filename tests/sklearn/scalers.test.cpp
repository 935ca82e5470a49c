// SPDX-License-Identifier: BSL-1.0
/// \file
/// StandardScaler, MinMaxScaler and MaxAbsScaler, on wine, digits, penguins and a small table of
/// hard columns. Where smelt differs on purpose is in differences.test.cpp.
///
/// Both add in double, scikit-learn one row after another, smelt in a tree of values that were
/// shifted first: means and deviations differ in their last places, extrema do not. A transform of
/// smelt multiplies by the reciprocal of what scikit-learn divides by.

#include <support/seen.hpp>
#include <support/sklearn.hpp>

using namespace smelt;
using namespace smelt_test;

namespace {

/// One table, and how far its statistics may lie from scikit-learn's, in units of the last place.
struct scaled_table {
  std::string name;
  table<double> x;
  double sums;
  /// Columns with another rule in scikit-learn: deviations, and ranges and magnitudes.
  std::vector<smelt::index> deviations = {};
  std::vector<smelt::index> ranges = {};

  static auto among(const std::vector<smelt::index>& columns) {
    return [&columns](smelt::index c) {
      return std::find(columns.begin(), columns.end(), c) != columns.end();
    };
  }
  /// The largest value, by which a difference of two values may be off.
  double largest() const {
    double most = 0.0;
    for (smelt::index i = 0; i < x.rows() * x.cols(); ++i)
      if (!missing(x.data()[i])) most = std::max(most, std::abs(x.data()[i]));
    return most;
  }
};

void check_statistics(const scaled_table& t) {
  const auto f = fit(on::eigen, seen{}, t.x);
  compare_columns("standard " + t.name + " mean", t.sums,
                  [&](smelt::index c) { return facts_of(f, c).mean; });
  compare_columns("min_max_0_1 " + t.name + " min", 0, [&](smelt::index c) {
    return facts_of(f, c).present > 0 ? facts_of(f, c).lowest : gone;
  });
  compare_columns("min_max_0_1 " + t.name + " max", 0, [&](smelt::index c) {
    return facts_of(f, c).present > 0 ? facts_of(f, c).highest : gone;
  });
}

void check_standard(const scaled_table& t) {
  const auto another = scaled_table::among(t.deviations);
  {
    const auto [f, y] = fitted_and_made(standardize(), t.x);
    compare_columns("standard " + t.name + " scale", t.sums, [&, &f = f](smelt::index c) {
      return another(c) ? 1.0 : 1.0 / f.number(0, 1, c);
    });
    compare_rows("standard " + t.name, y, of_size_one, another);
  }
  {
    const auto [f, y] = fitted_and_made(standardize(centre::no), t.x);
    compare_rows("standard_no_mean " + t.name, y, exactly, another);
  }
  {
    const auto [f, y] = fitted_and_made(standardize(scale::no), t.x);
    compare_columns("standard_no_std " + t.name + " mean", t.sums, [&, &f = f](smelt::index c) {
      return missing(f.number(0, 1, c)) ? gone : f.number(0, 0, c);
    });
    compare_rows("standard_no_std " + t.name, y, t.largest() * 0x1p-50);
  }
}

void check_ranges(const scaled_table& t) {
  const auto another = scaled_table::among(t.ranges);
  {
    const auto [f, y] = fitted_and_made(normalize(min_max{0, 1}), t.x);
    compare_columns("min_max_0_1 " + t.name + " scale", 2,
                    [&, &f = f](smelt::index c) { return another(c) ? 1.0 : f.number(0, 1, c); });
    compare_rows("min_max_0_1 " + t.name, y, of_size_one, another);
  }
  {
    const auto [f, y] = fitted_and_made(normalize(min_max{-1, 1}), t.x);
    compare_columns("min_max_-1_1 " + t.name + " scale", 2,
                    [&, &f = f](smelt::index c) { return another(c) ? 2.0 : f.number(0, 1, c); });
    compare_rows("min_max_-1_1 " + t.name, y, of_size_one, another);
  }
  {
    const auto [f, y] = fitted_and_made(normalize(max_abs), t.x);
    const auto& scales = golden()("max_abs " + t.name + " scale");
    compare_columns("max_abs " + t.name + " scale", 1, [&, &f = f](smelt::index c) {
      return another(c) ? scales[static_cast<std::size_t>(c)] : 1.0 / f.number(0, 1, c);
    });
    compare_rows("max_abs " + t.name, y, exactly, another);
  }
}

void check(const scaled_table& t) {
  check_statistics(t);
  check_standard(t);
  check_ranges(t);
}

/// Elements of a float transform against the double answer for the same floats.
template <class Chain>
void check_float(const std::string& name, const std::string& on, const Chain& stages,
                 const table<float>& x) {
  auto y = fitted_and_made(stages, x).second;
  static_assert(std::is_same_v<typename decltype(y)::value_type, float>);
  int compared = 0;
  for (const auto& line : golden().all(name + "_of_float " + on + " row:"))
    for (std::size_t c = 0; c < line.second.size(); ++c, ++compared) {
      CAPTURE(name);
      CAPTURE(line.first);
      CAPTURE(c);
      CHECK(ulps(y(std::stol(line.first), static_cast<smelt::index>(c)),
                 static_cast<float>(line.second[c])) <= 1);
    }
  CHECK(compared == 4 * x.cols());
}

}  // namespace

TEST_CASE("the answers say which versions made them") {
  CHECK(golden().header() ==
        "# Made by make_sklearn.py with scikit-learn 1.2.1, numpy 1.24.2, pandas 1.5.3, SciPy "
        "1.10.1, Python 3.11.7.");
}

TEST_CASE("wine") { check({"wine", wine<double>(), 4}); }
TEST_CASE("penguins: missing values are skipped and kept") {
  check({"penguins", penguins<double>(), 4});
}
TEST_CASE("hard columns: constant, without values, one value, huge, tiny, far from zero") {
  check({"hard", golden().table("hard"), 4, {1}, {1, 4}});
}
TEST_CASE("digits: three columns are constant") {
  // Adding 1797 rows one after another, as scikit-learn does, may cost 1797 units.
  check({"digits", digits<double>(), 1797});
}

TEST_CASE("float tables: the double answer for the same floats, within one unit") {
  const auto check_all = [](const std::string& on, const table<float>& x) {
    check_float("standard", on, standardize(), x);
    check_float("min_max_-1_1", on, normalize(min_max{-1, 1}), x);
    check_float("max_abs", on, normalize(max_abs), x);
  };
  check_all("wine", wine<float>());
  check_all("penguins", penguins<float>());
}
