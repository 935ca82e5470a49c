# SPDX-License-Identifier: BSL-1.0
# What nvcc defines is asked in one header each: a function that differs between host and device, or
# between two compilers, has one place.   cmake -DROOT=<repository> -P macros.cmake
cmake_minimum_required(VERSION 3.25)
set(only___CUDACC__ core/config.hpp)
set(only___CUDA_ARCH_LIST__ core/config.hpp)
set(only___CUDA_ARCH__ core/arithmetic.hpp)

set(problems "")
file(GLOB_RECURSE headers RELATIVE "${ROOT}/include/smelt" "${ROOT}/include/smelt/*.hpp"
     "${ROOT}/include/smelt/*.cuh")
if(NOT headers)
  message(FATAL_ERROR "no headers in ${ROOT}/include/smelt")
endif()
foreach(header IN LISTS headers)
  file(READ "${ROOT}/include/smelt/${header}" text)
  foreach(macro IN ITEMS __CUDACC__ __CUDA_ARCH_LIST__ __CUDA_ARCH__)
    if(text MATCHES "${macro}" AND NOT header IN_LIST only_${macro})
      list(JOIN only_${macro} " and " where)
      string(APPEND problems "\n  ${header} asks ${macro}: only ${where} may")
    endif()
  endforeach()
endforeach()
if(problems)
  message(FATAL_ERROR "macros of nvcc in more places than one:${problems}")
endif()
