#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""What a chain costs to compile for a GPU.

    bench/compile.py [--rounds 5] [--phases] [--keep]

Compiles five sources with nvcc, one after the other in each round: an empty one, one with the headers,
one transform of one chain, the same with no other headers than those it names, one fit and one transform
of it. The budget is 4 s above the empty one, and
one kernel a pass. Differences are taken within a round; medians are shown. CPU seconds (user and
system) do not feel what else the machine does, wall seconds do. Prints a Markdown table; --keep puts
it under bench/results as well. --phases says where the time of the last goes.

NVCC: the compiler; SMELT_CUDA_ARCH: the card (sm_90). It needs no GPU.
"""
import argparse
import csv
import datetime
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
includes = "#include <smelt/smelt.hpp>\n#include <smelt/cuda.cuh>\n"
named = """#include <smelt/cuda.cuh>
#include <smelt/stages/clean.hpp>
#include <smelt/stages/standardize.hpp>
#include <smelt/transform.hpp>
"""
types = """
using namespace smelt;
const auto stages = clean(fill::mean) | standardize();
using input = matrix_view<const float, row_major, device>;
using output = matrix_view<float, row_major, device>;
"""
transform = """
void apply(const fitted<std::remove_const_t<decltype(stages)>>& f, const input& x, const output& y) {
  transform(on::cuda, f, x, y);
}
"""
both = """
void learn(const input& x, const output& y) {
  const auto f = fit(on::cuda, stages, x);
  transform(on::cuda, f, x, y);
}
"""
# A fit has the kernel of its fold, and that of the map which brings its first rows to the host.
sources = [
    ("an empty source", "", 0),
    ("the headers", includes, 0),
    ("one transform", includes + types + transform, 1),
    ("the same without smelt.hpp", named + types + transform, 1),
    ("one fit, one transform", includes + types + both, 3),
]


def run(command):
    """Seconds on the wall, seconds of CPU and the MiB of the largest process."""
    program = (
        "import resource, subprocess, sys, time\n"
        "begin = time.monotonic()\n"
        "status = subprocess.run(sys.argv[1:]).returncode\n"
        "wall = time.monotonic() - begin\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)\n"
        "sys.exit(status)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, *command], stdout=subprocess.PIPE, text=True)
    if ended.returncode != 0:
        sys.exit("this did not compile: " + " ".join(command))
    return [float(x) for x in ended.stdout.split()]


def kernels_in(command, source, folder):
    text = os.path.join(folder, "kernels.ptx")
    run([*command, "--ptx", source, "-o", text])
    with open(text) as file:
        return len(re.findall(r"^\s*(?:\.visible |\.weak )?\.entry ", file.read(), re.MULTILINE))


def phases_of(command, source, folder):
    """What nvcc says of its own phases, in seconds."""
    table = os.path.join(folder, "phases.csv")
    if os.path.exists(table):
        os.remove(table)
    run([*command, "-time", table, "-c", source, "-o", os.path.join(folder, "object.o")])
    found = {}
    with open(table) as file:
        for row in csv.reader(file):
            if len(row) < 7 or row[0].startswith("source"):
                continue
            name, spent = row[1].strip(), float(row[6])
            found[name] = found.get(name, 0.0) + spent / 1000
    return found


def context(nvcc, arch, rounds):
    version = subprocess.run([nvcc, "--version"], stdout=subprocess.PIPE, text=True).stdout
    version = re.search(r"release [^,]*, (V\S+)", version).group(1)
    host = subprocess.run(["g++", "--version"], stdout=subprocess.PIPE, text=True).stdout.split("\n")[0]
    commit = subprocess.run(["git", "-C", root, "describe", "--always", "--dirty"],
                            stdout=subprocess.PIPE, text=True).stdout.strip()
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as file:
            model = re.search(r"model name\s*: (.*)", file.read()).group(1)
    except (OSError, AttributeError):
        pass
    load = os.getloadavg()[0]
    return (f"{datetime.date.today()}, commit {commit}: nvcc {version}, {host}, {arch}; {model}, "
            f"{os.cpu_count()} processors, load {load:.1f}; medians of {rounds} rounds.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--phases", action="store_true")
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    nvcc = os.environ.get("NVCC") or shutil.which("nvcc") or "/usr/local/cuda/bin/nvcc"
    if not os.access(nvcc, os.X_OK):
        print("skipped: no nvcc")
        return 77
    arch = "sm_" + os.environ.get("SMELT_CUDA_ARCH", "sm_90").removeprefix("sm_")
    command = [nvcc, "-std=c++20", "-arch=" + arch, "-I", os.path.join(root, "include")]

    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for i, (_, text, _) in enumerate(sources):
            files.append(os.path.join(folder, f"source_{i}.cu"))
            with open(files[-1], "w") as file:
                file.write(text)
        target = os.path.join(folder, "object.o")
        rounds = []
        for _ in range(given.rounds):
            rounds.append([run([*command, "-c", file, "-o", target]) for file in files])
        lines = [context(nvcc, arch, given.rounds), "",
                 "| source | wall s | above empty | CPU s | above empty | peak MiB | kernels | object KiB |",
                 "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]
        for i, (name, _, wanted) in enumerate(sources):
            run([*command, "-c", files[i], "-o", target])
            kernels = kernels_in(command, files[i], folder)
            middle = lambda of: statistics.median(of(r) for r in rounds)
            lines.append(f"| {name} | {middle(lambda r: r[i][0]):.2f} "
                         f"| {middle(lambda r: r[i][0] - r[0][0]):.2f} "
                         f"| {middle(lambda r: r[i][1]):.2f} "
                         f"| {middle(lambda r: r[i][1] - r[0][1]):.2f} "
                         f"| {middle(lambda r: r[i][2]):.0f} | {kernels} "
                         f"| {os.path.getsize(target) / 1024:.0f} |")
            if kernels != wanted:
                wrong = 1
                lines.append(f"\n{name}: {kernels} kernels, expected {wanted}\n")
        if given.phases:
            of_each = [phases_of(command, files[-1], folder) for _ in range(given.rounds)]
            lines += ["", f"Where the seconds of '{sources[-1][0]}' go, as nvcc counts them:", "",
                      "| phase | s |", "| --- | ---: |"]
            spent = {name: statistics.median(p.get(name, 0.0) for p in of_each) for name in of_each[0]}
            for name, seconds in sorted(spent.items(), key=lambda item: -item[1]):
                lines.append(f"| {name} | {seconds:.2f} |")
    text = "\n".join(lines) + "\n"
    print(text, end="")
    if given.keep:
        where = os.path.join(root, "bench", "results", f"compile-{datetime.date.today()}.md")
        with open(where, "w") as file:
            file.write("# What a chain costs to compile for a GPU\n\n" + text)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
