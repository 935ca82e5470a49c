// SPDX-License-Identifier: BSL-1.0
/// \file
/// StandardScaler, MinMaxScaler, MaxAbsScaler and Normalizer, edge case by edge case. Each test is
/// a row of docs/semantics.md; scikit-learn's answers are in tests/golden/sklearn.txt.

#include <support/on_both.hpp>
#include <support/seen.hpp>
#include <support/sklearn.hpp>

#include <cstdint>

using namespace smelt;
using namespace smelt_test;

namespace {

template <class T>
table<T> given(const std::string& name) {
  const auto from = golden().table(name);
  table<T> made(from.rows(), from.cols());
  for (smelt::index i = 0; i < from.rows() * from.cols(); ++i)
    made.data()[i] = static_cast<T>(from.data()[i]);
  return made;
}
/// Fits on the table of a case, and compares the transform of `x` with a scaler of theirs.
template <class T, class Chain>
auto check(const std::string& name, const std::string& scaler, const Chain& stages,
           const table<T>& x) {
  const auto f = fitted_on_both(stages, given<T>(name));
  compare_rows(name + " " + scaler, transformed_on_both(f, x), of_size_one);
  return f;
}
/// The three scalers on a case, whose later table is transformed where it has one.
void check_scalers(const std::string& name) {
  const auto later = given<double>(name + "_later");
  const auto x = later.rows() > 0 ? later : given<double>(name);
  check(name, "standard", standardize(), x);
  check(name, "min_max", normalize(min_max{}), x);
  check(name, "max_abs", normalize(max_abs), x);
}
/// That they refuse every try of a case with each of their scalers.
bool all_refuse(const std::string& why) {
  for (const char* scaler : {"standard", "min_max", "max_abs"})
    for (const double refused : golden()(std::string(scaler) + "_" + why + " given refused"))
      if (refused != 1.0) return false;
  return true;
}

}  // namespace

TEST_CASE("one NaN in a column") {
  check_scalers("one_nan");
  // n_samples_seen_ is smelt's count of present values, which a stage is told.
  const auto f = fitted_on_both(seen{}, given<double>("one_nan"));
  CHECK(f.rows() == 3);
  for (smelt::index c = 0; c < 2; ++c)
    CHECK(facts_of(f, c).present ==
          golden()("one_nan standard seen")[static_cast<std::size_t>(c)]);
}

TEST_CASE("all-NaN column") {
  check_scalers("all_nan");
  const auto f = fitted_on_both(seen{}, given<double>("all_nan"));
  CHECK(facts_of(f, 0).present == 0.0);
  CHECK(missing(facts_of(f, 0).mean));
  CHECK(fitted_on_both(standardize(), given<double>("all_nan")).fired(0).empty());
}

TEST_CASE("+inf or -inf") {
  CHECK(all_refuse("infinite"));
  const auto refuse = [](const auto& stages) {
    const auto f = fit(on::seq, stages, rows({{1, 2}, {3, 4}}));
    for (const double infinite : {endless, -endless}) {
      CHECK(refused_on_both(stages, rows({{1, infinite}, {2, 3}})) ==
            "fit: 1 infinite value(s), the first in row 0, column 1; say clean(infinity::missing) "
            "or clean(infinity::keep) if they are meant");
      CHECK(transform_refused_on_both(f, rows({{infinite, 1}})) ==
            "transform: 1 infinite value(s), the first in row 0, column 0; say "
            "clean(infinity::missing) or clean(infinity::keep) if they are meant");
    }
  };
  refuse(standardize());
  refuse(normalize(min_max{}));
  refuse(normalize(max_abs));
}

TEST_CASE("constant column") {
  check_scalers("constant");
  const auto x = given<double>("constant");
  const auto f = fitted_on_both(standardize(), x);
  CHECK(f.fired(0) == std::vector<smelt::index>{0, 1});
  CHECK(f.number(0, 1, 0) == 1.0);
  CHECK(same_bits(transformed_on_both(f, x)(2, 0), 0.0));
  CHECK(transformed_on_both(fitted_on_both(normalize(min_max{-2, 3}), x), x)(0, 0) == -2.0);
  CHECK(transformed_on_both(fitted_on_both(normalize(max_abs), x), x)(0, 0) == 1.0);
}

TEST_CASE("nearly constant column") {
  table<double> x(1000, 3);
  for (smelt::index r = 0; r < 1000; ++r) {
    x(r, 0) = 14.62;
    x(r, 1) = 1e-13 * static_cast<double>(r % 7);
    x(r, 2) = 1.0 + (r == 5 ? 0x1p-52 : 0.0);
  }
  const auto& theirs = golden()("near standard scale");
  const auto f = fitted_on_both(standardize(), x);
  CHECK(f.fired(0) == std::vector<smelt::index>{0});
  CHECK(1.0 / f.number(0, 1, 1) == doctest::Approx(theirs[1]).epsilon(1e-13));
  const auto y = transformed_on_both(f, x);
  CHECK(same_bits(y(6, 0), 0.0));
  CHECK(golden()("near standard row:6")[0] == doctest::Approx(-3e-13).epsilon(0.01));
  // They have a bound with the mean in it, by which the last column is constant too.
  CHECK(theirs[2] == 1.0);
  CHECK(1.0 / f.number(0, 1, 2) == doctest::Approx(0x1p-52 * std::sqrt(999.0) / 1000.0));
}

TEST_CASE("one row") { check_scalers("one_row"); }

TEST_CASE("zero rows") {
  CHECK(all_refuse("zero_rows"));
  const char* sentence = "fit: the data have 0 rows, at least 1 is needed";
  CHECK(refused_on_both(standardize(), table<double>(0, 2)) == sentence);
  CHECK(refused_on_both(normalize(min_max{}), table<double>(0, 2)) == sentence);
  CHECK(refused_on_both(normalize(max_abs), table<double>(0, 2)) == sentence);
  // A transform of no rows has no rows, and is no error.
  const auto f = fitted_on_both(standardize(), rows({{1, 2}, {3, 4}}));
  const auto nothing = transformed_on_both(f, table<double>(0, 2));
  CHECK(nothing.rows() == 0);
  CHECK(nothing.cols() == 2);
}

TEST_CASE("zero columns") {
  CHECK(all_refuse("zero_columns"));
  const char* sentence = "fit: the data have 0 columns, at least 1 is needed";
  CHECK(refused_on_both(standardize(), table<double>(3, 0)) == sentence);
  CHECK(refused_on_both(normalize(min_max{}), table<double>(3, 0)) == sentence);
  CHECK(refused_on_both(normalize(max_abs), table<double>(3, 0)) == sentence);
}

TEST_CASE("1-D input") {
  CHECK(all_refuse("one_dimension"));
  const std::vector<double> x = {1, 2, 3};
  const auto y = both(normalize(min_max{}), x);
  CHECK(difference(y, {{0}, {0.5}, {1}}) == "");
  static_assert(!viewable<double> && !viewable<std::string>);
}

TEST_CASE("int32, uint8, bool input") {
  const auto check_type = [](auto zero, const std::string& name) {
    using type = decltype(zero);
    CHECK(golden()(name + " standard wide")[0] == 1.0);  // float64 out
    const auto x = given<type>(name);
    static_assert(std::is_same_v<decltype(transform(on::seq, fit(on::seq, standardize(), x), x)),
                                 table<double>>);
    check(name, "standard", standardize(), x);
    check(name, "min_max", normalize(min_max{}), x);
  };
  check_type(std::int32_t{}, "int32");
  check_type(std::uint8_t{}, "uint8");
  check_type(bool{}, "bool");
  check_type(std::int8_t{}, "int8");  // 100, 120, -100: no sum wraps round
}

TEST_CASE("float16, float32") {
  CHECK(golden()("float32 standard wide")[0] == 0.0);
  CHECK(golden()("float32 standard wide_numbers") == std::vector<double>{1, 1, 1});
  const auto x = given<float>("float32");
  const auto check_float = [&](const std::string& scaler, const auto& stages) {
    const auto y = both(stages, x);
    static_assert(std::is_same_v<std::remove_cvref_t<decltype(y)>, table<float>>);
    for (smelt::index r = 0; r < 3; ++r)
      for (smelt::index c = 0; c < 2; ++c) {
        const std::string key = message("float32_in_double ", scaler, " row:", r);
        CHECK(ulps(y(r, c), static_cast<float>(golden()(key)[static_cast<std::size_t>(c)])) <= 1);
      }
  };
  check_float("standard", standardize());
  check_float("min_max", normalize(min_max{}));
  check_float("max_abs", normalize(max_abs));
  // The numbers are doubles: the mean of three floats is none.
  const auto f = fitted_on_both(standardize(), x);
  CHECK(f.number(0, 0, 0) ==
        (double{x(0, 0)} + double{x(1, 0)} + double{x(2, 0)}) / 3.0);
  CHECK(f.number(0, 0, 0) != static_cast<float>(f.number(0, 0, 0)));
}

TEST_CASE("column count differs") {
  CHECK(all_refuse("other_width"));
  const auto three = rows({{1, 2, 3}});
  const auto f = fitted_on_both(standardize(), rows({{1, 2}, {3, 4}}));
  CHECK(transform_refused_on_both(f, three) ==
        "the chain was fitted on 2 columns, this view has 3");
  CHECK(thrown_by([&] { fit(on::seq, standardize(), three, continues(f)); }) ==
        "fit: this piece has 3 columns, the first has 2");
  CHECK(thrown_by([&] { fit(on::eigen, standardize(), three, continues(f)); }) ==
        "fit: this piece has 3 columns, the first has 2");
}

TEST_CASE("bad range") {
  CHECK(golden()("bad_range given refused") == std::vector<double>{1, 1});
  CHECK(thrown_by([] { normalize(min_max{1, 1}); }) ==
        "normalize(min_max{1, 1}): low must be smaller than high");
  CHECK(thrown_by([] { normalize(min_max{2, 1}); }) ==
        "normalize(min_max{2, 1}): low must be smaller than high");
}

TEST_CASE("transform out of range") {
  const auto later = given<double>("range_later");
  check("range", "min_max", normalize(min_max{}), later);
  const auto f = fitted_on_both(normalize(min_max{}, clipped), given<double>("range"));
  CHECK(difference(transformed_on_both(f, later), golden().table("range_clipped")) == "");
}

TEST_CASE("partial_fit in chunks vs fit") {
  const auto& theirs = golden()("partial_fit wine var");
  const auto& at_once = golden()("fit wine var");
  smelt::index other = 0;
  for (std::size_t c = 0; c < 13; ++c) other += theirs[c] != at_once[c];
  CHECK(other > 0);
  // The first 64 rows choose the shift; in chunks of 17 from there it has the bits of the whole.
  const auto x = wine<double>();
  auto so_far = fit(on::seq, standardize(), x.row_range(0, 64));
  for (smelt::index first = 64; first < x.rows(); first += 17)
    so_far = merge(so_far,
                   fit(on::eigen, standardize(), x.row_range(first, std::min(first + 17, x.rows())),
                       continues(so_far)));
  CHECK(so_far == fitted_on_both(standardize(), x));
}

TEST_CASE("huge values") {
  // Their variance of the first column overflows: all missing. The last they take for constant.
  CHECK(missing(golden()("huge_standard given row:0")[0]));
  CHECK(golden()("huge_standard given row:1")[2] == 1e200);
  const auto y = both(standardize(), golden().table("huge"));
  for (smelt::index r = 0; r < 3; ++r) {
    CHECK(missing(y(r, 0)));
    CHECK(!missing(y(r, 1)));
    CHECK(missing(y(r, 2)));
  }
  // Ranges and magnitudes do not square, and sums of floats have room enough.
  CHECK(difference(both(normalize(min_max{}), rows({{1e200}, {3e200}, {2e200}})),
                   {{0}, {1}, {0.5}}) == "");
  CHECK(difference(both(standardize(), one_column<float>({1e30f, 3e30f})), {{-1}, {1}}) == "");
}

TEST_CASE("variance algorithm") {
  const auto digits_right = [](const std::string& name, double middle) {
    table<double> x(1001, 1);
    x(0, 0) = middle;
    for (smelt::index r = 1; r < 1001; ++r) x(r, 0) = middle + (r % 2 == 0 ? 0.1 : -0.1);
    // Certified: the deviation with n - 1 is 0.1.
    const auto lre = [](double deviation) {
      return -std::log10(std::abs(deviation - 0.1) / 0.1);
    };
    const double theirs = std::sqrt(golden()("variance " + name + " var")[0] * 1001.0 / 1000.0);
    const auto f = fitted_on_both(standardize(ddof{1}), x);
    CHECK(lre(1.0 / f.number(0, 1, 0)) > lre(theirs) - 0.1);
    return lre(1.0 / f.number(0, 1, 0));
  };
  CHECK(digits_right("NumAcc3", 1000000.2) > 9.4);
  CHECK(digits_right("NumAcc4", 10000000.2) > 8.2);
}

TEST_CASE("row Normalizer") {
  const auto x = rows({{0, 0}, {3, -4}});
  const auto check_norm = [&](const std::string& name, auto norm) {
    const auto y = both(normalize(norm), x);
    CHECK(difference(y, golden().table("zero_row_" + name)) == "");
  };
  check_norm("l1", l1);
  check_norm("l2", l2);
  check_norm("max", largest);
  // What they refuse, or lose in float: a missing value, sizes of 1e30 and 1e-30.
  CHECK(golden()("norm_of_missing given refused")[0] == 1.0);
  CHECK(difference(both(normalize(l2), rows({{3, gone, 4}})), {{0.6, gone, 0.8}}) == "");
  CHECK(golden()("float_l2 e30 row:0")[0] == 0.0);
  CHECK(golden()("float_l2 e-30 row:0")[0] == doctest::Approx(3e-30));
  for (const float size : {1e30f, 1e-30f}) {
    const auto y = both(normalize(l2), rows<float>({{3.0 * double{size}, 4.0 * double{size}}}));
    CHECK(ulps(y(0, 0), 0.6f) <= 1);
    CHECK(ulps(y(0, 1), 0.8f) <= 1);
  }
}
