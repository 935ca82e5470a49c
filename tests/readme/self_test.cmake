# SPDX-License-Identifier: BSL-1.0
# compare.cmake tried on small pages.   cmake -DWORK=<scratch folder> -P self_test.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/verdict.cmake")
set(compare "${CMAKE_CURRENT_LIST_DIR}/compare.cmake")
set(page "${WORK}/page.md")
set(program "```cpp\nint a[2]; // ; \"\n```\n")

function(write text)
  file(WRITE "${page}" "# page\n\n${text}")
endfunction()

function(script name text)
  file(WRITE "${WORK}/${name}" "#!/bin/sh\n${text}\n")
  file(CHMOD "${WORK}/${name}" PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
endfunction()
script(prints "echo '7 passes [ok]'")
script(fails "exit 3")
set(arguments "-DREADME=${page}" "-DFOLDER=${WORK}" "-DPROGRAM=${WORK}/prints")

write("```sh\nls\n```\n${program}\nprints\n\n```text\n7 passes [ok]\n```\n")
accepts("a page that says what its program prints" "${compare}" ${arguments})
write("${program}```text\n8 passes [ok]\n```\n")
refuses("a page with another number" "and its program prints 7 passes" "${compare}" ${arguments})
write("${program}```text\n7 passes [ok]\n\n```\n")
refuses("a page with one line more" "and its program prints" "${compare}" ${arguments})
write("```text\n7 passes [ok]\n```\n${program}")
refuses("a page whose output comes first" "has no ```text block" "${compare}" ${arguments})
write("no program")
refuses("a page without a program" "has no ```cpp block" "${compare}" ${arguments})
write("${program}```text\n```\n")
refuses("a program that fails" "ended with 3" "${compare}" "-DREADME=${page}" "-DFOLDER=${WORK}"
        "-DPROGRAM=${WORK}/fails")

write("${program}```text\n```\n")
execute_process(COMMAND "${CMAKE_COMMAND}" "-DREADME=${page}" "-DOUTPUT=${WORK}/page.cpp" -P
                        "${CMAKE_CURRENT_LIST_DIR}/extract.cmake")
file(READ "${WORK}/page.cpp" extracted)
if(NOT extracted STREQUAL "int a[2]; // ; \"\n")
  message(FATAL_ERROR "extract.cmake wrote:\n${extracted}")
endif()
