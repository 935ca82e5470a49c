# SPDX-License-Identifier: BSL-1.0
# Includes point down only, and every header may be included twice.   cmake -DROOT=<repository> -P layers.cmake
#
# One row for each folder of include/smelt: the folders it may include. A header on the roof
# (include/smelt/*.hpp) may include everything, and nothing but the roof may include it, and what
# checks stages by the verbs.
cmake_minimum_required(VERSION 3.25)
set(may_core core)
set(may_statistics core statistics)
set(may_random core random)
set(may_codecs core codecs)
set(may_samplers core statistics random codecs plan samplers)
set(may_stages core statistics random codecs plan samplers stages)
set(may_splits core random plan splits)
set(may_read core statistics random codecs stored read)
set(may_stored core stored)
set(may_interop core interop)
set(may_plan core statistics random plan)
set(may_policies core statistics random plan policies) # never a stage or a sampler by name
set(may_check core statistics random plan policies roof check)
set(may_verbs core statistics random codecs samplers plan verbs)

# Outside libraries, and the only headers that may include them.
set(eigen_is "^(unsupported/)?Eigen/")
set(eigen_only_in "^(policies/)?eigen") # the policy, and the roof header that brings it
set(cuda_is "^(cuda|cub/|thrust/|cooperative_groups)")
set(cuda_only_in "^policies/cuda|\\.cuh$")

set(problems "")
file(GLOB_RECURSE headers RELATIVE "${ROOT}/include/smelt" "${ROOT}/include/smelt/*.hpp"
     "${ROOT}/include/smelt/*.cuh")
if(NOT headers)
  message(FATAL_ERROR "no headers in ${ROOT}/include/smelt")
endif()

# The folder of a header inside include/smelt, or `roof`.
function(folder_of result header)
  if(header MATCHES "^([^/]+)/")
    set(${result} "${CMAKE_MATCH_1}" PARENT_SCOPE)
  else()
    set(${result} "roof" PARENT_SCOPE)
  endif()
endfunction()

foreach(header IN LISTS headers)
  folder_of(from "${header}")
  if(NOT from STREQUAL "roof" AND NOT DEFINED may_${from})
    string(APPEND problems "\n  ${header}: the folder '${from}' has no row in layers.cmake")
    continue()
  endif()
  set(edges_${header} "")
  file(READ "${ROOT}/include/smelt/${header}" text)
  if(NOT text MATCHES "(^|\n)#pragma once\n")
    string(APPEND problems "\n  ${header} has no #pragma once")
  endif()
  string(REGEX MATCHALL "[ \t]*#[ \t]*include[ \t]*[<\"][^>\"\n]+[>\"]" lines "\n${text}")
  foreach(line IN LISTS lines)
    string(REGEX MATCH "([<\"])([^>\"]+)" ignored "${line}")
    set(quote "${CMAKE_MATCH_1}")
    set(target "${CMAKE_MATCH_2}")
    if(quote STREQUAL "\"")
      string(APPEND problems "\n  ${header} includes \"${target}\": write <smelt/...>")
    endif()
    foreach(library IN ITEMS eigen cuda)
      if(target MATCHES "${${library}_is}" AND NOT header MATCHES "${${library}_only_in}")
        string(APPEND problems "\n  ${header} includes <${target}>: only "
                               "${${library}_only_in} may")
      endif()
    endforeach()
    if(target MATCHES "^smelt/(.*)")
      set(target "${CMAKE_MATCH_1}")
      folder_of(to "${target}")
      list(APPEND edges_${header} "${target}")
      if(NOT from STREQUAL "roof" AND NOT to IN_LIST may_${from})
        string(APPEND problems "\n  ${header} includes <smelt/${target}>: '${from}' may not "
                               "include '${to}'")
      endif()
    endif()
  endforeach()
endforeach()

# Inside a folder, down means: no circle. Headers that include only settled ones are settled, until
# nothing changes; what is left stands on a circle or above one.
set(open ${headers})
set(changed TRUE)
while(changed)
  set(changed FALSE)
  foreach(header IN LISTS open)
    set(waits FALSE)
    foreach(target IN LISTS edges_${header})
      if(target IN_LIST open)
        set(waits TRUE)
        break()
      endif()
    endforeach()
    if(NOT waits)
      list(REMOVE_ITEM open "${header}")
      set(changed TRUE)
    endif()
  endforeach()
endwhile()
if(open)
  list(JOIN open ", " open)
  string(APPEND problems "\n  a circle of includes among: ${open}")
endif()

if(problems)
  message(FATAL_ERROR "includes that do not point down, or not only once:${problems}")
endif()
