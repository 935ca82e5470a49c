# SPDX-License-Identifier: BSL-1.0
# Every header compiles alone, without a warning, and may be included twice.
#   cmake -DROOT=<repository> -DCOMPILER=<path> -DFLAGS=<list> -DINCLUDES=<dirs>
#         -DSYSTEM_INCLUDES=<dirs> -DWORK=<scratch folder> -P headers_alone.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/fail.cmake")
set(command "${COMPILER}" -std=c++20 -fsyntax-only ${FLAGS} -Werror)
foreach(dir IN LISTS INCLUDES)
  list(APPEND command -I "${dir}")
endforeach()
foreach(dir IN LISTS SYSTEM_INCLUDES)
  list(APPEND command -isystem "${dir}")
endforeach()

set(problems "")
file(GLOB_RECURSE headers RELATIVE "${ROOT}/include" "${ROOT}/include/*.hpp")
if(NOT headers)
  message(FATAL_ERROR "no headers in ${ROOT}/include")
endif()
foreach(header IN LISTS headers)
  file(WRITE "${WORK}/alone.cpp" "#include <${header}>\n#include <${header}>\n")
  execute_process(COMMAND ${command} "${WORK}/alone.cpp" RESULT_VARIABLE status
                  OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT status EQUAL 0)
    string(APPEND problems "<${header}> does not compile alone:\n${said}")
    list(APPEND failed "<${header}>")
  endif()
endforeach()
if(problems)
  list(JOIN failed " " failed)
  fail("Not alone: ${failed}" "${problems}")
endif()
list(LENGTH headers count)
message(STATUS "${count} headers compile alone")
