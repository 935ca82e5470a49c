# SPDX-License-Identifier: BSL-1.0
# Runs an example and compares what it prints, line by line, with the last comment of its source,
# which begins with "// Prints:". There # stands for a digit or a blank, since times and trained
# networks differ between machines; all else is meant as it stands.
#   cmake -DSOURCE=<file> -DPROGRAM=<command> -DFOLDER=<where it runs> -P compare.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/fail.cmake")

file(READ "${SOURCE}" source)
set(mark "\n// Prints:\n")
string(FIND "${source}" "${mark}" begin REVERSE)
if(begin EQUAL -1)
  message(FATAL_ERROR "${SOURCE} has no comment that begins with '// Prints:'")
endif()
string(LENGTH "${mark}" length)
math(EXPR begin "${begin} + ${length}")
string(SUBSTRING "${source}" ${begin} -1 expected)

execute_process(COMMAND ${PROGRAM} WORKING_DIRECTORY "${FOLDER}" RESULT_VARIABLE status
                OUTPUT_VARIABLE printed ERROR_VARIABLE errors)
if(NOT status EQUAL 0)
  fail("the program of ${SOURCE} ended with ${status}:" "${printed}${errors}")
endif()

# next_line(<text> <line>): takes the first line off a text; an empty text has none.
macro(next_line text line)
  string(FIND "${${text}}" "\n" at)
  string(SUBSTRING "${${text}}" 0 ${at} ${line})
  math(EXPR at "${at} + 1")
  if(at EQUAL 0)
    set(${text} "")
  else()
    string(SUBSTRING "${${text}}" ${at} -1 ${text})
  endif()
endmacro()

set(all "${printed}")
set(number 0)
while(NOT expected STREQUAL "" OR NOT printed STREQUAL "")
  math(EXPR number "${number} + 1")
  if(expected STREQUAL "")
    fail("line ${number} is one more than ${SOURCE} says; its program prints" "${all}")
  elseif(printed STREQUAL "")
    fail("line ${number} and those after it are missing; the program of ${SOURCE} prints" "${all}")
  endif()
  next_line(expected wanted)
  next_line(printed got)
  if(NOT wanted MATCHES "^//( |$)")
    fail("after '// Prints:' every line of ${SOURCE} is a comment, but this is not:" "${wanted}")
  endif()
  string(REGEX REPLACE "^// ?" "" wanted "${wanted}")
  string(REGEX REPLACE "([][().*+?^$|\\\\])" "\\\\\\1" pattern "${wanted}")
  string(REPLACE "#" "[0-9 ]" pattern "${pattern}")
  if(NOT got MATCHES "^${pattern}$")
    fail("${SOURCE} says in line ${number} of its output"
         "${wanted}\nand its program prints\n${got}")
  endif()
endwhile()
