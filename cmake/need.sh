# SPDX-License-Identifier: BSL-1.0
# Sourced by the run.sh scripts.   need <CMake package> ...
#
# Sees to it that a C++ compiler, CMake 3.25, Ninja and the packages named are there. What is there is
# left alone; what is missing is installed with apt-get where that exists, and named elsewhere.
# shellcheck shell=bash

# The Debian package that brings a CMake package.
need_package() {
  case $1 in
    Eigen3) echo libeigen3-dev ;;
    doctest) echo doctest-dev ;;
    *) echo "need.sh knows no Debian package for $1" >&2 && return 1 ;;
  esac
}

# Debian packages of the commands that are missing, one a line.
need_missing_commands() {
  if [ -n "${CXX:-}" ]; then
    # The caller's compiler is the caller's business: it is used, or named when it is not there.
    command -v "${CXX%% *}" >/dev/null || { echo "CXX is set to $CXX, which is not there" >&2; return 1; }
  elif ! command -v c++ >/dev/null && ! command -v g++ >/dev/null && ! command -v clang++ >/dev/null; then
    echo g++
  fi
  command -v cmake >/dev/null || echo cmake
  command -v ninja >/dev/null || echo ninja-build
}

# Debian packages of the CMake packages that are missing, one a line. CMake is asked, for it knows
# CMAKE_PREFIX_PATH and <package>_DIR.
need_missing_packages() {
  local probe package
  probe=$(mktemp -d)
  {
    echo 'cmake_minimum_required(VERSION 3.25)'
    echo 'project(probe LANGUAGES NONE)'
    for package in "$@"; do
      echo "find_package($package CONFIG QUIET)"
      echo "if(NOT ${package}_FOUND)"
      echo "  message(\"missing: $package\")"
      echo 'endif()'
    done
  } >"$probe/CMakeLists.txt"
  if ! cmake -G Ninja -S "$probe" -B "$probe/build" >"$probe/said" 2>&1; then
    cat "$probe/said" >&2
    rm -rf "$probe"
    return 1
  fi
  sed -n 's/^missing: //p' "$probe/said" | while read -r package; do need_package "$package"; done
  rm -rf "$probe"
}

# Installs Debian packages, or says which are needed and ends the script.
need_install() {
  local as_root=()
  if ! command -v apt-get >/dev/null; then
    echo "These are missing, by their Debian names: $*" >&2
    echo "Install them with this system's package manager and run this again." >&2
    exit 1
  fi
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "These packages are missing, and installing them takes root: $*" >&2
      echo "As root: apt-get install $*" >&2
      exit 1
    fi
    as_root=(sudo)
  fi
  echo "installing: $*"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

need() {
  local missing version
  missing=$(need_missing_commands)
  # shellcheck disable=SC2086  # one word a package
  [ -z "$missing" ] || need_install $missing

  version=$(cmake --version | sed -n '1s/[^0-9]*\([0-9.]*\).*/\1/p')
  if [ "$(printf '%s\n' 3.25 "$version" | sort -V | head -n 1)" != 3.25 ]; then
    echo "CMake 3.25 or newer is needed; $(command -v cmake) is $version" >&2
    exit 1
  fi

  missing=$(need_missing_packages "$@")
  # shellcheck disable=SC2086
  [ -z "$missing" ] || need_install $missing
}

# The runtime of clang's fuzzer, where there is a clang++. Nothing but the fuzz tests wants it, which are
# skipped without it: so a system where it cannot be installed goes on.
need_fuzzer() {
  local probe version
  command -v clang++ >/dev/null || return 0
  probe=$(mktemp -d)
  echo 'extern "C" int LLVMFuzzerTestOneInput(const char *, unsigned long) { return 0; }' >"$probe/probe.cpp"
  if ! clang++ -fsanitize=fuzzer,address "$probe/probe.cpp" -o "$probe/probe" 2>/dev/null; then
    version=$(clang++ -dumpversion)
    (need_install "libclang-rt-${version%%.*}-dev") || echo "going on without it: the fuzz tests are skipped"
  fi
  rm -rf "$probe"
}
