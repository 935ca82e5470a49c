#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# Builds and runs the tests; the last lines are ctest's summary.
#   tests/run.sh [ctest arguments ...]          the tests, built once: by clang++ where it is there,
#                                               which takes half the time, else by the system's
#   tests/run.sh --all [ctest arguments ...]    and again by the system's compiler, by clang++ on the
#                                               emulated device too, under the sanitizers, the golden
#                                               digests in every configuration, -ffast-math, and the
#                                               mutants of the kernel bodies and the host's headers
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source cmake/need.sh
jobs=$(nproc 2>/dev/null || echo 2)

all=no
configure=()
if [ "${1:-}" = --all ]; then
  all=yes
  shift
fi

# build_and_test <preset> [ctest arguments ...]
build_and_test() {
  local preset=$1
  shift
  printf '\n== %s\n' "$preset"
  cmake --preset "$preset" "${configure[@]}"
  cmake --build --preset "$preset" --parallel "$jobs"
  # Two more than there are cores: fuzz targets run for a time, not for an amount of work.
  ctest --preset "$preset" --parallel "$((jobs + 2))" --no-tests=error "$@"
}

need Eigen3 doctest
need_fuzzer
if command -v clang++ >/dev/null; then
  build_and_test quick "$@"
else
  build_and_test dev "$@"
fi
if [ "$all" = yes ]; then
  if command -v clang++ >/dev/null; then
    configure=(-DSMELT_TESTS_ON_DEVICE=ON) # what the quick tests leave out
    build_and_test dev "$@"
    configure=()
    build_and_test clang "$@"
  else
    printf '\n== clang\nskipped: there is no clang++\n'
  fi
  build_and_test asan "$@"
  build_and_test tsan "$@"
  printf '\n== golden digests in every configuration\n'
  tests/golden/configurations.sh --more --jobs "$jobs"
  printf '\n== -ffast-math with the opt-out\n'
  tests/fast_math/configurations.sh
  printf '\n== mutants of the kernel bodies, and of the headers for the host\n'
  if command -v python3 >/dev/null; then
    tests/mutants/run.py --jobs "$jobs"
    tests/mutants/host.py --jobs "$jobs"
  else
    printf 'skipped: there is no python3\n'
  fi
fi
