# SPDX-License-Identifier: BSL-1.0
# Configures, builds and runs the project in the folder ${WAY}, as a user would.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/fail.cmake")

set(prefix "${WORK}/prefix")

# must(<what> <command> ...): the command must end with 0.
function(must what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT status EQUAL 0)
    fail("${what} failed:" "${said}")
  endif()
endfunction()

set(configure "${CMAKE_COMMAND}" -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${COMPILER}"
              "-DCMAKE_CXX_FLAGS=${FLAGS}" "-DEigen3_DIR=${EIGEN}" -DCMAKE_BUILD_TYPE=Debug)

if(WAY STREQUAL "find_package")
  file(REMOVE_RECURSE "${prefix}")
  must("install" "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${prefix}")
  list(APPEND configure "-DCMAKE_PREFIX_PATH=${prefix}")
endif()
must("configure" ${configure} -S "${CMAKE_CURRENT_LIST_DIR}/${WAY}" -B "${WORK}/${WAY}"
     "-DSMELT_SOURCE=${ROOT}")
must("build" "${CMAKE_COMMAND}" --build "${WORK}/${WAY}")
must("run without Eigen" "${WORK}/${WAY}/consumer" "${ROOT}/examples/data/digits.csv")
must("run with Eigen" "${WORK}/${WAY}/consumer_eigen" "${ROOT}/examples/data/digits.csv")

if(WAY STREQUAL "find_package")
  # What the package must refuse, in words; further arguments are for CMake.
  function(must_refuse request words)
    file(WRITE "${WORK}/refused/CMakeLists.txt" "cmake_minimum_required(VERSION 3.25)
project(refused LANGUAGES CXX)\nfind_package(smelt ${request})\n")
    execute_process(COMMAND ${configure} ${ARGN} -S "${WORK}/refused" -B "${WORK}/refused/build"
                    RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
    string(REGEX REPLACE "[ \n]+" " " flat "${said}")
    string(FIND "${flat}" "${words}" at)
    if(status EQUAL 0 OR at EQUAL -1)
      fail("find_package(smelt ${request}) must fail with '${words}':" "${said}")
    endif()
  endfunction()
  must_refuse("99.0 REQUIRED" "requested version \"99.0\"")
  must_refuse("REQUIRED COMPONENTS nonsense" "smelt has no component 'nonsense'")
  must_refuse("REQUIRED COMPONENTS cuda" "No CUDA toolkit was found"
              -DCMAKE_DISABLE_FIND_PACKAGE_CUDAToolkit=ON)
endif()
