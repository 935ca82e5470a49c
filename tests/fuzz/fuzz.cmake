# SPDX-License-Identifier: BSL-1.0
# Compiles a target for clang's libFuzzer and runs it for some seconds.
#   cmake -DCOMPILER=<clang++> -DSOURCE=<file> -DINCLUDES=<dirs> -DSEEDS=<folder> -DSECONDS=<number>
#         -DWORK=<folder> [-DLONGEST=<bytes>] -P fuzz.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/fail.cmake")
if(NOT COMPILER)
  message("skipped: there is no clang++")
  return()
endif()

if(NOT LONGEST)
  set(LONGEST 400)
endif()
file(MAKE_DIRECTORY "${WORK}/grown")
set(command "${COMPILER}" -std=c++20 -O1 -g1 -fno-sanitize-recover=all)
file(WRITE "${WORK}/nothing.cpp"
     "extern \"C\" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }\n")
execute_process(
  COMMAND ${command} -fsanitize=fuzzer,address,undefined "${WORK}/nothing.cpp" -o "${WORK}/nothing"
  RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(NOT status EQUAL 0)
  message("skipped: ${COMPILER} cannot link -fsanitize=fuzzer (Debian: libclang-rt-14-dev)")
  return()
endif()

foreach(dir IN LISTS INCLUDES)
  list(APPEND command -I "${dir}")
endforeach()
execute_process(
  COMMAND ${command} -fsanitize=fuzzer,address,undefined "${SOURCE}" -pthread -o "${WORK}/target"
  RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(NOT status EQUAL 0)
  fail("${SOURCE} does not compile:" "${said}")
endif()

execute_process(
  COMMAND "${WORK}/target" "-max_total_time=${SECONDS}" "-max_len=${LONGEST}" -timeout=20 -rss_limit_mb=2048
          -print_final_stats=1 "-artifact_prefix=${WORK}/" "${WORK}/grown" "${SEEDS}"
  RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(NOT status EQUAL 0)
  fail("${SOURCE} failed on an input, which is kept in ${WORK}:" "${said}")
endif()
string(REGEX MATCH "number_of_executed_units: *([0-9]+)" found "${said}")
message(STATUS "${CMAKE_MATCH_1} inputs in ${SECONDS} s, nothing found")
