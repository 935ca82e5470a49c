// SPDX-License-Identifier: BSL-1.0
/// \file
/// The random words that everything drawn is made of, to standard output without end, for batteries that
/// read such a stream:
///   g++ -std=c++20 -O2 -I include bench/words.cpp -o words
///   ./words rows 7 | dieharder -g 200 -a      one seed, row after row
///   ./words seeds 7 | dieharder -g 200 -a     one row, seed after seed, as samplers of many epochs use it

#include <smelt/random/philox.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>  // std::strtoull
#include <cstring>  // std::strcmp

int main(int count, char** arguments) {
  const bool by_seed = count > 1 && std::strcmp(arguments[1], "seeds") == 0;
  if (count != 3 || (!by_seed && std::strcmp(arguments[1], "rows") != 0)) {
    std::fprintf(stderr, "words rows|seeds NUMBER\n");
    return 1;
  }
  const std::uint64_t given = std::strtoull(arguments[2], nullptr, 10);
  static smelt::philox_block block[4096];
  for (std::uint64_t at = 0;; at += 4096) {
    for (std::uint64_t i = 0; i < 4096; ++i)
      block[i] = by_seed ? smelt::philox(smelt::counter_of(given, 1), smelt::key_of(smelt::seed{at + i}))
                         : smelt::philox(smelt::counter_of(at + i, 1), smelt::key_of(smelt::seed{given}));
    if (std::fwrite(block, sizeof block, 1, stdout) != 1) return 0;
  }
}
