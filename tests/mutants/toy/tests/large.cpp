// SPDX-License-Identifier: BSL-1.0
/// \file
/// A test that passes by itself and fails with the limits of a mutant, all of which it would kill.

#include <doctest/doctest.h>

#include <sys/mman.h>  // mmap

TEST_CASE("more memory than a mutant may have") {
  constexpr std::size_t bytes = std::size_t{7} << 30;
  void* const at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  REQUIRE(at != MAP_FAILED);
  munmap(at, bytes);
}
