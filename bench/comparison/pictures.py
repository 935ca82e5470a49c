# SPDX-License-Identifier: BSL-1.0
"""The pictures of a run, each as .svg and .png."""
import os
import statistics

import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt

import figures
import programs

plt.rcParams.update({
    "font.family": "DejaVu Sans", "font.size": 10, "axes.titlesize": 11, "axes.titleweight": "bold",
    "axes.titlelocation": "left", "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True,
    "axes.axisbelow": True, "grid.color": "#e6e6e6", "grid.linewidth": 0.8, "figure.facecolor": "white",
    "savefig.facecolor": "white", "legend.frameon": False, "svg.hashsalt": "smelt"})
works = {"scale": "fill, standardize, clip", "norm": "fill, row norm", "fit": "fit: moments, ends, missing",
         "fit_transform": "fit and transform", "drop": "drop rows, standardize", "sample": "a shuffled half",
         "full": "fit and an epoch of batches"}


def shown(x, _):
    return figures.counted(x)


def drawn(figure, folder, name):
    for kind, more in (("svg", {"metadata": {"Date": None}}), ("png", {"dpi": 160})):
        figure.savefig(os.path.join(folder, f"{name}.{kind}"), bbox_inches="tight", **more)
    plt.close(figure)
    return name


def line(axes, peer, xs, ys, low=None, high=None):
    """A line of a peer with its spread."""
    mine = peer.startswith(("smelt", "cuda_smelt"))
    axes.plot(xs, ys, color=programs.peers[peer].colour, label=programs.peers[peer].label, marker="o",
              markersize=4 if mine else 3, linewidth=2.4 if mine else 1.3, zorder=4 if mine else 3)
    if low is not None:
        axes.fill_between(xs, low, high, color=programs.peers[peer].colour, alpha=0.12, linewidth=0)


def legend(axes):
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0)


def over(cases, key, of):
    """{peer: sorted [(x, least, median, greatest)]} of an entry's number over all cases."""
    found = {}
    for _, peers in cases:
        for peer, all_of in figures.taken_apart(peers).items():
            values = [of(each) for each in all_of]
            found.setdefault(peer, []).append((all_of[0][key], min(values), statistics.median(values), max(values)))
    return {peer: sorted(rows) for peer, rows in found.items()}


def break_even(run, folder):
    """Seconds against rows on both sides, and where the GPU overtakes."""
    lines = over(run.of_work("break_even"), "rows", lambda each: each["real_time"] / 1e3)
    if not any(peer.startswith("cuda_") for peer in lines) or "smelt" not in lines:
        return None
    figure, axes = plt.subplots(figsize=(8, 5))
    pairs = {peer: [(row[0], row[2]) for row in rows] for peer, rows in lines.items()}
    for peer, rows in lines.items():
        xs, low, middle, high = zip(*rows)
        line(axes, peer, xs, [x / t for x, t in zip(xs, middle)], [x / t for x, t in zip(xs, high)],
             [x / t for x, t in zip(xs, low)])
        at = figures.crossing(pairs[peer], pairs["smelt"]) if peer.startswith("cuda_") else None
        if at:
            axes.axvline(at, color=programs.peers[peer].colour, linewidth=1, linestyle=":")
            axes.annotate(figures.counted(float(f"{at:.2g}")), (at, 0), xycoords=("data", "axes fraction"),
                          xytext=(3, 6), textcoords="offset points", color=programs.peers[peer].colour, rotation=90)
    axes.set(xscale="log", yscale="log", xlabel="rows of 28 float32 columns", ylabel="rows a second",
             title="Break-even: from how many rows the GPU is quicker than all cores")
    axes.xaxis.set_major_formatter(shown)
    axes.yaxis.set_major_formatter(shown)
    legend(axes)
    return drawn(figure, folder, "break_even")


def batch_sizes(run, folder):
    lines = over(run.of_work("batch"), "rows_per_batch", lambda each: each["items_per_second"])
    if not lines:
        return None
    figure, axes = plt.subplots(figsize=(8, 5))
    for peer, rows in lines.items():
        xs, low, middle, high = zip(*rows)
        line(axes, peer, xs, middle, low, high)
    axes.set(xscale="log", yscale="log", xlabel="rows of a batch", ylabel="rows a second",
             title="A fitted chain on batches: fill, standardize, clip")
    axes.xaxis.set_major_formatter(shown)
    axes.yaxis.set_major_formatter(shown)
    legend(axes)
    return drawn(figure, folder, "batch_sizes")


def bandwidth(run, folder, side="cpu"):
    """Of each work, at the width of the tables: the least bytes over the time, and the ceiling as a line."""
    chosen = []
    for work in works:
        past = [(name, peers) for name, peers in run.of_work(work)
                if "column-major" not in name and "caches" not in name and figures.on_side(peers, side)]
        chosen += ([each for each in past if each[0].endswith("/28")] or past[-1:])[:1]
    if not chosen:
        return None
    columns = min(4, len(chosen))
    lines = -(-len(chosen) // columns)
    height = max(len(figures.on_side(peers, side)) for _, peers in chosen)
    figure, grid = plt.subplots(lines, columns, squeeze=False, layout="constrained",
                                figsize=(3.5 * columns, (0.9 + 0.25 * height) * lines))
    for axes in grid.flat[len(chosen):]:
        axes.set_axis_off()
    for axes, (name, peers) in zip(grid.flat, chosen):
        bars(axes, figures.on_side(peers, side))
        ceiling = run.ceiling(name, side)
        if ceiling:
            top = figures.rate(ceiling) / 1e9
            axes.axvline(top, color="black", linewidth=1.2, linestyle="--")
            axes.annotate(f"{programs.peers[ceiling[0]['peer']].label}, {figures.number(top)}", (top, 0),
                          xycoords=("data", "axes fraction"), xytext=(-4, 3), textcoords="offset points",
                          ha="right", va="bottom", fontsize=7)
        axes.set_title(works[next(iter(peers.values()))[0]["work"]], fontsize=9.5)
        axes.set_xlabel("GB/s", fontsize=8)
    cols = chosen[0][1][next(iter(chosen[0][1]))][0]["columns"]
    figure.suptitle(f"Bandwidth{' on the GPU' if side == 'gpu' else ''}: the least bytes that a plan must move, "
                    f"over the time ({cols} columns)", fontweight="bold", x=0.01, ha="left")
    return drawn(figure, folder, "bandwidth" + ("_gpu" if side == "gpu" else ""))


def bars(axes, named):
    """Rates of peers, the highest on top, with their spread."""
    ranked = sorted(named, key=lambda peer: figures.rate(named[peer]))
    rates = [figures.rate(named[peer]) / 1e9 for peer in ranked]
    low = [min(each["bytes_per_second"] for each in named[peer]) / 1e9 for peer in ranked]
    high = [max(each["bytes_per_second"] for each in named[peer]) / 1e9 for peer in ranked]
    axes.barh([programs.peers[peer].label for peer in ranked], rates,
              color=[programs.peers[peer].colour for peer in ranked], height=0.72,
              xerr=[[r - l for r, l in zip(rates, low)], [h - r for r, h in zip(rates, high)]],
              error_kw={"elinewidth": 0.9, "ecolor": "#555555"})
    axes.tick_params(axis="y", labelsize=7.5, length=0)
    axes.grid(False, axis="y")


def chain_length(run, folder):
    """Time against stages, and what one pass saves over one a stage."""
    lines = over(run.of_work("length"), "stages", lambda each: each["real_time"])
    if len(lines.get("smelt", [])) < 2:
        return None
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.6), layout="constrained")
    for peer, rows in lines.items():
        xs, low, middle, high = zip(*rows)
        line(left, peer, xs, middle, low, high)
    left.set(xlabel="stages", ylabel="ms", yscale="log", title="One table through 1 to 8 stages")
    left.yaxis.set_major_formatter(lambda x, _: f"{x:g}")
    left.yaxis.set_minor_formatter(lambda x, _: "")
    by_case = run.of_work("length")
    for fused, apart in (("smelt", "unfused"), ("cuda_smelt", "cuda_thrust"), ("torch_compiled", "torch"),
                         ("cuda_torch_compiled", "cuda_torch")):
        rows = sorted((peers[fused][0]["stages"], figures.ratios(peers[apart], peers[fused]))
                      for _, peers in by_case if fused in peers and apart in peers)
        if not rows:
            continue
        xs = [x for x, _ in rows]
        label = f"{programs.peers[fused].label}, against {programs.peers[apart].label}"
        colour = programs.peers[fused].colour
        right.plot(xs, [statistics.median(r) for _, r in rows], color=colour, marker="o", linewidth=2, label=label)
        right.fill_between(xs, [r[0] for _, r in rows], [r[-1] for _, r in rows], color=colour, alpha=0.12,
                           linewidth=0)
    right.axhline(1, color="#888888", linewidth=1)
    right.set(xlabel="stages", ylabel="times as quick", title="What fusion buys")
    right.set_ylim(bottom=0)
    right.legend(loc="upper left")
    figure.legend(*left.get_legend_handles_labels(), loc="outside right upper")
    return drawn(figure, folder, "chain_length")


def widths(run, folder, side="cpu"):
    cases = [(name, figures.on_side(peers, side)) for name, peers in run.of_work("scale") if "column-major" not in name]
    lines = over(cases, "columns", lambda each: each["bytes_per_second"] / 1e9)
    if max(map(len, lines.values()), default=0) < 2:
        return None
    figure, axes = plt.subplots(figsize=(8, 5))
    for peer, rows in lines.items():
        xs, low, middle, high = zip(*rows)
        line(axes, peer, xs, middle, low, high)
    tops = sorted((run.cases[name][next(iter(run.cases[name]))][0]["columns"],
                   figures.rate(run.ceiling(name, side)) / 1e9) for name, _ in cases if run.ceiling(name, side))
    if tops:
        axes.plot(*zip(*tops), color="black", linestyle="--", linewidth=1.2,
                  label="a copy" if side == "gpu" else "the quicker copy")
    axes.set(xscale="log", xlabel="columns", ylabel="GB/s",
             title=f"Width{' on the GPU' if side == 'gpu' else ''}: fill, standardize, clip of tables of one size")
    ticks = sorted({x for rows in lines.values() for x, *_ in rows})
    axes.set_xticks(ticks, [str(x) for x in ticks])
    axes.minorticks_off()
    axes.set_ylim(bottom=0)
    legend(axes)
    return drawn(figure, folder, "widths" + ("_gpu" if side == "gpu" else ""))


def compile_costs(table, folder):
    """Seconds, KiB and kernels of each source; `table` is [(name, seconds, KiB, kernels or None)]."""
    if not table:
        return None
    figure, grid = plt.subplots(1, 3, figsize=(11, 0.8 + 0.42 * len(table)), layout="constrained", sharey=True)
    names = [row[0] for row in table][::-1]
    for axes, index, title in zip(grid, (1, 2, 3), ("seconds to compile", "KiB of object", "kernels")):
        values = [row[index] for row in table][::-1]
        bars = axes.barh(names, [v or 0 for v in values], color="#d1495b" if index == 1 else "#3a7ca5", height=0.65)
        axes.bar_label(bars, ["" if v is None else f"{v:.1f}" if isinstance(v, float) else str(v) for v in values],
                       padding=3, fontsize=8)
        axes.margins(x=0.18)
        axes.set_title(title)
        axes.grid(False, axis="y")
    return drawn(figure, folder, "compile")


def all_of(run, folder):
    """{name: file} of the pictures that the run has figures for, in the order of the page."""
    made = [break_even(run, folder), bandwidth(run, folder), bandwidth(run, folder, "gpu"),
            chain_length(run, folder), batch_sizes(run, folder), widths(run, folder), widths(run, folder, "gpu"),
            compile_costs([(row["name"], row["seconds"], row["KiB"], row["kernels"])
                           for row in run.context.get("compile", [])], folder)]
    return [name for name in made if name]
