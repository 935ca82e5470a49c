# SPDX-License-Identifier: BSL-1.0
# semantics.cmake tried on a page whose rows have their tests, and on pages that lack one.
#   cmake -DWORK=<scratch folder> -P semantics_self_test.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/verdict.cmake")
set(check "${CMAKE_CURRENT_LIST_DIR}/semantics.cmake")
file(WRITE "${WORK}/tests/compile_fail/unfitted.cpp" "")
file(WRITE "${WORK}/tests/sklearn/semantics/scalers.test.cpp"
     "TEST_CASE(\"one [1]; row\") {}\nTEST_CASE(\"+inf or -inf\") { check(); }\n")

function(page rows)
  file(WRITE "${WORK}/docs/semantics.md" "# Rows\n\n| case | there | smelt | test |
| --- | --- | --- | --- |\n${rows}")
endfunction()
set(both "| one [1]; row | 0 | same | `scalers` |\n| +inf or -inf | refused | same | `scalers` |\n")

page("${both}")
accepts("a page with all its tests" "${check}" "-DROOT=${WORK}")
page("${both}| unfitted | an error | does not compile | `compile_fail/unfitted` |
| weights | yes | not in smelt yet | none |\n")
accepts("a program that must not compile, and what is not there" "${check}" "-DROOT=${WORK}")
page("${both}| two rows | 0 | same | `scalers` |\n")
refuses("a row without its test" "'two rows' is no test case of scalers.test.cpp" "${check}"
        "-DROOT=${WORK}")
page("| +inf or -inf | refused | same | `scalers` |\n")
refuses("a test without a row" "a test without a row: scalers: one {1}; row" "${check}"
        "-DROOT=${WORK}")
page("${both}| fitted | an error | does not compile | `compile_fail/fitted` |\n")
refuses("a program that is not there" "there is no tests/compile_fail/fitted.cpp" "${check}"
        "-DROOT=${WORK}")
page("${both}| weights | yes | same | none |\n")
refuses("a row that hides that it has no test" "does not say 'not in smelt'" "${check}"
        "-DROOT=${WORK}")
page("${both}| weights | yes | same | see above |\n")
refuses("a row that names no test" "its last cell is no test" "${check}" "-DROOT=${WORK}")
page("${both}| weights | same |\n")
refuses("a row with too few cells" "not four cells" "${check}" "-DROOT=${WORK}")
page("")
refuses("a page without rows" "has no rows" "${check}" "-DROOT=${WORK}")
