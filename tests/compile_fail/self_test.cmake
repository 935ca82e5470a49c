# SPDX-License-Identifier: BSL-1.0
# check.cmake tried on small files with a known verdict.
#   cmake -DCOMPILER=<path> -DKIND=<GNU or Clang> -DWORK=<scratch folder> -P self_test.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/verdict.cmake")
set(check "${CMAKE_CURRENT_LIST_DIR}/check.cmake")
set(broken "template <class T> void f() { static_assert(sizeof(T) == 0, \"a sentence; with (marks)\"); }
int main() { f<int>(); }\n")

function(write name words body)
  set(text "")
  foreach(line IN LISTS words)
    string(APPEND text "// expect-error: ${line}\n")
  endforeach()
  file(WRITE "${WORK}/${name}" "${text}${body}")
  set(arguments -DCOMPILER=${COMPILER} -DSOURCE=${WORK}/${name} PARENT_SCOPE)
endfunction()

write(right.cpp "with (marks);sizeof" "${broken}")
accepts("a file with the right words" "${check}" ${arguments})

write(wrong.cpp "another sentence" "${broken}")
refuses("a file with the wrong words" "'another sentence' is not in the first error" "${check}"
        ${arguments})

write(second.cpp "a sentence;never said" "${broken}")
refuses("a file with wrong second words" "'never said' is not in what the compiler said" "${check}"
        ${arguments})

write(late.cpp "a sentence" "int first = nonsense;\n${broken}")
refuses("a file whose sentence is not the first error" "is not in the first error" "${check}"
        ${arguments})

write(compiles.cpp "a sentence" "int main() {}\n")
refuses("a file without a mistake" "compiled, it must not" "${check}" ${arguments})

write(silent.cpp "" "${broken}")
refuses("a file without words" "has no line" "${check}" ${arguments})

write(ok_right.cpp "" "int main() {}\n")
accepts("a correct ok_ file" "${check}" ${arguments})

write(ok_wrong.cpp "" "${broken}")
refuses("a broken ok_ file" "must compile" "${check}" ${arguments})

set(another "template <class T> void g() { static_assert(sizeof(T) == 0, \"more\"); }
void other() { g<int>(); }\n")
write(two.cpp "a sentence" "${broken}${another}")
refuses("a file with a second error" "one mistake, and a second error" "${check}" ${arguments})

write(flagged.cpp "a sentence" "// flags: -DFIRST=1 -DSECOND=2\n#if FIRST == 1 && SECOND == 2\n${broken}#endif\n")
accepts("a file with flags of its own" "${check}" ${arguments})

# A prepared header gives the same answers.
file(WRITE "${WORK}/include/smelt/smelt.hpp" "#pragma once\ninline int only_prepared = 0;\n")
set(includes "-DINCLUDES=${WORK}/include" "-DPREPARED=${WORK}/prepared")
accepts("a header that compiles" "${CMAKE_CURRENT_LIST_DIR}/prepare.cmake" -DCOMPILER=${COMPILER}
        -DKIND=${KIND} "-DINCLUDES=${WORK}/include" "-DWORK=${WORK}/prepared")
write(ok_prepared.cpp "" "#include <smelt/smelt.hpp>\nint main() { return only_prepared; }\n")
accepts("a file that uses a prepared header" "${check}" ${arguments} ${includes})
write(late_prepared.cpp "a sentence" "#include <smelt/smelt.hpp>\n${broken}")
accepts("a mistake behind a prepared header" "${check}" ${arguments} ${includes})
file(WRITE "${WORK}/include/smelt/smelt.hpp" "int nonsense(;\n")
refuses("a header that does not compile" "smelt.hpp does not compile"
        "${CMAKE_CURRENT_LIST_DIR}/prepare.cmake" -DCOMPILER=${COMPILER} -DKIND=${KIND}
        "-DINCLUDES=${WORK}/include" "-DWORK=${WORK}/prepared")
