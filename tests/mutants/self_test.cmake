# SPDX-License-Identifier: BSL-1.0
# The mutants' own test.
#   cmake -DPYTHON=<path> -DCOMPILER=<path> -DINCLUDES=<folders> -DWORK=<scratch folder>
#         -P self_test.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/fail.cmake")

if(NOT PYTHON)
  message("skipped: there is no python3")
  return()
endif()
file(REMOVE_RECURSE "${WORK}")
execute_process(
  COMMAND "${CMAKE_COMMAND}" -E env "CXX=${COMPILER}" "${PYTHON}" -B
          "${CMAKE_CURRENT_LIST_DIR}/self_test.py" "${WORK}" ${INCLUDES}
  RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(NOT status EQUAL 0)
  fail("the mutants' own test failed:" "${said}")
endif()
