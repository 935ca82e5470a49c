# SPDX-License-Identifier: BSL-1.0
"""CuPy: kernels of one's own by cupy.ElementwiseKernel and reductions by axis; data and results are on the GPU."""
import numpy as np

import cupy

fused = cupy.ElementwiseKernel(
    "float32 x, float32 mean, float32 reciprocal, float32 low, float32 high", "float32 y",
    "const float z = x != x ? 0.f : (x - mean) * reciprocal; y = z < low ? low : z > high ? high : z",
    "scale_and_clip")
filling = cupy.ElementwiseKernel("float32 x, float32 mean", "float32 y", "y = x != x ? mean : x", "fill")
endless = np.float32(np.inf)


def why_not(given):
    try:
        return None if cupy.cuda.runtime.getDeviceCount() > 0 else "CuPy sees no GPU"
    except cupy.cuda.runtime.CUDARuntimeError as error:
        return str(error)


def finish():
    cupy.cuda.get_current_stream().synchronize()


def moments(x, ends=True):
    gone = cupy.isnan(x)
    missing = gone.sum(axis=0)
    n = len(x) - missing
    mean = cupy.nansum(x, axis=0, dtype=cupy.float64) / n
    about = cupy.where(gone, cupy.float32(0), x - mean.astype(cupy.float32))
    short = about.sum(axis=0, dtype=cupy.float64) / n  # what rounding the mean has cost
    squares = cupy.square(about).sum(axis=0, dtype=cupy.float64) - n * short * short
    least, greatest = (cupy.nanmin(x, axis=0), cupy.nanmax(x, axis=0)) if ends else (None, None)
    return n, mean.astype(cupy.float32) + short, squares, least, greatest, missing


def scaler(mean, variance):
    deviation = cupy.sqrt(variance)
    return mean.astype(cupy.float32), (1 / cupy.where(deviation == 0, 1, deviation)).astype(cupy.float32)


def learned(x, ends=False):
    _, mean, squares, least, greatest, _ = moments(x, ends)
    return scaler(mean, squares / len(x)) + (least, greatest)


def prepare(given, x, labels):
    x = cupy.asarray(x, order="A")
    labels = None if labels is None else cupy.asarray(labels)
    made = globals().get("do_" + given.work)
    return made and made(given, x, labels)


def do_scale(given, x, labels):
    mean, reciprocal, _, _ = learned(x)
    y = cupy.zeros_like(x)

    def once(keep=None):
        fused(x, mean, reciprocal, np.float32(-3), np.float32(3), y)
        if keep:
            keep(y.get())
    return once


def do_batch(given, x, labels):
    mean, reciprocal, _, _ = learned(x)
    size = given.rows_per_batch
    y = cupy.zeros_like(x[:size])

    def once(keep=None):
        for at in range(0, given.batches * size, size):
            fused(x[at:at + size], mean, reciprocal, np.float32(-3), np.float32(3), y)
            if keep:
                keep(y.get())
    return once


def do_norm(given, x, labels):
    mean, _, _, _ = learned(x)
    y = cupy.zeros_like(x)

    def once(keep=None):
        filling(x, mean, y)
        size = cupy.sqrt(cupy.square(y).sum(axis=1, keepdims=True))
        cupy.divide(y, cupy.where(size == 0, cupy.float32(1), size), out=y)
        if keep:
            keep(y.get())
    return once


def do_fit(given, x, labels):
    def once(keep=None):
        n, mean, squares, least, greatest, gone = moments(x)
        result = cupy.stack([mean, squares / n, least.astype(float), greatest.astype(float), gone.astype(float)])
        if keep:
            keep(result.get())
    return once


def do_fit_transform(given, x, labels):
    y = cupy.zeros_like(x)

    def once(keep=None):
        mean, reciprocal, _, _ = learned(x)
        fused(x, mean, reciprocal, -endless, endless, y)
        if keep:
            keep(y.get())
    return once


def do_drop(given, x, labels):
    n, mean, squares, *_ = moments(x[~cupy.isnan(x).any(axis=1)])
    mean, reciprocal = scaler(mean, squares / n)

    def once(keep=None):
        y = x[~cupy.isnan(x).any(axis=1)]
        fused(y, mean, reciprocal, -endless, endless, y)
        if keep:
            keep(y.get())
    return once


def do_sample(given, x, labels):
    mean, reciprocal, _, _ = learned(x)
    half = len(x) // 2

    def once(keep=None):
        order = cupy.random.permutation(len(x))[:half]
        y, ids = x[order], labels[order]
        fused(y, mean, reciprocal, -endless, endless, y)
        if keep:
            keep(y.get(), ids.get())
    return once


def do_full(given, x, labels):
    """The chain once over the table, and batches picked from what it made."""
    y, size = cupy.zeros_like(x), given.rows_per_batch

    def once(keep=None):
        mean, _, least, greatest = learned(x, ends=True)
        reach = greatest - least
        slope = 2 / cupy.where(reach == 0, cupy.float32(1), reach)
        filling(x, mean, y)
        cupy.subtract(y, least, out=y)
        cupy.multiply(y, slope, out=y)
        cupy.subtract(y, cupy.float32(1), out=y)
        order = cupy.random.permutation(len(x))
        for at in range(0, len(x), size):
            rows = order[at:at + size]
            batch, ids = y[rows], labels[rows]
            if keep:
                keep(batch.get(), ids.get())
    return once
