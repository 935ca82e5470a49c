# SPDX-License-Identifier: BSL-1.0
# fail(<sentence> <what a program said>): ends the script; what was said is printed as it is, for CMake
# reflows only lines that are not indented.
function(fail sentence said)
  string(REPLACE "\n" "\n  " said "\n${said}")
  message(FATAL_ERROR "${sentence}${said}")
endfunction()
