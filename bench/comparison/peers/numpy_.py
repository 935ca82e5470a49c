# SPDX-License-Identifier: BSL-1.0
"""NumPy, twice: whole tables in one call a step, into memory that is there (`numpy`), and the same calls on
blocks that fit in a core's second-level cache, shared out to threads (`numpy_threads`): NumPy lets go of
the interpreter's lock, so this is what all cores give. Sums are taken in float64."""
from concurrent.futures import ThreadPoolExecutor

import numpy as np

block = 1 << 16  # elements


def why_not(given):
    return None


class everywhere:
    """Calls f(begin, end) for blocks of rows: one of all rows, or many in threads."""

    def __init__(self, given, cols):
        self.threads = given.cores if given.peer.endswith("threads") else 1
        self.whole = not given.peer.endswith("threads")
        self.rows = max(1, block // cols)
        self.pool = ThreadPoolExecutor(self.threads) if self.threads > 1 else None

    def __call__(self, n, f):
        if self.whole or n <= self.rows:
            return [f(0, n)]
        parts = [(n * k // self.threads, n * (k + 1) // self.threads) for k in range(self.threads)]

        def part(bounds):
            return [f(at, min(at + self.rows, bounds[1])) for at in range(bounds[0], bounds[1], self.rows)]
        if self.pool is None:
            return part((0, n))
        return [each for some in self.pool.map(part, parts) for each in some]

    def of_columns(self, n, f):
        """The same of columns that lie one after the other, one at a time."""
        each = (lambda c: f(c, c + 1))
        return list(self.pool.map(each, range(n)) if self.pool else map(each, range(n)))


def moments(x):
    """Count, mean, sum of squares about it, least and greatest of what is there, and how many are not."""
    known = ~np.isnan(x)
    n = np.count_nonzero(known, axis=0)
    mean = np.add.reduce(x, axis=0, dtype=np.float64, where=known) / np.maximum(n, 1)
    about = np.subtract(x, mean.astype(np.float32))
    about[~known] = 0
    short = about.sum(axis=0, dtype=np.float64) / np.maximum(n, 1)  # what rounding the mean has cost
    squares = np.multiply(about, about, out=about).sum(axis=0, dtype=np.float64) - n * short * short
    return (n, mean.astype(np.float32) + short, squares, np.fmin.reduce(x, axis=0), np.fmax.reduce(x, axis=0),
            len(x) - n)


def joined(parts):
    n, mean, squares, least, greatest, gone = parts[0]
    for m, mean_m, squares_m, least_m, greatest_m, gone_m in parts[1:]:
        both = np.maximum(n + m, 1)
        apart = mean_m - mean
        squares = squares + squares_m + apart * apart * (n * (m / both))
        mean = mean + apart * (m / both)
        n, gone = n + m, gone + gone_m
        least, greatest = np.fmin(least, least_m), np.fmax(greatest, greatest_m)
    return n, mean, squares, least, greatest, gone


def scaler(n, mean, squares):
    """The mean and the reciprocal deviation, as float32."""
    deviation = np.sqrt(squares / n)
    deviation[deviation == 0] = 1
    return mean.astype(np.float32), (1 / deviation).astype(np.float32)


def fill(x, y, mean):
    np.copyto(y, x)
    np.copyto(y, mean, where=np.isnan(x))


def fill_and_scale(x, y, mean, reciprocal):
    fill(x, y, mean)
    np.subtract(y, mean, out=y)
    np.multiply(y, reciprocal, out=y)


def learned(blocks, x):
    """Of the filled table: a filled value adds nothing to the squares, and one to the count."""
    _, mean, squares, least, greatest, gone = joined(blocks(len(x), lambda a, b: moments(x[a:b])))
    return scaler(len(x), mean, squares) + (least, greatest)


def prepare(given, x, labels):
    blocks = everywhere(given, x.shape[1])
    y = np.ones(x.shape, x.dtype, order="F" if x.flags.f_contiguous and not x.flags.c_contiguous else "C")
    made = globals().get("do_" + given.work)
    return made and made(given, blocks, x, y, labels)


def do_scale(given, blocks, x, y, labels):
    mean, reciprocal, _, _ = learned(blocks, x)

    def part(a, b):
        fill_and_scale(x[a:b], y[a:b], mean, reciprocal)
        np.clip(y[a:b], -3, 3, out=y[a:b])

    def column(c, _):
        for a in range(0, len(x), block):
            some, out = x[a:a + block, c], y[a:a + block, c]
            fill_and_scale(some, out, mean[c], reciprocal[c])
            np.clip(out, -3, 3, out=out)

    def once(keep=None):
        if y.flags.c_contiguous or blocks.whole:
            blocks(len(x), part)
        else:
            blocks.of_columns(x.shape[1], column)
        if keep:
            keep(y)
    return once


do_break_even = do_scale


def do_batch(given, blocks, x, y, labels):
    mean, reciprocal, _, _ = learned(blocks, x)
    size = given.rows_per_batch
    out = y[:size]

    def once(keep=None):
        for at in range(0, given.batches * size, size):
            some = x[at:at + size]

            def part(a, b):
                fill_and_scale(some[a:b], out[a:b], mean, reciprocal)
                np.clip(out[a:b], -3, 3, out=out[a:b])
            blocks(size, part)
            if keep:
                keep(out)
    return once


def do_norm(given, blocks, x, y, labels):
    mean, _, _, _ = learned(blocks, x)

    def part(a, b):
        fill(x[a:b], y[a:b], mean)
        size = np.sqrt(np.einsum("ij,ij->i", y[a:b], y[a:b]))
        size[size == 0] = 1
        np.multiply(y[a:b], (1 / size)[:, None], out=y[a:b])

    def once(keep=None):
        blocks(len(x), part)
        if keep:
            keep(y)
    return once


def do_fit(given, blocks, x, y, labels):
    def once(keep=None):
        n, mean, squares, least, greatest, gone = joined(blocks(len(x), lambda a, b: moments(x[a:b])))
        result = np.stack([mean, squares / n, least, greatest, gone])
        if keep:
            keep(result)
    return once


def do_fit_transform(given, blocks, x, y, labels):
    def once(keep=None):
        mean, reciprocal, _, _ = learned(blocks, x)
        blocks(len(x), lambda a, b: fill_and_scale(x[a:b], y[a:b], mean, reciprocal))
        if keep:
            keep(y)
    return once


def do_drop(given, blocks, x, y, labels):
    whole = ~np.isnan(x).any(axis=1)
    n, mean, squares, *_ = joined(blocks(len(x), lambda a, b: moments(x[a:b][whole[a:b]])))
    mean, reciprocal = scaler(n, mean, squares)

    def once(keep=None):
        kept = blocks(len(x), lambda a, b: (a, ~np.isnan(x[a:b]).any(axis=1)))
        starts, total = {}, 0
        for a, rows in kept:
            starts[a] = total, rows
            total += np.count_nonzero(rows)

        def part(a, b):
            at, rows = starts[a]
            out = y[at:at + np.count_nonzero(rows)]
            np.compress(rows, x[a:b], axis=0, out=out)
            np.subtract(out, mean, out=out)
            np.multiply(out, reciprocal, out=out)
        blocks(len(x), part)
        if keep:
            keep(y[:total])
    return once


def do_sample(given, blocks, x, y, labels):
    mean, reciprocal, _, _ = learned(blocks, x)
    random, half = np.random.default_rng(1), len(x) // 2
    ids = np.ones(half, labels.dtype)

    def once(keep=None):
        order = random.permutation(len(x))[:half]

        def part(a, b):
            out = y[a:b]
            np.take(x, order[a:b], axis=0, out=out, mode="clip")
            np.copyto(out, mean, where=np.isnan(out))
            np.subtract(out, mean, out=out)
            np.multiply(out, reciprocal, out=out)
            np.take(labels, order[a:b], out=ids[a:b], mode="clip")
        blocks(half, part)
        if keep:
            keep(y[:half], ids)
    return once


def do_full(given, blocks, x, y, labels):
    """The chain once over the table, and batches picked from what it made: faster than the chain on each."""
    random, size = np.random.default_rng(1), given.rows_per_batch
    batch, ids = np.zeros((size, x.shape[1]), x.dtype), np.zeros(size, labels.dtype)

    def once(keep=None):
        mean, _, least, greatest = learned(blocks, x)
        reach = greatest - least
        reach[reach == 0] = 1
        slope = np.float32(2) / reach

        def part(a, b):
            fill(x[a:b], y[a:b], mean)
            np.subtract(y[a:b], least, out=y[a:b])
            np.multiply(y[a:b], slope, out=y[a:b])
            np.subtract(y[a:b], np.float32(1), out=y[a:b])
        blocks(len(x), part)
        order = random.permutation(len(x))
        for at in range(0, len(x), size):
            rows = order[at:at + size]
            np.take(y, rows, axis=0, out=batch[:len(rows)], mode="clip")
            np.take(labels, rows, out=ids[:len(rows)], mode="clip")
            if keep:
                keep(batch[:len(rows)], ids[:len(rows)])
    return once


def do_length(given, blocks, x, y, labels):
    """Each stage in place; its numbers from a run of those before it."""
    mean = learned(blocks, x)[0]
    steps = [lambda a, b: fill(x[a:b], y[a:b], mean)]

    def affine(factor, offset):
        def step(a, b):
            np.multiply(y[a:b], factor, out=y[a:b])
            np.add(y[a:b], offset, out=y[a:b])
        return step

    def standardize():
        middle, reciprocal, _, _ = learned(blocks, y)

        def step(a, b):
            np.subtract(y[a:b], middle, out=y[a:b])
            np.multiply(y[a:b], reciprocal, out=y[a:b])
        return step

    def between():
        least, greatest = y.min(axis=0), y.max(axis=0)
        reach = greatest - least
        reach[reach == 0] = 1
        return affine(2 / reach, -1 - least * (2 / reach))

    def largest():
        most = np.abs(y).max(axis=0)
        most[most == 0] = 1
        return lambda a, b: np.multiply(y[a:b], 1 / most, out=y[a:b])

    def bounds(low, high):
        return lambda: lambda a, b: np.clip(y[a:b], low, high, out=y[a:b])
    for make in [standardize, bounds(-3, 3), between, bounds(-0.9, 0.9), standardize, bounds(-2, 2),
                 largest][:given.stages - 1]:
        blocks(len(x), steps[-1])
        steps.append(make())

    def once(keep=None):
        blocks(len(x), lambda a, b: [step(a, b) for step in steps])
        if keep:
            keep(y)
    return once
