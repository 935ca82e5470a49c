# SPDX-License-Identifier: BSL-1.0
# sentences.cmake tried on a small tree that obeys it and on planted violations.
#   cmake -DWORK=<scratch folder> -P sentences_self_test.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/verdict.cmake")
set(check "${CMAKE_CURRENT_LIST_DIR}/sentences.cmake")

function(plant file text)
  file(WRITE "${WORK}/${file}" "${text}")
endfunction()
function(fresh_tree)
  file(REMOVE_RECURSE "${WORK}")
  plant(include/smelt/core/say.hpp
        "#define SMELT_SAY_ONE \"smelt: one; and more.\"
#define SMELT_SAY_TWO                \\
  \"smelt: the first half, and \"     \\
  \"the second.\"
")
  plant(include/smelt/core/speaks.hpp "x(SMELT_SAY_ONE);\ny(SMELT_SAY_TWO);\n")
  plant(tests/compile_fail/one.cpp "// expect-error: one; and more\n")
  plant(tests/compile_fail/two.cpp "// expect-error: the first half, and the second\n")
endfunction()

fresh_tree()
accepts("sentences that are spoken and quoted" "${check}" "-DROOT=${WORK}")
plant(include/smelt/core/speaks.hpp "x(SMELT_SAY_ONE);\n")
refuses("a sentence that no header speaks" "SMELT_SAY_TWO is spoken by no header" "${check}"
        "-DROOT=${WORK}")
fresh_tree()
file(REMOVE "${WORK}/tests/compile_fail/two.cpp")
refuses("a sentence without a test" "SMELT_SAY_TWO is quoted by no file" "${check}" "-DROOT=${WORK}")
fresh_tree()
plant(tests/compile_fail/three.cpp "// expect-error: smelt: \n// expect-error: nobody\n")
refuses("a quote that is two sentences" "'smelt: ' is part of 2 sentences" "${check}"
        "-DROOT=${WORK}")
refuses("a quote that is no sentence" "'nobody' is part of 0 sentences" "${check}" "-DROOT=${WORK}")
