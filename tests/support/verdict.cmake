# SPDX-License-Identifier: BSL-1.0
# For the tests of the checks themselves: a check that cannot fail proves nothing.
#   accepts(<what> <script> [-Dname=value ...])          the script must pass
#   refuses(<what> <words> <script> [-Dname=value ...])  the script must fail and say the words
include("${CMAKE_CURRENT_LIST_DIR}/fail.cmake")

function(accepts what script)
  execute_process(COMMAND "${CMAKE_COMMAND}" ${ARGN} -P "${script}" RESULT_VARIABLE status
                  OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT status EQUAL 0)
    fail("${what} should have passed, but ${script} said:" "${said}")
  endif()
endfunction()

function(refuses what words script)
  execute_process(COMMAND "${CMAKE_COMMAND}" ${ARGN} -P "${script}" RESULT_VARIABLE status
                  OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(status EQUAL 0)
    fail("${what} should have been refused, but ${script} passed:" "${said}")
  endif()
  # message() breaks long lines where it likes.
  string(REGEX REPLACE "[ \n]+" " " flat "${said}")
  string(FIND "${flat}" "${words}" at)
  if(at EQUAL -1)
    fail("${what} was refused without the words '${words}':" "${said}")
  endif()
endfunction()
