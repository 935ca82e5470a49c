// SPDX-License-Identifier: BSL-1.0
/// \file
/// Files of format version 1, which stay in the tree for ever: read by every compiler and on every
/// machine, they do what they did when they were written.

#include <support/stored_chains.hpp>

#include <doctest/doctest.h>

using namespace smelt_test;

TEST_CASE("every file of version 1") {
  for (const auto& problem : problems_of_stored(SMELT_TEST_DATA_DIR "/fitted", 1)) FAIL_CHECK(problem);
}

TEST_CASE("the check sees a wrong digest, and a file that is not there") {
  const auto x = stored_table();
  using namespace smelt;
  const auto stages = clip(0, 1);
  CHECK(problem_of_stored("/no such folder/a", 0, stages, x, true) ==
        "cannot open '/no such folder/a': No such file or directory");
  int looked_at = 0;
  each_stored_chain([&]<class Chain, class Data>(const char* name, std::uint32_t digest,
                                                 const Chain& chain, const Data& data) {
    const std::string path = std::string(SMELT_TEST_DATA_DIR "/fitted/") + name + ".1.smelt";
    if (looked_at++ == 0)
      CHECK(problem_of_stored(path, digest + 1, chain, data, true).find("its digest is ") !=
            std::string::npos);
  });
  CHECK(looked_at == 5);
}
