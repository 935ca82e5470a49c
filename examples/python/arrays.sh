#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# Builds the library of the Python example and runs it with whatever of NumPy, PyTorch and pyarrow the
# interpreter has.   examples/python/arrays.sh [interpreter]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=${1:-python3}
eigen=${EIGEN:-/usr/include/eigen3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${CXX:-c++}" -std=c++20 -O2 -fPIC -shared -I"$here/../../include" -isystem "$eigen" \
  "$here/smelt_arrays.cpp" -o "$work/libsmelt_arrays.so" -pthread
"$python" "$here/arrays.py" "$work/libsmelt_arrays.so"
