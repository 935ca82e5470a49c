#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# Compiles the golden program in many configurations and checks the digests with each: one line for
# each, and a summary. Fails when a digest differs in any of them.
#   configurations.sh [--one | --few | --more] [--only <text>] [--work <folder>] [--eigen <include folder>]
#                     [--jobs <n>]
# The matrix is {g++, clang++} x {-O2, -O3} x {x86-64-v2, x86-64-v3, native}. --few takes two of it, --one is g++ at -O1,
# --more adds the emulated device, -O0, the widest instruction set, with contraction asked for, and
# another machine: aarch64, cross-built and run under qemu's user-mode emulation, where contraction is
# the compiler's default. A compiler, an emulator or an instruction set that is not here is skipped,
# and said so.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# Tests may be built by another compiler and level: here each says what it thinks of the headers.
warnings=(-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Werror)
sources=(golden readme_chain row_chains stored_chains value_chains)

choice=all only='' eigen='' jobs=2
work=$here/../../build/golden
while [ $# -gt 0 ]; do
  case $1 in
    --one) choice=one ;;
    --few) choice=few ;;
    --more) choice='more' ;;
    --only) only=$2 && shift ;;
    --work) work=$2 && shift ;;
    --eigen) eigen=$2 && shift ;;
    --jobs) jobs=$2 && shift ;;
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

builds=()
case $choice in
  one)
    builds=('g++ -O1 -march=native')
    ;;
  few)
    builds=('g++ -O3 -march=native' 'clang++ -O2 -march=x86-64-v2')
    ;;
  *)
    for compiler in g++ clang++; do
      for level in -O2 -O3; do
        for set in x86-64-v2 x86-64-v3 native; do
          builds+=("$compiler $level -march=$set")
        done
      done
    done
    ;;
esac
if [ $choice = more ]; then
  builds+=('g++ -O1 -DGOLDEN_ON_DEVICE' 'g++ -O0' 'g++ -O3 -march=x86-64-v4 -ffp-contract=fast'
    'clang++ -O3 -march=x86-64-v3 -ffp-contract=fast'
    'clang++ -O3 -march=x86-64-v4 -ffp-contract=fast'
    'aarch64-linux-gnu-g++ -O2' 'aarch64-linux-gnu-g++ -O3 -ffp-contract=fast')
fi

# Why a build cannot be made or run here; nothing when it can.
obstacle() {
  local compiler=${1%% *}
  local hint=''
  [[ $compiler != aarch64-* ]] || hint=' (Debian: g++-aarch64-linux-gnu, qemu-user)'
  command -v "$compiler" >/dev/null || { echo "there is no $compiler$hint" && return; }
  [ -z "$hint" ] || command -v qemu-aarch64 >/dev/null || { echo "there is no qemu-aarch64$hint" && return; }
  local needs=''
  case $1 in
    *x86-64-v2*) needs=sse4_2 ;;
    *x86-64-v3*) needs=avx2 ;;
    *x86-64-v4*) needs=avx512vl ;;
  esac
  [ -z "$needs" ] || grep -qw "$needs" /proc/cpuinfo || echo "this machine has no $needs"
}

mkdir -p "$work"
log=$work/log.txt
made=0 equal=0
for build in "${builds[@]}"; do
  case $build in *"$only"*) ;; *) continue ;; esac
  why=$(obstacle "$build")
  if [ -n "$why" ]; then
    printf '%-58s skipped: %s\n' "$build" "$why"
    continue
  fi
  made=$((made + 1))
  start=$SECONDS
  rm -f "$work"/*.o "$work/golden"
  # Another machine's program is emulated, and brings its libraries along.
  emulator=() link=()
  [[ $build != aarch64-* ]] || emulator=(qemu-aarch64) link=(-static)
  # $build is a compiler and its flags.
  if ! printf '%s\n' "${sources[@]}" | xargs -P "$jobs" -I{} \
    $build -std=c++20 "${warnings[@]}" -I"$here/../../include" -I"$here/.." -isystem "$eigen" -c "$here/{}.cpp" \
    -o "$work/{}.o" >"$log" 2>&1 ||
    ! $build "$work"/*.o -o "$work/golden" -pthread "${link[@]}" >>"$log" 2>&1; then
    printf '%-58s does not compile\n' "$build"
    tail -n 20 "$log"
    continue
  fi
  compiled=$((SECONDS - start))
  pools=()
  # One pool beside on::eigen alone where it is slow.
  [[ $build != *-O0* && $build != aarch64-* ]] || pools=(--threads 3)
  if "${emulator[@]}" "$work/golden" --check "$here/digests.txt" --stored "$here/../data/fitted" "${pools[@]}" >"$log" 2>&1; then
    equal=$((equal + 1))
    sed '$!d; s/;.*//' "$log" >"$work/line.txt"
  else
    sed '$!d; s/$/   DIFFERENT/' "$log" >"$work/line.txt"
    head -n 10 "$log"
  fi
  printf '%-58s %s (%d s to compile, %d s to run)\n' "$build" "$(cat "$work/line.txt")" \
    "$compiled" "$((SECONDS - start - compiled))"
done
rm -f "$work"/*.o
printf '%d of %d configurations have every digest equal\n' "$equal" "$made"
[ "$equal" = "$made" ] && [ "$made" -gt 0 ]
