#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""What one header costs to compile: every header that a program includes, alone.

    bench/headers.py [--rounds 5] [--keep]

Compiles an empty source, then one with each header of include/smelt (and of its folders where README
names it), in turns, with CXX (g++) at -O2, and says CPU seconds above the empty source, the lines that the
preprocessor leaves, and MiB of the compiler: medians of the rounds. CPU seconds (user and system) feel
little of what else the machine does. Prints a Markdown table; --keep puts it under bench/results as well.
"""
import argparse
import datetime
import os
import re
import statistics
import subprocess
import sys
import tempfile

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(root, "bench"))
from compile import run  # noqa: E402

named = ["core/field_view.hpp"]
parts = {"version.hpp", "run_map.hpp", "run_transform.hpp", "batch_range.hpp", "learn.hpp", "speak.hpp"}


def headers():
    found = sorted(h for h in os.listdir(os.path.join(root, "include/smelt")) if h.endswith(".hpp"))
    return ["smelt.hpp"] + [h for h in found + named if h not in parts and h != "smelt.hpp"]


def context(compiler, rounds):
    first = subprocess.run([compiler, "--version"], stdout=subprocess.PIPE, text=True).stdout.split("\n")[0]
    commit = subprocess.run(["git", "-C", root, "describe", "--always", "--dirty"],
                            stdout=subprocess.PIPE, text=True).stdout.strip()
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*: (.*)", file.read())
    return (f"{datetime.date.today()}, commit {commit}: {first}, -std=c++20 -O2; "
            f"{model.group(1) if model else 'a machine'}, {os.cpu_count()} processors, "
            f"load {os.getloadavg()[0]:.1f}; medians of {rounds} rounds.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    compiler = os.environ.get("CXX", "g++")
    eigen = os.environ.get("EIGEN", "/usr/include/eigen3")
    command = [compiler, "-std=c++20", "-O2", "-I", os.path.join(root, "include"), "-isystem", eigen]
    measured = {}
    with tempfile.TemporaryDirectory() as folder:
        names = [""] + headers()
        source = os.path.join(folder, "source.cpp")
        for _ in range(given.rounds):
            for name in names:
                with open(source, "w") as file:
                    file.write(f"#include <smelt/{name}>\n" if name else "\n")
                measured.setdefault(name, []).append(
                    run([*command, "-c", source, "-o", os.path.join(folder, "o")]))
        lines = {}
        for name in names[1:]:
            with open(source, "w") as file:
                file.write(f"#include <smelt/{name}>\n")
            text = subprocess.run([*command, "-E", "-P", source], stdout=subprocess.PIPE, text=True).stdout
            lines[name] = text.count("\n")
    empty = statistics.median(x[1] for x in measured[""])
    table = ["| header | CPU s above empty | lines | peak MiB |", "| --- | ---: | ---: | ---: |"]
    for name in names[1:]:
        cpu = statistics.median(x[1] for x in measured[name]) - empty
        table.append(f"| smelt/{name} | {cpu:.2f} | {lines[name]} "
                     f"| {statistics.median(x[2] for x in measured[name]):.0f} |")
    text = context(compiler, given.rounds) + f" An empty source takes {empty:.2f} s.\n\n"
    text += "\n".join(table) + "\n"
    print(text, end="")
    if given.keep:
        with open(os.path.join(root, f"bench/results/headers-{datetime.date.today()}.md"), "w") as file:
            file.write("# What one header costs to compile\n\n" + text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
