#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks of the comparison itself: a wrong result ends a run, and is named; pictures of a GPU's run are drawn.
Ends with 77 where there is no NumPy."""
import json
import os
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, here)
try:
    import numpy as np
except ImportError:
    print("skipped: no NumPy")
    sys.exit(77)
import figures
import work


def each_kind_of_error():
    """Results that are wrong in one value, one row, one order; and those that are right."""
    given = work.case("sample", 200, 5)
    x = work.make(200, 5)
    want, allowed = work.truth(given, x)
    ids = np.random.default_rng(1).permutation(200)[:100]
    right = want[ids].astype(np.float32)
    wrong = lambda got, ids: work.disagreement(given, x, want, allowed, got, ids)
    assert wrong(right, ids) is None
    one = right.copy()
    one[17, 3] += 0.001
    said = wrong(one, ids)
    assert said and "1 of 500 values" in said and "row 17, column 3" in said and "tolerance" in said, said
    one[17, 3] = np.nan
    assert "difference nan" in wrong(one, ids)
    assert "twice" in wrong(right, np.where(ids == ids[0], ids[1], ids))
    assert "not shuffled" in wrong(want[:100].astype(np.float32), np.arange(100))
    assert "expected float32" in wrong(right.astype(np.float64), ids)
    assert "expected (100, 5)" in wrong(right[:, :4], ids)
    for name, case in (("fit", work.case("fit", 200, 5)), ("drop", work.case("drop", 200, 5)),
                       ("length", work.case("length", 200, 5, stages=8))):
        want, allowed = work.truth(case, x)
        dtype = np.float64 if name == "fit" else np.float32
        assert work.disagreement(case, x, want, allowed, want.astype(dtype), None) is None
        assert work.disagreement(case, x, want, allowed, want.astype(dtype) * 1.01, None)


def fills_of_a_few_batches():
    """A result of fewer rows than the table, of a peer whose fills are rough."""
    given = work.case("batch", 200, 5, rows_per_batch=16, batches=3)
    x = work.make(200, 5)
    want, allowed = work.truth(given, x)
    got = want.astype(np.float32)
    got[np.isnan(x[:48])] += 0.005
    assert np.isnan(x[:48]).any()
    assert work.disagreement(given, x, want, allowed, got, None, "scikit_learn") is None
    assert work.disagreement(given, x, want, allowed, got, None, "numpy")


def planted(folder):
    """A run with a peer that is wrong in one value ends with 1, and names it."""
    program = os.path.join(folder, "program")
    with open(program, "w") as file:
        file.write(f"""#!{sys.executable}
import sys
if "--list" in sys.argv:
    print("scale by_hand")
    sys.exit()
import numpy as np
sys.path.insert(0, {here!r})
import work
x = np.load(sys.argv[sys.argv.index("--data") + 1])
y = work.oracle(work.case("scale", *x.shape), x).astype(np.float32)
y[7, 2] += 0.01
print("ready", flush=True)
for line in sys.stdin:
    if line.startswith("check"):
        np.save(line.split()[1], y)
        print("ok 0.1", flush=True)
    elif line.startswith("quit"):
        break
    else:
        print("0.1", flush=True)
""")
    os.chmod(program, 0o755)
    ended = subprocess.run([sys.executable, os.path.join(here, "run.py"), "--out", folder, "--cpu", program, "--quick",
                            "--rounds", "1", "--elements", "4096", "--only", "^scale/28$", "--peers", "by_hand",
                            "numpy"], stderr=subprocess.PIPE, text=True)
    assert ended.returncode == 1, ended.stderr
    assert "by_hand is wrong at scale/28: 1 of" in ended.stderr and "row 7, column 2" in ended.stderr, ended.stderr
    assert not os.path.exists(os.path.join(folder, "comparison.json"))


def crossings():
    slow, quick = [(1, 1.0), (4, 2.0), (16, 4.0)], [(1, 2.0), (4, 2.0), (16, 2.0)]
    assert figures.crossing(quick, slow) == 4
    assert figures.crossing(slow, quick) is None
    assert figures.crossing([(1, 0.1), (4, 0.1)], [(1, 1.0), (4, 1.0)]) == 1


def page_of_a_gpu(folder):
    """What only a run on a GPU draws, of made-up figures that go nowhere."""
    entries = []

    def add(work, case, rows, peers):
        for peer, fixed, each in peers:
            for r in range(3):
                time = (fixed + each * rows) * (1 + 0.01 * r)
                entries.append({"name": f"{case}/{peer}", "case": case, "peer": peer, "work": work, "rows": rows,
                                "columns": 28, "real_time": time, "items_per_second": rows / time * 1e3,
                                "bytes_per_second": 224 * rows / time * 1e3, "ceiling": "streamed_copy",
                                "peak_MiB": 1.0, "first_call_s": 1.0})
    for rows in (1024, 65536, 1 << 22):
        add("break_even", f"break_even/{rows}", rows, [("smelt", 1e-3, 1e-6), ("cuda_smelt", 1e-2, 1e-8),
                                                       ("cuda_smelt_copy", 2e-2, 4e-7)])
    add("scale", "scale/28", 1 << 20, [("smelt", 0, 1e-6), ("eigen", 0, 2e-6), ("streamed_copy", 0, 1e-6),
                                       ("cuda_smelt", 0, 2e-8), ("cuda_cub", 0, 1.9e-8), ("cuda_copy", 0, 1.8e-8)])
    context = {"cpu": "made up", "num_cpus": 2, "caches": [], "memory_GiB": 1, "system": "none", "load_avg": [0],
               "gpu": ["made up"], "python": "3", "versions": {}, "commit": "none", "date": "none", "rounds": 3,
               "seconds": 1, "quick": False, "data": "made", "not_measured": {}, "failures": []}
    with open(os.path.join(folder, "comparison.json"), "w") as file:
        json.dump({"context": context, "benchmarks": entries}, file)
    subprocess.run([sys.executable, os.path.join(here, "report.py"), folder], check=True, stdout=subprocess.DEVNULL)
    with open(os.path.join(folder, "comparison.md")) as file:
        page = file.read()
    assert "smelt on the GPU: quicker than all cores from" in page and "(pictures/break_even.svg)" in page, page
    assert "(pictures/bandwidth_gpu.svg)" in page and "| scale/28 | CUB transform |" in page, page
    assert "| **smelt on the GPU** | 21.2 µs" in page and "90 %" in page, page
    assert os.path.getsize(os.path.join(folder, "pictures", "break_even.png")) > 10000


def main():
    each_kind_of_error()
    fills_of_a_few_batches()
    crossings()
    with tempfile.TemporaryDirectory() as folder:
        planted(folder)
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        print("comparison: passed, without matplotlib")
        return
    with tempfile.TemporaryDirectory() as folder:
        page_of_a_gpu(sys.argv[1] if len(sys.argv) > 1 else folder)
    print("comparison: passed")


if __name__ == "__main__":
    main()
