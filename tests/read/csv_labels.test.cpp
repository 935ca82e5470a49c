// SPDX-License-Identifier: BSL-1.0

/// \file
/// Text columns as class codes: sorted names, missing fields, and the same codes for any threads and
/// chunks.

#include <smelt/read/csv_labels.hpp>

#include <smelt/policies/workers.hpp>

#include <doctest/doctest.h>
#include <support/plain_csv.hpp>

#include <algorithm>  // std::count
#include <random>
#include <set>
#include <string>
#include <vector>

#ifndef SMELT_DATA_DIR
#define SMELT_DATA_DIR "examples/data"
#endif

using namespace smelt;

namespace {

const std::string penguins_csv = SMELT_DATA_DIR "/penguins.csv";

}  // namespace

TEST_CASE("penguins.csv: species and sex") {
  const auto species = read_csv_labels(penguins_csv, "species");
  CHECK(species.names == std::vector<std::string>{"Adelie", "Chinstrap", "Gentoo"});
  REQUIRE(species.codes.size() == 344);
  CHECK(std::count(species.codes.begin(), species.codes.end(), 0) == 152);
  CHECK(std::count(species.codes.begin(), species.codes.end(), 1) == 68);
  CHECK(std::count(species.codes.begin(), species.codes.end(), 2) == 124);

  CHECK_THROWS_WITH_AS(
      read_csv_labels(penguins_csv, "sex"),
      (penguins_csv + ", line 5, column 6 'sex': 'NA' is missing, and a class code has no value "
                      "for it: choose a .missing_value")
          .c_str(),
      io_error);
  const auto sex = read_csv_labels(penguins_csv, "sex", {.missing_value = -1});
  CHECK(sex.names == std::vector<std::string>{"female", "male"});
  CHECK(std::count(sex.codes.begin(), sex.codes.end(), -1) == 11);
  CHECK(std::count(sex.codes.begin(), sex.codes.end(), 1) == 168);
  CHECK_THROWS_AS(read_csv_labels("no/such.csv", "x"), io_error);
}

TEST_CASE("labels are coded by their sorted names, whatever the order of the rows") {
  const auto made =
      read_csv_labels_text("id,c\n1,pear\n2, fig\n3,\"pear\"\n4,\"a \"\"b\"\"\"\n", "c");
  CHECK(made.names == std::vector<std::string>{"a \"b\"", "fig", "pear"});
  CHECK(made.codes == std::vector<std::int32_t>{2, 1, 2, 0});
  const auto turned = read_csv_labels_text("4,a\n1,c\n2,b\n", 1, {.header = header::none});
  CHECK(turned.codes == std::vector<std::int32_t>{0, 2, 1});
  const auto gone = read_csv_labels_text("c\nNA\nx\n\ny\n", "c", {.missing_value = 7});
  CHECK(gone.codes == std::vector<std::int32_t>{7, 0, 7, 1});
  CHECK(read_csv_labels_text("c\n", "c").codes.empty());
  CHECK(read_csv_labels_text("\xc3\xa9\nz\n", 0, {.header = header::none}).names ==
        std::vector<std::string>{"z", "\xc3\xa9"});

  CHECK_THROWS_WITH_AS(read_csv_labels_text("x,y\n", 1),
                       "text: whether the first line is a header cannot be told from text labels: "
                       "choose header::yes or header::none, or the column by name",
                       value_error);
  CHECK_THROWS_WITH_AS(read_csv_labels_text("x,y\n", "x", {.columns = {"y"}}),
                       "text: labels are one column, given before the options, not by .columns",
                       value_error);
  CHECK_THROWS_WITH_AS(read_csv_labels_text("c\na\nb\nNA\n", "c", {.missing_value = 1}),
                       "text: .missing_value is 1, which is the code of a class; there are 2",
                       value_error);
}

TEST_CASE("many names have the ranks that a sorted set gives them, in whatever order they come") {
  // In ascending, descending and mixed order; each comes twice. More than fill a few blocks of names.
  for (const int step : {1, 4999, 1237}) {
    std::string text = "c\n";
    std::vector<std::string> rows;
    for (int i = 0; i < 10000; ++i) {
      rows.push_back("name " + std::to_string(i * step % 5000));
      text += rows.back() + "\n";
    }
    const std::set<std::string> sorted(rows.begin(), rows.end());
    const auto made = read_csv_labels_text(text, "c");
    REQUIRE(made.names == std::vector<std::string>(sorted.begin(), sorted.end()));
    for (std::size_t r = 0; r < rows.size(); ++r)
      REQUIRE(made.names[static_cast<std::size_t>(made.codes[r])] == rows[r]);
  }
}

TEST_CASE("any threads and chunks give the codes of one") {
  std::mt19937 random(9);
  std::vector<std::string> names;
  std::string text = "n,name\n";
  for (int r = 0; r < 500; ++r) {
    const auto name = "k" + std::to_string(random() % 60) + (random() % 3 == 0 ? "\n" : "");
    names.push_back(name);
    text += "1,\"" + name + "\"\n";
  }
  const std::set<std::string> sorted(names.begin(), names.end());
  for (const int size : {1, 2, 5, 16}) {
    workers pool{size};
    const smelt_test::on_executor threads{executor_of(pool)};
    for (const smelt::index chunk : {1, 7, 64, 1000}) {
      const auto made = detail::csv_labels(threads, text, "name", {}, "t", chunk);
      CHECK(made.names == std::vector<std::string>(sorted.begin(), sorted.end()));
      REQUIRE(made.codes.size() == names.size());
      std::size_t wrong = 0;
      for (std::size_t r = 0; r < names.size(); ++r)
        wrong += made.names[static_cast<std::size_t>(made.codes[r])] != names[r];
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE("labels are read on the threads of a policy") {
  workers pool{3};
  const smelt_test::on_executor threads{executor_of(pool)};
  CHECK(read_csv_labels(threads, penguins_csv, "species").codes ==
        read_csv_labels(penguins_csv, "species").codes);
  CHECK(read_csv_labels_text(threads, "c\nx\n\ny\n", "c", {.missing_value = -1}).codes ==
        std::vector<std::int32_t>{0, -1, 1});
  CHECK_THROWS_WITH_AS(
      read_csv_labels_text(threads, "c\nx\nNA\n", "c", {}, "f"),
      "f, line 3, column 0 'c': 'NA' is missing, and a class code has no value for it: choose a "
      ".missing_value",
      io_error);
}
