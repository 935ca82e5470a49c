# SPDX-License-Identifier: BSL-1.0
# Reads the version from the header, where it is written once.
#   smelt_read_version(<result variable> <header>)   ->   "0.1.0"
function(smelt_read_version result header)
  file(READ "${header}" text)
  set(numbers "")
  foreach(part IN ITEMS MAJOR MINOR PATCH)
    if(NOT text MATCHES "#define SMELT_VERSION_${part} ([0-9]+)")
      message(FATAL_ERROR "${header} has no line '#define SMELT_VERSION_${part} <number>'")
    endif()
    list(APPEND numbers "${CMAKE_MATCH_1}")
  endforeach()
  list(JOIN numbers "." version)
  set(${result} "${version}" PARENT_SCOPE)
endfunction()
