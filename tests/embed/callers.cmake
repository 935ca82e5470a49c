# SPDX-License-Identifier: BSL-1.0
# examples/c: the scaler behind its C interface, called by C and, where there is a gfortran, by Fortran.
#   cmake -DCXX=... -DCC=... -DFORTRAN=... -DINCLUDES=... -DSYSTEM_INCLUDES=... -DWORK=... -P callers.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/compile.cmake")
if(NOT CC)
  message("skipped: no C compiler")
  return()
endif()
set(source "${CMAKE_CURRENT_LIST_DIR}/../../examples/c")

function(expect_lines said)
  if(NOT said STREQUAL "${ARGN}")
    fail("the caller says" "${said}\nand not\n${ARGN}")
  endif()
endfunction()

said_by(said ${cxx} -c "${source}/scaler.cpp" -o "${WORK}/scaler.o")
said_by(said "${CC}" -std=c99 -Wall -Wextra -Wpedantic -Werror -c "${source}/caller.c"
        -o "${WORK}/caller_c.o")
said_by(said "${CXX}" "${WORK}/caller_c.o" "${WORK}/scaler.o" -pthread -o "${WORK}/caller_c")
said_by(said "${WORK}/caller_c")
expect_lines("${said}" "fit: code 0, 512 points
transform: code 0, 512 points
variable 2: mean 0.000, deviation 1.000
the gauge that failed: 0.000
the halo is as it was: yes
code 1: the chain was fitted on 3 columns, this view has 2
code 1: an extent of 12 points has no halo of 7 at each end
code 2: the scaler is null
")
if(NOT FORTRAN)
  message("skipped: no gfortran; the caller in C is well")
  return()
endif()
said_by(said "${FORTRAN}" -O2 -Wall -Werror -J "${WORK}" -c "${source}/caller.f90"
        -o "${WORK}/caller_f.o")
said_by(said "${FORTRAN}" "${WORK}/caller_f.o" "${WORK}/scaler.o" -lstdc++ -pthread
        -o "${WORK}/caller_f")
said_by(said "${WORK}/caller_f")
expect_lines("${said}" "fit: code 0, 512 points
transform: code 0, 512 points
variable 2: mean 0.000, deviation 1.000
inverse: code 0, the field is back: T
the halo is as it was: T
code 1: the chain was fitted on 3 columns, this view has 2
")
