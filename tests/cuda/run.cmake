# SPDX-License-Identifier: BSL-1.0
# Compiles a CUDA program and runs it. The program itself finds out whether there is a GPU.
#   cmake -DNVCC=<path> -DINCLUDES=<dirs> -DSOURCE=<file> -DWARNINGS=<flags> -DWORK=<scratch folder>
#         [-DCODE=<what nvcc makes>] [-DNVTX=ON] -P run.cmake
# With NVTX the program has smelt's ranges for profilers, without it none. Thrust brings NVTX of its own:
# what counts is smelt's domain.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/nvcc.cmake")
need_nvcc()

file(MAKE_DIRECTORY "${WORK}")
# PTX beside the code: it serves cards that are newer.
if(NOT CODE)
  set(CODE "[compute_75,sm_75]")
endif()
nvcc_command(command -gencode "arch=compute_75,code=${CODE}")
if(NVTX)
  list(APPEND command -DSMELT_NVTX)
endif()
said_by(said ${command} "${SOURCE}" -o "${WORK}/program")
find_program(readelf readelf)
if(readelf)
  execute_process(COMMAND "${readelf}" -sW "${WORK}/program" OUTPUT_VARIABLE symbols
                  COMMAND_ERROR_IS_FATAL ANY)
  string(FIND "${symbols}" "15profiler_domain" at)
  if(NVTX AND at EQUAL -1)
    fail("${SOURCE}: no ranges of smelt's with SMELT_NVTX" "${symbols}")
  elseif(NOT NVTX AND NOT at EQUAL -1)
    fail("${SOURCE}: ranges of smelt's without SMELT_NVTX" "${symbols}")
  endif()
  # Hidden: two libraries of one process never launch each other's.
  set(kernel "[^ ]+ [A-Za-z0-9_]*6detail6kernelI")
  if(symbols MATCHES "FUNC +(GLOBAL|WEAK|UNIQUE) +DEFAULT +${kernel}")
    fail("${SOURCE}: kernels that other libraries see" "${symbols}")
  elseif(NOT symbols MATCHES "FUNC +[A-Z]+ +[A-Z]+ +${kernel}")
    fail("${SOURCE}: no kernels" "${symbols}")
  endif()
endif()
said_by(said "${WORK}/program")
message("${said}")
