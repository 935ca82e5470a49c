# SPDX-License-Identifier: BSL-1.0
# The component `cuda` of the installed package. The target is made where it is used, so that an
# installation serves machines with a CUDA toolkit and without.
include("${CMAKE_CURRENT_LIST_DIR}/find_cuda.cmake")
set(smelt_cuda_FOUND ${smelt_cuda_found})
if(smelt_cuda_found AND NOT TARGET smelt::cuda)
  add_library(smelt::cuda INTERFACE IMPORTED)
  smelt_cuda_uses(smelt::cuda)
elseif(NOT smelt_cuda_found)
  string(APPEND smelt_NOT_FOUND_MESSAGE "${smelt_cuda_problem}. ")
endif()
