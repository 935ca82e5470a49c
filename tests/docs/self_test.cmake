# SPDX-License-Identifier: BSL-1.0
# lint.cmake tried on a documented header and on three that are not.
#   cmake -DROOT=<repository> -DDOXYGEN=<path> -DWORK=<scratch folder> -P self_test.cmake
cmake_minimum_required(VERSION 3.25)
if(NOT DOXYGEN)
  message("skipped: there is no doxygen")
  return()
endif()
include("${CMAKE_CURRENT_LIST_DIR}/../support/verdict.cmake")
set(lint "${CMAKE_CURRENT_LIST_DIR}/lint.cmake")
set(arguments "-DROOT=${WORK}/tree" "-DDOXYGEN=${DOXYGEN}" "-DWORK=${WORK}/html")
file(COPY "${ROOT}/Doxyfile" DESTINATION "${WORK}/tree")
file(MAKE_DIRECTORY "${WORK}/tree/tests")

function(write text)
  file(WRITE "${WORK}/tree/include/smelt/stage.hpp"
       "/// \\file\n/// A header.\nnamespace smelt::inline v0 {\n${text}}\n")
endfunction()

write("/// A stage.\n/// \\formula x / s\n/// \\missing kept\nstruct stage {\n  double s;  ///< s\n};
namespace detail {\nstruct hidden { int any; };\n}\n")
accepts("a documented header" "${lint}" ${arguments})
write("/// A stage.\nstruct stage {};\nstruct bare { int any; };\n")
refuses("an undocumented type" "bare is not documented" "${lint}" ${arguments})
write("/// A stage.\nstruct stage {};\nint bare(int x);\n")
refuses("an undocumented function" "bare(int x) (function)" "${lint}" ${arguments})
write("/// A stage, \\formlua x / s.\nstruct stage {};\n")
refuses("a misspelt command" "formlua" "${lint}" ${arguments})
write("/// Scales.\nvoid scale(int x);\nvoid scale(double x);\n/// Yes.\ntemplate <class T> bool yes = 1;
template <> bool yes<int> = 0;\n")
accepts("an overload and a specialisation" "${lint}" ${arguments})
