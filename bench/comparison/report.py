#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Makes the page and the pictures of a run: report.py FOLDER [--pictures FOLDER], of FOLDER/comparison.json.

Everything in the page is taken from that file, the sentences on who is quicker too.
"""
import argparse
import os
import statistics

import figures
import pictures
import programs

captions = {
    "break_even": "Rows a second against rows, on both sides. Dotted: the rows from which the GPU is quicker than "
                  "all cores of this host.",
    "bandwidth": "The least bytes that a plan must move (its floor), over the time; whiskers from the least to the "
                 "greatest round. Dashed: what a copy or a read reaches here, measured in the same rounds.",
    "chain_length": "A chain that grows. Left: its time; right: how many times as quick one pass is as a pass for "
                    "each stage, round by round.",
    "batch_sizes": "Rows a second of a fitted chain, on batches of one row and more; the calls count.",
    "widths": "Tables of as many elements, 1 column wide and more. Dashed: a copy of as many bytes.",
    "compile": "What a chain costs to compile (CPU seconds), and what is in the object.",
}
titles = {"scale": "Fill, standardize, clip (fitted)", "norm": "Fill, row norm (fitted)",
          "fit": "Fit: mean, variance, least, greatest, missing", "fit_transform": "Fit and transform",
          "drop": "Drop rows with a missing value, standardize (fitted)",
          "sample": "A shuffled half of the rows, with labels (fitted)",
          "full": "Fit, and one shuffled epoch in batches, with labels",
          "batch": "Batches of a fitted chain: fill, standardize, clip",
          "length": "Chains of 1 to 8 stages (fitted)", "break_even": "From which size the GPU is quicker",
          "yours": "Your chain: bench/your_chain.cpp (fitted)"}


def label(peer):
    return programs.peers[peer].label


def machine_of(run):
    host = run.context
    last = max([each["size"] for each in host["caches"] if each["type"] != "Instruction"], default=0)
    lines = [f"- {host['cpu']}, {host['num_cpus']} processors, {last / 2 ** 20:.0f} MiB of last cache, "
             f"{host['memory_GiB']:.0f} GiB; {host['system']}; load before: {host['load_avg'][0]:.1f}"]
    lines += [f"- GPU: {name}" for name in host["gpu"]]
    versions = ", ".join(f"{name} {value}" for name, value in host["versions"].items())
    lines += [f"- Python {host['python']}, {versions}", f"- commit {host['commit']}, {host['date']}; "
              f"{host['rounds']} rounds, {host['seconds']} s in all"]
    return lines


def headline(run):
    """What fusion buys, in one sentence for each side: ratios of the same rounds."""
    lines = []
    for name, peers in run.of_work("length")[-1:]:
        for fused, apart, text in (("smelt", "unfused", "the same stages, a pass each"),
                                   ("cuda_smelt", "cuda_thrust", "a Thrust call for each stage")):
            if fused in peers and apart in peers:
                found = figures.ratios(peers[apart], peers[fused])
                lines.append(f"**Fusion**: {peers[fused][0]['stages']} stages in one pass are "
                             f"{figures.ratio_text(found)} times as quick as {text}.")
    for name in ("scale/28", "fit_transform/28", "full/28"):
        others = [peers for _, peers in run.of_work(name.split("/")[0])]
        peers = run.cases.get(name) or (others[-1] if others else {})
        if "smelt" not in peers:
            continue
        against = [f"{label(peer)} {figures.ratio_text(figures.ratios(peers[peer], peers['smelt']))}"
                   for peer in ("by_hand", "eigen", "numpy_threads", "scikit_learn", "torch_compiled") if peer in peers]
        if against:
            lines.append(f"**{titles[peers['smelt'][0]['work']]}**, {peers['smelt'][0]['columns']} columns. Others "
                         f"take, times smelt's time: {'; '.join(against)}.")
    if lines:
        lines.append("(In brackets: the least and the greatest ratio of a round.)")
    return lines


def gpu_of(run):
    if run.gpu:
        lines = []
        cases = run.of_work("break_even")
        points = {}
        for _, peers in cases:
            for peer, all_of in figures.taken_apart(peers).items():
                points.setdefault(peer, []).append((all_of[0]["rows"], figures.median(all_of)))
        for peer in points:
            if peer.startswith("cuda_") and "smelt" in points:
                at = figures.crossing(points[peer], points["smelt"])
                lines.append(f"- {label(peer)}: " + (f"quicker than all cores from {at} rows of 28 columns on" if at
                                                     else "never quicker than all cores, up to the largest table here"))
        return lines
    if run.context["gpu"]:
        return ["A GPU is here, and was not measured: the program for it was not built. There is no figure of it "
                "below."]
    return ["No GPU was at hand: this page has no figure of one, and no break-even."]


def where_it_loses(run):
    found = figures.losses(run)
    pairs = sum(len([peer for peer in figures.taken_apart(peers) if not peer.startswith(("smelt", "cuda_smelt"))])
                for peers in run.cases.values())
    if not found:
        return [f"In none of the {pairs} pairs of a work and a peer was the peer quicker, by the median of the rounds."]
    lines = [f"In {len(found)} of {pairs} pairs of a work and a peer the peer was quicker, by the median of the "
             "rounds. All of them, the farthest first (smelt's time over the peer's):", "",
             "| work | peer | smelt takes, times | in every round |", "| --- | --- | ---: | --- |"]
    for name, peer, against in sorted(found, key=lambda each: -statistics.median(each[2])):
        lines.append(f"| {name} | {label(peer)} | {figures.ratio_text(against)} | "
                     f"{'yes' if against[0] > 1 else 'no'} |")
    return lines


def table_of(run, name, peers):
    ceilings = {side: run.ceiling(name, side) for side in ("cpu", "gpu")}
    mine = next((peer for peer in ("cuda_smelt", "smelt") if peer in peers), None)
    first = next(iter(peers.values()))[0]
    more = f", {first['batches']} batches of {first['rows_per_batch']} rows" if "batches" in first else \
        f", batches of {first['rows_per_batch']} rows" if "rows_per_batch" in first else ""
    heads = ["", "time", "least", "greatest", f"times that of {label(mine)}" if mine else "",
             *(["GB/s", "of the ceiling"] if any(ceilings.values()) else ["rows a second"]), "peak MiB", "first call"]
    lines = [f"**{name}**: {first['rows']} rows of {first['columns']} columns{more}.", "",
             "| " + " | ".join(heads) + " |", "| --- |" + " ---: |" * (len(heads) - 1)]
    ranked = sorted(figures.taken_apart(peers).items(), key=lambda each: figures.median(each[1]))
    ranked += sorted(figures.taken_apart(peers, ceilings=True).items(), key=lambda each: figures.median(each[1]))
    for peer, all_of in ranked:
        times, rate, kind = figures.times(all_of), figures.rate(all_of), programs.peers[peer].kind
        peak = all_of[0]["peak_MiB"]
        speed = [figures.counted(figures.rows_a_second(all_of))]
        if any(ceilings.values()):
            share = f"{100 * rate / figures.rate(ceilings[kind]):.0f} %" if ceilings.get(kind) else ""
            speed = [figures.number(rate / 1e9), share]
        lines.append("| " + " | ".join([
            f"*{label(peer)}*" if kind.endswith("ceiling") else f"**{label(peer)}**" if peer == mine else label(peer),
            figures.seconds(figures.median(all_of)), figures.seconds(min(times)), figures.seconds(max(times)),
            figures.ratio_text(figures.ratios(all_of, peers[mine])) if mine and peer != mine else "", *speed,
            "" if peak != peak else f"{max(peak, 0):.1f}", figures.seconds(all_of[0]["first_call_s"] * 1e3)]) + " |")
    return lines + [""]


def compile_of(run):
    rows = run.context.get("compile", [])
    if not rows:
        return []
    lines = ["## What it costs to compile", "",
             "| source | seconds | least | greatest | object, KiB | kernels |", "| --- | ---: | ---: | ---: | ---: | ---: |"]
    for row in rows:
        lines.append(f"| {row['name']} | {row['seconds']:.1f} | {row['least']:.1f} | {row['greatest']:.1f} | "
                     f"{row['KiB']} | {'' if row['kernels'] is None else row['kernels']} |")
    return lines + [""]


def not_measured(run):
    """Peers and works that there is no figure of, and why; what no peer was asked for."""
    lines = ["## What was not measured", ""]
    for reason, names in run.context["not_measured"].items():
        shown = ", ".join(names) if len(names) <= 3 else f"{len(names)} works"
        lines.append(f"- {reason} ({shown})")
    lines += ["- Exact quantiles: smelt has no stage for them yet.",
              "- JAX, Numba and pandas.", ""]
    return lines


def page(run, made, folder):
    quick = f"This is a quick run: smaller tables and {run.context['rounds']} rounds, too few for a test of " \
            "differences. " if run.context["quick"] else ""
    data = "a table of yours" if run.context["data"] == "yours" else "skewed columns of many scales, 1 % missing"
    lines = ["# smelt beside its peers", "", *[f"**FAILED: {text}.**\n" for text in run.context["failures"]],
             f"{quick}Data: {data}. Every result was compared with NumPy's in float64 before it was timed. Times "
             "are medians; peers took turns in every round, in a random order, on all cores. Only ratios within "
             "this run mean something.", "", *machine_of(run), "", *[line + "\n" for line in headline(run)],
             *gpu_of(run), ""]
    for name in made:
        lines += [f"![{name.replace('_', ' ')}]({folder}{name}.svg)", "", captions[name.removesuffix("_gpu")], ""]
    lines += ["## Where smelt loses", "", *where_it_loses(run), "", "## All figures", "",
              "GB/s are of the least bytes that a plan must move, so that an extra pass shows as less. The ceiling "
              "is the quicker of two copies, or a read for a fit. Peak memory is what a process took beyond its "
              "data and the results it had allocated before; the first call has compilation and warm-up in it.", ""]
    for work, title in titles.items():
        cases = run.of_work(work)
        if cases:
            lines += [f"### {title}", ""]
            for name, peers in cases:
                lines += table_of(run, name, peers)
    if run.context.get("your_chain"):
        lines += ["The plan of your chain:", "", "```text", run.context["your_chain"].rstrip(), "```", ""]
    return "\n".join(lines + compile_of(run) + not_measured(run)).rstrip() + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    given = parser.parse_args()
    run = figures.Run(os.path.join(given.folder, "comparison.json"))
    os.makedirs(os.path.join(given.folder, "pictures"), exist_ok=True)
    made = pictures.all_of(run, os.path.join(given.folder, "pictures"))
    path = os.path.join(given.folder, "comparison.md")
    with open(path, "w") as file:
        file.write(page(run, made, "pictures/"))
    print(path)


if __name__ == "__main__":
    main()
