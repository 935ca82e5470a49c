#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# Which lines of each reader its fuzz target's corpus reaches; fails where they are fewer than $LEAST (95) of a
# hundred.   tests/fuzz/coverage.sh [target ...]     needs clang++ with its profile runtime, llvm-profdata, llvm-cov
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
least=${LEAST:-95} clang=${CLANG:-clang++}
found() { command -v "$1" || command -v "$1-14" || { printf 'skipped: there is no %s\n' "$1" >&2; exit 77; }; }
profdata=$(found llvm-profdata)
cov=$(found llvm-cov)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The headers of a target that read what others wrote.
readers() {
  case $1 in
    load) echo load.hpp stored/{cursor,reader,match,checksum}.hpp ;;
    read_packed) echo read/packed.hpp ;;
    read_csv) echo read/csv{,_chunks,_decimal,_labels,_number,_options,_reader}.hpp ;;
    read_npy) echo read/npy{,_header,_numbers}.hpp ;;
    read_raw) echo read/{raw,npy_numbers}.hpp ;;
    interop) echo interop/{dlpack,arrow}.hpp ;;
  esac
}

cat >"$work/main.cpp" <<'END'
#include <cstdint>
#include <fstream>
#include <iterator>
#include <vector>
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
int main(int count, char** names) {
  for (int k = 1; k < count; ++k) {
    std::ifstream file(names[k], std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
}
END

if [[ $# == 0 ]]; then set -- $(cd "$here" && ls ./*.fuzz.cpp | sed 's/.*\/\(.*\)\.fuzz\.cpp/\1/'); fi
status=0
for name in "$@"; do
  "$clang" -std=c++20 -O0 -fprofile-instr-generate -fcoverage-mapping -I "$here/../../include" -I "$here/.." \
    "$here/$name.fuzz.cpp" "$work/main.cpp" -pthread -o "$work/$name"
  LLVM_PROFILE_FILE="$work/$name.raw" "$work/$name" "$here/corpus/$name"/*
  "$profdata" merge -sparse "$work/$name.raw" -o "$work/$name.profile"
  headers=()
  for header in $(readers "$name"); do headers+=("$here/../../include/smelt/$header"); done
  # What a writer calls is left out. A line is reached where one of its instantiations is; one of no instantiation is not counted.
  "$cov" show "$work/$name" -instr-profile="$work/$name.profile" -show-instantiations=false \
    "${headers[@]}" >"$work/$name.text"
  awk -F'|' -v name="$name" -v least="$least" '
    $0 ~ /include\/smelt\/.*:$/ { file = $0; sub(/.*include\/smelt\//, "", file); sub(/:$/, "", file) }
    /inline std::size_t packed_header_bytes/ { skip = 1 }
    skip { if (/[|]}$/) skip = 0; next }
    $1 ~ /^ *[0-9]+$/ && $2 ~ /[0-9]/ {
      ++lines
      if ($2 ~ /^ *0$/) { ++missed; line = $0; sub(/^[^|]*\|[^|]*\|/, "", line); text = text sprintf("  %s:%d:%s\n", file, $1, line) }
    }
    END { part = 100 * (lines - missed) / lines
          printf "%s: %d of %d lines, %.1f %%\n%s", name, lines - missed, lines, part, text
          exit part < least }' "$work/$name.text" || status=1
done
exit $status
