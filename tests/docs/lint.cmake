# SPDX-License-Identifier: BSL-1.0
# Runs Doxygen on a tree; a warning fails.
#   cmake -DROOT=<repository> -DDOXYGEN=<path> -DWORK=<output folder> -P lint.cmake
#
# Every type and every free function has its comment. What Doxygen says beyond that is passed over:
# members and constants need a comment only where their names do not say it, overloads and
# specialisations share one, and macros stand below their reasons.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/fail.cmake")
if(NOT DOXYGEN)
  message("skipped: there is no doxygen")
  return()
endif()
file(READ "${ROOT}/Doxyfile" settings)
file(WRITE "${WORK}/Doxyfile" "${settings}
OUTPUT_DIRECTORY     = \"${WORK}\"
WARN_LOGFILE         = \"${WORK}/warnings\"
GENERATE_TAGFILE     = \"${WORK}/documented\"
WARN_IF_UNDOCUMENTED = YES
QUIET                = YES
")
file(REMOVE "${WORK}/warnings" "${WORK}/documented")
execute_process(COMMAND "${DOXYGEN}" "${WORK}/Doxyfile" WORKING_DIRECTORY "${ROOT}"
                RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(NOT status EQUAL 0)
  fail("Doxygen ended with ${status}:" "${said}")
endif()

file(READ "${WORK}/warnings" text)
file(READ "${WORK}/documented" documented)
set(warnings "")
while(text MATCHES "^([^\n]*)\n")
  set(line "${CMAKE_MATCH_1}")
  string(LENGTH "${line}\n" length)
  string(SUBSTRING "${text}" ${length} -1 text)
  if(line MATCHES "warning: Member .* of (struct|class|union) .* is not documented"
     OR line MATCHES "warning: Member .* \\(variable\\) of namespace .* is not documented"
     OR line MATCHES "warning: Member .* \\(macro definition\\) of file .* is not documented")
    continue()
  endif()
  if(line MATCHES "warning: (Member ([^(< ]+).* of namespace|Compound ([^< ]+)<).* is not documented")
    string(FIND "${documented}" "<name>${CMAKE_MATCH_2}${CMAKE_MATCH_3}</name>" at)
    if(NOT at EQUAL -1)
      continue()
    endif()
  endif()
  string(APPEND warnings "${line}\n")
endwhile()
if(warnings)
  fail("Doxygen warns:" "${warnings}")
endif()
