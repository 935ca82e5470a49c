# SPDX-License-Identifier: BSL-1.0
# smelt_headers_alone(<target> <include folder> <tests folder>): a target that compiles every header
# alone, and twice, so that it needs nothing before it and minds nothing after it. A header whose test
# of the same name includes it first is compiled alone there, and left out. The target is built by a
# test, not by `all`: as a target it runs in parallel, and again only for headers that changed.
function(smelt_headers_alone target include tests)
  file(GLOB_RECURSE headers RELATIVE "${include}" CONFIGURE_DEPENDS "${include}/*.hpp")
  set(sources "")
  foreach(header IN LISTS headers)
    string(REGEX REPLACE "^smelt/(.*)\\.hpp$" "${tests}/\\1.test.cpp" test "${header}")
    if(EXISTS "${test}")
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${test}")
      file(STRINGS "${test}" includes REGEX "^#")
      list(POP_FRONT includes first)
      if(first STREQUAL "#include <${header}>")
        continue()
      endif()
    endif()
    set(source "${CMAKE_CURRENT_BINARY_DIR}/${target}/${header}.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT "#include <${header}>\n#include <${header}>\n")
    list(APPEND sources "${source}")
  endforeach()
  add_library(${target} OBJECT EXCLUDE_FROM_ALL ${sources})
  target_include_directories(${target} PRIVATE "${include}")
endfunction()
