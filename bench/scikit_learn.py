#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""The same table and chain with scikit-learn, for the figures beside preprocess.bench.cpp.

1 M x 64 float32, 1 % missing: Pipeline(SimpleImputer(mean), StandardScaler, MinMaxScaler(-1, 1)).
Prints medians with the fastest and slowest run. Needs numpy and scikit-learn.
"""
import sys
import time

import numpy
import sklearn
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

rows, cols = 1 << 20, 64
generator = numpy.random.default_rng(1)
x = (generator.random((rows, cols), dtype=numpy.float32) - 0.5) * (1 + numpy.arange(cols) % 7) + 3
x = x.astype(numpy.float32)
x[generator.random((rows, cols), dtype=numpy.float32) < 0.01] = numpy.nan


def timed(name, run, repeats=5):
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    seconds.sort()
    print(f"{name}: median {seconds[repeats // 2] * 1e3:.0f} ms, "
          f"from {seconds[0] * 1e3:.0f} to {seconds[-1] * 1e3:.0f} ms")


print(f"scikit-learn {sklearn.__version__}, numpy {numpy.__version__}, "
      f"python {sys.version.split()[0]}")
pipeline = make_pipeline(SimpleImputer(), StandardScaler(), MinMaxScaler((-1, 1)))
timed("fit", lambda: pipeline.fit(x))
timed("transform", lambda: pipeline.transform(x))
