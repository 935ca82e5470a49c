#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# Everything that only a GPU can say about smelt, in one command: the tests of on::cuda, the same
# under compute-sanitizer, and the bench. It needs nvcc and ninja, and no network.
#   bench/gpu.sh [--quick | --emulated | --build]
#
# --quick     fewer sizes, the sanitizer on one program: under two minutes
# --emulated  no GPU and no nvcc: the bench on the emulated device; no figure means anything
# --build     compiles everything and stops: it needs no GPU, only SMELT_CUDA_ARCH
#
# OUT               where results go (bench/results/gpu-<date>): a few files, the logs in one archive
# SMELT_CUDA_ARCH   90 or sm_90, instead of the card's own
# SMELT_GPU_BUILD   where programs are built (build/gpu)
# SMELT_JOBS        compilers at a time (as many as there are processors)
# DOCTEST_INCLUDE   a folder with doctest/doctest.h; CMAKE_PREFIX_PATH is searched as well
# NVCC, CXX         the compilers
#
# It ends with 0 when all tests passed and no timed result was wrong, with 1 otherwise; with 77 where
# something it needs is missing.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() { sed -n '3,22s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
mode=full
case "${1:-}" in
  '') ;;
  --quick | --emulated | --build) mode=${1#--} ;;
  --help | -h) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac
[ $# -le 1 ] || { usage >&2; exit 2; }

missing() { echo "skipped: $*"; exit 77; }
command -v ninja > /dev/null || missing "no ninja"
OUT=${OUT:-$root/bench/results/gpu-$(date +%Y-%m-%d)}
build=${SMELT_GPU_BUILD:-$root/build/gpu}
[ $mode != emulated ] || build=$build/emulated
jobs=${SMELT_JOBS:-$(nproc)}
mkdir -p "$OUT" "$build"
OUT=$(cd "$OUT" && pwd)
build=$(cd "$build" && pwd)
logs=$build/logs
rm -rf "$logs"
mkdir "$logs"
trap 'tar -czf "$OUT/logs.tar.gz" -C "$build" logs' EXIT
summary=$OUT/summary.txt
: > "$summary"
failed=0
say() { printf '%4d s  %s\n' "$SECONDS" "$*" | tee -a "$summary"; }
fails() { failed=1; say "FAILED: $*"; }
# within <seconds> <deadline>: no more seconds than are left until then, and a few in any case.
within() {
  local left=$(($2 - SECONDS))
  [ $left -ge 5 ] || left=5
  echo $((left < $1 ? left : $1))
}

# --- what compiles it ---------------------------------------------------------------------------
nvcc=${NVCC:-$(command -v nvcc || echo /usr/local/cuda/bin/nvcc)}
warnings=-Wall,-Wextra,-Wconversion,-Wsign-conversion,-Wshadow,-Wnon-virtual-dtor
arch=
if [ $mode = emulated ]; then
  say "emulated: no figure means anything"
else
  [ -x "$nvcc" ] || missing "no nvcc"
  if [ $mode != build ]; then
    command -v nvidia-smi > /dev/null && nvidia-smi -L > /dev/null 2>&1 || missing "no GPU"
  fi
  if [ -n "${SMELT_CUDA_ARCH:-}" ]; then
    arch=${SMELT_CUDA_ARCH#sm_}
  else
    arch=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2> /dev/null | head -n 1 |
      tr -d '. ' || true)
  fi
  case "$arch" in
    '' | *[!0-9a-z]*) arch=native ;;
    *) arch=sm_$arch ;;
  esac
fi

# doctest may lie anywhere: it is headers only. A link to it, for a system's own folder of headers
# cannot be named to a compiler twice.
doctest=()
IFS=':;' read -r -a prefixes <<< "${CMAKE_PREFIX_PATH:-}"
for folder in "${DOCTEST_INCLUDE:-}" "${prefixes[@]/%//include}" "${prefixes[@]}"; do
  if [ -n "$folder" ] && [ -f "$folder/doctest/doctest.h" ]; then
    mkdir -p "$build/third_party"
    ln -sfn "$(cd "$folder/doctest" && pwd)" "$build/third_party/doctest"
    doctest=("-isystem" "$build/third_party")
    break
  fi
done

# --- how it is built ------------------------------------------------------------------------------
escaped() { sed 's/[$ :]/$&/g' <<< "$1"; }
quoted() { printf '%q ' "$@" | sed 's/\$/$$/g'; }
{
  includes=$(quoted "-I$root/include" "-I$root/tests" ${doctest[@]+"${doctest[@]}"})
  if [ $mode = emulated ]; then
    echo "rule compile
  command = $(quoted "${CXX:-g++}") -x c++ -std=c++20 -O0 ${warnings//,/ } -Werror -MMD -MF \$out.d $includes \$flags -c \$in -o \$out
  depfile = \$out.d
  deps = gcc
rule link
  command = $(quoted "${CXX:-g++}") \$in -o \$out"
  else
    # A warning of a compiler nobody has tried yet is no reason to measure nothing.
    strict=
    [ $mode != build ] || strict='-Werror all-warnings'
    # runtime.cu expects the architecture that ctest compiles it for; its PTX serves newer cards.
    echo "rule compile
  command = $(quoted "$nvcc") -std=c++20 -O3 -lineinfo \$arch $strict -Xcompiler=$warnings -MD -MF \$out.d $includes \$flags -c \$in -o \$out
  depfile = \$out.d
  deps = gcc
rule link
  command = $(quoted "$nvcc") \$arch \$in -o \$out \$linked
arch = -arch=$arch"
  fi
  programs=
  # program <name> <source> <part macro> <parts> [<arch>]
  program() {
    local objects= part flags
    for part in $4; do
      flags=
      [ -z "$3" ] || flags=-D$3=$part
      echo "build $1.$part.o: compile $(escaped "$root/$2")"
      echo "  flags = $flags"
      [ -z "${5:-}" ] || echo "  arch = $5"
      objects+=" $1.$part.o"
    done
    echo "build $1: link$objects"
    [ -z "${5:-}" ] || echo "  arch = $5"
    programs+=" $1"
  }
  if [ $mode = emulated ]; then
    # One compiler: its parts would each read the same headers again.
    program bench bench/gpu.cu '' all
  else
    program bench bench/gpu.cu SMELT_BENCH_PART '0 1 2 3 4 5 6 7 8'
    program program tests/cuda/program.cu '' all
    program element examples/element.cu '' all
    program graph tests/cuda/graph.cu '' all
    program runtime tests/cuda/runtime.cu '' all '-gencode arch=compute_75,code=[compute_75,sm_75]'
    program no_code tests/cuda/no_code.cu '' all '-gencode arch=compute_75,code=sm_75'
    program suite_map tests/cuda/suite.cu SMELT_SUITE_PART 1
    program suite_fold tests/cuda/suite.cu SMELT_SUITE_PART 2
    program suite_policy tests/cuda/suite.cu SMELT_SUITE_PART 3
    program suite_steps tests/cuda/suite.cu SMELT_SUITE_PART 4
    program suite_run tests/cuda/suite.cu SMELT_SUITE_PART 5
    program suite_rows tests/cuda/suite.cu SMELT_SUITE_PART 6
    program suite_tile tests/cuda/suite.cu SMELT_SUITE_PART 7
    program suite_columns tests/cuda/suite.cu SMELT_SUITE_PART 8
    program suite_layouts tests/cuda/suite.cu SMELT_SUITE_PART 9
  fi
  if [ $mode != emulated ]; then
    for number in 1 2; do
      echo "build library_$number.o: compile $(escaped "$root/tests/cuda/library.cu")"
      echo "  flags = -Xcompiler=-fPIC -DSMELT_LIBRARY=$number"
      echo "build library_$number.so: link library_$number.o"
      echo "  linked = -shared"
      programs+=" library_$number.so"
    done
    program libraries tests/cuda/libraries.cpp '' all
    echo "  linked = -ldl"
  fi
  echo "default$programs"
} > "$build/build.ninja"

# --- where it runs --------------------------------------------------------------------------------
card() {
  nvidia-smi --query-gpu=name,driver_version,compute_cap,memory.total,clocks.sm,clocks.mem,clocks.max.sm,clocks.max.mem,temperature.gpu,power.draw,power.limit,ecc.mode.current,utilization.gpu \
    --format=csv 2>&1 || true
}
{
  date -u '+date: %Y-%m-%d %H:%M:%S UTC'
  echo "mode: $mode"
  [ $mode != emulated ] || echo "emulated: no figure means anything"
  echo "system: $(uname -sr), $(nproc) processors"
  echo "commit: $(git -C "$root" rev-parse HEAD 2> /dev/null || echo unknown)"
  "${CXX:-g++}" --version 2> /dev/null | head -n 1 || true
  if [ $mode != emulated ]; then
    "$nvcc" --version | tail -n 2
    echo "arch: $arch"
    if [ $mode != build ]; then
      echo "before:"
      card
    fi
  fi
} > "$OUT/context.txt"

say "building ($jobs at a time${arch:+, $arch})"
limit=240
[ $mode = full ] || [ $mode = quick ] || limit=3600
if ! timeout $limit ninja -C "$build" -j "$jobs" -k 0 > "$logs/build.txt" 2>&1; then
  fails "the build: $logs/build.txt"
  grep -E 'error|FAILED' "$logs/build.txt" | head -n 20 || true
fi
say "built"
if [ $mode = build ]; then
  exit $failed
fi

# --- tests ----------------------------------------------------------------------------------------
# test_program <name> [arguments]: runs a program of the build with a limit; its last line is its
# verdict.
test_program() {
  local name=$1 status=0
  shift
  if [ ! -x "$build/$name" ]; then
    fails "$name: not built"
    return
  fi
  timeout "$(within 60 300)" "$build/$name" "$@" > "$logs/$name.txt" 2>&1 || status=$?
  local last
  last=$(grep -v '^ *$' "$logs/$name.txt" | tail -n 1 || true)
  if grep -qE 'skipped: no (GPU|CUDA device)' "$logs/$name.txt"; then
    fails "test $name: nvidia-smi sees a GPU, the program does not: $last"
  elif grep -q 'skipped: no doctest' "$logs/$name.txt"; then
    fails "test $name: $last"
  elif [ $status = 0 ]; then
    say "test $name: ${last:-passed}"
  else
    fails "test $name (status $status): $last"
    grep -E 'ERROR|TEST CASE|is NOT correct' "$logs/$name.txt" | head -n 10 || true
  fi
}
# under <tool> <log> <limit> <program> [arguments]: one line with the verdict.
under() {
  local tool=$1 log=$logs/$2.txt limit=$3 status=0 verdict
  shift 3
  timeout "$limit" "$sanitizer" --tool "$tool" --error-exitcode 99 --print-limit 20 "$@" \
    > "$log" 2>&1 || status=$?
  verdict=$(grep -E 'SUMMARY:' "$log" | tail -n 1 | sed 's/^=* *//' || true)
  if grep -qi 'device not supported' "$log"; then
    echo "skipped: compute-sanitizer does not support this device"
  elif [ $status = 124 ]; then
    echo "no verdict within $limit s"
  elif [ $status = 0 ]; then
    echo "passed: $verdict"
  else
    echo "FAILED (status $status): ${verdict:-see $log}"
  fi > "$log.verdict"
}
if [ $mode = emulated ]; then
  say "tests: skipped: they are those of ctest on the emulated device"
  say "compute-sanitizer: skipped: emulated"
else
  tests='runtime no_code program graph element suite_steps suite_run suite_rows suite_tile suite_map suite_columns suite_layouts suite_fold suite_policy'
  for name in $tests; do test_program "$name"; done
  for how in local global; do
    test_program libraries $how "$build/library_1.so" "$build/library_2.so"
  done

  sanitizer=$(command -v compute-sanitizer || true)
  cuda_bin=$(dirname "$nvcc")
  if [ -z "$sanitizer" ] && [ -x "$cuda_bin/compute-sanitizer" ]; then
    sanitizer=$cuda_bin/compute-sanitizer
  fi
  if [ -z "$sanitizer" ]; then
    say "compute-sanitizer: skipped: no compute-sanitizer"
  else
    limit=$(within 130 400)
    [ $mode = full ] || limit=$(within 30 90)
    started=()
    for tool in memcheck racecheck initcheck synccheck; do
      if [ -x "$build/program" ]; then
        under $tool "$tool.program" $limit "$build/program" &
        started+=($!)
      fi
      if [ $mode = full ] && [ -x "$build/suite_map" ] &&
        ! grep -q 'skipped: ' "$logs/suite_map.txt"; then
        under $tool "$tool.suite_map" $limit "$build/suite_map" \
          '--test-case=rows that drop*,*one launch*,in place' &
        started+=($!)
      fi
    done
    for job in ${started[@]+"${started[@]}"}; do wait "$job" || true; done
    for verdict in "$logs"/*.txt.verdict; do
      [ -f "$verdict" ] || continue
      name=$(basename "$verdict" .txt.verdict)
      case "$(cat "$verdict")" in
        FAILED*) fails "$name: $(cat "$verdict")" ;;
        *) say "$name: $(cat "$verdict")" ;;
      esac
      rm "$verdict"
    done
  fi
fi

# --- bench ----------------------------------------------------------------------------------------
if [ ! -x "$build/bench" ]; then
  fails "the bench: not built"
else
  say "bench"
  watcher=
  if [ $mode != emulated ]; then
    nvidia-smi --query-gpu=timestamp,clocks.sm,clocks.mem,temperature.gpu,power.draw \
      --format=csv -l 1 > "$OUT/clocks.csv" 2> /dev/null &
    watcher=$!
  fi
  quick=
  [ $mode != quick ] || quick=--quick
  status=0
  deadline=535
  [ $mode != emulated ] || deadline=$((SECONDS + 60))
  timeout "$(within 180 $deadline)" "$build/bench" $quick --json "$OUT/gpu.jsonl" --table "$OUT/gpu.md" \
    > "$logs/bench.txt" 2>&1 || status=$?
  if [ -n "$watcher" ]; then
    kill "$watcher" 2> /dev/null || true
    wait "$watcher" 2> /dev/null || true
    { echo "after:"; card; } >> "$OUT/context.txt"
  fi
  cat "$logs/bench.txt"
  if [ $status = 0 ]; then say "bench: $(tail -n 1 "$logs/bench.txt")"
  else fails "bench (status $status): $(tail -n 1 "$logs/bench.txt")"; fi
fi
say "done: $OUT"
echo
cat "$summary"
exit $failed
