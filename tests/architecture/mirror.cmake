# SPDX-License-Identifier: BSL-1.0
# Every include/smelt/<folder>/<name>.hpp has a tests/<folder>/<name>.test.cpp. The pieces of a header
# that outgrew its file, policies/eigen/*.hpp, are tested with it, or each alone.
#   cmake -DROOT=<repository> -P mirror.cmake
#
# Headers without a test of their own, each with the reason. An entry whose header is gone, or whose
# test exists, is refused: the list only shrinks by itself.
cmake_minimum_required(VERSION 3.25)
set(exceptions "")
if(DEFINED EXCEPTIONS) # the test of this script brings its own
  set(exceptions "${EXCEPTIONS}")
endif()

set(problems "")
file(GLOB_RECURSE headers RELATIVE "${ROOT}/include/smelt" "${ROOT}/include/smelt/*/*.hpp")
if(NOT headers)
  message(FATAL_ERROR "no headers in the folders of ${ROOT}/include/smelt")
endif()
foreach(header IN LISTS headers)
  string(REGEX REPLACE "\\.hpp$" ".test.cpp" test "${header}")
  set(whole "")
  if(header MATCHES "^([^/]+/[^/]+)/")
    set(whole "${CMAKE_MATCH_1}.test.cpp")
  endif()
  if(EXISTS "${ROOT}/tests/${test}" OR (whole AND EXISTS "${ROOT}/tests/${whole}"))
    if(header IN_LIST exceptions)
      string(APPEND problems "\n  ${header} is an exception, and has a test")
    endif()
  elseif(NOT header IN_LIST exceptions)
    string(APPEND problems "\n  ${header} has no tests/${test}")
  endif()
endforeach()
foreach(header IN LISTS exceptions)
  if(NOT header IN_LIST headers)
    string(APPEND problems "\n  ${header} is an exception, and does not exist")
  endif()
endforeach()
if(problems)
  message(FATAL_ERROR "headers and tests do not mirror each other:${problems}")
endif()
