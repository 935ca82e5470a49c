# SPDX-License-Identifier: BSL-1.0
# What scripts that call nvcc share.
include("${CMAKE_CURRENT_LIST_DIR}/fail.cmake")

# need_nvcc(): ends the script where there is none. A macro, so that `return` is the script's.
macro(need_nvcc)
  if(NOT NVCC)
    message("skipped: no nvcc")
    return()
  endif()
endmacro()

# nvcc_command(<result> [<flag> ...]): nvcc with smelt's folders, every warning an error; the host's
# compiler is given WARNINGS.
function(nvcc_command result)
  set(command "${NVCC}" -std=c++20 -Werror all-warnings ${ARGN})
  if(WARNINGS)
    list(JOIN WARNINGS "," warnings)
    list(APPEND command "-Xcompiler=${warnings}")
  endif()
  foreach(dir IN LISTS INCLUDES)
    list(APPEND command -I "${dir}")
  endforeach()
  set(${result} "${command}" PARENT_SCOPE)
endfunction()

# said_by(<result> <command> ...): what a command said; it must end with 0.
function(said_by result)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " shown)
    fail("failed: ${shown}" "${said}")
  endif()
  set(${result} "${said}" PARENT_SCOPE)
endfunction()
