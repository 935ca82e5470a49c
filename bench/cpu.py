#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""What on::eigen reaches of this machine's own ceilings.

    bench/cpu.py [--repetitions 9] [--filter REGEX] [--only ceilings levels csv loads] [--keep]

Builds the benchmarks and prints a Markdown page of four parts, all of one run:
  ceilings  bench/preprocess.bench.cpp, its repetitions interleaved at random: medians with their spread,
            each against the ceiling that belongs to it, a read for fits, a copy past the caches for
            transforms
  levels    the same benchmarks compiled at -O2, beside -O3
  csv       bench/read_csv.bench.cpp: read_csv against std::from_chars on the fields alone
  loads     bench/loads.py: lines of the caches that a transform fetches, counted
--keep puts the page and the raw JSON under bench/results as well.
"""
import argparse
import collections
import datetime
import json
import os
import re
import statistics
import subprocess

import loads

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ceilings = {"fit": "read_ceiling", "transform": "streamed_copy_ceiling"}
same_order = lambda run: (run["family_index"], run["per_family_instance_index"])


def built(target, level):
    """The program of a benchmark, compiled at a level."""
    folder = os.path.join(root, "build", "bench_" + level)
    for step in (["--preset", "bench", "-B", folder, f"-DCMAKE_CXX_FLAGS_RELEASE=-{level} -DNDEBUG"],
                 ["--build", folder, "--target", target]):
        subprocess.run(["cmake", *step], cwd=root, check=True, stdout=subprocess.DEVNULL)
    return os.path.join(folder, "bin", target)


def measure(target, level, repetitions, pattern):
    command = [built(target, level), "--benchmark_format=json",
               f"--benchmark_repetitions={repetitions}",
               "--benchmark_enable_random_interleaving=true", "--benchmark_min_time=0.05"]
    if pattern:
        command.append("--benchmark_filter=" + pattern)
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout)


def runs_of(report):
    """Name to its runs, in the order of the source: they ran in any order."""
    runs = collections.OrderedDict()
    for run in sorted(report["benchmarks"], key=same_order):
        if run["run_type"] == "iteration":
            name = re.sub("/(real|manual)_time$", "", run["run_name"])
            runs.setdefault(name, []).append(run)
    return runs


def levels(by_level):
    """Medians at two levels, and how much longer the first takes."""
    lines = ["| bench | -O2 | -O3 | ratio |", "| --- | ---: | ---: | ---: |"]
    for name in by_level["O3"]:
        low, high = (statistics.median(r["real_time"] for r in by_level[level][name])
                     for level in ("O2", "O3"))
        unit = by_level["O3"][name][0]["time_unit"]
        lines.append(f"| {name} | {low:.2f} {unit} | {high:.2f} {unit} | {low / high:.2f} |")
    return "\n".join(lines) + "\n"


def csv(runs):
    """read_csv against from_chars, both in seconds of all processors."""
    lines = ["| bench | read, MB/s a core | from_chars, MB/s a core | ratio | least | greatest |",
             "| --- | ---: | ---: | ---: | ---: | ---: |"]
    for name, all_of in runs.items():
        if "ratio" not in all_of[0]:
            continue
        read, bound = (statistics.median(r[key] for r in all_of) for key in ("read_MB/s", "from_chars_MB/s"))
        ratios = [r["ratio"] for r in all_of]
        lines.append(f"| {name} | {read:.0f} | {bound:.0f} | {statistics.median(ratios):.2f} | "
                     f"{min(ratios):.2f} | {max(ratios):.2f} |")
    return "\n".join(lines) + "\n"


def page(report):
    runs = runs_of(report)
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
    parser.add_argument("--only", nargs="*", choices=["ceilings", "levels", "csv", "loads"],
                        default=["ceilings", "levels", "csv", "loads"])
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    raw = {}
    parts = []
    if "ceilings" in given.only:
        pattern = "ceiling|" + given.filter if given.filter else None
        raw["ceilings"] = measure("preprocess_bench", "O3", given.repetitions, pattern)
        parts.append(page(raw["ceilings"]))
    if "levels" in given.only:
        some = given.filter or "fit_chain<>/(3|64)/|fit_chain<std::uint8|transform_chain<>/(13|64)/|" \
            "column_major>/64|stages|with_|one_row"
        half = max(given.repetitions // 2, 1)
        both = collections.defaultdict(lambda: collections.defaultdict(list))
        for level in ("O3", "O2", "O2", "O3"):  # what drifts, drifts for both
            raw["levels " + level] = measure("preprocess_bench", level, half, some)
            for name, all_of in runs_of(raw["levels " + level]).items():
                both[level][name] += all_of
        parts.append("## -O2 beside -O3\n\n" + levels(both))
    if "csv" in given.only:
        raw["csv"] = measure("read_csv_bench", "O3", given.repetitions, "read_csv")
        parts.append("## read_csv beside std::from_chars\n\nSeconds of all processors that work on it. "
                     "The texts are 64 MB of 32 columns, and digits.csv a hundred times.\n\n" +
                     csv(runs_of(raw["csv"])))
    if "loads" in given.only:
        parts.append("## Memory of a transform, counted per element\n\n" + loads.page()[0])
    text = "\n".join(parts)
    print(text, end="")
    if given.keep:
        for report in raw.values():  # whose machine it was is nobody's
            for name in ("executable", "host_name"):
                report["context"].pop(name, None)
        where = os.path.join(root, "bench", "results", f"cpu-{datetime.date.today()}")
        with open(where + ".md", "w") as file:
            file.write("# What on::eigen reaches of a machine\n\n" + text)
        with open(where + ".json", "w") as file:
            json.dump(raw, file, indent=1)


if __name__ == "__main__":
    main()
