# SPDX-License-Identifier: BSL-1.0
"""The works that are compared: their data, what a right result is, and the least bytes they move.

Tables are skewed on purpose: every column has one of five shapes (log-normal, spikes, whole numbers, far
from zero, heavy tails) at one of nine scales, and 1 % of the values are missing. Results are held against
NumPy in float64, written here step by step, by no formula that a peer uses.
"""
import collections

import numpy as np

missing = 0.01
batch_rows = 1024  # of an epoch

# One thing to measure: `name` is its place in the results ("scale/28"), `work` its name in the protocol,
# `options` what a peer is given beside the data, `moved` the least bytes that a plan must move.
Case = collections.namedtuple("Case", "name work rows cols order options ceiling")


def case(work, rows, cols, order="C", name=None, ceiling="streamed_copy", **options):
    return Case(name or f"{work}/{cols}", work, rows, cols, order, options, ceiling)


def make(rows, cols, seed=1):
    """A table of float32, the same for the same arguments."""
    x = np.empty((rows, cols), np.float32)
    scale = (10.0 ** ((np.arange(cols) * 7) % 9 - 4)).astype(np.float32)
    step = max(1, (1 << 20) // cols)
    for at in range(0, rows, step):
        random = np.random.default_rng([seed, at])
        some = x[at:at + step]
        random.standard_normal(out=some, dtype=np.float32)
        some[:, 0::5] = np.exp(np.float32(0.8) * some[:, 0::5])
        spikes = some[:, 1::5]
        spikes[random.random(spikes.shape, np.float32) < 0.001] += 60
        some[:, 2::5] = np.rint(np.abs(some[:, 2::5]) * 20)
        some[:, 3::5] += 3
        some[:, 4::5] **= 3
        some *= scale
        some[random.random(some.shape, np.float32) < missing] = np.nan
    return x


def readings(x):
    """The same as whole numbers of 0 to 4094 in each column, in place: what a converter of 12 bits gives, which
    is what is packed."""
    least, greatest = np.nanmin(x, axis=0), np.nanmax(x, axis=0)
    x -= least
    x *= np.float32(4094) / np.where(greatest > least, greatest - least, 1)
    return np.rint(x, out=x)


# --- what is right ---------------------------------------------------------------------------------------
def filled(x):
    x = np.array(x, np.float64)
    mean = np.clip(np.nanmean(x, axis=0), np.nanmin(x, axis=0), np.nanmax(x, axis=0))  # of equal values, that value
    where = np.nonzero(np.isnan(x))
    x[where] = mean[where[1]]
    return x


def standardized(x):
    """A column of equal values becomes 0, whatever rounding makes of its mean."""
    same = x.min(axis=0) == x.max(axis=0)
    deviation = np.where(same, 1, x.std(axis=0))
    x = x - np.where(same, x[0], x.mean(axis=0))
    x /= deviation
    return x


def between(x, low, high):
    least, greatest = x.min(axis=0), x.max(axis=0)
    reach = greatest - least
    reach[reach == 0] = 1
    return low + (x - least) * ((high - low) / reach)


def largest_one(x):
    most = np.abs(x).max(axis=0)
    most[most == 0] = 1
    return x / most


# The stages of `length`, in order; docs/comparison.md has them as smelt writes them.
stages = [filled, standardized, lambda x: x.clip(-3, 3), lambda x: between(x, -1, 1),
          lambda x: x.clip(-0.9, 0.9), standardized, lambda x: x.clip(-2, 2), largest_one]


def oracle(given, x):
    """The result in float64, every row of it: those of a row order are picked by their ids."""
    if given.work in ("scale", "batch", "break_even"):
        want = standardized(filled(x)).clip(-3, 3)
        return want[:given.options["batches"] * given.options["rows_per_batch"]] if given.work == "batch" else want
    if given.work == "norm":
        want = filled(x)
        size = np.sqrt((want * want).sum(axis=1, keepdims=True))
        size[size == 0] = 1
        return want / size
    if given.work == "fit":
        wide = np.array(x, np.float64)
        return np.stack([np.nanmean(wide, axis=0), np.nanvar(wide, axis=0), np.nanmin(wide, axis=0),
                         np.nanmax(wide, axis=0), np.isnan(wide).sum(axis=0)])
    if given.work in ("fit_transform", "sample"):
        return standardized(filled(x))
    if given.work == "drop":
        return standardized(np.array(x[~np.isnan(x).any(axis=1)], np.float64))
    if given.work == "full":
        return between(standardized(filled(x)), -1, 1)
    if given.work == "length":
        want = x
        for stage in stages[:given.options["stages"]]:
            want = stage(want)
        return want
    raise KeyError(given.work)


def tolerance(given, x, want):
    """What a right program in float32 may differ by: 2e-5 of an output and of one, and one millionth of
    how far a column's mean is from zero in deviations, which is what rounding its values costs. Of a
    mean it is of the deviation, and of a variance of its own size; of means that were filled in and not
    scaled a millionth of the deviation."""
    wide = np.array(x, np.float64)
    mean, deviation = np.nanmean(wide, axis=0), np.nanstd(wide, axis=0)
    deviation[deviation == 0] = 1
    far = np.abs(mean) / deviation
    if given.work == "fit":
        return np.stack([2e-5 * deviation + 1e-6 * np.abs(mean), (2e-5 + 1e-6 * far) * deviation ** 2,
                         0 * mean, 0 * mean, 0 * mean])
    allowed = np.abs(want)
    allowed += 1
    allowed *= 2e-5
    if given.options.get("stages") == 1:
        return allowed + 1e-6 * deviation
    return allowed if given.work == "norm" else allowed + 1e-6 * far


def truth(given, x):
    want = oracle(given, x)
    return want, tolerance(given, x, want)


# scikit-learn's SimpleImputer adds up float32 in float32, row after row: at a million rows what it fills in is
# off by more than a thousandth of a deviation. It may be by a hundredth, where a value was missing only.
fills_roughly = ("scikit_learn", "scikit_learn_threads")


def disagreement(given, x, want, allowed, got, ids, peer=""):
    """None, or what is wrong with a result, in words."""
    if given.work in ("sample", "full"):
        expected = given.rows // 2 if given.work == "sample" else given.rows
        if ids is None or ids.shape != (expected,):
            return f"{None if ids is None else ids.shape} ids, expected {expected}"
        if len(np.unique(ids)) != expected or ids.min() < 0 or ids.max() >= given.rows:
            return "rows that come twice, or that there are not"
        if expected > 64 and np.array_equal(ids, np.sort(ids)):
            return "the rows are not shuffled"
    rows = len(want) if ids is None else len(ids)
    if got.shape != (rows, *want.shape[1:]):
        return f"a result of {got.shape}, expected {(rows, *want.shape[1:])}"
    if given.work != "fit" and got.dtype != np.float32:
        return f"a result of {got.dtype}, expected float32"
    roughly = peer in fills_roughly and given.work not in ("fit", "drop")
    count, worst, said = 0, -1, ""
    step = max(1, (1 << 16) // got.shape[1])  # rows that stay in the caches
    for at in range(0, rows, step):
        which = slice(at, min(at + step, rows)) if ids is None else ids[at:at + step]
        some, right, may = got[at:at + step], want[which], allowed[which]
        if roughly:
            may = may + 1e-2 * np.isnan(x[which])
        difference = np.abs(some - right)
        over = ~(difference <= may)
        if over.any():
            over &= ~(np.isnan(some) & np.isnan(right))
        if not over.any():
            continue
        count += over.sum()
        beyond = np.where(over, np.where(np.isnan(difference), np.inf, difference - may), -1)
        if beyond.max() > worst:
            worst = beyond.max()
            i = np.unravel_index(beyond.argmax(), beyond.shape)
            said = (f"the worst, in row {at + i[0]}, column {i[1]}: {some[i]:.9g}, expected {right[i]:.9g}, "
                    f"difference {difference[i]:.3g}, tolerance {may[i]:.3g}")
    return f"{count} of {got.size} values differ; {said}" if count else None


def unlike(seen, got, peer):
    """Of a chain that only its own program knows: None, or how a result differs from the first, which `seen`
    keeps. It has the same bits, but for what is rounded to float32 after each stage."""
    if not seen:
        seen.append(got)
    first = seen[0]
    if got.shape != first.shape or got.dtype != first.dtype:
        return f"a result of {got.shape}, {got.dtype}, where another form of the chain has {first.shape}, {first.dtype}"
    allowed = 1e-4 * (1 + np.abs(first)) if peer == "unfused" else 0 * first
    over = ~(np.abs(got - first) <= allowed) & ~(np.isnan(got) & np.isnan(first))
    return f"{over.sum()} values of {over.size} are not those of another form of the chain" if over.any() else None


def moved(given, x, cached):
    """The least bytes that a plan must move; a table that stays in the caches is read once."""
    table, row = x.size * 4, given.cols * 4
    if given.work == "fit":
        return table
    if given.work == "fit_transform":
        return 2 * table if cached else 3 * table
    if given.work == "drop":
        return table + int((~np.isnan(x).any(axis=1)).sum()) * row
    if given.work == "sample":
        return (given.rows // 2) * (2 * row + 16)
    if given.work == "full":
        return 3 * table + 16 * given.rows
    if given.work == "batch":
        return 2 * row * given.options["batches"] * given.options["rows_per_batch"]
    return 2 * table


def rows_done(given):
    """Rows that one repetition makes, for rates."""
    return given.options["batches"] * given.options["rows_per_batch"] if given.work == "batch" else given.rows
