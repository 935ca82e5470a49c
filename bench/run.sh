#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# What fusion buys here, against what you use today: measures smelt and its peers on this machine, on its
# GPU too where it has one, and writes a page with pictures.
#   bench/run.sh [--quick] [--torch] [--data FILE] [--out FOLDER] [--only REGEX] [--rounds N]
#
# --quick        smaller tables, 5 rounds instead of 9: under 3 minutes on 2 cores
# --torch        PyTorch takes part: installs some 3 GB of wheels
# --data FILE    your own table, .csv or .npy, instead of made ones
# --out FOLDER   where the page goes (build/comparison/results)
# --only REGEX   works whose names it finds, as 'scale/28$'; --rounds N: as many rounds
#
# What is missing is installed: a compiler, CMake, Ninja, Eigen by apt-get, and NumPy, scikit-learn and
# matplotlib into build/comparison/venv by pip; nothing else of the system is touched. Status 1 where a peer's
# result is wrong or a peer fails. docs/comparison.md says how it measures; the chain of bench/your_chain.cpp
# is yours to edit.
set -euo pipefail
from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source cmake/need.sh
usage() { sed -n '3,19s/^# \{0,1\}//p' bench/run.sh; }
absolute() { case $1 in /*) echo "$1" ;; *) echo "$from/$1" ;; esac; }

build=build/comparison
mkdir -p "$build"
out=$build/results
data=
torch=
compile=--compile
given=()
while [ $# -gt 0 ]; do
  case "$1" in
    --quick) given+=(--quick) ;;
    --torch) torch=yes; given+=(--torch) ;;
    --data | --out | --only | --rounds)
      [ $# -gt 1 ] || { echo "$1 wants a value" >&2; exit 2; }
      case "$1" in
        --data) data=$(absolute "$2") ;;
        --out) out=$(absolute "$2") ;;
        *) given+=("$1" "$2"); compile= ;;
      esac
      shift ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done
[ -z "$data" ] || [ -f "$data" ] || { echo "there is no file $data" >&2; exit 2; }

say() { printf '%4d s  %s\n' "$SECONDS" "$*"; }

# --- what it needs --------------------------------------------------------------------------------------
need Eigen3
python=${PYTHON:-python3}
if ! command -v "$python" > /dev/null || ! "$python" -c 'import ensurepip, venv' 2> /dev/null; then
  need_install python3-venv
fi
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Python 3.11 or newer is needed, for the pinned NumPy; $("$python" --version). PYTHON names another." >&2
  exit 1
}
venv=$PWD/$build/venv
requirements=(bench/comparison/requirements.txt)
[ -z "$torch" ] || requirements+=(bench/comparison/requirements_torch.txt)
for list in "${requirements[@]}"; do
  stamp=$venv/$(basename "$list")
  if ! cmp -s "$list" "$stamp"; then
    say "installs $(tr '\n' ' ' < "$list")"
    [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$list"
    cp "$list" "$stamp"
  fi
done

# --- a GPU, where there is one ----------------------------------------------------------------------------
gpu=
cuda=OFF
if command -v nvidia-smi > /dev/null && nvidia-smi -L > /dev/null 2>&1; then
  gpu=yes
  if command -v nvcc > /dev/null || [ -x /usr/local/cuda/bin/nvcc ]; then
    cuda=ON
    export PATH=$PATH:/usr/local/cuda/bin
    list=bench/comparison/requirements_cuda.txt
    if ! cmp -s "$list" "$venv/$(basename "$list")"; then
      say "installs $(tr '\n' ' ' < "$list")"
      if "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$list"; then
        cp "$list" "$venv/$(basename "$list")"
      else
        say "going on without CuPy"
      fi
    fi
  else
    say "a GPU is here and nvcc is not: the CPU alone is measured"
  fi
else
  say "no GPU here: the CPU alone is measured"
fi

# --- programs -----------------------------------------------------------------------------------------------
programs=(--cpu "$build/bin/comparison" --yours "$build/bin/your_chain")
targets=(comparison your_chain)
if [ $cuda = ON ]; then
  programs+=(--cuda "$build/bin/comparison_cuda" --yours-cuda "$build/bin/your_chain_cuda")
  targets+=(comparison_cuda your_chain_cuda)
fi
build_them() {
  cmake --preset release -B "$build" -DSMELT_BUILD_COMPARISON=ON -DSMELT_COMPARISON_CUDA=$cuda || return 1
  cmake --build "$build" --parallel "$(nproc)" --target "${targets[@]}"
}
say "builds ${targets[*]}"
if ! build_them > "$build/build.log" 2>&1; then
  tail -n 30 "$build/build.log" >&2
  exit 1
fi
mkdir -p "$out"
if [ -n "$data" ]; then
  table=$("$build/bin/comparison" --convert "$data" "$build/yours.npy")
  say "$data: $table"
  given+=(--data "$build/yours.npy")
fi

# --- figures, and the page ------------------------------------------------------------------------------------
say "measures"
status=0
rm -f "$out/comparison.json"
"$venv/bin/python" bench/comparison/run.py --out "$out" "${programs[@]}" $compile ${given[@]+"${given[@]}"} || status=$?
[ -f "$out/comparison.json" ] || exit 1
page=$("$venv/bin/python" bench/comparison/report.py "$out")
say "the page: $page"
[ -n "$gpu" ] || say "it has no figure of a GPU: none is here"
exit $status
