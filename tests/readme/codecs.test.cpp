// SPDX-License-Identifier: BSL-1.0
/// \file
/// The smaller tables in README.md: the text between the marks is the page's block below that title, it
/// compiles, and does what its words say.

#include <doctest/doctest.h>

#include <smelt/codecs.hpp>
#include <smelt/eigen.hpp>
#include <smelt/pack.hpp>
#include <smelt/smelt.hpp>
#include <readme/page.hpp>
#include <support/tables.hpp>

#include <string>

using namespace smelt;

TEST_CASE("the page and this file say the same") {
  const std::string page = readme::text_of(SMELT_TEST_DATA_DIR "/../../README.md");
  const std::string here = readme::text_of(SMELT_TEST_DATA_DIR "/../readme/codecs.test.cpp");
  const std::string block = readme::marked(here, "smaller tables");
  CHECK(block.find("pack(on::eigen, x, found)") != std::string::npos);
  CHECK(page.find("\n```cpp\n" + block + "```\n") != std::string::npos);
}

TEST_CASE("what it shows is so") {
  constexpr smelt::index rows = 500;
  constexpr smelt::index cols = 3;
  table<float> x(rows, cols);
  for (smelt::index i = 0; i < rows * cols; ++i)
    x.data()[i] = i % 50 == 7 ? missing_value<float> : static_cast<float>(i % 91) / 10;
  const auto chain = clean(fill::mean) | standardize();
  // clang-format off
// [smaller tables]
auto found  = survey(on::eigen, x, exactly{});   // or in_bits{12}, within{0.01}: each column its own bits
found.ratio();                                   // how much smaller, and
found.worst_error();                             // what is lost, before anything is written
auto packed = pack(on::eigen, x, found);         // whole numbers and decimals come back bit by bit
auto bytes  = quantize<std::int8_t>(on::eigen, x);  // or one byte a value, within half a step
auto fitted = fit(on::eigen, chain, packed);     // as of any table: the bits of the decoded one
table<bf16> y(rows, cols);
transform(on::eigen, fitted, packed, y);         // written as bf16, rounded once from double
// [smaller tables]
  // clang-format on
  CHECK(found.ratio() == 4.0);
  CHECK(found.worst_error() == 0.0);
  CHECK(fitted == fit(on::seq, chain, x));
  CHECK(bytes.rows() == rows);
  CHECK(y(0, 0).bits == bf16(transform<double>(on::seq, fitted, x)(0, 0)).bits);
}
