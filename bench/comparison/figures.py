# SPDX-License-Identifier: BSL-1.0
"""What the repetitions of a run say: medians, spreads and ratios, taken round by round."""
import collections
import json
import math
import statistics

import programs


class Run:
    """A JSON file of run.py: `cases` is an ordered {case: {peer: [repetitions]}}."""

    def __init__(self, path):
        with open(path) as file:
            whole = json.load(file)
        self.context, self.cases = whole["context"], collections.OrderedDict()
        for entry in whole["benchmarks"]:
            self.cases.setdefault(entry["case"], collections.OrderedDict()).setdefault(entry["peer"], []).append(entry)
        self.gpu = any(peer.startswith("cuda_") for peers in self.cases.values() for peer in peers)

    def of_work(self, work):
        """(case, {peer: repetitions}) of the cases of a work, in order."""
        return [(name, peers) for name, peers in self.cases.items()
                if next(iter(peers.values()))[0]["work"] == work]

    def ceiling(self, name, side="cpu"):
        """The repetitions of the ceiling that belongs to a case on a side: of two copies the quicker one."""
        peers = self.cases[name]
        read = next(iter(peers.values()))[0]["ceiling"] == "read"
        named = {"cpu": ["read"] if read else ["streamed_copy", "copy"],
                 "gpu": ["cuda_read"] if read else ["cuda_copy"]}[side]
        return max((peers[peer] for peer in named if peer in peers), key=rate, default=None)


def taken_apart(peers, ceilings=False):
    return {peer: all_of for peer, all_of in peers.items()
            if programs.peers[peer].kind.endswith("ceiling") == ceilings}


def on_side(peers, side):
    """The peers that run on the CPU, or on a GPU."""
    return {peer: all_of for peer, all_of in peers.items() if programs.peers[peer].kind == side}


def times(all_of):
    return [each["real_time"] for each in all_of]


def median(all_of):
    return statistics.median(times(all_of))


def rate(all_of):
    """Bytes a second that had to move."""
    return statistics.median(each["bytes_per_second"] for each in all_of)


def rows_a_second(all_of):
    return statistics.median(each["items_per_second"] for each in all_of)


def ratios(one, other):
    """How many times as long the first takes, in each round, sorted."""
    return sorted(a / b for a, b in zip(times(one), times(other)))


def ratio_text(found):
    """The middle of the ratios, with the least and the greatest."""
    return f"{number(statistics.median(found))} ({number(found[0])} to {number(found[-1])})"


def number(x):
    return f"{x:.0f}" if x >= 100 else f"{x:.1f}" if x >= 10 else f"{x:.2f}"


def counted(x):
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if x >= size:
            return f"{x / size:.3g} {unit}"
    return f"{x:.3g}"


def seconds(milliseconds):
    for unit, size in (("s", 1e3), ("ms", 1.0), ("µs", 1e-3)):
        if milliseconds >= size:
            return f"{milliseconds / size:.3g} {unit}"
    return f"{milliseconds * 1e6:.0f} ns"


def losses(run):
    """(case, peer, ratios) wherever smelt takes longer than a peer: by the median of the rounds."""
    found = []
    for name, peers in run.cases.items():
        for kind, mine in (("cpu", "smelt"), ("gpu", "cuda_smelt")):
            if mine not in peers:
                continue
            for peer, all_of in peers.items():
                if programs.peers[peer].kind != kind or peer.startswith(mine):
                    continue
                against = ratios(peers[mine], all_of)
                if statistics.median(against) > 1:
                    found.append((name, peer, against))
    return found


def crossing(points, others):
    """Rows from which `points`, (rows, seconds), are quicker than `others` for good, between two sizes by a
    straight line of logarithms; None where they never are, the first size where they always are."""
    shared = sorted(set(dict(points)) & set(dict(others)))
    gain = [math.log(dict(others)[rows] / dict(points)[rows]) for rows in shared]
    if not gain or gain[-1] <= 0:
        return None
    at = len(gain) - 1
    while at > 0 and gain[at - 1] > 0:
        at -= 1
    if at == 0:
        return shared[0]
    low, high = math.log(shared[at - 1]), math.log(shared[at])
    return round(math.exp(low + (high - low) * -gain[at - 1] / (gain[at] - gain[at - 1])))
