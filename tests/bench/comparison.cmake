# SPDX-License-Identifier: BSL-1.0
# A wrong result ends a comparison, and is named. bench/run.sh's own Python is used where it is there.
#   cmake -DPYTHON=<python3> -DROOT=<repository> -P comparison.cmake
cmake_minimum_required(VERSION 3.25)
if(EXISTS "${ROOT}/build/comparison/venv/bin/python")
  set(PYTHON "${ROOT}/build/comparison/venv/bin/python")
endif()
if(NOT PYTHON)
  message("skipped: there is no python3")
  return()
endif()
execute_process(COMMAND "${PYTHON}" -B "${ROOT}/bench/comparison/self_test.py" RESULT_VARIABLE status)
if(NOT status EQUAL 0 AND NOT status EQUAL 77)
  message(FATAL_ERROR "bench/comparison/self_test.py ended with ${status}")
endif()
