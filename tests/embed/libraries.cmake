# SPDX-License-Identifier: BSL-1.0
# Two shared libraries with chains of their own and one chain of both, compiled for different
# instruction sets, in one process: the same bits, whichever of them the other's symbols are bound to.
#   cmake -DCXX=... -DINCLUDES=... -DSYSTEM_INCLUDES=... -DWORK=... -P libraries.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/compile.cmake")

# The baseline of the machine, and the most that this one has.
set(widest "")
execute_process(COMMAND "${CXX}" -march=native -dM -E -x c /dev/null OUTPUT_VARIABLE macros
                RESULT_VARIABLE status ERROR_QUIET)
if(status EQUAL 0 AND NOT macros STREQUAL "")
  set(widest -march=native)
endif()
set(flags_1 "")
set(flags_2 "${widest}")
set(libraries "")
foreach(number IN ITEMS 1 2)
  set(library "${WORK}/library_${number}.so")
  list(APPEND libraries "${library}")
  said_by(said ${cxx} ${flags_${number}} -fPIC -shared -DSMELT_LIBRARY=${number}
          "${CMAKE_CURRENT_LIST_DIR}/library.cpp" -o "${library}")
endforeach()
said_by(said ${cxx} "${CMAKE_CURRENT_LIST_DIR}/../cuda/libraries.cpp" -o "${WORK}/program" -ldl)
foreach(how IN ITEMS local global)
  foreach(order IN ITEMS forward backward)
    said_by(said "${WORK}/program" ${how} ${libraries})
    string(REGEX MATCHALL "gives [0-9]+" digests "${said}")
    list(LENGTH digests count)
    list(REMOVE_DUPLICATES digests)
    list(LENGTH digests different)
    if(NOT count EQUAL 4 OR NOT different EQUAL 1)
      fail("${how}, ${order}: the libraries do not agree:" "${said}")
    endif()
    list(REVERSE libraries)
  endforeach()
endforeach()
message("${said}")
