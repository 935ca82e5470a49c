#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Sizes of folds as scikit-learn makes them: prints sklearn_sizes.hpp.

Row r of n has the label of position 7 r mod n of the classes laid end to end (n is no multiple of 7).
"""
import numpy as np
import sklearn
from sklearn.model_selection import (GroupKFold, KFold, ShuffleSplit, StratifiedKFold,
                                     TimeSeriesSplit)


def keys_of(sizes):
    laid = np.repeat(np.arange(len(sizes)), sizes)
    assert len(laid) % 7 != 0
    return laid[np.arange(len(laid)) * 7 % len(laid)]


def held_out(how, n, *more):
    return [test for _, test in how.split(np.zeros((n, 1)), *more)]


def braces(numbers):
    return "{" + ", ".join(str(x) for x in numbers) + "}"


print(f"""// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \\file
/// Sizes of folds as scikit-learn {sklearn.__version__} makes them; made by make_sizes.py.

#include <smelt/core/types.hpp>

#include <vector>

namespace smelt_test {{

using size_list = std::vector<smelt::index>;
""")
print("/// KFold: rows, then how many each fold holds out.")
print("inline const std::vector<std::vector<size_list>> sklearn_k_fold = {")
for n, k in [(10, 3), (4, 4), (101, 7), (2, 2), (1797, 10), (9, 2), (16, 5)]:
    print(f"    {{{braces([n])}, {braces(len(t) for t in held_out(KFold(k), n))}}},")
print("};\n/// ShuffleSplit: rows and the percentage held out, then the rows of train part and held out.")
print("inline const std::vector<std::vector<size_list>> sklearn_shuffle_split = {")
for n, percent in [(10, 25), (101, 25), (10, 10), (7, 50), (1797, 33), (3, 20)]:
    train, test = next(ShuffleSplit(1, test_size=percent / 100).split(np.zeros((n, 1))))
    print(f"    {{{braces([n, percent])}, {braces([len(train), len(test)])}}},")
print("};\n/// TimeSeriesSplit: rows, folds, gap, largest train part (0: all) and rows held out (0: by itself),")
print("/// then of each fold the first row of its train part, the one after its last, and the same of")
print("/// what it holds out.")
print("inline const std::vector<std::vector<size_list>> sklearn_time_series = {")
for n, k, gap, most, out in [(10, 3, 0, 0, 0), (17, 4, 1, 0, 0), (100, 5, 7, 20, 0), (12, 2, 0, 3, 2),
                             (9, 2, 2, 0, 3)]:
    how = TimeSeriesSplit(k, gap=gap, max_train_size=most or None, test_size=out or None)
    ends = [x for train, test in how.split(np.zeros((n, 1)))
            for x in (train[0], train[-1] + 1, test[0], test[-1] + 1)]
    print(f"    {{{braces([n, k, gap, most, out])}, {braces(ends)}}},")
print("};\n/// StratifiedKFold: classes, folds, then of each fold the rows of each class it holds out.")
print("inline const std::vector<std::vector<size_list>> sklearn_stratified = {")
import warnings
warnings.simplefilter("ignore")
for sizes, k in [([10, 3, 2], 5), ([8, 8], 3), ([1, 2, 3, 10], 2), ([5, 7, 11, 13, 3], 4), ([50, 1], 3),
                 ([20], 6)]:
    labels = keys_of(sizes)
    counts = [int(np.sum(labels[t] == c)) for t in held_out(StratifiedKFold(k), len(labels), labels)
              for c in range(len(sizes))]
    print(f"    {{{braces(sizes)}, {braces([k])}, {braces(counts)}}},")
print("};\n/// GroupKFold: groups, folds, then the rows that folds hold out, the fewest first.")
print("inline const std::vector<std::vector<size_list>> sklearn_grouped = {")
for sizes, k in [([3, 2, 2, 1], 2), ([1, 1, 1, 1, 1, 1], 4), ([9, 1, 1, 1, 1], 3), ([5, 4, 3, 3, 2, 2, 1], 3),
                 ([4, 4, 2], 3)]:
    groups = keys_of(sizes)
    folds = sorted(len(t) for t in held_out(GroupKFold(k), len(groups), None, groups))
    print(f"    {{{braces(sizes)}, {braces([k])}, {braces(folds)}}},")
print("};\n\n}  // namespace smelt_test")
