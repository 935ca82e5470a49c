# SPDX-License-Identifier: BSL-1.0
# Configures, builds and starts a CUDA project that uses the installed package.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/nvcc.cmake")
need_nvcc()

set(prefix "${WORK}/prefix_cuda")
file(REMOVE_RECURSE "${prefix}")
said_by(said "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${prefix}")
# nvcc speaks to the compiler it knows: CXX may be one that it does not take.
said_by(said "${CMAKE_COMMAND}" -G "${GENERATOR}" "-DCMAKE_CUDA_COMPILER=${NVCC}"
        -DCMAKE_CUDA_ARCHITECTURES=90 "-DCMAKE_PREFIX_PATH=${prefix}" -DCMAKE_BUILD_TYPE=Debug
        -S "${CMAKE_CURRENT_LIST_DIR}/cuda" -B "${WORK}/cuda")
said_by(said "${CMAKE_COMMAND}" --build "${WORK}/cuda")
said_by(said "${WORK}/cuda/consumer_cuda")
