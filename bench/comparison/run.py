#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Measures smelt beside its peers, and writes the figures as Google Benchmark does. bench/run.sh calls it.

    run.py --out FOLDER --cpu PROGRAM [--cuda PROGRAM] [--yours PROGRAM ...] [--quick] [--torch] [--rounds N] [--only REGEX] [--peers NAME ...]
           [--data FILE.npy] [--elements N] [--compile]

Every result is compared with NumPy's in float64 before its work is timed: one that differs ends the run with
status 1, and a sentence that names the peer and the work. Then the peers of a work take turns, in another
order each round; those whose turn it is not are stopped.
"""
import argparse
import glob
import json
import os
import random
import re
import shutil
import sys
import tempfile
import time

import numpy as np

import cases
import costs
import machine
import programs
import work

warm_limit = 0.25  # seconds: a run that takes longer needs no other before it
least_time = 0.005  # seconds of one figure: shorter works are done as often as it takes


class Disagreement(Exception):
    pass


class Progress:
    """One line, rewritten on a terminal."""

    def __init__(self, total):
        self.total, self.begun, self.number, self.name = total, time.monotonic(), 0, ""

    def at(self, name):
        self.number, self.name = self.number + 1, name
        if not sys.stderr.isatty():
            self.show("", "\n")

    def show(self, what, end=""):
        line = f"[{self.number}/{self.total}] {self.name} {what}"
        lead = "\r\033[K" if sys.stderr.isatty() else ""
        if lead or end:
            print(f"{lead}{time.monotonic() - self.begun:5.0f} s {line}", end=end, file=sys.stderr, flush=True)

    def say(self, text):
        print(("\r\033[K" if sys.stderr.isatty() else "") + "        " + text, file=sys.stderr, flush=True)


def on_cpu(pid):
    """Seconds that all threads of a process have run."""
    total = 0
    for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
        try:
            with open(path) as file:
                total += int(file.read().split()[0])
        except (OSError, IndexError):
            pass  # a thread that ended meanwhile
    return total / 1e9


class Entrant:
    """A peer with a case: its process and what it has said."""

    def __init__(self, peer, process):
        self.peer, self.process = peer, process
        self.first, self.count, self.single, self.peak = float("nan"), 1, 0.0, float("nan")
        self.times, self.cpu = [], []

    def run(self, count):
        return float(self.process.ask(f"run {count}"))

    def settle(self):
        """How often one figure needs the work: from runs after the first, which was the check. Of short ones
        the shortest of three: a thread may wake for the first time."""
        self.single = self.run(1)
        if self.single < 0.1:
            self.single = min(self.single, self.run(1), self.run(1))
        while self.single * self.count < least_time and self.count < 1 << 20:
            self.count = max(self.count + 1, min(self.count * 16, int(least_time / max(self.single, 1e-8)) + 1))
            self.single = self.run(self.count)

    def turn(self):
        self.process.go_on()
        if self.single * self.count < warm_limit:
            self.run(self.count)
        before = on_cpu(self.process.process.pid)
        self.times.append(self.run(self.count))
        self.cpu.append((on_cpu(self.process.process.pid) - before) / self.count)
        self.process.stop()


def check(case, entrant, truth, folder):
    """Asks for a result and holds it against float64; says what differs."""
    path = os.path.join(folder, "result.npy")
    answer = entrant.process.ask("check " + path).split()
    if programs.peers[entrant.peer].kind.endswith("ceiling"):
        return float(answer[1])
    got = np.load(path)
    ids = np.load(path + ".ids.npy") if os.path.exists(path + ".ids.npy") else None
    for name in (path, path + ".ids.npy"):
        if os.path.exists(name):
            os.remove(name)
    if case.work == "yours":  # no other program knows the chain: its own forms must agree
        wrong = work.unlike(truth, got, entrant.peer)
    else:
        wrong = work.disagreement(case, *truth, got, ids, entrant.peer)
    if wrong:
        raise Disagreement(f"{entrant.peer} is wrong at {case.name}: {wrong}")
    return float(answer[1])


def started(case, given, folder, x, progress, notes):
    """The entrants of a case, their data loaded; those that cannot take part are noted, with the reason."""
    data, labels = os.path.join(folder, "x.npy"), None
    np.save(data, x)
    if case.work in ("sample", "full"):
        labels = os.path.join(folder, "y.npy")
        np.save(labels, np.arange(case.rows, dtype=np.int64))
    entrants = []
    loading = [Entrant(peer, programs.Process(programs.command_of(peer, case.work, given.programs) +
                                              programs.arguments(case, peer, data, labels)))
               for peer in cases.entrants(case, given)]
    for entrant in loading:
        peer = entrant.peer
        progress.show(f"starts {peer}")
        try:
            answer = entrant.process.answer()
        except programs.Silent as error:
            answer = "failed " + str(error)
        if answer == "ready":
            entrants.append(entrant)
            entrant.process.stop()
            continue
        entrant.process.end()
        kind, _, reason = answer.partition(" ")
        notes.setdefault(f"{peer}: {reason}", []).append(case.name)
        if kind != "skip":
            given.failures.append(f"{peer} at {case.name}: {reason}")
            progress.say(f"{peer} failed: {reason}")
    return entrants


def measure(case, given, progress, notes):
    """Entries of all repetitions of all peers."""
    x = given.table if given.table is not None else work.make(case.rows, case.cols)
    if case.work == "break_even":
        x = work.readings(x)
    if case.order == "F":
        x = np.asfortranarray(x)
    truth = [] if case.work == "yours" else (x, *work.truth(case, x))
    folder = tempfile.mkdtemp(dir=given.scratch)
    entrants = []
    try:
        entrants = started(case, given, folder, x, progress, notes)
        for entrant in entrants:
            progress.show(f"checks {entrant.peer}")
            entrant.process.go_on()
            entrant.first = check(case, entrant, truth, folder)
            entrant.process.stop()
        for entrant in entrants:
            entrant.process.go_on()
            entrant.settle()
            entrant.process.stop()
        order = random.Random(case.name)
        for number in range(given.rounds):
            turns = list(entrants)
            order.shuffle(turns)
            for entrant in turns:
                progress.show(f"round {number + 1} of {given.rounds}: {entrant.peer}")
                entrant.turn()
        for entrant in entrants:
            entrant.process.go_on()
            entrant.peak = float(entrant.process.ask("memory"))
            if not given.quick:  # what it did all the time is still right
                check(case, entrant, truth, folder)
        if case.work == "yours":
            given.yours_described = machine.said(given.yours, "--describe", "--data", os.path.join(folder, "x.npy"))
        bytes_moved = work.moved(case, x, 2 * x.size * 4 <= given.last_cache)
        return [entry(case, entrant, r, given.rounds, bytes_moved)
                for entrant in entrants for r in range(given.rounds)]
    finally:
        for entrant in entrants:
            entrant.process.end()
        shutil.rmtree(folder, ignore_errors=True)


def entry(case, entrant, r, rounds, bytes_moved):
    kind = programs.peers[entrant.peer].kind
    moved = bytes_moved
    if kind.endswith("ceiling"):
        moved = (4 if entrant.peer.endswith("read") else 8) * case.rows * case.cols
    rows = work.rows_done(case)
    name = f"{case.name}/{entrant.peer}"
    return {"name": name, "run_name": name, "run_type": "iteration", "repetitions": rounds,
            "repetition_index": r, "iterations": entrant.count, "time_unit": "ms",
            "real_time": entrant.times[r] * 1e3, "cpu_time": entrant.cpu[r] * 1e3,
            "bytes_per_second": moved / entrant.times[r], "items_per_second": rows / entrant.times[r],
            "case": case.name, "work": case.work, "peer": entrant.peer, "rows": case.rows, "columns": case.cols,
            "ceiling": case.ceiling, "peak_MiB": entrant.peak, "first_call_s": entrant.first, **case.options}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--cpu", help="the program with the peers in C++")
    parser.add_argument("--cuda", help="the program with the peers on a GPU")
    parser.add_argument("--yours", help="the program of bench/your_chain.cpp")
    parser.add_argument("--yours-cuda", help="the same on a GPU")
    parser.add_argument("--quick", action="store_true", help="smaller tables, fewer rounds")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--elements", type=int, help="of a table: by default what the caches and memory say")
    parser.add_argument("--only", help="a regular expression: cases whose names it finds")
    parser.add_argument("--peers", nargs="+", help="no others")
    parser.add_argument("--compile", action="store_true", help="what a chain costs to compile, too")
    parser.add_argument("--torch", action="store_true", help="PyTorch takes part")
    parser.add_argument("--data", help="a table of yours, a .npy file of float32")
    parser.add_argument("--scratch", help="where tables lie meanwhile")
    given = parser.parse_args()
    given.rounds = given.rounds or (5 if given.quick else 9)
    given.programs = {kind: path for kind, path in (
        ("cpu", given.cpu), ("cuda", given.cuda), ("yours_cpu", given.yours), ("yours_cuda", given.yours_cuda)) if path}
    given.pairs = set().union(*[programs.listed(path) for path in given.programs.values()])
    given.table = np.load(given.data) if given.data else None
    given.scratch = given.scratch or given.out
    given.failures, given.yours_described = [], ""
    os.makedirs(given.out, exist_ok=True)
    # What torch.compile makes is kept for this run alone: the first call has its seconds.
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = os.path.join(given.scratch, "inductor")
    return given


def main():
    given = arguments()
    host = machine.context(given.programs)
    given.last_cache = machine.last_cache(host["caches"])
    memory = machine.memory()
    elements = given.elements or cases.elements(given.quick, given.last_cache, memory)
    chosen = [case for case in cases.of(given.quick, elements, given.last_cache, memory, bool(given.cuda),
                                        given.table, bool(given.yours))
              if not given.only or re.search(given.only, case.name)]
    if not chosen:
        print(f"no work has a name that '{given.only}' finds", file=sys.stderr)
        return 2
    progress = Progress(len(chosen) + given.compile)
    notes, entries = {}, []
    for case in chosen:
        progress.at(case.name)
        try:
            entries += measure(case, given, progress, notes)
        except (Disagreement, programs.Silent) as error:
            progress.say(f"FAILED: {error}")
            given.failures.append(f"{error}; nothing was measured after it")
            break
    if not entries:
        return 1
    if given.compile and not given.failures:
        progress.at("compile")
        host["compile"] = costs.measure(given.quick, bool(given.cuda), progress.show)
    host.update({"seconds": round(time.monotonic() - progress.begun), "rounds": given.rounds, "quick": given.quick,
                 "data": "yours" if given.data else "made", "not_measured": notes, "failures": given.failures,
                 "your_chain": given.yours_described})
    with open(os.path.join(given.out, "comparison.json"), "w") as file:  # a repetition a line
        file.write('{"context": ' + json.dumps(host, indent=1) + ',\n"benchmarks": [\n' +
                   ",\n".join(map(json.dumps, entries)) + "\n]}\n")
    shutil.rmtree(os.environ["TORCHINDUCTOR_CACHE_DIR"], ignore_errors=True)
    progress.say(f"measured {len(chosen)} works in {host['seconds']} s")
    return 1 if given.failures else 0


if __name__ == "__main__":
    sys.exit(main())
