#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# Compiles the fast-math test for several compilers and instruction sets and runs it, a line for each.
# What is not here is skipped, and said so.
#   configurations.sh [--only <text>] [--work <folder>] [--eigen <include folder>]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

only='' eigen='' work=$here/../../build/fast_math
while [ $# -gt 0 ]; do
  case $1 in
    --only) only=$2 && shift ;;
    --work) work=$2 && shift ;;
    --eigen) eigen=$2 && shift ;;
    *)
      echo "configurations.sh: what is $1?" >&2
      exit 2
      ;;
  esac
  shift
done
if [ -z "$eigen" ]; then
  eigen=$(pkg-config --cflags-only-I eigen3 2>/dev/null | sed 's/^-I//; s/ *$//' || true)
  [ -n "$eigen" ] || eigen=/usr/include/eigen3
fi

mkdir -p "$work"
made=0 good=0
for compiler in g++ clang++; do
  for set in '' -march=x86-64-v3 -march=native; do
    build="$compiler -O3 -ffast-math $set"
    case $build in *"$only"*) ;; *) continue ;; esac
    if ! command -v "$compiler" >/dev/null; then
      printf '%-46s skipped: there is no %s\n' "$build" "$compiler"
      continue
    fi
    if [ "$set" = -march=x86-64-v3 ] && ! grep -qw avx2 /proc/cpuinfo; then
      printf '%-46s skipped: this machine has no avx2\n' "$build"
      continue
    fi
    made=$((made + 1))
    # $build is a compiler and its flags.
    if ! $build -std=c++20 -DSMELT_ALLOW_FAST_MATH -I"$here/../../include" -isystem "$eigen" \
      "$here/fast_math.cpp" -o "$work/fast_math" -pthread >"$work/log.txt" 2>&1; then
      printf '%-46s does not compile\n' "$build"
      tail -n 20 "$work/log.txt"
      continue
    fi
    if "$work/fast_math" >"$work/log.txt" 2>&1; then
      good=$((good + 1))
    else
      head -n 10 "$work/log.txt"
    fi
    printf '%-46s %s\n' "$build" "$(tail -n 1 "$work/log.txt")"
  done
done
printf '%d of %d configurations with -ffast-math hold\n' "$good" "$made"
[ "$good" = "$made" ] && [ "$made" -gt 0 ]
