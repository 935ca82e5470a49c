# SPDX-License-Identifier: BSL-1.0
# smelt_dev: what this repository asks of its own tests, examples and benchmarks. It is never
# exported: users get no warning flags from smelt.
set(smelt_warnings -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow
                   -Wnon-virtual-dtor)
# Under its sanitizers g++ no longer sees which path initialises what, and warns in its own <regex>.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_DEBUG}" MATCHES
                                            "-fsanitize")
  list(APPEND smelt_warnings -Wno-maybe-uninitialized)
endif()

add_library(smelt_dev INTERFACE)
target_compile_options(
  smelt_dev INTERFACE "$<$<COMPILE_LANG_AND_ID:CXX,GNU,Clang,AppleClang>:${smelt_warnings}>")

# Warnings are errors here; `cmake --compile-no-warning-as-error` turns that off for a compiler
# that is newer than this list.
if(PROJECT_IS_TOP_LEVEL AND NOT DEFINED CMAKE_COMPILE_WARNING_AS_ERROR)
  set(CMAKE_COMPILE_WARNING_AS_ERROR ON)
endif()
