#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""How often a transform goes to memory for an element, counted.

    bench/loads.py

Compiles a transform of 2^20 floats in 64 columns, with one, three and six stages, at -O2 and -O3, runs
it under valgrind's callgrind with a cache of 32 KiB, and prints per element: instructions, reads and
writes of memory of any kind (numbers of columns, in the first-level cache, are among the reads), and
lines of a cache that were fetched to be read and to be written. Fused, a chain of any length fetches
each line of the source once and each line of the result once: 1/16 of a line for a float. Says so and
fails where a chain fetches more than a hundredth more.
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
elements = 1 << 20
source = """
#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
using namespace smelt;
template <class F>
[[gnu::noinline]] void measured(const F& f, const table<float>& x, table<float>& y) {
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
  const auto f = fit(on::eigen.alone(), CHAIN, x.row_range(0, 4096));
  measured(f, x, y);
}
""" % (elements, elements)
events = ("Ir", "Dr", "Dw", "D1mr", "D1mw")


def counted(work, level, stages):
    program = os.path.join(work, f"loads_{level}_{stages}")
    with open(program + ".cpp", "w") as file:
        file.write(source.replace("CHAIN", chains[stages]))
    eigen = "/usr/include/eigen3"
    subprocess.run([os.environ.get("CXX", "c++"), "-std=c++20", f"-{level}", "-DNDEBUG", "-march=x86-64-v3",
                    "-I", os.path.join(root, "include"), "-isystem", eigen, program + ".cpp", "-o", program,
                    "-pthread"], check=True)
    profile = program + ".callgrind"
    subprocess.run(["valgrind", "--tool=callgrind", "--cache-sim=yes", "--D1=32768,8,64",
                    "--LL=1048576,16,64", "--toggle-collect=void measured*",
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
             "| level | stages | instructions | reads | writes | lines read | lines written |",
             "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    wrong = []
    if not shutil.which("valgrind"):
        return "skipped: there is no valgrind\n", wrong
    with tempfile.TemporaryDirectory() as work:
        for level in ("O2", "O3"):
            for stages in chains:
                made = counted(work, level, stages)
                lines.append(f"| -{level} | {stages} | " +
                             " | ".join(f"{v:.2f}" if v > 0.2 else f"{v:.4f}" for v in made) + " |")
                if not all(0.99 / 16 < v < 1.01 / 16 for v in made[3:]):
                    wrong.append(f"-{level}, {stages} stages")
    return "\n".join(lines) + "\n", wrong


if __name__ == "__main__":
    table, wrong = page()
    print(table, end="")
    if wrong:
        sys.exit("lines are fetched more than once: " + "; ".join(wrong))
