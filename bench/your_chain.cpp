// SPDX-License-Identifier: BSL-1.0
/// \file
/// Your chain, measured by bench/run.sh beside its own stages one pass each: edit the line, and run it again
/// with your own table (`bench/run.sh --data FILE`).

#include "comparison/your_chain.hpp"

using namespace smelt;

inline auto your_chain() {
  // This line is yours.
  return clean(fill::mean) | standardize() | normalize(min_max{-1, 1}) | clip(-0.9, 0.9);
}

int main(int count, char** given) { return smelt_comparison::serve_your_chain(count, given, your_chain()); }
