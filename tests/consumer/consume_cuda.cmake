# SPDX-License-Identifier: BSL-1.0
# Configures, builds and starts a CUDA project that uses the installed package.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/fail.cmake")
if(NOT NVCC)
  message("skipped: no nvcc")
  return()
endif()

# must(<what> <command> ...): the command must end with 0.
function(must what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT status EQUAL 0)
    fail("${what} failed:" "${said}")
  endif()
endfunction()

set(prefix "${WORK}/prefix_cuda")
file(REMOVE_RECURSE "${prefix}")
must("install" "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${prefix}")
# nvcc speaks to the compiler it knows: CXX may be one that it does not take.
must("configure" "${CMAKE_COMMAND}" -G "${GENERATOR}" "-DCMAKE_CUDA_COMPILER=${NVCC}"
     -DCMAKE_CUDA_ARCHITECTURES=90 "-DCMAKE_PREFIX_PATH=${prefix}" -DCMAKE_BUILD_TYPE=Debug
     -S "${CMAKE_CURRENT_LIST_DIR}/cuda" -B "${WORK}/cuda")
must("build" "${CMAKE_COMMAND}" --build "${WORK}/cuda")
must("start" "${WORK}/cuda/consumer_cuda")
