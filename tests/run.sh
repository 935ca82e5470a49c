#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# Builds and runs the tests; the last lines are ctest's summary.
#   tests/run.sh [ctest arguments ...]          the tests, built once with the system's compiler
#   tests/run.sh --all [ctest arguments ...]    and again under clang, the sanitizers, and the golden
#                                               digests in every configuration
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source cmake/need.sh
jobs=$(nproc 2>/dev/null || echo 2)

all=no
if [ "${1:-}" = --all ]; then
  all=yes
  shift
fi

# build_and_test <preset> [ctest arguments ...]
build_and_test() {
  local preset=$1
  shift
  printf '\n== %s\n' "$preset"
  cmake --preset "$preset"
  cmake --build --preset "$preset" --parallel "$jobs"
  ctest --preset "$preset" --parallel "$jobs" --no-tests=error "$@"
}

# golden <name> <compiler> <flags> [<instruction set in /proc/cpuinfo>]
# The golden digests alone, in one more configuration.
golden() {
  local name=$1 compiler=$2 flags=$3 needs=${4:-}
  printf '\n== golden digests: %s %s\n' "$compiler" "$flags"
  if ! command -v "$compiler" >/dev/null; then
    echo "skipped: there is no $compiler"
  elif [ -n "$needs" ] && ! grep -qw "$needs" /proc/cpuinfo; then
    echo "skipped: this machine has no $needs"
  else
    cmake --preset dev -B "build/golden/$name" -DCMAKE_CXX_COMPILER="$compiler" \
      -DCMAKE_CXX_FLAGS_DEBUG="$flags" -DSMELT_BUILD_EXAMPLES=OFF
    cmake --build "build/golden/$name" --parallel "$jobs" --target smelt_golden_tests
    ctest --test-dir "build/golden/$name" --output-on-failure --no-tests=error -R '^golden_'
  fi
}

# Contraction is asked for where the hardware has it: the digests must not notice.
all_golden() {
  golden gcc-O0 g++ '-O0'
  golden gcc-O3 g++ '-O3 -ffp-contract=fast'
  golden gcc-v3 g++ '-O3 -march=x86-64-v3 -ffp-contract=fast' avx2
  golden gcc-v4 g++ '-O3 -march=x86-64-v4 -ffp-contract=fast' avx512vl
  golden gcc-native g++ '-O2 -march=native'
  golden clang-O2 clang++ '-O2'
  golden clang-v3 clang++ '-O3 -march=x86-64-v3 -ffp-contract=fast' avx2
  golden clang-v4 clang++ '-O3 -march=x86-64-v4 -ffp-contract=fast' avx512vl
}

need Eigen3 doctest
build_and_test dev "$@"
if [ "$all" = yes ]; then
  if command -v clang++ >/dev/null; then
    build_and_test clang "$@"
  else
    printf '\n== clang\nskipped: there is no clang++\n'
  fi
  build_and_test asan "$@"
  build_and_test tsan "$@"
  all_golden
fi
