# SPDX-License-Identifier: BSL-1.0
# Python reads every script of bench/, and compare.py knows a change from chance.
#   cmake -DPYTHON=<python3> -DROOT=<repository> -P scripts.cmake
cmake_minimum_required(VERSION 3.25)
if(NOT PYTHON)
  message("skipped: there is no python3")
  return()
endif()
file(GLOB_RECURSE scripts "${ROOT}/bench/*.py")
if(NOT scripts)
  message(FATAL_ERROR "no scripts in ${ROOT}/bench")
endif()
execute_process(
  COMMAND "${PYTHON}" -c "import ast, sys\nfor path in sys.argv[1:]: ast.parse(open(path).read(), path)"
          ${scripts} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${PYTHON}" "${ROOT}/bench/compare.py" --self-test COMMAND_ERROR_IS_FATAL ANY)
