# SPDX-License-Identifier: BSL-1.0
"""What a fit needs of a table, as peers/numpy_.py uses it: of a whole table, and of blocks."""
import numpy as np


def moments(x, ends=True):
    """Count, mean, sum of squares about it, least and greatest of what is there, and how many are not."""
    known = ~np.isnan(x)
    n = np.count_nonzero(known, axis=0)
    mean = np.add.reduce(x, axis=0, dtype=np.float64, where=known) / np.maximum(n, 1)
    rounded = mean.astype(np.float32)
    about = np.subtract(x, rounded)
    about[~known] = 0
    short = mean - rounded
    squares = np.multiply(about, about, out=about).sum(axis=0, dtype=np.float64) - n * short * short
    least, greatest = (np.fmin.reduce(x, axis=0), np.fmax.reduce(x, axis=0)) if ends else (0, 0)
    return n, mean, squares, least, greatest, len(x) - n


def halved(f, x):
    """f.reduce over rows, in long loops: one half of the rows with the other."""
    while len(x) > 16:
        half = len(x) // 2
        some = f(x[:half], x[half:2 * half])
        if len(x) % 2:
            f(some[0], x[-1], out=some[0])
        x = some
    return f.reduce(x, axis=0)


def quick_moments(x, ends, shift):
    """The same of a block; `shift` is a row near the means, so that one pass will do."""
    gone = np.isnan(x)
    ones = np.ones(len(x))
    n = len(x) - ones.astype(np.float32) @ gone.astype(np.float32)
    about = np.subtract(x, shift)
    np.copyto(about, 0, where=gone)
    about = about.astype(np.float64)
    mean = ones @ about / np.maximum(n, 1)
    np.multiply(about, about, out=about)
    squares = np.maximum(ones @ about - n * mean * mean, 0)
    least, greatest = (halved(np.fmin, x), halved(np.fmax, x)) if ends else (0, 0)
    return n, mean + shift, squares, least, greatest, len(x) - n


def facts(blocks, x, ends=True):
    """moments of all rows; what is shifted by is a mean of the first rows that is a value of float32."""
    if blocks.whole:
        return moments(x, ends)
    with np.errstate(invalid="ignore"):
        head = np.nan_to_num(np.nanmean(x[:1024], axis=0, dtype=np.float64)).astype(np.float32)
    return joined(blocks(len(x), lambda a, b: quick_moments(x[a:b], ends, head)))


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


def learned(blocks, x, ends=False):
    """Of the filled table: a filled value adds nothing to the squares, and one to the count."""
    _, mean, squares, least, greatest, gone = facts(blocks, x, ends)
    return scaler(len(x), mean, squares) + (least, greatest)
