#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""What on::eigen reaches of this machine's own ceilings.

    bench/cpu.py [--repetitions 9] [--filter REGEX] [--keep]

Builds the bench preset, runs bench/preprocess.bench.cpp with its repetitions interleaved at random, and
prints a Markdown page: medians with their spread, each against the ceiling of the same run that
belongs to it: a read for fits, a copy past the caches for transforms. --keep puts the page and the raw
JSON under bench/results as well.
"""
import argparse
import collections
import datetime
import json
import os
import statistics
import subprocess

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ceilings = {"fit": "read_ceiling", "transform": "streamed_copy_ceiling"}


def measure(repetitions, pattern):
    for step in (["--preset", "bench"], ["--build", "--preset", "bench", "--target", "preprocess_bench"]):
        subprocess.run(["cmake", *step], cwd=root, check=True, stdout=subprocess.DEVNULL)
    binary = os.path.join(root, "build", "bench", "bin", "preprocess_bench")
    if not os.path.exists(binary):
        binary = os.path.join(root, "build", "examples", "bin", "preprocess_bench")
    command = [binary, "--benchmark_format=json", f"--benchmark_repetitions={repetitions}",
               "--benchmark_enable_random_interleaving=true", "--benchmark_min_time=0.05"]
    if pattern:
        command.append("--benchmark_filter=ceiling|" + pattern)
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout)


def page(report):
    runs = collections.OrderedDict()
    order = lambda run: (run["family_index"], run["per_family_instance_index"])
    for run in sorted(report["benchmarks"], key=order):  # they ran in any order
        if run["run_type"] == "iteration":
            runs.setdefault(run["run_name"].replace("/real_time", ""), []).append(run)
    rate = {name: [r["bytes_per_second"] / 1e9 for r in all_of if "bytes_per_second" in r]
            for name, all_of in runs.items()}
    host = report["context"]
    model = "unknown processor"
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    commit = subprocess.run(["git", "-C", root, "describe", "--always", "--dirty"],
                            stdout=subprocess.PIPE, text=True).stdout.strip()
    compiler = subprocess.run(["c++", "--version"], stdout=subprocess.PIPE, text=True).stdout.split("\n")[0]
    repetitions = max(len(r) for r in runs.values())
    lines = [f"{datetime.date.today()}, commit {commit}: {compiler}, -O3 -march=native; {model}, "
             f"{host['num_cpus']} processors, load {host['load_avg'][0]:.1f}; 2^25 elements, 1 % missing; "
             f"medians of {repetitions} repetitions, least and greatest beside them. Shared machine: only "
             "ratios within this run mean something.", "",
             "| bench | ms | GB/s | least | greatest | of its ceiling |",
             "| --- | ---: | ---: | ---: | ---: | ---: |"]
    for name, all_of in runs.items():
        time = statistics.median(r["real_time"] for r in all_of)
        unit = all_of[0]["time_unit"]
        shown = f"{time:.2f}" if unit == "ms" else f"{time:.0f} {unit}"
        if not rate[name]:
            lines.append(f"| {name} | {shown} | | | | |")
            continue
        middle = statistics.median(rate[name])
        of = ""
        for kind, ceiling in ceilings.items():
            if name.startswith(kind) and rate.get(ceiling):
                of = f"{100 * middle / statistics.median(rate[ceiling]):.0f} %"
        lines.append(f"| {name} | {shown} | {middle:.1f} | {min(rate[name]):.1f} | {max(rate[name]):.1f} "
                     f"| {of} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repetitions", type=int, default=9)
    parser.add_argument("--filter", help="a regular expression: benches whose names it finds")
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    report = measure(given.repetitions, given.filter)
    text = page(report)
    print(text, end="")
    if given.keep:
        where = os.path.join(root, "bench", "results", f"cpu-{datetime.date.today()}")
        with open(where + ".md", "w") as file:
            file.write("# What on::eigen reaches of a machine\n\n" + text)
        with open(where + ".json", "w") as file:
            json.dump(report, file, indent=1)


if __name__ == "__main__":
    main()
