# SPDX-License-Identifier: BSL-1.0
# Compiles smelt.hpp once, for the many small files that include it.
#   cmake -DCOMPILER=<path> -DKIND=<GNU or Clang> -DINCLUDES=<dirs> -DWORK=<folder> -P prepare.cmake
#
# g++ finds the result in ${WORK} by itself, clang++ is told. It only saves time: check.cmake does
# the same without it.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/fail.cmake")
file(MAKE_DIRECTORY "${WORK}/smelt")
set(made "${WORK}/smelt/smelt.hpp.gch")
if(KIND STREQUAL "Clang")
  set(made "${WORK}/smelt.pch")
endif()
file(WRITE "${WORK}/whole.hpp" "#include <smelt/smelt.hpp>\n")
set(command "${COMPILER}" -std=c++20 -x c++-header)
set(source "${WORK}/whole.hpp")
foreach(dir IN LISTS INCLUDES)
  list(APPEND command -I "${dir}")
  # g++ takes a prepared header for the header itself only.
  if(KIND STREQUAL "GNU" AND EXISTS "${dir}/smelt/smelt.hpp")
    set(source "${dir}/smelt/smelt.hpp")
  endif()
endforeach()
execute_process(COMMAND ${command} "${source}" -o "${made}" RESULT_VARIABLE status
                OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(NOT status EQUAL 0)
  fail("smelt.hpp does not compile:" "${said}")
endif()
