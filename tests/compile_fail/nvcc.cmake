# SPDX-License-Identifier: BSL-1.0
# All wrong programs as one CUDA source, for nvcc takes 4 s to read the headers. Every sentence must
# be spoken, nothing else may go wrong, and there are no more errors than mistakes.
#   cmake -DNVCC=<path> -DINCLUDES=<dirs> -DSYSTEM_INCLUDES=<dirs> -DFOLDER=<of the programs>
#         -DWORK=<scratch folder> -P nvcc.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/fail.cmake")

# smelt/eigen.hpp goes first in a CUDA source. Each program stands in a namespace: all that any of them
# includes is read before.
set(includes "#include <smelt/eigen.hpp>" "#include <support/no_device.hpp>")
set(programs "")
set(quotes "")
file(GLOB sources "${FOLDER}/*.cpp")
foreach(source IN LISTS sources)
  cmake_path(GET source STEM name)
  file(STRINGS "${source}" flags REGEX "^// flags: ") # of the host's compilers
  if(name MATCHES "^ok_" OR flags)
    continue()
  endif()
  file(STRINGS "${source}" of_program REGEX "^#include <")
  list(APPEND includes ${of_program})
  string(APPEND programs "namespace ${name} {\n#include \"${source}\"\n}\n")
  file(STRINGS "${source}" lines REGEX "^// expect-error: ")
  list(TRANSFORM lines REPLACE "^// expect-error: " "")
  list(APPEND quotes ${lines})
endforeach()
list(REMOVE_DUPLICATES includes)
list(JOIN includes "\n" includes)
file(WRITE "${WORK}/whole.cu" "${includes}\n${programs}")

set(command "${NVCC}" -std=c++20 -x cu -Xcudafe --error_limit=10000)
foreach(dir IN LISTS INCLUDES)
  list(APPEND command -I "${dir}")
endforeach()
foreach(dir IN LISTS SYSTEM_INCLUDES)
  list(APPEND command -isystem "${dir}")
endforeach()
execute_process(COMMAND ${command} -c "${WORK}/whole.cu" -o "${WORK}/whole.o"
                OUTPUT_VARIABLE said ERROR_VARIABLE said)

string(REPLACE ";" "," said "${said}")
string(REPLACE "[" "(" said "${said}") # a list item ends at a ; outside brackets
string(REPLACE "]" ")" said "${said}")
string(REGEX MATCHALL "[^\n]*error:[^\n]*" errors "${said}")
foreach(line IN LISTS errors)
  if(NOT line MATCHES "static assertion failed with \"smelt: ")
    fail("an error that is no sentence:" "${line}")
  endif()
endforeach()
list(LENGTH errors found)
list(LENGTH quotes wanted)
if(found EQUAL 0 OR found GREATER wanted)
  message(FATAL_ERROR "${wanted} mistakes gave ${found} errors")
endif()
set(problems "")
foreach(quote IN LISTS quotes)
  string(FIND "${said}" "${quote}" at)
  if(at EQUAL -1)
    string(APPEND problems "\n  ${quote}")
  endif()
endforeach()
if(problems)
  message(FATAL_ERROR "nvcc did not say:${problems}")
endif()
