# SPDX-License-Identifier: BSL-1.0
# Compiles chains.cuh to text and has it checked. Nothing is linked, nothing runs.
#   cmake -DNVCC=<path> -DINCLUDES=<dirs> -DWORK=<scratch folder> [-DCARDS=75,90,...] -P texts.cmake
#
# Without CARDS all chains become PTX for sm_90. With them, the few chains that are marked
# `everywhere` are assembled for each.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/nvcc.cmake")
need_nvcc()

file(WRITE "${WORK}/chains.cu" "#include <cuda/chains.cuh>\n")
set(WARNINGS "") # nothing is compiled for the host
nvcc_command(command)

set(EXPECTED "${CMAKE_CURRENT_LIST_DIR}/chains.cuh")
set(USAGE "${WORK}/usage.txt")
string(REPLACE "," ";" CARDS "${CARDS}")
if(CARDS)
  set(EVERYWHERE ON)
  foreach(card IN LISTS CARDS)
    list(APPEND command -gencode "arch=compute_${card},code=sm_${card}")
  endforeach()
  said_by(said ${command} -DSMELT_CHAINS_EVERYWHERE --resource-usage -fatbin "${WORK}/chains.cu" -o
          "${WORK}/chains.fatbin")
else()
  set(PTX "${WORK}/chains.ptx")
  # With the flag that flushes subnormals and divides roughly, and that no macro tells of: what smelt
  # computes must not heed it.
  said_by(said ${command} -use_fast_math -arch=sm_90 --ptx "${WORK}/chains.cu" -o "${PTX}")
  said_by(said "${NVCC}" -arch=sm_90 --resource-usage -cubin "${PTX}" -o "${WORK}/chains.cubin")
endif()
file(WRITE "${USAGE}" "${said}")
include("${CMAKE_CURRENT_LIST_DIR}/check.cmake")

# Every card must have been assembled for: a list that nvcc shortened would pass otherwise.
foreach(card IN LISTS CARDS)
  if(NOT said MATCHES "for 'sm_${card}[a-z]*'")
    message(FATAL_ERROR "nothing was assembled for sm_${card}")
  endif()
endforeach()
