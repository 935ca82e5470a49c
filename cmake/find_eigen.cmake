# SPDX-License-Identifier: BSL-1.0
# Finds Eigen 3.4 or newer: sets smelt_eigen_found, or smelt_eigen_problem with the reason why not.
# Read by the build and by the installed package, so that both accept the same versions.
#
# No version is asked for in find_package: Eigen's package refuses a request for 3.4 from version 5
# on, and a range refuses 3.4.0. GLOBAL lets a project that adds smelt as a subdirectory link
# smelt::eigen, which names Eigen3::Eigen.
set(smelt_eigen_found FALSE)
set(smelt_eigen_problem "")
if(NOT TARGET Eigen3::Eigen)
  find_package(Eigen3 CONFIG QUIET GLOBAL)
endif()
# A project that builds Eigen as a subdirectory has the target and no version: it is believed.
if(NOT TARGET Eigen3::Eigen)
  set(smelt_eigen_problem "Eigen was not found (Debian: libeigen3-dev; elsewhere set Eigen3_DIR)")
elseif(Eigen3_VERSION AND Eigen3_VERSION VERSION_LESS 3.4)
  set(smelt_eigen_problem "Eigen ${Eigen3_VERSION} was found, smelt needs 3.4 or newer")
else()
  set(smelt_eigen_found TRUE)
endif()
