# SPDX-License-Identifier: BSL-1.0
# fuzz.cmake tried on a target that fails at no input, on one that fails at some, on one that does not
# compile, and without a compiler.   cmake -DCOMPILER=<clang++> -DWORK=<scratch folder> -P self_test.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/verdict.cmake")
set(script "${CMAKE_CURRENT_LIST_DIR}/fuzz.cmake")
set(arguments "-DSOURCE=${WORK}/target.cpp" "-DSEEDS=${WORK}/seeds" "-DWORK=${WORK}/work" -DSECONDS=1)

# A target that does this with `data` and `size`.
function(target body)
  file(WRITE "${WORK}/target.cpp" "#include <cstdlib>\nextern \"C\" int LLVMFuzzerTestOneInput("
       "const unsigned char* data, std::size_t size) { ${body} }\n")
endfunction()

file(REMOVE_RECURSE "${WORK}")
file(WRITE "${WORK}/seeds/one" "aaaa")
target("return 0;")
accepts("no compiler" "${script}" -DCOMPILER= ${arguments})
execute_process(COMMAND "${CMAKE_COMMAND}" "-DCOMPILER=${COMPILER}" ${arguments} -P "${script}"
                OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(said MATCHES "skipped: [^\n]*")
  message("${CMAKE_MATCH_0}")
  return()
endif()
accepts("a target without a fault" "${script}" "-DCOMPILER=${COMPILER}" ${arguments})
target("if (size > 2 && data[1] == 'a') std::abort(); return 0;")
refuses("a target with a fault" "failed on an input" "${script}" "-DCOMPILER=${COMPILER}"
        ${arguments})
target("static volatile unsigned char seen; seen = data[size]; return 0;")
refuses("a byte behind the input" "heap-buffer-overflow" "${script}" "-DCOMPILER=${COMPILER}"
        ${arguments})
target("return nothing;")
refuses("a target that does not compile" "does not compile" "${script}" "-DCOMPILER=${COMPILER}"
        ${arguments})
