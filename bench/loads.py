#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""How often a transform goes to memory for an element, counted.

    bench/loads.py

Compiles a transform of 2^20 floats in 64 columns, with one, three and six stages, and of as many elements
stored in halves, in bytes and in 12 bits, with three, at -O2 and -O3, runs it under valgrind's callgrind with a cache of 32 KiB, and prints per element: instructions, reads and
writes of memory of any kind (numbers of columns, in the first-level cache, are among the reads), and
lines that were fetched into that cache, and into one of 256 KiB behind it, to be read and to be written. Fused, a chain of any length fetches
each line of the source once and each line of the result once: 1/16 of a line for a float, 1/64 for a byte.
Encoded rows are decoded some at a time into a block that the first cache does not keep whole, so of them
the lines behind it are what is asked. Says so and fails where a chain fetches more than a hundredth more.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
chains = {
    1: "standardize()",
    3: "clean(fill::mean) | standardize() | normalize(min_max{-1, 1})",
    6: "clean(fill::mean) | clip(-9, 9) | standardize() | clip(-3, 3) | normalize(min_max{0, 1}) | "
       "clip(0.1, 0.9)",
}
# How elements are stored: bytes of one, and how they are made.
sources = {
    "float": (4, "const table<float>& s = x;"),
    "f16": (2, "table<f16> s(x.rows(), 64);"
               "for (smelt::index i = 0; i < x.rows() * 64; ++i) s.data()[i] = f16(x.data()[i]);"),
    "bytes": (1, "const auto s = quantize<std::int8_t>(on::eigen.alone(), x);"),
    "12 bits": (1.5, "const auto s = pack(on::eigen.alone(), x, in_bits{12});"),
}
cases = [(stages, "float") for stages in chains] + [(3, kind) for kind in sources if kind != "float"]
elements = 1 << 20
source = """
#include <smelt/codecs.hpp>
#include <smelt/eigen.hpp>
#include <smelt/pack.hpp>
#include <smelt/smelt.hpp>
using namespace smelt;
template <class F, class X>
[[gnu::noinline]] void measured(const F& f, const X& x, table<float>& y) {
  transform(on::eigen.alone(), f, x, y);
}
int main() {
  table<float> x(%d / 64, 64), y(%d / 64, 64);
  std::uint32_t state = 1;
  for (smelt::index r = 0; r < x.rows(); ++r)
    for (smelt::index c = 0; c < 64; ++c) {
      state = state * 1664525u + 1013904223u;
      x(r, c) = float(state >> 16) / 65536 + float(c);
    }
  SOURCE
  const auto f = fit(on::eigen.alone(), CHAIN, s.row_range(0, 4096));
  const std::vector<char> other(1 << 22, 1);  // of what was just made, nothing is left in a cache
  measured(f, s, y);
}
""" % (elements, elements)
events = ("Ir", "Dr", "Dw", "D1mr", "D1mw", "DLmr", "DLmw")


def counted(work, level, stages, kind):
    program = os.path.join(work, f"loads_{level}_{stages}_{list(sources).index(kind)}")
    with open(program + ".cpp", "w") as file:
        file.write(source.replace("CHAIN", chains[stages]).replace("SOURCE", sources[kind][1]))
    eigen = "/usr/include/eigen3"
    subprocess.run([os.environ.get("CXX", "c++"), "-std=c++20", f"-{level}", "-DNDEBUG", "-march=x86-64-v3",
                    "-I", os.path.join(root, "include"), "-isystem", eigen, program + ".cpp", "-o", program,
                    "-pthread"], check=True)
    profile = program + ".callgrind"
    subprocess.run(["valgrind", "--tool=callgrind", "--cache-sim=yes", "--D1=32768,8,64",
                    "--LL=262144,16,64", "--toggle-collect=void measured*",
                    f"--callgrind-out-file={profile}", program],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(profile) as file:
        text = file.read()
    names = re.search(r"^events: (.*)$", text, re.M).group(1).split()
    totals = re.search(r"^(?:totals|summary): (.*)$", text, re.M).group(1).split()
    of = dict(zip(names, map(int, totals)))
    return [of.get(event, 0) / elements for event in events]


def page():
    """The table, and where lines are fetched more than once."""
    lines = ["A line holds 16 floats: 1/16 is 0.0625.", "",
             "| level | stages | stored as | instructions | reads | writes | lines read | lines written | behind: read | written |",
             "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]
    wrong = []
    if not shutil.which("valgrind"):
        return "skipped: there is no valgrind\n", wrong
    with tempfile.TemporaryDirectory() as work:
        for level in ("O2", "O3"):
            for stages, kind in cases:
                made = counted(work, level, stages, kind)
                lines.append(f"| -{level} | {stages} | {kind} | " +
                             " | ".join(f"{v:.2f}" if v > 0.2 else f"{v:.4f}" for v in made) + " |")
                once = sources[kind][0] / 64
                read, written = made[3:5] if kind == "float" else made[5:7]
                if not (0.99 * once < read < 1.01 * once and 0.99 / 16 < written < 1.01 / 16):
                    wrong.append(f"-{level}, {stages} stages, {kind}")
    return "\n".join(lines) + "\n", wrong


if __name__ == "__main__":
    table, wrong = page()
    print(table, end="")
    if wrong:
        sys.exit("lines are fetched more than once: " + "; ".join(wrong))
