// SPDX-License-Identifier: BSL-1.0
/// \file
/// The words that the writer and the reader of a fitted chain share.

#include <smelt/stored/chain.hpp>

#include <doctest/doctest.h>

using namespace smelt;

TEST_CASE("each origin and each effect has its word") {
  CHECK(detail::origin_names[static_cast<std::size_t>(fitted_on::plain)] == "plain");
  CHECK(detail::origin_names[static_cast<std::size_t>(fitted_on::population)] == "population");
  CHECK(detail::origin_names[static_cast<std::size_t>(fitted_on::train)] == "train");
  const auto word = [](effect e) {
    return std::string_view(detail::effect_names[static_cast<std::size_t>(e)]);
  };
  CHECK(word(effect::fill) == "fill");
  CHECK(word(effect::affine) == "affine");
  CHECK(word(effect::monotone) == "monotone");
  CHECK(word(effect::value) == "value");
  CHECK(word(effect::across) == "across");
  CHECK(word(effect::columns) == "columns");
  CHECK(word(effect::drop) == "drop");
  CHECK(word(effect::sampler) == "sampler");
}

TEST_CASE("bytes that were given are equal by number and checksum") {
  CHECK(detail::given_bytes{3, 7} == detail::given_bytes{3, 7});
  CHECK(detail::given_bytes{3, 7} != detail::given_bytes{4, 7});
  CHECK(detail::given_bytes{3, 7} != detail::given_bytes{3, 8});
}
