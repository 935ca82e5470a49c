# SPDX-License-Identifier: BSL-1.0
# Compiles one header alone, and twice, with nvcc: it needs nothing before it and minds nothing after.
#   cmake -DNVCC=<path> -DINCLUDES=<dirs> -DHEADER=<as included> -DWARNINGS=<flags>
#         -DWORK=<scratch folder> -P alone.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/nvcc.cmake")
need_nvcc()

file(WRITE "${WORK}/alone.cu" "#include <${HEADER}>\n#include <${HEADER}>\n")
nvcc_command(command -arch=sm_90)
said_by(said ${command} -c "${WORK}/alone.cu" -o "${WORK}/alone.o")
