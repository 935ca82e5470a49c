# SPDX-License-Identifier: BSL-1.0
# Two shared libraries with chains of their own, and one chain of both, in one process.
#   cmake -DNVCC=<path> -DINCLUDES=<dirs> -DWARNINGS=<flags> -DWORK=<scratch folder> -P libraries.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/nvcc.cmake")
need_nvcc()

file(MAKE_DIRECTORY "${WORK}")
nvcc_command(command -gencode "arch=compute_75,code=[compute_75,sm_75]")

find_program(nm nm REQUIRED)
set(libraries "")
foreach(number IN ITEMS 1 2)
  set(library "${WORK}/library_${number}.so")
  list(APPEND libraries "${library}")
  said_by(said ${command} -Xcompiler=-fPIC -shared -DSMELT_LIBRARY=${number}
       "${CMAKE_CURRENT_LIST_DIR}/library.cu" -o "${library}")
  said_by(symbols "${nm}" -D --defined-only "${library}")
  if(NOT symbols MATCHES "run_library")
    fail("${library} does not have what it is for:" "${symbols}")
  elseif(symbols MATCHES "6detail6kernelI")
    fail("${library} shows its kernels:" "${symbols}")
  endif()
endforeach()
said_by(said ${command} "${CMAKE_CURRENT_LIST_DIR}/libraries.cpp" -o "${WORK}/program" -ldl)
foreach(how IN ITEMS local global)
  said_by(said "${WORK}/program" ${how} ${libraries})
  message("${how}: ${said}")
endforeach()
