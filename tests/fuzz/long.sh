#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# Every fuzz target for longer than the tests have time for, from the corpus and from what earlier runs grew.
#   tests/fuzz/long.sh SECONDS [JOBS]      seconds for each target, JOBS of them at a time (1)
# What is grown and found lies in $WORK (build/fuzz). With $ADD set, the inputs that reach something new are
# added to the corpus, named by their digest: hundreds, of which a few are worth a commit.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
seconds=${1:?seconds for each target}
jobs=${2:-1}
export here seconds work=${WORK:-$here/../../build/fuzz} clang=${CLANG:-clang++}

one() {
  local name=$1 most grown="$work/$1/grown"
  most=$(sed -n "s/^set(longest_$name \([0-9]*\)).*/\1/p" "$here/CMakeLists.txt")
  mkdir -p "$grown"
  "$clang" -std=c++20 -O1 -g1 -fno-sanitize-recover=all -fsanitize=fuzzer,address,undefined \
    -I "$here/../../include" -I "$here/.." "$here/$name.fuzz.cpp" -pthread -o "$work/$name/target"
  if ! "$work/$name/target" -max_total_time="$seconds" -max_len="${most:-400}" -timeout=20 -rss_limit_mb=2048 \
    -artifact_prefix="$work/$name/" "$grown" "$here/corpus/$name" >"$work/$name/log" 2>&1; then
    printf '%s failed on an input, which is kept in %s; the end of its log:\n' "$name" "$work/$name"
    tail -n 30 "$work/$name/log"
    return 1
  fi
  if [[ -n ${ADD:-} ]]; then
    "$work/$name/target" -merge=1 "$here/corpus/$name" "$grown" >/dev/null 2>&1
  fi
  printf '%s: %s\n' "$name" "$(grep -o 'Done [0-9]* runs.*' "$work/$name/log")"
}
export -f one

for source in "$here"/*.fuzz.cpp; do basename "$source" .fuzz.cpp; done |
  if [[ -n ${ONLY:-} ]]; then grep -xE "$ONLY"; else cat; fi |
  xargs -P "$jobs" -I{} bash -euo pipefail -c 'one {}'
