# SPDX-License-Identifier: BSL-1.0
# Two shared libraries with chains of their own, and one chain of both, in one process.
#   cmake -DNVCC=<path> -DINCLUDES=<dirs> -DWARNINGS=<flags> -DWORK=<scratch folder> -P libraries.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/fail.cmake")
if(NOT NVCC)
  message("skipped: no nvcc")
  return()
endif()

file(MAKE_DIRECTORY "${WORK}")
list(JOIN WARNINGS "," warnings)
set(command "${NVCC}" -std=c++20 -gencode "arch=compute_75,code=[compute_75,sm_75]" -Werror
            all-warnings "-Xcompiler=${warnings}")
foreach(dir IN LISTS INCLUDES)
  list(APPEND command -I "${dir}")
endforeach()

# must(<result> <command> ...): what the command said; it must end with 0.
function(must result)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " shown)
    fail("${shown} failed:" "${said}")
  endif()
  set(${result} "${said}" PARENT_SCOPE)
endfunction()

find_program(nm nm REQUIRED)
set(libraries "")
foreach(number IN ITEMS 1 2)
  set(library "${WORK}/library_${number}.so")
  list(APPEND libraries "${library}")
  must(said ${command} -Xcompiler=-fPIC -shared -DSMELT_LIBRARY=${number}
       "${CMAKE_CURRENT_LIST_DIR}/library.cu" -o "${library}")
  must(symbols "${nm}" -D --defined-only "${library}")
  if(NOT symbols MATCHES "run_library")
    fail("${library} does not have what it is for:" "${symbols}")
  elseif(symbols MATCHES "6detail6kernelI")
    fail("${library} shows its kernels:" "${symbols}")
  endif()
endforeach()
must(said ${command} "${CMAKE_CURRENT_LIST_DIR}/libraries.cpp" -o "${WORK}/program" -ldl)
foreach(how IN ITEMS local global)
  must(said "${WORK}/program" ${how} ${libraries})
  message("${how}: ${said}")
endforeach()
