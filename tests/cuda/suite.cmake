# SPDX-License-Identifier: BSL-1.0
# The part of the GPU suite that calls every verb compiles; no machine code is made of it.
#   cmake -DNVCC=<path> -DINCLUDES=<dirs> -DWARNINGS=<flags> -DWORK=<scratch folder> -P suite.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/nvcc.cmake")
need_nvcc()

file(MAKE_DIRECTORY "${WORK}")
nvcc_command(command -arch=compute_90 -DSMELT_SUITE_PART=3)
said_by(said ${command} -cuda "${CMAKE_CURRENT_LIST_DIR}/suite.cu" -o "${WORK}/suite.cu.cpp.ii")
