# SPDX-License-Identifier: BSL-1.0
# Compiles one header alone, and twice, with nvcc: it needs nothing before it and minds nothing after.
#   cmake -DNVCC=<path> -DINCLUDES=<dirs> -DHEADER=<as included> -DWARNINGS=<flags>
#         -DWORK=<scratch folder> -P alone.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/fail.cmake")
if(NOT NVCC)
  message("skipped: no nvcc")
  return()
endif()

file(WRITE "${WORK}/alone.cu" "#include <${HEADER}>\n#include <${HEADER}>\n")
list(JOIN WARNINGS "," warnings)
set(command "${NVCC}" -std=c++20 -arch=sm_90 -Werror all-warnings "-Xcompiler=${warnings}")
foreach(dir IN LISTS INCLUDES)
  list(APPEND command -I "${dir}")
endforeach()
execute_process(COMMAND ${command} -c "${WORK}/alone.cu" -o "${WORK}/alone.o"
                RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(NOT status EQUAL 0)
  fail("${HEADER} alone:" "${said}")
endif()
