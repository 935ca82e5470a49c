# SPDX-License-Identifier: BSL-1.0
"""scikit-learn pipelines without needless copies and checks (`scikit_learn`), and for what is fitted already the
same with the rows shared out to threads (`scikit_learn_threads`)."""
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import sklearn
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MaxAbsScaler, MinMaxScaler, Normalizer, StandardScaler
from sklearn.utils import shuffle


def lightly():
    """Of this thread: no search for infinities, no check of parameters."""
    sklearn.set_config(assume_finite=True, skip_parameter_validation=True)


def why_not(given):
    if given.peer.endswith("threads") and given.work not in ("scale", "norm", "length"):
        return "threads are for tables of many rows and fitted chains"
    return None


def clipped(low, high):
    return FunctionTransformer(lambda x: np.clip(x, low, high, out=x))


def pipeline(given):
    if given.work == "length":
        return make_pipeline(*[SimpleImputer(), StandardScaler(copy=False), clipped(-3, 3),
                               MinMaxScaler((-1, 1), copy=False), clipped(-0.9, 0.9), StandardScaler(copy=False),
                               clipped(-2, 2), MaxAbsScaler(copy=False)][:given.stages])
    if given.work in ("scale", "batch", "break_even"):
        return make_pipeline(SimpleImputer(), StandardScaler(copy=False), clipped(-3, 3))
    if given.work == "norm":
        return make_pipeline(SimpleImputer(), Normalizer(copy=False))
    if given.work == "full":
        return make_pipeline(SimpleImputer(), StandardScaler(copy=False), MinMaxScaler((-1, 1), copy=False))
    return make_pipeline(SimpleImputer(), StandardScaler(copy=False))


def prepare(given, x, labels):
    lightly()
    made = globals().get("do_" + given.work, do_transform)
    return made(given, pipeline(given), x, labels)


def fitted(chain, x):
    """Where the fit is not timed it is in double: SimpleImputer adds up floats as floats."""
    return chain.fit(x.astype(np.float64))


def do_transform(given, chain, x, labels):
    fitted(chain, x)
    transform = chain.transform
    if given.peer.endswith("threads"):
        pool, y = ThreadPoolExecutor(given.cores, initializer=lightly), np.ones(x.shape, x.dtype)

        def part(k):  # smaller parts take longer: the calls hold the interpreter's lock
            rows = slice(len(x) * k // given.cores, len(x) * (k + 1) // given.cores)
            y[rows] = chain.transform(x[rows])

        def transform(x):
            list(pool.map(part, range(given.cores)))
            return y

    def once(keep=None):
        y = transform(x)
        if keep:
            keep(y)
    return once


def do_batch(given, chain, x, labels):
    fitted(chain, x)
    size = given.rows_per_batch

    def once(keep=None):
        for at in range(0, given.batches * size, size):
            y = chain.transform(x[at:at + size])
            if keep:
                keep(y)
    return once


def do_fit(given, chain, x, labels):
    """Moments are those of a StandardScaler, the ends those of a MinMaxScaler: it has no one that finds both."""
    def once(keep=None):
        moments, ends = StandardScaler().fit(x), MinMaxScaler().fit(x)
        result = np.stack([moments.mean_, moments.var_, ends.data_min_, ends.data_max_,
                           len(x) - np.broadcast_to(moments.n_samples_seen_, moments.mean_.shape)])
        if keep:
            keep(result)
    return once


def do_fit_transform(given, chain, x, labels):
    def once(keep=None):
        y = chain.fit_transform(x)
        if keep:
            keep(y)
    return once


def do_drop(given, chain, x, labels):
    scaler = StandardScaler(copy=False).fit(x[~np.isnan(x).any(axis=1)])

    def once(keep=None):
        y = scaler.transform(x[~np.isnan(x).any(axis=1)])
        if keep:
            keep(y)
    return once


def do_sample(given, chain, x, labels):
    fitted(chain, x)
    random = np.random.RandomState(1)

    def once(keep=None):
        some, ids = shuffle(x, labels, n_samples=len(x) // 2, random_state=random)
        y = chain.transform(some)
        if keep:
            keep(y, ids)
    return once


def do_full(given, chain, x, labels):
    random, size = np.random.default_rng(1), given.rows_per_batch

    def once(keep=None):
        y = chain.fit_transform(x)
        order = random.permutation(len(x))
        for at in range(0, len(x), size):
            rows = order[at:at + size]
            batch, ids = y[rows], labels[rows]
            if keep:
                keep(batch, ids)
    return once
