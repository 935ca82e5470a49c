# SPDX-License-Identifier: BSL-1.0
# smelt_headers_alone(<target> <include folder>): a target that compiles every header alone, and twice,
# so that it needs nothing before it and minds nothing after it. It is built by a test, not by `all`:
# as a target it runs in parallel, and again only for headers that changed.
function(smelt_headers_alone target include)
  file(GLOB_RECURSE headers RELATIVE "${include}" CONFIGURE_DEPENDS "${include}/*.hpp")
  set(sources "")
  foreach(header IN LISTS headers)
    set(source "${CMAKE_CURRENT_BINARY_DIR}/${target}/${header}.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT "#include <${header}>\n#include <${header}>\n")
    list(APPEND sources "${source}")
  endforeach()
  add_library(${target} OBJECT EXCLUDE_FROM_ALL ${sources})
  target_include_directories(${target} PRIVATE "${include}")
endfunction()
