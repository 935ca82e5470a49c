# SPDX-License-Identifier: BSL-1.0
# Compiles one file that must not compile, and looks for the words it promises.
#   cmake -DCOMPILER=<path> -DINCLUDES=<dirs> -DSYSTEM_INCLUDES=<dirs> -DSOURCE=<file>
#         [-DPREPARED=<folder of prepare.cmake>] -P check.cmake
#
# The file says `// expect-error: <words>`, once or more. All the words must occur in what the
# compiler says, and the first of them in its first line with `error:`, for that is what a user
# reads. One mistake gives one error: there must be no second such line. A file called ok_*.cpp must
# compile instead. `// flags: <flags>` are given to the compiler.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/fail.cmake")
cmake_path(GET SOURCE FILENAME name)
file(READ "${SOURCE}" text)

set(command "${COMPILER}" -std=c++20 -fsyntax-only)
if(text MATCHES "// flags: ([^\n]+)") # a prepared header is made without them
  separate_arguments(flags UNIX_COMMAND "${CMAKE_MATCH_1}")
  list(APPEND command ${flags})
elseif(EXISTS "${PREPARED}/smelt.pch")
  list(APPEND command -include-pch "${PREPARED}/smelt.pch")
elseif(EXISTS "${PREPARED}/smelt/smelt.hpp.gch")
  list(APPEND command -I "${PREPARED}")
endif()
foreach(dir IN LISTS INCLUDES)
  list(APPEND command -I "${dir}")
endforeach()
foreach(dir IN LISTS SYSTEM_INCLUDES)
  list(APPEND command -isystem "${dir}")
endforeach()
set(ENV{LC_ALL} C) # plain quotes in messages
execute_process(COMMAND ${command} "${SOURCE}" RESULT_VARIABLE status
                OUTPUT_VARIABLE said ERROR_VARIABLE said)

if(name MATCHES "^ok_")
  if(NOT status EQUAL 0)
    fail("${name} must compile, but:" "${said}")
  endif()
  return()
endif()

if(NOT text MATCHES "// expect-error: ")
  message(FATAL_ERROR "${name} has no line '// expect-error: <words>'")
endif()
if(status EQUAL 0)
  message(FATAL_ERROR "${name} compiled, it must not")
endif()

string(REGEX MATCH "[^\n]*error:[^\n]*" first_error "${said}")
string(FIND "${said}" "${first_error}" at)
string(LENGTH "${first_error}" length)
math(EXPR at "${at} + ${length}")
string(SUBSTRING "${said}" ${at} -1 rest)
set(place "${first_error}")
set(place_name "the first error")
while(text MATCHES "// expect-error: ([^\n]+)")
  set(words "${CMAKE_MATCH_1}")
  string(FIND "${place}" "${words}" at)
  if(at EQUAL -1)
    fail("${name}: '${words}' is not in ${place_name}:" "${place}")
  endif()
  set(place "${said}")
  set(place_name "what the compiler said")
  string(FIND "${text}" "// expect-error: " begin)
  math(EXPR begin "${begin} + 17")
  string(SUBSTRING "${text}" ${begin} -1 text)
endwhile()
if(rest MATCHES "[^\n]*error:[^\n]*")
  fail("${name}: one mistake, and a second error:" "${CMAKE_MATCH_0}")
endif()
