#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# Builds an example and runs it beside the data.
#   examples/run.sh [name] [arguments ...]      the name is digits where none is given
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source cmake/need.sh

name=digits
if [ $# -gt 0 ] && [ "${1#-}" = "$1" ]; then
  name=$1
  shift
fi
if [ ! -e "examples/$name.cpp" ]; then
  echo "There is no example '$name'. There are:" >&2
  for source in examples/*.cpp; do echo "  $(basename "$source" .cpp)" >&2; done
  exit 1
fi

need Eigen3
# Standard output is the example's alone.
cmake --preset release >&2
cmake --build --preset release --target "example_$name" >&2
cd examples/data
exec ../../build/examples/bin/"$name" "$@"
