#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Shuffled batches of the full chain, beside what Python programs do.

    bench/batches.py [--program build/bench_O3/bin/batches_bench] [--torch-python PYTHON] [--keep FILE]

The same table everywhere, 2^18 rows of 64 float32 with 1 % missing; 2^16 shuffled rows an epoch, in
batches of 32 and of 1024, each through clean(fill::mean) | standardize() | normalize(min_max{-1, 1}):
  NumPy, chain on each batch   a permutation, x[rows], a scikit-learn pipeline
  NumPy, chain beforehand      the pipeline once before (not timed; a second table), then x[rows]
  PyTorch, rows                DataLoader as it is: a dataset of rows, as many workers as processors, the
                               chain in torch on each batch
  PyTorch, index lists         the same with a BatchSampler: a batch is one x[rows], in the workers too
Before anything is timed an epoch of smelt's is compared, row by row, with the pipeline's. Medians of nine
runs with the least and the greatest; memory is the most beyond the loaded table and the imported modules,
of the process and, for PyTorch, what its workers have of their own. Then scikit-learn's splitters beside ways to
split and fold, of a million rows (or --rows): making all train and held-out rows and walking through them.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
seen, repetitions = 1 << 16, 9


def mib(forget=False):
    """The most memory there has been, in MiB; since now, when what was before is to be forgotten."""
    if forget:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024


def measured(name, rows, epoch, own=lambda: 0.0):
    """Runs an epoch ten times, the first for nothing, and prints a line."""
    before, rates, workers = mib(True), [], 0.0
    for run in range(repetitions + 1):
        begin = time.perf_counter()
        total = epoch()
        took = time.perf_counter() - begin
        assert total == seen, (name, total)
        workers = max(workers, own())
        if run > 0:
            rates.append(total / took)
    print("|".join([name, str(rows), f"{statistics.median(rates):.0f}", f"{min(rates):.0f}",
                    f"{max(rates):.0f}", f"{mib() - before + workers:.1f}"]), flush=True)


def pipeline():
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MinMaxScaler, StandardScaler
    return make_pipeline(SimpleImputer(), StandardScaler(), MinMaxScaler((-1, 1)))


def check(folder):
    """How far smelt's batches are from the pipeline's."""
    import numpy as np
    x = np.load(folder + "/x.npy")
    rows = np.load(folder + "/ids.npy").ravel()
    batches = np.load(folder + "/batches.npy")
    assert len(set(rows.tolist())) == seen and rows.min() >= 0 and rows.max() < len(x)
    expected = pipeline().fit(x.astype(np.float64)).transform(x[rows].astype(np.float64))
    print(f"{np.abs(batches - expected).max():.3g}")


def numpy(folder):
    import numpy as np
    x = np.load(folder + "/x.npy")
    chain = pipeline().fit(x)
    random = np.random.default_rng(7)
    for size in (32, 1024):
        def each_batch():
            order, total = random.permutation(len(x))[:seen], 0
            for at in range(0, seen, size):
                total += len(chain.transform(x[order[at:at + size]]))
            return total
        measured("NumPy, chain on each batch", size, each_batch)
    before = mib(True)
    ready = chain.transform(x)
    table = mib() - before
    for size in (32, 1024):
        def beforehand():
            order, total = random.permutation(len(x))[:seen], 0
            for at in range(0, seen, size):
                total += len(ready[order[at:at + size]])
            return total
        measured(f"NumPy, chain beforehand ({table:.0f} MiB before)", size, beforehand)
    import sklearn
    print(f"versions|NumPy {np.__version__}, scikit-learn {sklearn.__version__}")


def splitters(count):
    """scikit-learn's splitters, as batches_bench has them."""
    import numpy as np
    from sklearn import model_selection as ms
    count = int(count)
    random = np.random.default_rng(1)
    labels = np.array([0, 1, 2])[np.searchsorted([0.6, 0.9], random.random(count))]
    groups = random.integers(0, count // 100, count)
    x = np.empty((count, 1), np.float32)
    for name, way, work in (
            ("KFold(5)", ms.KFold(5), 5), ("KFold(5, shuffle)", ms.KFold(5, shuffle=True, random_state=7), 5),
            ("StratifiedKFold(5, shuffle)", ms.StratifiedKFold(5, shuffle=True, random_state=7), 5),
            ("GroupKFold(5)", ms.GroupKFold(5), 5),
            ("ShuffleSplit(5)", ms.ShuffleSplit(5, test_size=0.2, random_state=7), 5),
            ("StratifiedShuffleSplit(1)", ms.StratifiedShuffleSplit(1, test_size=0.2, random_state=7), 1),
            ("TimeSeriesSplit(5)", ms.TimeSeriesSplit(5), 20 / 6)):
        before, rates = mib(True), []
        for _ in range(repetitions):
            begin = time.perf_counter()
            total = 0
            for train, test in way.split(x, labels, groups if name.startswith("Group") else None):
                total += int(train.sum()) + int(test.sum())
            rates.append(work * count / (time.perf_counter() - begin))
        print("|".join([name, f"{statistics.median(rates):.0f}", f"{min(rates):.0f}", f"{max(rates):.0f}",
                        f"{mib() - before:.1f}"]), flush=True)


def private(pid):
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return sum(int(line.split()[1]) for line in file if line.startswith("Private_Dirty")) / 1024


def torch(folder):
    import numpy as np
    import torch
    from torch.utils.data import BatchSampler, DataLoader, RandomSampler
    x = torch.from_numpy(np.load(folder + "/x.npy"))
    known = ~torch.isnan(x)
    mean = torch.where(known, x, torch.zeros(())).sum(0, dtype=torch.float64) / known.sum(0)
    filled = torch.where(known, x, mean.float())
    deviation = filled.double().std(0, unbiased=False)
    low, high = ((v.double() - mean) / deviation for v in (filled.min(0)[0], filled.max(0)[0]))
    mean_f, deviation_f = mean.float(), deviation.float()
    slope, offset = (2 / (high - low)).float(), (-1 - low * 2 / (high - low)).float()
    del filled, known

    def chain(batch):
        batch = torch.where(torch.isnan(batch), mean_f, batch)
        return (batch - mean_f) / deviation_f * slope + offset

    class rows(torch.utils.data.Dataset):
        def __len__(self):
            return len(x)

        def __getitem__(self, at):
            return x[at]

    class lists(rows):
        def __getitem__(self, at):
            return chain(x[at])

    shown = torch.from_numpy(np.load(folder + "/batches.npy"))
    ids = torch.from_numpy(np.load(folder + "/ids.npy").ravel())
    assert (chain(x[ids]) - shown).abs().max() < 1e-5
    workers = len(os.sched_getaffinity(0))

    def run(name, size, loader):
        def epoch():
            return sum(len(batch) for batch in loader)
        measured(name, size, epoch,
                 lambda: sum(private(w.pid) for w in loader._iterator._workers) if loader.num_workers else 0.0)
    for size in (32, 1024):
        sampler = RandomSampler(rows(), num_samples=seen)
        run("PyTorch, rows", size, DataLoader(
            rows(), size, sampler=sampler, num_workers=workers, persistent_workers=True,
            collate_fn=lambda some: chain(torch.stack(some))))
        for count in (0, workers):
            run(f"PyTorch, index lists, {count} workers", size, DataLoader(
                lists(), batch_size=None, sampler=BatchSampler(sampler, size, False), num_workers=count,
                persistent_workers=count > 0))
    print(f"versions|PyTorch {torch.__version__}, {workers} workers, NumPy {np.__version__}")


def lines_of(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    return [line.split("|") for line in done.stdout.split("\n") if line], done.returncode


def split_table(program, rows):
    """The splitters of both, a table."""
    own, _ = lines_of([program, "splits", rows])
    theirs, wrong = lines_of([sys.executable, __file__, "--part", "splitters", rows])
    beside = {line[0]: line[1:] for line in theirs}
    text = [f"{int(rows):,} rows, three classes, a group a hundred rows; rows a second of all that are fitted or held",
            "out, made and added up; MiB beyond the columns.", "",
            "| scikit-learn's name | smelt | least | greatest | MiB | scikit-learn | least | greatest | MiB |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for name, *figures in own:
        both = figures + beside.get(name, ["nan"] * 4)
        text.append(f"| {name} | " + " | ".join(
            f"{float(v):.1f}" if i % 4 == 3 else f"{float(v) / 1e6:.1f} M" for i, v in enumerate(both)) + " |")
    return text + (["", "scikit-learn is not at hand."] if wrong else [])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", help="batches_bench, where it is built already")
    parser.add_argument("--torch-python", default=sys.executable, help="a Python that has torch")
    parser.add_argument("--keep", help="a file for the page")
    parser.add_argument("--rows", default="1000000", help="rows that are split")
    parser.add_argument("--only-splits", action="store_true", help="nothing but the splitters")
    given = parser.parse_args()
    program = given.program
    if not program:
        import cpu
        program = cpu.built("batches_bench", "O3")
    if given.only_splits:
        page = "\n".join(split_table(program, given.rows)) + "\n"
        print(page, end="")
        if given.keep:
            with open(given.keep, "w") as file:
                file.write(page)
        return
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, "write", folder], check=True)
        apart = lines_of([sys.executable, __file__, "--part", "check", folder])[0][0][0]
        if float(apart) > 1e-6:
            sys.exit(f"smelt's batches are {apart} from scikit-learn's")
        speed, _ = lines_of([program, "speed"])
        versions, missing = [], []
        for part, python in (("numpy", sys.executable), ("torch", given.torch_python)):
            lines, wrong = lines_of([python, __file__, "--part", part, folder])
            versions += [line[1] for line in lines if line[0] == "versions"]
            speed += [line for line in lines if line[0] != "versions"]
            missing += [part] if wrong else []
        ahead, _ = lines_of([program, "ahead"])
    text = [f"Values agree with scikit-learn's in double to {apart}, of outputs from -1 to 1 "
            f"(checked before anything is timed). {'; '.join(versions)}."]
    if missing:
        text.append(f"Not at hand: {', '.join(missing)}.")
    text += ["", "| shuffled batches | rows | rows a second | least | greatest | MiB beyond the table |",
             "| --- | ---: | ---: | ---: | ---: | ---: |"]
    for name, rows, *rates, memory in sorted(speed, key=lambda line: int(line[1])):
        text.append(f"| {name} | {rows} | " + " | ".join(f"{float(r) / 1e6:.2f} M" for r in rates) +
                    f" | {memory} |")
    text += ["", "## Made ahead", "",
             "A batch is made by one core and used by the other, in stochastic gradient steps of a linear model.",
             "Microseconds a batch, medians of nine epochs; the ratio is of pairs of one run, to the longer of",
             "the two alone. Side by side: as many batches made by one thread and used by another, of which nothing",
             "is handed over; those used lie in the cache (warm) or in memory, as batches do that another core has",
             "written past the caches (cold); the last column is ahead to cold.", "",
             "| rows | made alone | used alone | one after the other | ahead | ratio | least | greatest | side by side, "
             "warm | cold | ahead to cold |",
             "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]
    text += ["| " + " | ".join(line) + " |" for line in ahead]
    text += ["", "## Splits and folds", ""] + split_table(program, given.rows)
    page = "\n".join(text) + "\n"
    print(page, end="")
    if given.keep:
        with open(given.keep, "w") as file:
            file.write(page)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--part"]:
        parts = {"check": check, "numpy": numpy, "torch": torch, "splitters": splitters}
        parts[sys.argv[2]](sys.argv[3])
    else:
        main()
