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
#
# COMPARISON_PYTHON  a Python that is used as it is, nothing installed: NumPy is needed, others are left out
set -euo pipefail
from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source cmake/need.sh
usage() { sed -n '3,21s/^# \{0,1\}//p' bench/run.sh; }
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
install() {  # install <list of requirements>: where it is not yet
  local stamp
  stamp=$venv/$(basename "$1")
  if [ -z "${COMPARISON_PYTHON:-}" ] && ! cmp -s "$1" "$stamp"; then
    say "installs $(tr '\n' ' ' < "$1")"
    "$python" -m pip install --quiet --disable-pip-version-check -r "$1" || return 1
    cp "$1" "$stamp"
  fi
}
venv=$PWD/$build/venv
python=${COMPARISON_PYTHON:-$venv/bin/python}
if [ ! -x "$python" ]; then
  if ! python3 -c 'import ensurepip, venv' 2> /dev/null; then need_install python3-venv; fi
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or newer is needed, for the pinned NumPy; this is $(python3 --version)." >&2
    exit 1
  }
  python3 -m venv "$venv"
fi
install bench/comparison/requirements.txt
[ -z "$torch" ] || install bench/comparison/requirements_torch.txt

# --- a GPU, where there is one ----------------------------------------------------------------------------
gpu=
cuda=OFF
if command -v nvidia-smi > /dev/null && nvidia-smi -L > /dev/null 2>&1; then
  gpu=yes
  if command -v nvcc > /dev/null || [ -x /usr/local/cuda/bin/nvcc ]; then
    cuda=ON
    export PATH=$PATH:/usr/local/cuda/bin
    install bench/comparison/requirements_cuda.txt || say "going on without CuPy"
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
"$python" bench/comparison/run.py --out "$out" "${programs[@]}" $compile ${given[@]+"${given[@]}"} || status=$?
[ -f "$out/comparison.json" ] || exit 1
if "$python" -c 'import matplotlib' 2> /dev/null; then
  page=$("$python" bench/comparison/report.py "$out")
  say "the page: $page"
else
  say "no matplotlib: bench/comparison/report.py makes the page of $out elsewhere"
fi
[ -n "$gpu" ] || say "it has no figure of a GPU: none is here"
exit $status
