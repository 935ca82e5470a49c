# SPDX-License-Identifier: BSL-1.0
# check.cmake tried on texts with a known verdict: a good one, and the same with one fault each.
#   cmake -DWORK=<scratch folder> -P self_test.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../support/verdict.cmake")
set(check "${CMAKE_CURRENT_LIST_DIR}/check.cmake")

set(good_expected "// expect fill_scale map_body: registers=32 barriers=1 everywhere has=ld.global.v4.f32
// expect+ fill_scale map_body: hasnt=st.global.f32
// expect scale map_body: registers=16 fma=1 shuffles=2 minima=1
")
set(first "_ZN5smelt6kernelINS_5namedI10fill_scaleNS_8map_bodyEEEEEvT0_")
set(second "_ZN5smelt6kernelINS_5namedI5scaleNS_8map_bodyEEEEEvT0_")
set(good_ptx ".version 9.0
.visible .entry ${first}(
\t.param .align 8 .b8 param_0[24]
)
{
\t.reg .f64 \t%fd<4>;
\tld.global.v4.f32 \t{%f1, %f2, %f3, %f4}, [%rd1];
\tmul.rn.f64 \t%fd1, %fd2, %fd3;
\tdiv.rn.f64 \t%fd1, %fd2, %fd3;
\tdiv.u32 \t%r1, %r2, %r3;
\tmul.lo.s64 \t%rd1, %rd2, 8;
\tbar.sync \t0;
\tst.global.v4.f32 \t[%rd1], {%f1, %f2, %f3, %f4};
\tret;
}
.visible .entry ${second}(
)
{
\tfma.rn.f64 \t%fd1, %fd2, %fd3, %fd4;
	red.global.min.u64 	[%rd1], %rd2;
\tshfl.sync.down.b32 \t%r4|%p1, %r2, %r16, %r20, %r21;
\tshfl.sync.down.b32 \t%r5|%p1, %r2, %r16, %r20, %r21;
\tret;
}
")
set(good_usage "")
foreach(entry IN ITEMS ${first} ${second})
  string(APPEND good_usage "ptxas info    : Compiling entry function '${entry}' for 'sm_90'
ptxas info    : Function properties for ${entry}
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 16 registers, used 1 barriers, 380 bytes cmem[0]
")
endforeach()

# Writes the three texts; what `replace` names in one of them is replaced first.
function(write)
  file(WRITE "${WORK}/expected.txt" "${expected}")
  file(WRITE "${WORK}/kernels.ptx" "${ptx}")
  file(WRITE "${WORK}/usage.txt" "${usage}")
endfunction()
set(arguments "-DEXPECTED=${WORK}/expected.txt" "-DPTX=${WORK}/kernels.ptx"
              "-DUSAGE=${WORK}/usage.txt")

# refuses_with(<words> <expected|ptx|usage> <what> <by what>)
function(refuses_with words text what by)
  foreach(kind IN ITEMS expected ptx usage)
    set(${kind} "${good_${kind}}")
  endforeach()
  string(FIND "${good_${text}}" "${what}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "the good ${text} does not have '${what}'")
  endif()
  string(REPLACE "${what}" "${by}" ${text} "${good_${text}}")
  write()
  refuses("'${by}' for '${what}'" "${words}" "${check}" ${arguments})
endfunction()

foreach(kind IN ITEMS expected ptx usage)
  set(${kind} "${good_${kind}}")
endforeach()
write()
accepts("good texts" "${check}" ${arguments})

# What no kernel may have.
set(place "\tret;\n}\n.visible .entry ${second}")
foreach(fault IN ITEMS
        "local memory|.local .align 8 .b8 depot[16];" "local memory|ld.local.f64 %fd1, [%rd1];"
        "flushed numbers|add.ftz.f32 %f1, %f2, %f3;" "approximate|rcp.approx.f32 %f1, %f2;"
        "without a rounding|mul.f64 %fd1, %fd2, %fd3;" "without a rounding|mul.f32 %f1, %f2, %f3;"
        "64-bit division|div.s64 %rd1, %rd2, %rd3;" "64-bit division|rem.u64 %rd1, %rd2, %rd3;"
        "a call|call.uni (retval0), some_function," "a call|call some_function,"
        "printing|.extern .func vprintf" "fill_scale map_body: fma: 1, expected 0|fma.rn.f64 %fd1,"
        "fill_scale map_body: barriers: 2, expected 1|bar.sync 0"
        "fill_scale map_body: shuffles: 1, expected 0|shfl.sync.idx.b32 %r1,"
        "must not have st.global.f32|st.global.f32 %f1,")
  string(REGEX MATCH "^([^|]+)[|](.+)$" ignored "${fault}")
  refuses_with("${CMAKE_MATCH_1}" ptx "${place}" "\t${CMAKE_MATCH_2}\n${place}")
endforeach()

# What is missing, or too much.
refuses_with("has no ld.global.v4.f32" ptx "ld.global.v4" "ld.global")
refuses_with("fill_scale map_body: barriers: 0, expected 1" ptx "bar.sync" "bar.arrive")
refuses_with("scale map_body: fma: 0, expected 1" ptx "fma.rn" "add.rn")
refuses_with("scale map_body: shuffles: 1, expected 2" ptx "shfl.sync.down.b32 \t%r5" "mov.b32 %r5")
refuses_with("scale map_body: minima: 0, expected 1" ptx "red.global.min" "red.global.max")
refuses_with("scale map_body: 0 kernels, expected 1" ptx ".entry ${second}" ".func ${second}")
refuses_with("fill_scale map_body: 2 kernels, expected 1" ptx "${second}" "${first}2")
refuses_with("a kernel nobody expects: _Z5other" ptx "${second}" "_Z5other")
refuses_with("a kernel nobody expects: _Z5other" usage "'${second}'" "'_Z5other'")
refuses_with("scale map_body: ptxas has not spoken of it" usage "Compiling entry function '${second}'"
             "Compiling")
refuses_with("fill_scale map_body on sm_90: 16 registers, the budget is 15" expected "registers=32"
             "registers=15")
foreach(what IN ITEMS "stack frame" "spill stores" "spill loads")
  refuses_with("stack or spills" usage "0 bytes ${what}" "8 bytes ${what}")
endforeach()

# Lines that say nothing, or the same twice.
refuses_with("not understood: // expect Scale" expected "expect scale" "expect Scale")
refuses_with("'shufles=2' is not understood" expected "shuffles=2" "shufles=2")
refuses_with("scale map_body: no budget of registers" expected "registers=16" "entries=1")
refuses_with("two lines for fill_scale map_body" expected "// expect+" "// expect")
refuses_with("expects nothing" expected "// expect" "// expects")

# `everywhere` leaves the other lines out, and its own kernels in.
set(usage "${good_usage}")
string(FIND "${good_usage}" "ptxas info    : Compiling entry function '${second}'" at)
string(SUBSTRING "${good_usage}" 0 ${at} usage)
write()
set(arguments "-DEXPECTED=${WORK}/expected.txt" "-DUSAGE=${WORK}/usage.txt" -DEVERYWHERE=ON)
set(expected "${good_expected}")
write()
accepts("the chains of every card" "${check}" ${arguments})
set(usage "${good_usage}")
write()
refuses("a kernel that is not of every card" "a kernel nobody expects" "${check}" ${arguments})
set(usage "")
write()
refuses("a card without kernels" "ptxas has not spoken of it" "${check}" ${arguments})
