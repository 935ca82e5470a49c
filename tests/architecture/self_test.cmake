# SPDX-License-Identifier: BSL-1.0
# Each check of this folder tried on a small tree that obeys it and on planted violations.
#   cmake -DCOMPILER=<path> -DGENERATOR=<name> -DWORK=<scratch folder> -P self_test.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/verdict.cmake")
set(here "${CMAKE_CURRENT_LIST_DIR}")
set(tree "${WORK}/tree")

# A tree in which every check passes; what is planted in it lasts until the next call.
function(fresh_tree)
  file(REMOVE_RECURSE "${tree}")
  plant(include/smelt/core/view.hpp "#pragma once\n#include <vector>\n")
  plant(include/smelt/statistics/moments.hpp "#pragma once\n#include <smelt/core/view.hpp>\n")
  plant(include/smelt/stages/scale.hpp "#pragma once\n#include <smelt/statistics/moments.hpp>\n")
  plant(include/smelt/policies/seq.hpp "#pragma once\n#include <smelt/core/view.hpp>\n")
  plant(include/smelt/statistics.hpp
        "#pragma once\n/// | moments | mean |\n#include <smelt/statistics/moments.hpp>\n")
  plant(include/smelt/stages.hpp
        "#pragma once\n/// | `scale()` | x / s |\n#include <smelt/stages/scale.hpp>\n")
  foreach(test IN ITEMS core/view statistics/moments stages/scale policies/seq)
    plant(tests/${test}.test.cpp "")
  endforeach()
endfunction()

function(plant file text)
  file(WRITE "${tree}/${file}" "${text}")
endfunction()

# refuses_planted(<script> <words> <file> <text>): the fresh tree passes, and with the file it does not.
function(refuses_planted script words file text)
  fresh_tree()
  accepts("the tree that obeys" "${here}/${script}" "-DROOT=${tree}" ${ARGN})
  plant("${file}" "${text}")
  refuses("${file} in ${script}" "${words}" "${here}/${script}" "-DROOT=${tree}" ${ARGN})
endfunction()

# layers
refuses_planted(layers.cmake "'core' may not include 'statistics'" include/smelt/core/up.hpp
                "#include <smelt/statistics/moments.hpp>\n")
refuses_planted(layers.cmake "'policies' may not include 'stages'" include/smelt/policies/up.hpp
                "  #  include <smelt/stages/scale.hpp> // a reason\n")
refuses_planted(layers.cmake "'plan' may not include 'policies'" include/smelt/plan/up.hpp
                "#include <smelt/policies/seq.hpp>\n")
refuses_planted(layers.cmake "'stages' may not include 'roof'" include/smelt/stages/up.hpp
                "#include <smelt/stages.hpp>\n")
refuses_planted(layers.cmake "stages/up.hpp includes <Eigen/Core>" include/smelt/stages/up.hpp
                "#include <Eigen/Core>\n")
refuses_planted(layers.cmake "smelt.hpp includes <Eigen/Dense>" include/smelt/smelt.hpp
                "#include <Eigen/Dense>\n")
refuses_planted(layers.cmake "includes <cuda_runtime.h>" include/smelt/policies/seq.hpp
                "#include <cuda_runtime.h>\n")
refuses_planted(layers.cmake "write <smelt/...>" include/smelt/core/quoted.hpp
                "#include \"view.hpp\"\n")
refuses_planted(layers.cmake "core/twice.hpp has no #pragma once" include/smelt/core/twice.hpp
                "struct no_guard {};\n")
refuses_planted(layers.cmake "the folder 'misc' has no row" include/smelt/misc/x.hpp "")
refuses_planted(layers.cmake "a circle of includes among: core/a.hpp" include/smelt/core/a.hpp
                "#include <smelt/core/a.hpp>\n")
fresh_tree()
plant(include/smelt/policies/eigen.hpp "#pragma once\n#include <Eigen/Core>\n")
plant(include/smelt/eigen.hpp "#pragma once\n#include <smelt/policies/eigen.hpp>\n#include <smelt/stages.hpp>\n")
accepts("Eigen in its own policy, and the roof above it" "${here}/layers.cmake" "-DROOT=${tree}")

# line_budget
string(REPEAT "int x[3]; // ;\n" 300 full)
refuses_planted(line_budget.cmake "core/long.hpp has 301 lines" include/smelt/core/long.hpp
                "${full}\n")
fresh_tree()
plant(include/smelt/core/full.hpp "${full}")
accepts("a header of 300 lines" "${here}/line_budget.cmake" "-DROOT=${tree}")

# quoted
fresh_tree()
refuses("a tree that throws nothing" "no header in" "${here}/quoted.cmake" "-DROOT=${tree}")
plant(include/smelt/core/throws.hpp "expect<value_error>(n > 0, \"no rows; \", n,
  \" were \"
  \"asked for\");\nexpect<value_error>(c != '\"', \"a quote\");\n")
plant(tests/core/throws.test.cpp
      "CHECK(\"a \"\n  \"quote\"); CHECK(\"no rows; 7 were asked \"\n\"for\");\n")
accepts("texts that are quoted" "${here}/quoted.cmake" "-DROOT=${tree}")
plant(tests/core/throws.test.cpp "CHECK(\"a quote\"); CHECK(\" were asked for no rows; \");\n")
refuses("a text in another order" "core/throws.hpp: \"no rows; ... were asked for\""
        "${here}/quoted.cmake" "-DROOT=${tree}")
plant(tests/core/throws.test.cpp "CHECK(\"no rows; 7 were asked for\");\n")
refuses("a text that no test quotes" "core/throws.hpp: \"a quote\"" "${here}/quoted.cmake"
        "-DROOT=${tree}")
plant(include/smelt/core/throws.hpp "expect<value_error>(n > 0, n);\n")
refuses("a text without words" "a text without words" "${here}/quoted.cmake" "-DROOT=${tree}")

# macros
refuses_planted(macros.cmake "core/split.hpp asks __CUDA_ARCH__: only core/arithmetic.hpp may"
                include/smelt/core/split.hpp "#if defined(__CUDA_ARCH__)\n#endif\n")
refuses_planted(macros.cmake "policies/x.cuh asks __CUDACC__" include/smelt/policies/x.cuh
                "#ifdef __CUDACC__\n#endif\n")
refuses_planted(macros.cmake "core/x.hpp asks __CUDA_ARCH_LIST__" include/smelt/core/x.hpp
                "int list[] = {__CUDA_ARCH_LIST__};\n")
fresh_tree()
plant(include/smelt/core/arithmetic.hpp "#if defined(__CUDA_ARCH__)\n#endif\n")
plant(include/smelt/core/config.hpp "#if defined(__CUDACC__)\n// __CUDA_ARCH_LIST__\n#endif\n")
accepts("macros in their place" "${here}/macros.cmake" "-DROOT=${tree}")

# catalogue
refuses_planted(catalogue.cmake "does not include <smelt/stages/new.hpp>"
                include/smelt/stages/new.hpp "")
refuses_planted(catalogue.cmake "has no row '/// | scale |" include/smelt/stages.hpp
                "/// | scaled | x |\n/// about | scale |\n#include <smelt/stages/scale.hpp>\n")
refuses_planted(catalogue.cmake "no catalogue smelt/samplers.hpp" include/smelt/samplers/new.hpp "")

# mirror
refuses_planted(mirror.cmake "core/new.hpp has no tests/core/new.test.cpp"
                include/smelt/core/new.hpp "")
refuses_planted(mirror.cmake "policies/odd/loop.hpp has no tests/policies/odd/loop.test.cpp"
                include/smelt/policies/odd/loop.hpp "")
fresh_tree()
plant(include/smelt/policies/seq/loop.hpp "")
accepts("a piece of a tested header" "${here}/mirror.cmake" "-DROOT=${tree}")
fresh_tree()
plant(include/smelt/core/new.hpp "")
accepts("a listed exception" "${here}/mirror.cmake" "-DROOT=${tree}" -DEXCEPTIONS=core/new.hpp)
refuses("an exception with a test" "core/view.hpp is an exception, and has a test"
        "${here}/mirror.cmake" "-DROOT=${tree}" -DEXCEPTIONS=core/view.hpp)
refuses("an exception that is gone" "core/gone.hpp is an exception, and does not exist"
        "${here}/mirror.cmake" "-DROOT=${tree}" -DEXCEPTIONS=core/gone.hpp)

# headers_alone is a target: a project of its own builds it.
file(WRITE "${WORK}/alone/CMakeLists.txt"
     "cmake_minimum_required(VERSION 3.25)\nproject(alone LANGUAGES CXX)
include(\"${here}/headers_alone.cmake\")\nsmelt_headers_alone(alone \"${tree}/include\" \"${tree}/tests\")
target_compile_options(alone PRIVATE -Wall -Werror)\n")
file(WRITE "${WORK}/alone/build.cmake"
     "execute_process(COMMAND \"${CMAKE_COMMAND}\" -G \"${GENERATOR}\" -S \"${WORK}/alone\" -B
        \"${WORK}/alone/build\" \"-DCMAKE_CXX_COMPILER=${COMPILER}\" COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND \"${CMAKE_COMMAND}\" --build \"${WORK}/alone/build\" --target alone
        COMMAND_ERROR_IS_FATAL ANY)\n")
# refuses_alone(<words> <file> <text>)
function(refuses_alone words file text)
  fresh_tree()
  accepts("the tree that obeys" "${WORK}/alone/build.cmake")
  plant("${file}" "${text}")
  refuses("${file}" "${words}" "${WORK}/alone/build.cmake")
endfunction()
refuses_alone("needy.hpp:2" include/smelt/core/needy.hpp
              "#pragma once\ninline std::vector<int> needs_vector;\n")
refuses_alone("redefinition of" include/smelt/core/twice.hpp "struct no_guard {};\n")
refuses_alone("parentheses]" include/smelt/core/warns.hpp
              "#pragma once\ninline bool f(bool a, bool b) { return a || b && a; }\n")
