// SPDX-License-Identifier: BSL-1.0
/// \file
/// save: the text of a fitted chain word for word, what is in it of parts and forms, and the file.

#include <smelt/save.hpp>

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>
#include <smelt/stored/reader.hpp>
#include <support/own_stages.hpp>
#include <support/tables.hpp>

#include <unistd.h>

#include <filesystem>

using namespace smelt;
using namespace smelt_test;

namespace {

const auto x = rows({{1, gone, 7}, {gone, gone, 7}, {5, gone, 7}}, {"a", "b", "c \"mm\""});

std::string body_of(const std::string& text) { return text.substr(0, text.rfind("end ")); }

}  // namespace

TEST_CASE("the example") {
  const std::string path = std::filesystem::temp_directory_path() / message("example.", smelt::index{::getpid()});
  // [save example]
  table<double> measured(2, 1, {"mass"});
  measured(0, 0) = 1.0;
  measured(1, 0) = 3.0;
  auto fitted = fit(on::seq, standardize(), measured);
  save(fitted, path);
  // [save example]
  status found;
  CHECK(detail::read_whole(path, found) == saved_text(fitted));
  CHECK(body_of(saved_text(fitted)) ==
        "smelt fitted chain, version 1\n"
        "origin plain 0\n"
        "rows 2\n"
        "repeated 0\n"
        "stages 1\n"
        "stage 1 affine \"standardize()\"\n"
        "columns 1\n"
        "column 0 \"mass\"\n"
        "numbers 1 centre slope offset\n"
        "0 2 1 -0\n");
  ::unlink(path.c_str());
}

TEST_CASE("the columns of a stage, dropped columns, zero rules, samplers, masks") {
  const std::vector<unsigned char> mask = {0, 0, 1};
  const auto f = fit(on::seq,
                     drop::where(mask) | drop::missing_columns | at(columns{"a", "c \"mm\""}, fill::mean) |
                         standardize(zero::nan) | sample(shuffled{seed{1}}),
                     x);
  CHECK(body_of(saved_text(f)) ==
        "smelt fitted chain, version 1\n"
        "origin plain 0\n"
        "rows 2\n"
        "repeated 0\n"
        "stages 5\n"
        "stage 1 drop \"drop::where(mask of 3 rows)\"\n"
        "stage 2 columns \"drop::missing_columns\"\n"
        "stage 3 fill \"at(columns{'a', 'c \\\"mm\\\"'}, fill::mean)\"\n"
        "stage 4 affine \"standardize(zero::nan)\"\n"
        "stage 5 sampler \"sample(shuffled{seed{1}})\"\n"
        "columns 3\n"
        "column 0 \"a\"\n"
        "column 1 \"b\"\n"
        "column 2 \"c \\\"mm\\\"\"\n"
        "given 1 3 920f2079\n"
        "numbers 2 stays\n"
        "0 1\n"
        "1 0\n"
        "2 1\n"
        "on 3 0 2\n"
        "numbers 3 constant\n"
        "0 1\n"
        "1 nan\n"
        "2 7\n"
        "numbers 4 centre slope offset\n"
        "0 1 nan -0\n"
        "1 0 1 -0\n"
        "2 7 nan -0\n"
        "fired 4 0 2\n");
}

TEST_CASE("where the numbers come from; forms share a file") {
  const auto data = noise(40, 2, 0, 1);
  const auto parts = split<struct mine>(data, {.train = 0.5, .test = 0.5}, seed{7});
  const auto of_part = fit(on::seq, standardize(), parts.train);
  CHECK(saved_text(of_part).find(message("origin train ", parts.train.split_id, "\nrows 20\n")) !=
        std::string::npos);
  const auto of_all = fit(on::seq, standardize(), data, whole_population);
  CHECK(saved_text(of_all).find("origin population 0\nrows 40\n") != std::string::npos);
  const auto f = fit(on::seq, drop::any | standardize() | sample(take{9, seed{2}}), data);
  CHECK(saved_text(f.values_only()) == saved_text(f));
  CHECK(saved_text(f.without_sampling()) == saved_text(f));
  CHECK(saved_text(f).find("column 0\ncolumn 1\n") != std::string::npos);
}

TEST_CASE("a pass that was repeated") {
  table<double> far(1100, 1);
  for (smelt::index r = 0; r < 1100; ++r) far(r, 0) = r < 1024 ? gone : 1e9 + static_cast<double>(r % 2);
  CHECK(saved_text(fit(on::seq, standardize(), far)).find("rows 1100\nrepeated 1\n") != std::string::npos);
}

TEST_CASE("by value, and what is refused") {
  const auto f = fit(on::seq, standardize(), x);
  CHECK(*saved_text(std::nothrow, f) == saved_text(f));
  CHECK_THROWS_WITH_AS(save(f, "/no such folder/a"),
                       "cannot write '/no such folder/a': No such file or directory", io_error);
  const status ended = save(std::nothrow, f, "/no such folder/a");
  CHECK(ended.kind() == failure::io);
  CHECK(std::string(ended.what()) == "cannot write '/no such folder/a': No such file or directory");
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / message("by value.", smelt::index{::getpid()});
  CHECK(save(std::nothrow, f, path).ok());
  CHECK(std::filesystem::file_size(path) == saved_text(f).size());
  std::filesystem::remove(path);
}

TEST_CASE("stages of your own are saved by their words") {
  const auto f = fit(on::seq, cube{0.5} | by_third{}, noise(9, 1));
  CHECK(saved_text(f).find("numbers 1 number_0\n0 0.5\n") != std::string::npos);
  static_assert(detail::storable<chain<cube>>);
}

TEST_CASE("the file of docs/fitted_chains.md is one") {
  table<double> measured(6, 2, {"mass", "length \"mm\""});
  for (smelt::index r = 0; r < 6; ++r) {
    measured(r, 0) = 7.0;
    measured(r, 1) = r == 2 ? gone : static_cast<double>(r) / 3.0;
  }
  const std::vector<unsigned char> mask = {0, 0, 0, 1, 0, 0};
  const auto parts = split<struct mine>(measured, {.train = 0.67, .test = 0.33}, seed{7});
  const std::string text = saved_text(
      fit(on::seq,
          drop::where(mask) | drop::columns_missing(0.75) | at(columns{"mass"}, standardize()), parts.train));
  status found;
  const std::string page = detail::read_whole(SMELT_TEST_DATA_DIR "/../../docs/fitted_chains.md", found);
  REQUIRE(found.ok());
  CHECK_MESSAGE(page.find("```\n" + text + "```\n") != std::string::npos, text);
}
