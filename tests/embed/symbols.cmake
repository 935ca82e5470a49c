# SPDX-License-Identifier: BSL-1.0
# No mutable globals but the default workers, and what the machine's cache is, asked once: the symbol
# table of an object that uses everything names them.
#   cmake -DCXX=... -DOBJDUMP=... -DINCLUDES=... -DSYSTEM_INCLUDES=... -DWORK=... -P symbols.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/compile.cmake")
if(NOT OBJDUMP)
  message("skipped: no objdump")
  return()
endif()
set(allowed "smelt::v0::default_workers()::pool" "smelt::v0::detail::last_cache()::bytes")

# writable_in(<object> <result>): names of what lies in memory that is written after the start.
function(writable_in object result)
  said_by(said "${OBJDUMP}" -t -C "${object}")
  string(REPLACE ";" "," said "${said}")
  string(REPLACE "[" "(" said "${said}")
  string(REPLACE "]" ")" said "${said}")
  string(REPLACE "\n" ";" lines "${said}")
  set(found "")
  foreach(line IN LISTS lines)
    # address, flags, section, a tab, size, name. A section itself has the flag d.
    if(NOT line MATCHES "^[0-9a-f]+ (.......) ([^\t]+)\t[0-9a-f]+ +(.*)$")
      continue()
    endif()
    set(flags "${CMAKE_MATCH_1}")
    set(section "${CMAKE_MATCH_2}")
    set(name "${CMAKE_MATCH_3}")
    string(REGEX REPLACE "^(\\.hidden |0x[0-9a-f]+ )+" "" name "${name}")
    if(flags MATCHES "d" OR NOT section MATCHES "^(\\.bss|\\.data|\\.tbss|\\.tdata|\\*COM\\*)"
       OR section MATCHES "^\\.data\\.rel\\.ro" OR name MATCHES "^DW\\.ref\\.|^\\.")
      continue()
    endif()
    string(REGEX REPLACE "^guard variable for " "" name "${name}")
    list(APPEND found "${name}")
  endforeach()
  list(REMOVE_DUPLICATES found)
  set(${result} "${found}" PARENT_SCOPE)
endfunction()

# The script sees what is there.
file(WRITE "${WORK}/self.cpp" "int zero; int one = 1; static int hidden_one = 2; thread_local int mine;
int* at() { static int local = 3; return one ? &local : &hidden_one; }
inline int shared = 4; int* of_shared() { return &shared; }
extern const int fixed; const int fixed = 5; constexpr const char* text = \"x\";\n")
said_by(said ${cxx} -c "${WORK}/self.cpp" -o "${WORK}/self.o")
writable_in("${WORK}/self.o" seen)
list(SORT seen)
list(JOIN seen " " seen)
if(NOT seen STREQUAL "at()::local hidden_one mine one shared zero")
  fail("this script sees other globals than there are:" "${seen}")
endif()

said_by(said ${cxx} -c "${CMAKE_CURRENT_LIST_DIR}/everything.cpp" -o "${WORK}/everything.o")
writable_in("${WORK}/everything.o" found)
set(others "${found}")
list(REMOVE_ITEM others ${allowed} "std::__ioinit")
if(others)
  list(JOIN others "\n" others)
  fail("mutable globals:" "${others}")
endif()
foreach(name IN LISTS allowed)
  if(NOT name IN_LIST found)
    fail("the test object does not use everything: it lacks" "${name}")
  endif()
endforeach()
list(JOIN found ", " found)
message("in writable memory: ${found}")
