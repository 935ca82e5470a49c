// SPDX-License-Identifier: BSL-1.0
/// \file
/// load: what comes back of every stage, origins, and every file that is refused, with its words.

#include <smelt/load.hpp>

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/generated_chains.hpp>
#include <support/own_stages.hpp>
#include <support/tables.hpp>

#include <unistd.h>

#include <clocale>
#include <filesystem>

using namespace smelt;
using namespace smelt_test;

namespace {

/// A file that goes at the end.
struct scratch {
  std::string path = std::filesystem::temp_directory_path() /
                     message("load.", smelt::index{::getpid()}, ".smelt");
  scratch() = default;
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  ~scratch() { ::unlink(path.c_str()); }
};

template <class A, class B>
void same_in_all(const A& f, const B& g) {
  CHECK(f.learned() == g.learned());
  CHECK(describe(f) == describe(g));
  CHECK((f.names() == g.names() && f.kept_columns() == g.kept_columns() && f.rows() == g.rows() &&
         f.cols() == g.cols() && f.cols_out() == g.cols_out() &&
         f.repeated_passes() == g.repeated_passes()));
  CHECK(f.learned().fired == g.learned().fired);
  CHECK(detail::text_of(f.stages()) == detail::text_of(g.stages()));
}

/// Saved and loaded, a chain is the same in everything it says and does.
template <class Chain, class Table>
void comes_back(const Chain& stages, const Table& x) {
  const auto f = fit(on::seq, stages, x);
  const std::string text = saved_text(f);
  const auto g = load_text(stages, text);
  static_assert(std::is_same_v<decltype(f), decltype(g)>);
  CHECK(f == g);
  same_in_all(f, g);
  CHECK(f.split_id() == g.split_id());
  CHECK(saved_text(g) == text);
}
/// And it does the same: passes are made of its numbers, whose bits are compared above, so that a few
/// chains stand for all.
template <class Chain, class Table>
void acts_alike(const Chain& stages, const Table& x) {
  const auto f = fit(on::seq, stages, x);
  const auto g = load_text(stages, saved_text(f));
  CHECK(difference(transform(on::seq, f, x), transform(on::seq, g, x)) == "");
  const auto values = f.values_only();
  using program = decltype(f.learned().template map_program<false>());
  if constexpr (detail::all_invertible<program>) {
    const auto y = transform(on::seq, values, x);
    CHECK(difference(inverse(on::seq, values, y), inverse(on::seq, g.values_only(), y)) == "");
  }
}

table<double> with_everything() {
  table<double> x = noise(60, 6, 7);
  for (smelt::index r = 0; r < 60; ++r) {
    x(r, 2) = 4;
    x(r, 5) = gone;
  }
  return x;
}

template <class Load>
std::string refused(Load&& load) {
  return thrown_by([&] { load(); });
}
/// The text with another in place of a part of it, and the checksum that belongs to it.
std::string changed(const std::string& text, const std::string& from, const std::string& to) {
  std::string body = text.substr(0, text.rfind("end "));
  const auto at = body.find(from);
  REQUIRE(at != std::string::npos);
  return detail::sealed(body.replace(at, from.size(), to));
}

}  // namespace

TEST_CASE("the example") {
  const scratch file;
  const auto& path = file.path;
  const auto measured = rows({{1, 4}, {3, 8}}, {"mass", "length"});
  save(fit(on::seq, standardize(), measured), path);
  // [load example]
  auto fitted = load(standardize(), path);                // plain tables
  auto checked = load(standardize(), path, measured);     // and its columns are those of `measured`
  // [load example]
  CHECK(difference(transform(on::seq, fitted, measured), {{-1, -1}, {1, 1}}) == "");
  CHECK(fitted == checked);
}

TEST_CASE("every stage of the catalogue comes back") {
  const auto x = with_everything();
  const auto lost = drop::missing_columns;
  const std::vector<unsigned char> mask(60, 0);
  comes_back(lost | fill::mean, x);
  comes_back(fill::constant(0.1), x);
  comes_back(lost | fill::mean | fill::each({1, 2, 3, gone, -0.0, 6}), x);
  comes_back(clip(-1.5, endless), x);
  comes_back(sentinel(4) | lost, x);
  comes_back(infinity::missing | lost | standardize(), x);
  comes_back(infinity::keep | fill::constant(1), x);
  comes_back(lost | drop::any, x);
  comes_back(drop::all, x);
  comes_back(drop::at_least(3), x);
  comes_back(lost | standardize() | drop::outside(-1, 1), x);
  comes_back(drop::where(mask) | lost | standardize(), x);
  comes_back(drop::columns(columns{0, 1, 2, 3, 4}) | fill::constant(2), x);
  comes_back(drop::constant_columns | fill::constant(9) | standardize(), x);
  comes_back(drop::columns_missing(0.5) | standardize(ddof{1}, centre::no), x);
  comes_back(lost | standardize(over::table, zero::nan), x);
  comes_back(lost | standardize(scale::no, zero::nan), x);
  comes_back(lost | normalize(min_max{-1, 1, zero::midpoint}), x);
  comes_back(lost | normalize(min_max{-1, 1}, clipped), x);
  comes_back(lost | normalize(max_abs_t{zero::nan}), x);
  comes_back(lost | normalize(l1), x);
  comes_back(lost | normalize(l2) | standardize(), x);
  comes_back(lost | normalize(largest), x);
  acts_alike(lost | drop::any | normalize(l2) | standardize(), x);
  acts_alike(drop::where(mask) | lost | sample(take{9, seed{4}}) | standardize(), x);
  acts_alike(drop::columns_missing(0.5) | at(columns{1}, clip(-1, 1)) | normalize(min_max{-1, 1}), x);
  comes_back(lost | sample(take{9, seed{4}}) | standardize(), x);
  comes_back(lost | standardize() | sample(shuffled{seed{4}}), x);
  comes_back(at(columns::range(0, 5), fill::mean | standardize()) | at(columns{1}, infinity::missing), x);
  comes_back(standardize() | clip(-1, 1) | standardize() | normalize(max_abs) | clip(0, 1) | standardize(), noise(60, 3));
}

TEST_CASE("columns by name are found by the file's names") {
  const auto x = rows({{1, 2, 3}, {4, 5, 9}}, {"a", "\n\"b\\", ""});
  comes_back(at(columns{"a", "\n\"b\\"}, standardize()) | drop::columns(columns{"a"}), x);
}

TEST_CASE("generated chains, stages of your own among them") {
  const auto x = noise(150, 5, 9, 3);
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (comes_back(chain_of<static_cast<int>(I) + 20>(), x), ...);
  }(std::make_index_sequence<8>{});
}

TEST_CASE("numbers that are hard to write") {
  table<double> x(2, 6);
  const double hard[] = {5e-324, 1.7976931348623157e308, 0.1, 1.0 / 3.0, 123456789012345678.0, -0.0};
  for (smelt::index c = 0; c < 6; ++c) x(0, c) = x(1, c) = hard[c];
  comes_back(drop::columns_missing(1) | normalize(max_abs), x);
  comes_back(fill::each({5e-324, 1.7976931348623157e308, 0.1, -endless, gone, -0.0}) | infinity::keep, x);
}

TEST_CASE("of a whole table: plain tables, not parts; the opt-out") {
  const auto data = noise(40, 2, 0, 1);
  const auto parts = split<struct mine>(data, {.train = 0.5, .test = 0.5}, seed{7});
  const auto f = fit(on::seq, standardize(), data);
  const std::string text = saved_text(f);
  CHECK(refused([&] { load_text(standardize(), text, parts.test); }) ==
        "load: the chain in 'text' was fitted on a whole table, which may hold the rows of this "
        "part; say whole_population to load if you mean it");
  const auto all = load_text(standardize(), text, whole_population);
  static_assert(std::is_same_v<decltype(all)::origin_type, origin::population>);
  CHECK(difference(transform(on::seq, all, parts.test),
                   transform(on::seq, fit(on::seq, standardize(), data, whole_population), parts.test)) == "");
}

TEST_CASE("of a train part: its split and no other") {
  const auto data = noise(40, 2, 0, 1);
  const auto parts = split<struct mine>(data, {.train = 0.5, .test = 0.5}, seed{7});
  const auto others = split<struct mine>(data, {.train = 0.5, .test = 0.5}, seed{8});
  const auto f = fit(on::seq, standardize(), parts.train);
  const std::string text = saved_text(f);
  const auto g = load_text(standardize(), text, parts.test);
  static_assert(std::is_same_v<decltype(f), decltype(g)>);
  CHECK(f == g);
  CHECK(g.split_id() == parts.test.split_id);
  CHECK(difference(transform(on::seq, f, parts.test), transform(on::eigen, g, parts.test)) == "");
  CHECK_THROWS_AS(transform(on::seq, g, others.test), value_error);
  CHECK(refused([&] { load_text(standardize(), text, others.train); }) ==
        message("load: the chain in 'text' was fitted in split ", parts.train.split_id,
                ", this part is of split ", others.train.split_id));
  // Without a part, plain tables only: what stands in the type transforms no part at all.
  const auto plain = load_text(standardize(), text);
  static_assert(std::is_same_v<decltype(plain)::origin_type, origin::plain>);
  same_in_all(f, plain);
  // The opt-out takes any parts, of other splits too.
  const auto all = load_text(standardize(), text, whole_population);
  CHECK(transform(on::seq, all, others.test).rows() == 20);
  // One of a population of which only a part was seen keeps what it was.
  const auto most = fit(on::seq, standardize(), parts.train, whole_population);
  CHECK(load_text(standardize(), saved_text(most), whole_population).split_id() == parts.train.split_id);
}

TEST_CASE("of a fold: the parts of that fold and no other") {
  const auto data = noise(40, 2, 0, 1);
  const auto four = folds<struct cv, 4>(data, k_fold{seed{7}});
  const auto f = fit(on::seq, standardize(), four.get<1>().train);
  const std::string text = saved_text(f);
  const auto g = load_text(standardize(), text, four.get<1>().held_out);
  static_assert(std::is_same_v<decltype(f), decltype(g)>);
  CHECK(transform(on::seq, g, four.get<1>().held_out).rows() == 10);
  CHECK(refused([&] { load_text(standardize(), text, four.get<2>().held_out); }) ==
        message("load: the chain in 'text' was fitted in split ", f.split_id(),
                ", this part is of split ", four.get<2>().held_out.split_id));
}

TEST_CASE("for data at hand: their columns and names") {
  const auto x = rows({{1, 2}, {3, 4}}, {"a", "b"});
  const std::string text = saved_text(fit(on::seq, standardize(), x));
  CHECK(load_text(standardize(), text, x).cols() == 2);
  const std::vector<int> classes = {0, 1};
  CHECK(load_text(standardize(), text, labelled(x, classes)).cols() == 2);
  CHECK(load_text(standardize(), text, noise(3, 2)).cols() == 2);
  CHECK_THROWS_WITH_AS(load_text(standardize(), text, noise(3, 3)),
                       "the chain was fitted on 2 columns, this view has 3", shape_error);
  CHECK_THROWS_WITH_AS(load_text(standardize(), text, rows({{1, 2}}, {"a", "c"})),
                       "column 1 was 'b' in the fit, here it is 'c'", type_error);
}

TEST_CASE("another chain") {
  const auto x = rows({{1, 2, gone}, {3, 4, 5}});
  const std::string text = saved_text(fit(on::seq, fill::mean | standardize(), x));
  CHECK_THROWS_WITH_AS(load_text(fill::mean | standardize(ddof{1}), text),
                       "load: stage 2 of this chain is 'standardize(ddof{1})' (affine), in 'text' it "
                       "is 'standardize()' (affine)",
                       type_error);
  CHECK_THROWS_WITH_AS(load_text(fill::mean, text),
                       "load: this chain has 1 stages, the one in 'text' has 2", type_error);
  CHECK_THROWS_AS(load_text(fill::mean | standardize(zero::nan), text), type_error);
  const std::string each = saved_text(fit(on::seq, fill::each({1, 2, 3}), x));
  CHECK_THROWS_WITH_AS(load_text(fill::each({1, 2, 4}), each),
                       "load: stage 1, 'fill::each(3 numbers)', column 2: constant is 4 in this chain, "
                       "3 in 'text'",
                       value_error);
  CHECK_THROWS_AS(load_text(fill::each({1, 2, gone}), each), value_error);
  CHECK_THROWS_AS(load_text(fill::each({1, 2}), each), type_error);
  const auto wide = noise(9, 6);
  const std::string some = saved_text(fit(on::seq, at(columns::range(0, 5), standardize()), wide));
  CHECK_THROWS_WITH_AS(load_text(at(columns::range(1, 6), standardize()), some),
                       "load: stage 1, 'at(5 columns, standardize())', acts on other columns than the "
                       "one in 'text'",
                       value_error);
  const std::vector<unsigned char> mask = {0, 1};
  const std::vector<unsigned char> other = {1, 0};
  const std::string masked = saved_text(fit(on::seq, drop::where(mask), x));
  CHECK_THROWS_WITH_AS(load_text(drop::where(other), masked),
                       "load: stage 1, 'drop::where(mask of 2 rows)', was given other bytes than the "
                       "one in 'text'",
                       value_error);
}

TEST_CASE("a file that no save wrote, with its checksum") {
  const auto x = rows({{1, 2, gone}, {3, 4, gone}}, {"a", "b", "c"});
  const auto stages = drop::missing_columns | clip(0, 9) | at(columns{"b"}, standardize());
  const std::string text = saved_text(fit(on::seq, stages, x));
  CHECK_THROWS_WITH_AS(load_text(stages, changed(text, "1 1\n2 0\n", "1 0.5\n2 0\n")),
                       "load: stage 1, 'drop::missing_columns', column 1: stays is 0.5 in 'text', it "
                       "is 0 or 1",
                       value_error);
  CHECK_THROWS_AS(load_text(stages, changed(text, "1 1\n2 0\n", "1 nan\n2 0\n")), value_error);
  CHECK_THROWS_AS(load_text(stages, changed(text, "1 1\n2 0\n", "1 1\n2 -0\n")), value_error);
  CHECK_THROWS_WITH_AS(load_text(stages, changed(text, "0 1\n1 1\n2 0\n", "0 0\n1 0\n2 0\n")),
                       "the chain drops every column: nothing is left", value_error);
  CHECK_THROWS_WITH_AS(load_text(stages, changed(text, "column 1 \"b\"", "column 1 \"d\"")),
                       "columns{...}: no column is named 'b'; there are: 'a', 'd', 'c'", value_error);
  CHECK_THROWS_AS(load_text(stages, changed(text, "0 0 9\n", "0 0 8\n")), value_error);
  CHECK_THROWS_AS(load_text(stages, changed(text, "on 3 1\n", "")), value_error);
  CHECK_THROWS_WITH_AS(load_text(stages, changed(text, "on 3 1\n", "fired 2 0\non 3 1\n")),
                       "load: stage 2, 'clip(0, 9)', has no zero rule that could have been needed as "
                       "'text' says",
                       value_error);
  CHECK_THROWS_WITH_AS(load_text(stages, changed(text, "numbers 2 low high", "numbers 2 low hi")),
                       "load: stage 2, 'clip(0, 9)', has of each column: low, high; 'text' has: low, hi",
                       type_error);
  CHECK_THROWS_AS(load_text(stages, changed(text, "numbers 2 low high\n0 0 9\n1 0 9\n2 0 9\n", "")),
                  type_error);
}

TEST_CASE("what is no such file, or was changed") {
  const std::string text = saved_text(fit(on::seq, standardize(), noise(4, 2)));
  CHECK_THROWS_WITH_AS(load_text(standardize(), ""),
                       "'text' is no fitted chain of smelt: it begins with ''", io_error);
  CHECK_THROWS_WITH_AS(load_text(standardize(), text.substr(0, 60)),
                       "'text' is cut short: its last line, 'end' and a checksum, is missing", io_error);
  CHECK_THROWS_AS(load_text(standardize(), text + "x"), io_error);
  std::string wrong = text;
  wrong[text.find("rows 4") + 5] = '5';
  CHECK_THROWS_AS(load_text(standardize(), wrong), io_error);
}

TEST_CASE("a path that leads to nothing") {
  CHECK_THROWS_WITH_AS(load(standardize(), "/no such folder/a"),
                       "cannot open '/no such folder/a': No such file or directory", io_error);
  const auto none = load(std::nothrow, standardize(), "/no such folder/a");
  CHECK((!none && none.kind() == failure::io));
  CHECK(load(std::nothrow, standardize(), std::string("/no such folder/a"), whole_population).kind() ==
        failure::io);
}

TEST_CASE("the file's name stands in what is refused") {
  const scratch file;
  save(fit(on::seq, standardize(), noise(4, 2)), file.path);
  CHECK_THROWS_WITH_AS(load(clip(0, 1), file.path),
                       message("load: stage 1 of this chain is 'clip(0, 1)' (monotone), in '", file.path,
                               "' it is 'standardize()' (affine)")
                           .c_str(),
                       type_error);
}

TEST_CASE("by value") {
  const auto x = noise(4, 2);
  const std::string text = saved_text(fit(on::seq, standardize(), x));
  const auto made = load_text(std::nothrow, standardize(), text);
  CHECK((made && made.rows == 4 && *made == load_text(standardize(), text)));
  CHECK(load_text(std::nothrow, standardize(), text, whole_population)->cols() == 2);
  CHECK(load_text(std::nothrow, standardize(), text, noise(1, 3)).kind() == failure::shape);
  CHECK(load_text(std::nothrow, clip(0, 1), text).kind() == failure::type);
  CHECK(load_text(std::nothrow, standardize(), text.c_str())->cols() == 2);
}

TEST_CASE("what was loaded is not fitted further") {
  const auto x = noise(40, 2);
  const auto f = fit(on::seq, standardize(), x.row_range(0, 20));
  const auto g = load_text(standardize(), saved_text(f));
  CHECK(g.trace() == nullptr);
  CHECK_THROWS_WITH_AS(fit(on::seq, standardize(), x.row_range(20, 40), continues(g)),
                       "fit: the chain that this piece continues was loaded; a file keeps no sums to "
                       "go on from",
                       value_error);
  CHECK(fit(std::nothrow, on::seq, standardize(), x.row_range(20, 40), continues(g)).kind() ==
        failure::value);
  const auto second = fit(on::seq, standardize(), x.row_range(20, 40), continues(f));
  CHECK_THROWS_WITH_AS(merge(g, second), "merge: a piece was loaded; a file keeps no sums to join",
                       value_error);
  CHECK_THROWS_AS(merge(f, load_text(standardize(), saved_text(second))), value_error);
  // What pieces have made is saved as any other.
  const auto whole = merge(f, second);
  CHECK(load_text(standardize(), saved_text(whole)) == whole);
}

TEST_CASE("a locale with a comma changes no text") {
  const auto stages = clip(-0.5, 1.25);
  const std::string text = saved_text(fit(on::seq, stages, rows({{0.125}})));
  for (const char* name : {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "nl_NL.UTF-8"})
    if (std::setlocale(LC_NUMERIC, name) != nullptr) {
      CHECK(saved_text(load_text(stages, text)) == text);
      std::setlocale(LC_NUMERIC, "C");
    }
}
