# SPDX-License-Identifier: BSL-1.0
"""NumPy, twice. `numpy`: whole tables in one call a step, into memory that is there, as most write it.
`numpy_threads`: as one writes it who wants it to win: blocks that fit in a core's second-level cache, shared out
to threads (NumPy lets go of the interpreter's lock), sums as products with a row of ones, least and greatest
by halves, and narrow rows taken several at a time. Sums are taken in float64 in both."""
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from peers.numpy_sums import facts, joined, learned, moments, scaler

block = 1 << 16  # elements


def why_not(given):
    return None


class everywhere:
    """Calls f(begin, end) for blocks of rows: one of all rows, or many in threads."""

    def __init__(self, given, cols):
        self.threads = given.cores if given.peer.endswith("threads") else 1
        self.whole = not given.peer.endswith("threads")
        self.together = 1 if self.whole else -(-512 // cols)  # rows that are one row of a call
        self.rows = max(1, block // cols // self.together) * self.together
        self.pool = ThreadPoolExecutor(self.threads) if self.threads > 1 else None

    def __call__(self, n, f):
        if self.whole or 0 < n <= self.rows:
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


def fill(x, y, mean):
    np.copyto(y, x)
    np.copyto(y, mean, where=np.isnan(x))


def fill_and_scale(x, y, mean, reciprocal):
    """What is filled with the mean is 0 afterwards."""
    np.subtract(x, mean, out=y)
    np.multiply(y, reciprocal, out=y)
    np.copyto(y, 0, where=np.isnan(x))


def in_long_rows(blocks, mean, reciprocal):
    """fill_and_scale, of several rows at a time where they are short."""
    k = blocks.together
    long_mean, long_reciprocal = np.tile(mean, k), np.tile(reciprocal, k)

    def scale(x, y):
        n = len(x) // k * k if k > 1 and x.flags.c_contiguous else 0
        if n:
            fill_and_scale(x[:n].reshape(n // k, -1), y[:n].reshape(n // k, -1), long_mean, long_reciprocal)
        if n < len(x):
            fill_and_scale(x[n:], y[n:], mean, reciprocal)
    return scale


def prepare(given, x, labels):
    blocks = everywhere(given, x.shape[1])
    y = np.ones(x.shape, x.dtype, order="F" if x.flags.f_contiguous and not x.flags.c_contiguous else "C")
    made = globals().get("do_" + given.work)
    return made and made(given, blocks, x, y, labels)


def do_scale(given, blocks, x, y, labels):
    mean, reciprocal, _, _ = learned(blocks, x)
    scale = in_long_rows(blocks, mean, reciprocal)

    def part(a, b):
        scale(x[a:b], y[a:b])
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
    scale, size = in_long_rows(blocks, mean, reciprocal), given.rows_per_batch
    out = y[:size]

    def once(keep=None):
        for at in range(0, given.batches * size, size):
            some = x[at:at + size]

            def part(a, b):
                scale(some[a:b], out[a:b])
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
        n, mean, squares, least, greatest, gone = facts(blocks, x)
        result = np.stack([mean, squares / n, least, greatest, gone])
        if keep:
            keep(result)
    return once


def do_fit_transform(given, blocks, x, y, labels):
    def once(keep=None):
        mean, reciprocal, _, _ = learned(blocks, x)
        scale = in_long_rows(blocks, mean, reciprocal)
        blocks(len(x), lambda a, b: scale(x[a:b], y[a:b]))
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
        mean, _, least, greatest = learned(blocks, x, ends=True)
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
