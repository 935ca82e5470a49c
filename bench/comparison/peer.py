#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""The Python side of a comparison: one peer, one work, one process.

    peer.py --peer NAME --work NAME --data x.npy [--labels y.npy] [--rows-per-batch N] [--batches K] [--stages N]

It says `ready` when the data are loaded and what a fit must learn is learned, and then does as it is told,
a line at a time: `check PATH`, `run [N]`, `memory`, `quit`. docs/comparison.md has the protocol.
"""
import argparse
import importlib
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

modules = {"numpy": "numpy_", "numpy_threads": "numpy_", "scikit_learn": "scikit_learn_",
           "scikit_learn_threads": "scikit_learn_", "torch": "torch_", "torch_compiled": "torch_",
           "cuda_torch": "torch_", "cuda_torch_compiled": "torch_", "cuda_cupy": "cupy_"}


def of_status(name):
    with open("/proc/self/status") as file:
        return next((int(line.split()[1]) / 1024 for line in file if line.startswith(name)), float("nan"))


def resident():
    """MiB in memory now, and from now on the most there is counts from here."""
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        return float("nan")
    return of_status("VmRSS")


def checked(np, once, finish, path):
    """Runs once, keeps all that comes out, and writes it; seconds without the keeping."""
    parts, ids, spent = [], [], 0.0

    def keep(values, of=None):
        nonlocal spent
        finish()
        begin = time.perf_counter()
        parts.append(np.array(values, copy=True))
        if of is not None:
            ids.append(np.array(of, copy=True))
        spent += time.perf_counter() - begin
    begin = time.perf_counter()
    once(keep)
    finish()
    took = time.perf_counter() - begin - spent
    np.save(path, np.ascontiguousarray(np.concatenate(parts)))
    if ids:
        np.save(path + ".ids.npy", np.concatenate(ids))
    return took


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--peer", required=True, choices=sorted(modules))
    parser.add_argument("--work", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--labels")
    parser.add_argument("--rows-per-batch", type=int)
    parser.add_argument("--batches", type=int)
    parser.add_argument("--stages", type=int)
    given = parser.parse_args()
    given.cores = len(os.sched_getaffinity(0))

    def skip(why):
        print("skip " + " ".join(str(why).split()), flush=True)
        sys.exit(77)
    if given.peer.endswith("threads"):
        os.environ["OPENBLAS_NUM_THREADS"] = "1"  # its threads are the peer's own
    try:
        import numpy as np
        module = importlib.import_module("peers." + modules[given.peer])
    except ImportError as error:
        skip(error)
    why = module.why_not(given)
    if why:
        skip(why)
    x = np.load(given.data)
    labels = np.load(given.labels) if given.labels else None
    once = module.prepare(given, x, labels)
    finish = getattr(module, "finish", lambda: None)  # waits for what runs elsewhere
    if once is None:
        skip(f"{given.peer} has no {given.work}")
    before = resident()
    print("ready", flush=True)
    for line in sys.stdin:
        command, *rest = line.split()
        if command == "check":
            print(f"ok {checked(np, once, finish, rest[0]):.9g}", flush=True)
            resident()  # what a check keeps is not what the work takes
        elif command == "run":
            count = int(rest[0]) if rest else 1
            begin = time.perf_counter()
            for _ in range(count):
                once()
            finish()
            print(f"{(time.perf_counter() - begin) / count:.9g}", flush=True)
        elif command == "memory":
            print(f"{of_status('VmHWM') - before:.1f}", flush=True)
        elif command == "quit":
            break
        else:
            print("error there is no " + command, flush=True)


if __name__ == "__main__":
    main()
