#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Two runs side by side: is the second quicker, or is it chance?

    bench/compare.py OLD.json NEW.json [--filter REGEX] [--level 0.05] [--changed]

For every name that both files have (Google Benchmark's JSON, bench/run.sh's too): the medians, their ratio
(over 1: the second takes longer), how far the middle half of the repetitions is apart, and the p of a
two-sided Mann-Whitney U test. The test wants at least 9 repetitions on both sides, and is left out below.
Repetitions of one run share its hour: two runs of the same program may differ, so look first at names whose
code did not change, and at the ceilings. It needs Python alone. `compare.py --self-test` checks itself.
"""
import argparse
import json
import math
import re
import statistics
import sys

enough = 9
units = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}


def times_of(report):
    """Name to the seconds of its repetitions."""
    found = {}
    for run in report["benchmarks"]:
        if run.get("run_type", "iteration") == "iteration" and not run.get("error_occurred"):
            seconds = run["real_time"] * units[run.get("time_unit", "ns")]
            found.setdefault(run.get("run_name", run["name"]), []).append(seconds)
    return found


def load(path):
    """A run's file; bench/cpu.py keeps several reports in one, under names."""
    with open(path) as file:
        whole = json.load(file)
    if "benchmarks" in whole:
        return times_of(whole)
    found = {}
    for report in whole.values():
        found.update(times_of(report))
    return found


def orders(m, n):
    """How many of the orders of m and n different values have U = 0, 1, ..., m n."""
    table = {}

    def ways(a, b):
        if a == 0 or b == 0:
            return [1]
        if (a, b) not in table:
            # The greatest value is one of the first (it exceeds b of the second) or of the second.
            table[a, b] = [0] * (a * b + 1)
            for u, count in enumerate(ways(a - 1, b)):
                table[a, b][u + b] += count
            for u, count in enumerate(ways(a, b - 1)):
                table[a, b][u] += count
        return table[a, b]
    return ways(m, n)


def mann_whitney(a, b):
    """The two-sided p that a and b come from one population: exact where no two values are equal and there
    are at most 30 on a side, else by the normal approximation with ties and continuity corrected."""
    m, n = len(a), len(b)
    u = sum((x > y) + 0.5 * (x == y) for x in a for y in b)
    together = sorted(a + b)
    ties = [together.count(value) for value in set(together)]
    if max(ties) == 1 and m <= 30 and n <= 30:
        counts = orders(m, n)
        tail = sum(counts[:int(min(u, m * n - u)) + 1])
        return min(1.0, 2 * tail / sum(counts))
    total = m + n
    variance = m * n / 12 * (total + 1 - sum(t ** 3 - t for t in ties) / (total * (total - 1)))
    if variance == 0:
        return 1.0
    z = max(0.0, abs(u - m * n / 2) - 0.5) / math.sqrt(variance)
    return math.erfc(z / math.sqrt(2))


def spread(times):
    """The middle half of the repetitions, as a share of the median."""
    if len(times) < 4:
        return float("nan")
    low, _, high = statistics.quantiles(times, n=4, method="inclusive")
    return (high - low) / statistics.median(times)


def shown(seconds):
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def rows(old, new, level):
    """(name, cells, changed) of every name that both have."""
    for name in (name for name in old if name in new):
        a, b = old[name], new[name]
        ratio = statistics.median(b) / statistics.median(a)
        p = mann_whitney(a, b) if min(len(a), len(b)) >= enough else None
        changed = p is not None and p < level
        verdict = "" if not changed else "slower" if ratio > 1 else "quicker"
        yield name, [shown(statistics.median(a)), shown(statistics.median(b)), f"{ratio:.3f}",
                     f"{100 * spread(a):.0f} %", f"{100 * spread(b):.0f} %",
                     f"too few ({len(a)}, {len(b)})" if p is None else f"{p:.4f}", verdict], changed


def self_test():
    """Values of scipy.stats.mannwhitneyu, and a planted change."""
    near = lambda x, y: abs(x - y) < 1e-9
    assert sum(orders(9, 9)) == math.comb(18, 9)
    assert near(mann_whitney(list(range(9)), list(range(9, 18))), 2 / math.comb(18, 9))
    assert near(mann_whitney([1, 4, 5], [2, 3, 6]), 1.0)
    assert near(mann_whitney([1, 2, 6], [3, 4, 5, 7]), 0.4)
    assert near(mann_whitney([1, 2, 2, 3], [2, 3, 4, 4]), 0.13416918012812584)
    assert mann_whitney([1.0] * 9, [1.0] * 9) == 1.0
    noise = [1.00, 1.02, 0.99, 1.01, 1.03, 0.98, 1.05, 0.97, 1.04]
    report = lambda scale, n: {"benchmarks": [{"name": "x", "real_time": t * scale, "time_unit": "ms"}
                                              for t in noise[:n]]}
    found = list(rows(times_of(report(1, 9)), times_of(report(1.2, 9)), 0.05))
    assert found[0][1][2] == "1.200" and found[0][1][6] == "slower" and found[0][2], found
    found = list(rows(times_of(report(1, 9)), times_of(report(1.001, 9)), 0.05))
    assert found[0][1][6] == "" and not found[0][2], found
    found = list(rows(times_of(report(1, 5)), times_of(report(2, 9)), 0.05))
    assert found[0][1][5] == "too few (5, 9)" and not found[0][2], found
    print("compare.py: passed")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("old", nargs="?")
    parser.add_argument("new", nargs="?")
    parser.add_argument("--filter", default="", help="a regular expression: names that it finds")
    parser.add_argument("--level", type=float, default=0.05, help="p below which a change is called one")
    parser.add_argument("--changed", action="store_true", help="only what the test calls a change")
    parser.add_argument("--self-test", action="store_true")
    given = parser.parse_args()
    if given.self_test:
        return self_test()
    if not given.new:
        parser.error("two files are wanted")
    old, new = ({name: times for name, times in load(path).items() if re.search(given.filter, name)}
                for path in (given.old, given.new))
    lines = ["| name | old | new | new / old | spread | spread | p | |",
             "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |"]
    ratios = []
    for name, cells, changed in rows(old, new, given.level):
        ratios.append(float(cells[2]))
        if changed or not given.changed:
            lines.append("| " + " | ".join([name, *cells]) + " |")
    if not ratios:
        sys.exit("the two files have no name in common")
    lines += ["", f"{len(ratios)} names, geometric mean of the ratios "
                  f"{math.exp(statistics.mean(map(math.log, ratios))):.3f}; of {len(ratios)} tests at "
                  f"{given.level:g}, {given.level * len(ratios):.1f} would call chance a change."]
    for side, names in (("old", old.keys() - new.keys()), ("new", new.keys() - old.keys())):
        if names:
            lines.append(f"Only in the {side}: {', '.join(sorted(names))}.")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
