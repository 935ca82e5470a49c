# SPDX-License-Identifier: BSL-1.0
# A chain inside kernels of one's own, built for the GPU of an embedded board (sm_87), every warning an error.
#   cmake -DNVCC=... -DINCLUDES=... -DWORK=... -P jetson.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/nvcc.cmake")
need_nvcc()
file(MAKE_DIRECTORY "${WORK}")
nvcc_command(command -arch=sm_87)
said_by(said ${command} -cubin "${CMAKE_CURRENT_LIST_DIR}/../../examples/element.cu" -o "${WORK}/element.cubin")
