# SPDX-License-Identifier: BSL-1.0
# The component `eigen` of the installed package. The target is made where it is used, so that an
# installation serves machines with Eigen and without.
include("${CMAKE_CURRENT_LIST_DIR}/find_eigen.cmake")
set(smelt_eigen_FOUND ${smelt_eigen_found})
if(smelt_eigen_found AND NOT TARGET smelt::eigen)
  add_library(smelt::eigen INTERFACE IMPORTED)
  target_link_libraries(smelt::eigen INTERFACE smelt::smelt Eigen3::Eigen)
elseif(NOT smelt_eigen_found)
  string(APPEND smelt_NOT_FOUND_MESSAGE "${smelt_eigen_problem}. ")
endif()
