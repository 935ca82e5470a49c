// SPDX-License-Identifier: BSL-1.0
/// \file
/// Each error of the other files of this folder by value: the call that throws, with std::nothrow
/// before its arguments, returns a status of the same class, text, file and line. None of these
/// forms can throw.

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>

#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>

using namespace smelt;

namespace {

constexpr double gone = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

template <class T = double>
table<T> counting(smelt::index rows, smelt::index cols, std::vector<std::string> names = {}) {
  table<T> t(rows, cols, std::move(names));
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < cols; ++c) t(r, c) = static_cast<T>((r * 7 + c * 3) % 11);
  return t;
}

/// Rows 1, 2, 3; columns: counting, constant 5, missing, zero.
table<double> small() {
  table<double> t(3, 4, {"counting", "constant", "missing", "zero"});
  for (smelt::index r = 0; r < 3; ++r) {
    t(r, 0) = static_cast<double>(r + 1);
    t(r, 1) = 5.0;
    t(r, 2) = gone;
    t(r, 3) = 0.0;
  }
  return t;
}

const status& status_of(const status& s) { return s; }
template <class Range>
auto status_of(const Range& range) -> decltype(range.ended()) {
  return range.ended();
}

/// A stage that cannot be fitted, and says so in its own way.
struct raging {
  static constexpr effect does = effect::monotone;
  using op = clip_op;
  template <class Slot>
  std::array<double, 2> solve(const Slot&) const {
    throw std::out_of_range("raging");
  }
};

/// The same call both ways: `call()` throws `Error` with the text, and `call(std::nothrow)` says
/// so.
template <class Error, class Call>
status both_said(const std::string& text, Call&& call) {
  CAPTURE(text);
  std::string thrown, file;
  int line = 0;
  try {
    static_cast<void>(call());
  } catch (const Error& e) {
    thrown = e.what();
    file = e.file();
    line = e.line();
  }
  CHECK(thrown == text);
  const auto& ended = call(std::nothrow);
  const status said = status_of(ended);
  CHECK(said.what() == text);
  CHECK(said.kind() == detail::kind_of_error<Error>);
  CHECK(said.file() == file);
  CHECK(said.line() == line);
  CHECK_THROWS_WITH_AS(said.raise(), text.c_str(), Error);
  return said;
}
template <class Error, class Call>
void both_say(const std::string& text, Call&& call) {
  static_cast<void>(both_said<Error>(text, call));
}

}  // namespace

TEST_CASE("no form by value can throw") {
  const table<double> x(8, 2);
  const std::vector<int> labels(8);
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(on::seq, chain, counting(8, 2));
  table<double> out(8, 2);
  const auto over = in_place(out);
  const auto more = continues(fitted);
  static_assert(noexcept(fit(std::nothrow, on::seq, chain, x)));
  static_assert(noexcept(fit(std::nothrow, on::seq, chain, x, whole_population)));
  static_assert(noexcept(fit(std::nothrow, on::seq, chain, x, more)));
  static_assert(noexcept(merge(std::nothrow, fitted, fitted)));
  static_assert(noexcept(place(std::nothrow, on::seq, fitted)));
  static_assert(noexcept(transform(std::nothrow, on::eigen, fitted, x)));
  static_assert(noexcept(transform(std::nothrow, on::eigen, fitted, x, counted)));
  static_assert(noexcept(transform(std::nothrow, on::eigen, fitted, x, out)));
  static_assert(noexcept(transform(std::nothrow, on::eigen, fitted, x, out, counted)));
  static_assert(noexcept(transform(std::nothrow, on::eigen, fitted, over)));
  static_assert(noexcept(transform(std::nothrow, on::eigen, fitted, over, counted)));
  static_assert(noexcept(fit_transform(std::nothrow, on::eigen, chain, x)));
  static_assert(noexcept(inverse(std::nothrow, on::seq, fitted, x)));
  static_assert(noexcept(inverse(std::nothrow, on::seq, fitted, x, out)));
  static_assert(noexcept(inverse(std::nothrow, on::seq, fitted, over)));
  static_assert(noexcept(split<struct one>(std::nothrow, x, fractions{}, seed{7})));
  static_assert(noexcept(split<struct two>(std::nothrow, x, counts{}, in_order)));
  static_assert(noexcept(batches(std::nothrow, on::seq, fitted, x)));
  auto epoch = batches(std::nothrow, on::seq, fitted, x);
  auto at = epoch.begin();
  static_assert(noexcept(epoch.begin())&& noexcept(epoch.end())&& noexcept(epoch.ended()));
  static_assert(noexcept(++at)&& noexcept(at++)&& noexcept(at == epoch.end()));
  static_assert(noexcept(describe(std::nothrow, chain))&& noexcept(describe(std::nothrow, fitted)));
  // A status where the caller has the memory, a value beside it where the verb makes it.
  static_assert(
      std::is_same_v<decltype(transform(std::nothrow, on::eigen, fitted, x, out)), status>);
  static_assert(std::is_same_v<decltype(inverse(std::nothrow, on::eigen, fitted, x, out)), status>);
  static_assert(std::is_same_v<decltype(transform(std::nothrow, on::eigen, fitted, x)),
                               outcome<table<double>>>);
  static_assert(std::is_same_v<decltype(transform<float>(std::nothrow, on::eigen, fitted, x)),
                               outcome<table<float>>>);
  static_assert(
      std::is_same_v<decltype(transform(std::nothrow, on::seq, fitted, labelled(x, labels))),
                     outcome<labelled_table<double, int>>>);
  static_assert(std::is_same_v<decltype(fit(std::nothrow, on::seq, chain, x)),
                               outcome<std::remove_const_t<decltype(fitted)>>>);
}

TEST_CASE("what goes well says so, with the rows, and makes the same") {
  const auto x = counting(8, 2);
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(on::seq, chain, x);
  const auto learned = fit(std::nothrow, on::eigen, chain, x);
  REQUIRE(learned);
  CHECK(*learned == fitted);
  CHECK(learned.rows == 8);
  const auto right = transform(on::seq, fitted, x);
  const auto made = transform(std::nothrow, on::eigen, fitted, x);
  REQUIRE(made);
  CHECK(made.rows == 8);
  CHECK(made->rows() == 8);
  CHECK((*made)(3, 1) == right(3, 1));
  table<double> out(9, 2);
  const status given = transform(std::nothrow, on::eigen, fitted, x, out);
  CHECK(given);
  CHECK(given.rows == 8);
  CHECK(out(3, 1) == right(3, 1));
  const status back =
      inverse(std::nothrow, on::seq, fitted, out.view().row_range(0, 8), in_place(out).x);
  CHECK(back.rows == 8);
  auto over = x;
  CHECK(transform(std::nothrow, on::seq, fitted, in_place(over)).rows == 8);
  CHECK(over(3, 1) == right(3, 1));
  CHECK(inverse(std::nothrow, on::seq, fitted, in_place(over)).rows == 8);
  CHECK(over(3, 1) == doctest::Approx(x(3, 1)));
  CHECK((*inverse(std::nothrow, on::seq, fitted, right))(3, 1) == doctest::Approx(x(3, 1)));
  CHECK((*fit_transform(std::nothrow, on::seq, chain, x))(3, 1) == right(3, 1));
  const auto parts = split<struct halves>(std::nothrow, x, {.train = 0.5, .test = 0.5}, in_order);
  REQUIRE(parts);
  CHECK(parts->train.rows() == 4);
  CHECK(*describe(std::nothrow, fitted) == describe(fitted));
  CHECK(*describe(std::nothrow, chain) == describe(chain));
  CHECK(*place(std::nothrow, on::seq, fitted) == fitted);
  // A row that drops is counted, and so is one that is marked.
  auto holed = x;
  holed(2, 0) = gone;
  const auto drops = fit(on::seq, clean(drop::any) | standardize(), holed);
  const status kept = transform(std::nothrow, on::seq, drops, holed, out);
  CHECK(kept.rows == 7);
  CHECK(kept.dropped == 1);
  const auto marked = transform(std::nothrow, on::seq, drops.values_only(), holed);
  CHECK(marked.rows == 8);
  CHECK(marked.dropped == 1);
  CHECK(marked->dropped[2] == 1);
}

TEST_CASE_TEMPLATE("a transform into given memory", Policy, detail::seq_policy,
                   detail::eigen_policy) {
  const Policy policy;
  const auto x = counting<float>(8, 2, {"a", "b"});
  const auto wide = counting<float>(8, 3);
  const auto others = counting<float>(8, 2, {"a", "c"});
  const auto fitted = fit(policy, standardize(), x);
  table<float> out(8, 3);
  auto into = [&](const auto& from, smelt::index rows, smelt::index cols) {
    return [&, rows, cols](auto... quiet) {
      return transform(quiet..., policy, fitted, from, matrix_view<float>(out.data(), rows, cols));
    };
  };
  both_say<shape_error>("the chain was fitted on 2 columns, this view has 3", into(wide, 8, 3));
  both_say<shape_error>("the chain writes 2 columns, the output has 3", into(x, 8, 3));
  both_say<shape_error>("up to 8 rows come out, the output has 7", into(x, 7, 2));
  const status name =
      both_said<type_error>("column 1 was 'b' in the fit, here it is 'c'", into(others, 8, 2));
  CHECK(name.first_col == 1);
  CHECK(name.rows == 0);

  const std::string overlap =
      "the output overlaps the input; give other memory, or the input itself to a chain that keeps "
      "every row and column in its place";
  both_say<shape_error>(overlap, [&](auto... quiet) {
    return transform(quiet..., policy, fitted, matrix_view<const float>(out.data(), 7, 2),
                     matrix_view<float>(out.data() + 1, 7, 2));
  });
  both_say<shape_error>("the inverse has 2 columns, the output has 3",
                        [&](auto... quiet) { return inverse(quiet..., policy, fitted, x, out); });
  both_say<shape_error>("8 rows are undone, the output has 7", [&](auto... quiet) {
    return inverse(quiet..., policy, fitted, x, matrix_view<float>(out.data(), 7, 2));
  });
  both_say<shape_error>("the chain writes 2 columns, this view has 3", [&](auto... quiet) {
    return inverse(quiet..., policy, fitted, wide, matrix_view<float>(out.data(), 8, 2));
  });
  both_say<shape_error>(overlap, [&](auto... quiet) {
    return inverse(quiet..., policy, fitted, matrix_view<const float>(out.data(), 7, 2),
                   matrix_view<float>(out.data() + 1, 7, 2));
  });
}

TEST_CASE("parts of another split, masks and samples of another size") {
  const auto x = counting<float>(8, 2);
  const auto six = counting<float>(6, 2);
  table<float> out(8, 2);
  const auto cut = [&](std::uint64_t order) {
    return split<struct one_tag>(x, {.train = 0.75, .test = 0.25}, seed{order});
  };
  const auto parts = cut(1), others = cut(2);
  const auto fitted = fit(on::seq, standardize(), parts.train);
  const std::string text = message("the chain was fitted in split ", parts.train.split_id,
                                   ", this part is of split ", others.test.split_id);
  both_say<value_error>(
      text, [&](auto... quiet) { return transform(quiet..., on::seq, fitted, others.test, out); });
  both_say<value_error>(
      text, [&](auto... quiet) { return transform(quiet..., on::seq, fitted, others.test); });
  both_say<value_error>(
      text, [&](auto... quiet) { return batches(quiet..., on::seq, fitted, others.test); });
  const std::vector<unsigned char> mask(8);
  const auto masked = fit(on::seq, clean(drop::where(mask)), x);
  both_say<shape_error>(
      "drop::where was given a mask of 8 rows for data of 6 rows",
      [&](auto... quiet) { return transform(quiet..., on::seq, masked, six, out); });
  const auto samples = fit(on::seq, standardize() | sample(take{7, seed{1}}), x);
  const std::string few = "take{7}: there are only 6 rows to take without replacement";
  both_say<value_error>(
      few, [&](auto... quiet) { return transform(quiet..., on::seq, samples, six, out); });
  both_say<value_error>(few,
                        [&](auto... quiet) { return transform(quiet..., on::seq, samples, six); });
  both_say<value_error>(few,
                        [&](auto... quiet) { return batches(quiet..., on::seq, samples, six); });
}

TEST_CASE("what a fit refuses") {
  auto refused = [](auto error, const std::string& text, const auto& chain, const auto& data) {
    return both_said<decltype(error)>(
        text, [&](auto... quiet) { return fit(quiet..., on::seq, chain, data); });
  };
  auto refuses = [&](const auto&... what) { static_cast<void>(refused(what...)); };
  const value_error value("");
  const shape_error shape("");
  const auto x = small();
  refuses(shape, "fit: the data have 0 columns, at least 1 is needed", standardize(),
          table<double>(3, 0));
  refuses(value, "fit: the data have 0 rows, at least 1 is needed", standardize(),
          table<double>(0, 3));
  const status column =
      refused(value, "fill::mean: column 2 ('missing') has no value to take a mean of",
              clean(fill::mean) | standardize(), x);
  CHECK(column.first_col == 2);
  CHECK(refused(value, "standardize: column 1 ('constant') has deviation 0",
                standardize(zero::error) | normalize(min_max{0, 1, zero::error}), x)
            .first_col == 1);
  refuses(value, "normalize(min_max): column 1 ('constant') has range 0",
          normalize(min_max{0, 1, zero::error}), x);
  refuses(value, "normalize(max_abs): column 3 ('zero') holds nothing but 0",
          normalize(max_abs_t{zero::error}), x);
  refuses(value, "columns{...}: there is no column 4, the data have 4 columns",
          at(columns{4}, standardize()), x);
  refuses(value, "columns{...}: no column is named 'mass'", at(columns{"mass"}, standardize()), x);
  refuses(shape, "fill::each was given 3 numbers for 4 columns", clean(fill::each({1, 2, 3})), x);
  refuses(value, "the chain drops every column: nothing is left",
          clean(drop::columns(columns::range(0, 4))), x);
  refuses(value, "fit: no row is left for standardize()", clean(drop::any) | standardize(), x);
  const std::vector<unsigned char> two(2);
  refuses(shape, "drop::where was given a mask of 2 rows for data of 3 rows",
          clean(drop::where(two)), x);
  const std::string few = "take{4}: there are only 3 rows to take without replacement";
  refuses(value, few, sample(take{4, seed{1}}) | standardize(), x);
  refuses(value, few, standardize() | sample(take{4, seed{1}}) | normalize(min_max{0, 1}), x);
  refuses(value, "take{-1}: the number of rows cannot be negative",
          sample(take{-1, seed{1}}) | standardize(), x);
  both_say<value_error>(few, [&](auto... quiet) {
    return fit_transform(quiet..., on::seq, as_chain(sample(take{4, seed{1}})), x);
  });
  // The second of two passes.
  refuses(value, "normalize(min_max): column 1 ('constant') has range 0",
          standardize() | clip(-9, 9) | normalize(min_max{0, 1, zero::error}), x);
}

TEST_CASE("pieces that do not fit together") {
  const auto chain = standardize();
  const auto x = counting(12, 2);
  const auto wide = counting(4, 3);
  const auto first = fit(on::seq, chain, x.row_range(0, 4));
  both_say<shape_error>("fit: this piece has 3 columns, the first has 2", [&](auto... quiet) {
    return fit(quiet..., on::seq, chain, wide, continues(first));
  });
  const auto late = x.row_range(5, 8);
  both_say<value_error>(
      "fit: this piece begins in row 5 of its source, the one it continues ended before row 4",
      [&](auto... quiet) { return fit(quiet..., on::seq, chain, late, continues(first)); });
  const auto stranger = fit(on::seq, chain, x.row_range(4, 8));
  both_say<value_error>(
      "merge: the second piece (rows from 4) does not continue the first (rows 0 to 4); fit it "
      "with "
      "continues(first)",
      [&](auto... quiet) { return merge(quiet..., first, stranger); });
  const auto second = fit(on::seq, chain, x.row_range(4, 8), continues(first));
  const auto joined = merge(std::nothrow, first, second);
  REQUIRE(joined);
  CHECK(*joined == merge(first, second));
}

TEST_CASE("sizes of a split") {
  const auto x = counting(10, 2);
  auto refuses = [&](const std::string& text, const auto& sizes) {
    both_say<value_error>(
        text, [&](auto... quiet) { return split<struct tag>(quiet..., x, sizes, seed{7}); });
  };
  refuses("split: 8 is not a fraction between 0 and 1", fractions{.train = 8, .test = 2});
  refuses("split: -0.1 is not a fraction between 0 and 1", fractions{.train = -0.1, .test = 0.2});
  refuses("split: nan is not a fraction between 0 and 1", fractions{.train = gone});
  refuses("split: every part has fraction 0", fractions{.train = 0.0});
  refuses("split: the fractions add up to 1.25, more than 1",
          fractions{.train = 0.75, .test = 0.5});
  refuses("split: 0.05 of 10 rows leaves part 2 empty; give counts{...} if it may be",
          fractions{.train = 0.9, .validation = 0.05, .test = 0.05});
  refuses("split: a part cannot have -1 rows, there are 10", counts{.train = -1, .test = 2});
  refuses("split: the parts have 11 rows together, there are 10", counts{.train = 8, .test = 3});
  refuses("split: the fractions add up to 1.25, more than 1",
          shares{share<role::train>{0.75}, share<role::test>{0.5}});
}

TEST_CASE("batches and inverse") {
  const auto x = counting(8, 2);
  const auto wide = counting(8, 3);
  const auto fitted = fit(on::seq, standardize(), x);
  both_say<value_error>("batches: a batch needs at least 1 row, not 0", [&](auto... quiet) {
    return batches(quiet..., on::seq, fitted, x, {.rows = 0});
  });
  both_say<shape_error>("the chain was fitted on 2 columns, this view has 3", [&](auto... quiet) {
    return batches(quiet..., on::seq, fitted, wide, {.rows = 4});
  });
  auto none = batches(std::nothrow, on::seq, fitted, wide);
  CHECK(none.begin() == none.end());
  CHECK(none.size() == 0);
  CHECK(batches(std::nothrow, on::seq, fitted, x, {.rows = 0}).size() == 0);
  CHECK(none.ended().kind() == failure::shape);
  both_say<shape_error>("the chain writes 2 columns, this view has 3",
                        [&](auto... quiet) { return inverse(quiet..., on::seq, fitted, wide); });
}

TEST_CASE_TEMPLATE("infinities: the pass is completed, and the first is named", Policy,
                   detail::seq_policy, detail::eigen_policy) {
  const Policy policy;
  auto x = counting(5000, 5);
  const auto fitted = fit(on::seq, standardize(), x);
  for (auto [r, c] : {std::pair{4097, 0}, {100, 4}, {100, 2}, {4999, 4}, {2048, 3}})
    x(r, c) = r % 2 == 0 ? inf : -inf;
  const std::string five =
      ": 5 infinite value(s), the first in row 100, column 2; say clean(infinity::missing) or "
      "clean(infinity::keep) if they are meant";
  table<double> out(5000, 5);
  const status given = both_said<value_error>("transform" + five, [&](auto... quiet) {
    return transform(quiet..., policy, fitted, x, out);
  });
  const status made = both_said<value_error>(
      "transform" + five, [&](auto... quiet) { return transform(quiet..., policy, fitted, x); });
  for (const status& s : {given, made}) {
    CHECK(s.infinities == 5);
    CHECK(s.first_row == 100);
    CHECK(s.first_col == 2);
    CHECK(s.rows == 5000);
  }
  CHECK(missing(out(4999, 4)));
  CHECK(!missing(out(4999, 3)));
  const status learned = both_said<value_error>(
      "fit" + five, [&](auto... quiet) { return fit(quiet..., policy, standardize(), x); });
  CHECK(learned.first_row == 100);
  both_say<value_error>("fit" + five, [&](auto... quiet) {
    return fit_transform(quiet..., policy, standardize(), x);
  });
  // An epoch ends before the batch that has one, and can begin again.
  auto epoch = batches(std::nothrow, policy, fitted, x, {.rows = 64});
  for (int time = 0; time < 2; ++time) {
    smelt::index seen = 0;
    for (auto& batch : epoch) seen += batch.rows();
    CHECK(seen == 64);
    CHECK(epoch.ended().kind() == failure::value);
    CHECK(epoch.ended().what() ==
          std::string("batches: 2 infinite value(s), the first in row 100, column 2; say "
                      "clean(infinity::missing) or clean(infinity::keep) if they are meant"));
    CHECK(epoch.ended().rows == 64);
    CHECK(epoch.ended().first_row == 100);
  }
}

TEST_CASE("an epoch by value is the epoch, with its rows") {
  auto x = counting(100, 3);
  for (smelt::index r : {5, 50, 99}) x(r, 1) = gone;
  const std::vector<int> labels(100, 4);
  const auto data = labelled(x, labels);
  const auto fitted = fit(on::seq, clean(drop::any) | standardize(), data);
  auto epoch = batches(std::nothrow, on::eigen, fitted, data, {.rows = 16});
  auto right = batches(on::eigen, fitted, data, {.rows = 16});
  auto at = right.begin();
  smelt::index rows = 0;
  for (auto& batch : epoch) {
    REQUIRE(at != right.end());
    CHECK(batch.valid == at->valid);
    CHECK(batch.x(0, 1) == at->x(0, 1));
    CHECK(batch.y[0] == 4);
    rows += batch.valid;
    ++at;
  }
  CHECK(at == right.end());
  CHECK(rows == 97);
  CHECK(epoch.ended());
  CHECK(epoch.ended().rows == 97);
  CHECK(epoch.ended().dropped == 3);
}

TEST_CASE("what a stage and a loop of the user's throw is told too") {
  const auto x = counting(8, 2);
  const auto none = fit(std::nothrow, on::seq, raging{} | standardize(), x);
  CHECK(none.kind() == failure::other);
  CHECK(none.what() == std::string("raging"));
  host_loop lazy(2, [](auto, auto&&) {});
  table<double> out(40000, 2);
  const auto many = counting(40000, 2);
  const auto fitted = fit(on::seq, standardize(), x);
  const status left = transform(std::nothrow, on::eigen.on(lazy), fitted, many, out);
  CHECK(left.kind() == failure::value);
  CHECK(std::string(left.what()).find("the host's loop returned without running") == 0);
}
