# SPDX-License-Identifier: BSL-1.0
# Writes the program of a page to a file.   cmake -DREADME=<file> -DOUTPUT=<file> -P extract.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/blocks.cmake")
readme_blocks("${README}" program output)
file(WRITE "${OUTPUT}" "${program}")
