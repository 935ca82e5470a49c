# SPDX-License-Identifier: BSL-1.0
# Runs the program of a page and compares what it prints, byte by byte, with what the page says.
#   cmake -DREADME=<file> -DPROGRAM=<command> -DFOLDER=<where it runs> -P compare.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/fail.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/blocks.cmake")
readme_blocks("${README}" program expected)
execute_process(COMMAND ${PROGRAM} WORKING_DIRECTORY "${FOLDER}" RESULT_VARIABLE status
                OUTPUT_VARIABLE printed ERROR_VARIABLE errors)
if(NOT status EQUAL 0)
  fail("the program of ${README} ended with ${status}:" "${printed}${errors}")
endif()
if(NOT printed STREQUAL expected)
  fail("${README} says" "${expected}\nand its program prints\n${printed}")
endif()
