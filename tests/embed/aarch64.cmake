# SPDX-License-Identifier: BSL-1.0
# The examples for embedding, built for 64-bit ARM by a cross compiler and, where there is an emulator, run:
# they say what they say on this machine.
#   cmake -DCXX=... -DCROSS_CXX=... -DCROSS_CC=... -DQEMU=... -DINCLUDES=... -DSYSTEM_INCLUDES=... -DWORK=...
#         -P aarch64.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/compile.cmake")
if(NOT CROSS_CXX OR NOT CROSS_CC)
  message("skipped: no aarch64-linux-gnu-g++ and -gcc (Debian: g++-aarch64-linux-gnu)")
  return()
endif()
set(examples "${CMAKE_CURRENT_LIST_DIR}/../../examples")
set(flags ${cxx})
list(REMOVE_AT flags 0)

# Builds both programs with these compilers.
function(build where cxx_here cc_here)
  file(MAKE_DIRECTORY "${where}")
  said_by(said "${cxx_here}" ${flags} "${examples}/embed.cpp" -static -o "${where}/embed")
  said_by(said "${cxx_here}" ${flags} -c "${examples}/c/scaler.cpp" -o "${where}/scaler.o")
  said_by(said "${cc_here}" -std=c99 -Wall -Wextra -Wpedantic -Werror -c "${examples}/c/caller.c"
          -o "${where}/caller.o")
  said_by(said "${cxx_here}" "${where}/caller.o" "${where}/scaler.o" -static -pthread -o "${where}/caller")
endfunction()

build("${WORK}/there" "${CROSS_CXX}" "${CROSS_CC}")
if(NOT QEMU)
  message("skipped: no qemu-aarch64; both programs are built for 64-bit ARM")
  return()
endif()
build("${WORK}/here" "${CXX}" "${CC}")
foreach(program IN ITEMS embed caller)
  said_by(here "${WORK}/here/${program}")
  said_by(there "${QEMU}" "${WORK}/there/${program}")
  if(NOT here STREQUAL there)
    fail("${program} says on 64-bit ARM:" "${there}\nand here:\n${here}")
  endif()
endforeach()
