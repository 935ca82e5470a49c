# SPDX-License-Identifier: BSL-1.0
"""Which works are measured, how large, and by whom."""
import programs
from work import batch_rows, case

widths = (1, 3, 8, 13, 28, 64, 100, 256, 1024)
quick_widths = (3, 28, 256)
batches = (1, 8, 64, 512, 4096, 65536)
quick_batches = (1, 64, 4096)


def elements(quick, last_cache, memory):
    """Of a table past the caches: with its result twice as large as the last of them in a quick run, else four
    times; and so that what a dozen peers hold at a time leaves half of the memory free."""
    wanted = max(1 << (23 if quick else 25), last_cache // 4 * (1 if quick else 2))
    most = memory // (12 * 16 * 2)
    found = 1 << 16
    while found * 2 <= min(wanted, most):
        found *= 2
    return found


def of(quick, n, last_cache, memory, gpu, table=None, chain=False):
    """All cases; n: elements of a table; chain: there is one of the user's."""
    rows, cols = (n // 28, 28) if table is None else table.shape
    made = of_made(quick, n, last_cache, memory if gpu else 0) if table is None else of_yours(quick, rows, cols)
    return made + [case("yours", rows, cols, name="yours")] * chain


def of_made(quick, n, last_cache, memory):
    made = [case("scale", n // cols, cols) for cols in (quick_widths if quick else widths)]
    if not quick:
        made.append(case("scale", n // 64, 64, order="F", name="scale/64 column-major"))
    for cols in (28,) if quick else (13, 28):
        rows = n // cols
        made += [case("norm", rows, cols), case("fit", rows, cols, ceiling="read"),
                 case("fit_transform", rows, cols), case("drop", rows, cols), case("sample", rows, cols),
                 case("full", rows, cols, rows_per_batch=batch_rows)]
    # In the caches: as large as fits with its result, 2^16 rows at most.
    rows = min(1 << 16, last_cache // 3 // (28 * 8))
    made.append(case("fit_transform", rows, 28, name="fit_transform/28 in the caches"))
    for size in quick_batches if quick else batches:
        made.append(case("batch", 65536, 28, name=f"batch/{size}", rows_per_batch=size,
                         batches=max(1, min(64, 65536 // size))))
    for stages in (1, 4, 8) if quick else range(1, 9):
        made.append(case("length", n // 28, 28, name=f"length/{stages}", stages=stages))
    # Up to 2^26 rows, where the memory takes six peers and what float64 needs: some 100 bytes an element.
    made += [case("break_even", 1 << k, 28, name=f"break_even/{1 << k}")
             for k in range(10, 23 if quick else 27, 4 if quick else 2) if (1 << k) * 28 * 100 < memory * 0.7]
    return made


def of_yours(quick, rows, cols):
    """The same works on a table that is there."""
    made = [case("scale", rows, cols), case("norm", rows, cols), case("fit", rows, cols, ceiling="read"),
            case("fit_transform", rows, cols), case("drop", rows, cols), case("sample", rows, cols),
            case("full", rows, cols, rows_per_batch=min(batch_rows, rows))]
    for size in batches:
        if size <= rows:
            made.append(case("batch", rows, cols, name=f"batch/{size}", rows_per_batch=size,
                             batches=max(1, min(64, rows // size))))
    for stages in (1, 4, 8) if quick else range(1, 9):
        made.append(case("length", rows, cols, name=f"length/{stages}", stages=stages))
    return made


ceilings = {"copy", "streamed_copy", "read", "cuda_copy", "cuda_read"}


def entrants(case, given):
    """Names of those that take part: what a program in C++ lists, and all that are in Python, which say
    themselves what they do not have. A ceiling goes with every work past the caches. A quick run has no
    time for PyTorch, which takes seconds to start, at every width and length."""
    gpu = any(peer.startswith("cuda_") for _, peer in given.pairs)

    def takes_part(name):
        if name.startswith("cuda_") and not gpu or given.peers and name not in given.peers:
            return False
        if "torch" in name:
            few = case.cols == 28 and case.name not in ("length/1", "length/4", "batch/1", "batch/4096")
            return given.torch and (few or not given.quick)
        if case.work == "break_even" and not (name in ("smelt", "by_hand") or name.startswith("cuda_smelt")):
            return False
        if name in ceilings:
            return ("ceiling", name) in given.pairs and case.work not in ("batch", "break_even")
        if name == "scikit_learn_threads" and case.work not in ("scale", "norm", "length"):
            return False  # threads are for tables of many rows and chains that are fitted
        return name in programs.in_python and case.work != "yours" or (case.work, name) in given.pairs
    return [name for name in programs.peers if takes_part(name)]
