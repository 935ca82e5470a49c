# SPDX-License-Identifier: BSL-1.0
# Finds the CUDA toolkit, 12.8 or newer: sets smelt_cuda_found, or smelt_cuda_problem with the reason
# why not. Read by the build and by the installed package, so that both accept the same versions.
#
# The language CUDA is not enabled: a project does that itself, and without it still configures.
set(smelt_cuda_found FALSE)
set(smelt_cuda_problem "")
if(NOT TARGET CUDA::toolkit)
  find_package(CUDAToolkit QUIET GLOBAL)
endif()
if(NOT TARGET CUDA::toolkit)
  set(smelt_cuda_problem
      "No CUDA toolkit was found (set CUDAToolkit_ROOT to the folder that has bin/nvcc)")
elseif(CUDAToolkit_VERSION AND CUDAToolkit_VERSION VERSION_LESS 12.8)
  set(smelt_cuda_problem "CUDA ${CUDAToolkit_VERSION} was found, smelt needs 12.8 or newer")
else()
  set(smelt_cuda_found TRUE)
endif()

# smelt_cuda_uses(<interface target>): what smelt::cuda brings. Which form of the CUDA runtime is linked
# stays the project's choice, its CUDA_RUNTIME_LIBRARY: CUDA::cudart would put the shared library before
# the static one that CMake links by itself. CMake 3.25 cannot ask nvcc for C++20 in any other way.
function(smelt_cuda_uses target)
  target_link_libraries(${target} INTERFACE smelt::smelt CUDA::toolkit)
  target_compile_options(${target} INTERFACE "$<$<COMPILE_LANGUAGE:CUDA>:-std=c++20>")
endfunction()
