// SPDX-License-Identifier: BSL-1.0
/// \file
/// Files by value: what the throwing forms read or throw, in the calling thread and with a policy.

#include <smelt/read/csv_by_value.hpp>

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/read.hpp>

#include <string>
#include <string_view>
#include <type_traits>

using namespace smelt;

namespace {

const std::string digits = SMELT_DATA_DIR "/digits.csv";
const std::string penguins = SMELT_DATA_DIR "/penguins.csv";
const std::string nowhere = "/nowhere/x.csv";
const std::string nowhere_said = "cannot open '/nowhere/x.csv': No such file or directory";

/// `call()` throws `Error` with the text, and `call(std::nothrow)` says the same.
template <class Error, class Call>
void both_say(const std::string& text, Call&& call) {
  CAPTURE(text);
  CHECK_THROWS_WITH_AS(call(), text.c_str(), Error);
  const auto said = call(std::nothrow);
  CHECK(said.kind() == detail::kind_of_error<Error>);
  CHECK(said.what() == text);
  CHECK_THROWS_WITH_AS(said.raise(), text.c_str(), Error);
}

}  // namespace

TEST_CASE("a file that can be read is read") {
  workers pool{2};
  const auto policy = on::eigen.on(pool);
  const auto right = read_csv<float>(digits);
  csv_options options;
  options.header = header::none;
  for (const auto& made :
       {read_csv<float>(std::nothrow, digits), read_csv<float>(std::nothrow, digits, options),
        read_csv<float>(std::nothrow, policy, digits),
        read_csv<float>(std::nothrow, policy, digits, options)}) {
    REQUIRE(made);
    CHECK(made->rows() == right.rows());
    CHECK((*made)(1796, 64) == right(1796, 64));
  }
  const csv_column species = "species";
  const auto classes = read_csv_labels(penguins, species);
  options.header = header::yes;
  for (const auto& made : {read_csv_labels(std::nothrow, penguins, species),
                           read_csv_labels(std::nothrow, penguins, species, options),
                           read_csv_labels(std::nothrow, policy, penguins, species),
                           read_csv_labels(std::nothrow, policy, penguins, species, options)}) {
    REQUIRE(made);
    CHECK(made->codes == classes.codes);
    CHECK(made->names == classes.names);
  }
}

TEST_CASE("a text that can be read is read") {
  const std::string_view text = "1,2\n3,4";
  const csv_options options;
  for (const auto& made :
       {read_csv_text<int>(std::nothrow, text), read_csv_text<int>(std::nothrow, text, options),
        read_csv_text<int>(std::nothrow, on::seq, text),
        read_csv_text<int>(std::nothrow, on::seq, text, options, "it")}) {
    REQUIRE(made);
    CHECK((*made)(1, 1) == 4);
  }
  csv_options bare;
  bare.header = header::none;
  const csv_column named = "a";
  const std::string_view letters = "a\nc\nb";
  for (const auto& made : {read_csv_labels_text(std::nothrow, letters, named),
                           read_csv_labels_text(std::nothrow, letters, 0, bare),
                           read_csv_labels_text(std::nothrow, on::seq, letters, named),
                           read_csv_labels_text(std::nothrow, on::seq, letters, 0, bare, "it")}) {
    REQUIRE(made);
    CHECK(made->names.back() == "c");
  }
}

TEST_CASE("what cannot be read is said, word for word") {
  const csv_column first = 0;
  csv_options options;
  both_say<io_error>(nowhere_said,
                     [&](auto... quiet) { return read_csv<float>(quiet..., nowhere); });
  both_say<io_error>(nowhere_said, [&](auto... quiet) {
    return read_csv<float>(quiet..., on::eigen, nowhere, options);
  });
  both_say<io_error>(nowhere_said,
                     [&](auto... quiet) { return read_csv_labels(quiet..., nowhere, first); });
  both_say<io_error>("text, line 2, column 1: 'x' is not a number", [&](auto... quiet) {
    return read_csv_text<float>(quiet..., std::string_view("1,2\n3,x"));
  });
  both_say<io_error>("mine, line 2, column 1: 'x' is not a number", [&](auto... quiet) {
    return read_csv_text<float>(quiet..., on::seq, std::string_view("1,2\n3,x"), options,
                                std::string("mine"));
  });
  options.columns = {0};
  both_say<value_error>(
      "text: labels are one column, given before the options, not by .columns", [&](auto... quiet) {
        return read_csv_labels_text(quiet..., std::string_view("a"), first, options);
      });
}

TEST_CASE("none of these forms can throw") {
  const std::string_view text = "1";
  const csv_options options;
  const csv_column column = 0;
  static_assert(noexcept(read_csv<float>(std::nothrow, digits)));
  static_assert(noexcept(read_csv<float>(std::nothrow, digits, options)));
  static_assert(noexcept(read_csv<float>(std::nothrow, on::seq, digits)));
  static_assert(noexcept(read_csv<float>(std::nothrow, on::seq, digits, options)));
  static_assert(noexcept(read_csv_text<float>(std::nothrow, text)));
  static_assert(noexcept(read_csv_text<float>(std::nothrow, text, options, digits)));
  static_assert(noexcept(read_csv_text<float>(std::nothrow, on::seq, text)));
  static_assert(noexcept(read_csv_text<float>(std::nothrow, on::seq, text, options, digits)));
  static_assert(noexcept(read_csv_labels(std::nothrow, digits, column)));
  static_assert(noexcept(read_csv_labels(std::nothrow, digits, column, options)));
  static_assert(noexcept(read_csv_labels(std::nothrow, on::seq, digits, column)));
  static_assert(noexcept(read_csv_labels(std::nothrow, on::seq, digits, column, options)));
  static_assert(noexcept(read_csv_labels_text(std::nothrow, text, column)));
  static_assert(noexcept(read_csv_labels_text(std::nothrow, text, column, options, digits)));
  static_assert(noexcept(read_csv_labels_text(std::nothrow, on::seq, text, column)));
  static_assert(
      noexcept(read_csv_labels_text(std::nothrow, on::seq, text, column, options, digits)));
  static_assert(
      std::is_same_v<decltype(read_csv<float>(std::nothrow, digits)), outcome<table<float>>>);
  static_assert(std::is_same_v<decltype(read_csv_labels(std::nothrow, on::seq, digits, column)),
                               outcome<labels>>);
  static_assert(
      std::is_same_v<decltype(read_csv_labels(std::nothrow, digits, column)), outcome<labels>>);
  CHECK(read_csv_text<float>(std::nothrow, text).ok());
}
