# SPDX-License-Identifier: BSL-1.0
# What the scripts beside this one share: a compiler with smelt's folders, every warning an error.
include("${CMAKE_CURRENT_LIST_DIR}/../support/nvcc.cmake") # fail, said_by
file(MAKE_DIRECTORY "${WORK}")
set(cxx "${CXX}" -std=c++20 -O2 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -pthread)
foreach(dir IN LISTS INCLUDES)
  list(APPEND cxx -I "${dir}")
endforeach()
foreach(dir IN LISTS SYSTEM_INCLUDES)
  list(APPEND cxx -isystem "${dir}")
endforeach()
