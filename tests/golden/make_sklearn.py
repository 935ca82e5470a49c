# SPDX-License-Identifier: BSL-1.0
"""Writes sklearn.txt: what scikit-learn makes of the tables in examples/data and of small hard ones,
for the tests in tests/sklearn.

    python3 tests/golden/make_sklearn.py        (scikit-learn 1.2.1, pandas 1.5.3, SciPy 1.10.1)

A line is a case, a table, an item and numbers: statistics of the columns, or one row of the result.
Numbers are written so that they read back as the same double. Nothing but this script needs Python.
"""
import csv
import pathlib
import platform
import warnings

import numpy as np
import pandas as pd
import scipy.stats
import sklearn
from sklearn.feature_selection import VarianceThreshold
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, Normalizer, StandardScaler

here = pathlib.Path(__file__).resolve().parent
data = here.parent.parent / "examples" / "data"
warnings.filterwarnings("ignore", category=RuntimeWarning)  # columns without values, overflow


def rows_of(name):
    with open(data / name, newline="") as file:
        return list(csv.reader(file))


def read(name, first, columns):
    """Numbers as Python reads them, correctly rounded; NA as NaN."""
    return np.array(
        [[np.nan if row[c] == "NA" else float(row[c]) for c in columns]
         for row in rows_of(name)[first:]])


wine = read("wine_data.csv", 1, range(13))
digits = read("digits.csv", 0, range(64))
penguins = read("penguins.csv", 1, [2, 3, 4, 5])
tables = {"wine": wine, "digits": digits, "penguins": penguins}
shown = {"wine": [0, 59, 100, 177], "digits": [0, 897, 1796], "penguins": [0, 3, 271, 343]}

# Small columns that are hard: constant, nearly constant, nothing, one value, huge and tiny numbers,
# a million deviations from zero.
ulp = 2.0**-52
hard = np.array([[14.62, 1.0 + ulp * (i == 5), np.nan, 3.5 if i == 2 else np.nan, 1e-100 * i,
                  1e6 + i, (-1.0) ** i * 1e15, 0.0] for i in range(9)])
tables["hard"] = hard
shown["hard"] = [0, 2, 5]

out = []


def line(*words):
    out.append(" ".join(repr(float(w)) if isinstance(w, (float, np.floating))
                        else str(w) for w in words))


def numbers(case, table, item, values):
    line(case, table, item, *np.asarray(values, dtype=np.float64).ravel())


def result(case, table, made, rows=None):
    for r in shown[table] if rows is None else rows:
        numbers(case, table, f"row:{r}", made[r])


def everything(case, made):
    result(case, "given", made, range(len(made)))


everything("hard", hard)

# --- statistics of columns ------------------------------------------------------------------------

for name, x in tables.items():
    for case, options in [("standard", {}), ("standard_no_mean", {"with_mean": False}),
                          ("standard_no_std", {"with_std": False})]:
        s = StandardScaler(**options).fit(x)
        if case != "standard_no_mean":
            numbers(case, name, "mean", s.mean_)
        if case != "standard_no_std":
            numbers(case, name, "scale", s.scale_)
        result(case, name, s.transform(x))
    for case, bounds in [("min_max_0_1", (0, 1)), ("min_max_-1_1", (-1, 1))]:
        s = MinMaxScaler(feature_range=bounds).fit(x)
        if bounds == (0, 1):
            numbers(case, name, "min", s.data_min_)
            numbers(case, name, "max", s.data_max_)
        numbers(case, name, "scale", s.scale_)
        made = s.transform(x)
        numbers(case, name, "low", np.nanmin(made, axis=0))
        result(case, name, made)
    s = MaxAbsScaler().fit(x)
    numbers("max_abs", name, "scale", s.scale_)
    result("max_abs", name, s.transform(x))

s = MinMaxScaler(feature_range=(-1, 1), clip=True).fit(wine[:60])
numbers("min_max_clip", "wine", "scale", s.scale_)
result("min_max_clip", "wine", s.transform(wine))

kept = VarianceThreshold().fit(digits).get_support()
line("constant_columns", "digits", "kept", *np.flatnonzero(kept))
result("constant_columns", "digits", StandardScaler().fit_transform(digits[:, kept]))

# --- rows -----------------------------------------------------------------------------------------

for norm in ["l1", "l2", "max"]:
    for name in ["wine", "digits"]:
        result(norm, name, Normalizer(norm).fit_transform(tables[name]))

# --- pipelines ------------------------------------------------------------------------------------

p = make_pipeline(SimpleImputer(), StandardScaler()).fit(penguins)
numbers("impute_standard", "penguins", "fill", p[0].statistics_)
numbers("impute_standard", "penguins", "mean", p[1].mean_)
numbers("impute_standard", "penguins", "scale", p[1].scale_)
result("impute_standard", "penguins", p.transform(penguins))

p = make_pipeline(SimpleImputer(), StandardScaler(), MinMaxScaler((-1, 1)))
result("impute_standard_min_max", "penguins", p.fit_transform(penguins))

p = make_pipeline(SimpleImputer(strategy="constant", fill_value=-1), MinMaxScaler(), Normalizer())
result("constant_min_max_l2", "penguins", p.fit_transform(penguins))

p = make_pipeline(StandardScaler(), MinMaxScaler(), StandardScaler(), Normalizer("l2"))
result("four_stages", "wine", p.fit_transform(wine))

frame = pd.DataFrame(penguins)
kept = frame.dropna()
line("dropna_standard", "penguins", "rows", len(kept))
s = StandardScaler().fit(kept.to_numpy())
numbers("dropna_standard", "penguins", "mean", s.mean_)
numbers("dropna_standard", "penguins", "scale", s.scale_)
result("dropna_standard", "penguins", s.transform(kept.to_numpy()), [0, 3, 270, 341])

cells = np.arange(60.0).reshape(10, 6)
holes = np.where((cells * 7919) % 11 < 4, np.nan, cells)
holes[6] = np.nan
everything("holes", holes)
for missing in range(1, 7):
    kept = pd.DataFrame(holes).dropna(thresh=6 - missing + 1)
    line("holes", "given", f"rows:{missing}", len(kept))
line("holes", "given", "rows:all", len(pd.DataFrame(holes).dropna(how="all")))

# --- float32 --------------------------------------------------------------------------------------
# In double, from the values that float32 holds; and as scikit-learn computes float32.

for name in ["wine", "penguins"]:
    narrow = tables[name].astype(np.float32)
    for case, s in [("standard", StandardScaler()), ("min_max_-1_1", MinMaxScaler((-1, 1))),
                    ("max_abs", MaxAbsScaler())]:
        result(case + "_of_float", name, s.fit_transform(narrow.astype(np.float64)))
        result(case + "_in_float", name, s.fit_transform(narrow))

# --- where the two differ on purpose --------------------------------------------------------------

s = StandardScaler()
for first in range(0, len(wine), 17):
    s.partial_fit(wine[first:first + 17])
numbers("partial_fit", "wine", "mean", s.mean_)
numbers("partial_fit", "wine", "var", s.var_)
numbers("fit", "wine", "var", StandardScaler().fit(wine).var_)

empty = holes.copy()
empty[:, 2] = np.nan
line("impute_empty", "given", "columns", SimpleImputer().fit_transform(empty).shape[1])


def refused(step):
    try:
        step()
        return 0
    except ValueError:
        return 1


line("norm_of_missing", "given", "refused",
     refused(lambda: Normalizer().fit_transform(np.array([[3.0, np.nan, 4.0]]))))
fitted = MinMaxScaler().fit(np.array([[0.0, 0.0], [4.0, 8.0]]))
line("infinity", "given", "refused",
     refused(lambda: fitted.transform(np.array([[1.0, 2.0], [np.inf, 4.0], [3.0, 8.0]]))))

huge = np.array([[3e200, 1.0, 0.0], [-1e200, 2.0, 1e200], [2e200, 4.0, -1e200]])
everything("huge", huge)
everything("huge_standard", StandardScaler().fit_transform(huge))
for norm in ["l1", "l2"]:
    for exponent in [30, -30]:
        row = np.array([[3.0, 4.0]], dtype=np.float32) * np.float32(10.0**exponent)
        numbers(f"float_{norm}", f"e{exponent}", "row:0", Normalizer(norm).fit_transform(row)[0])

for n in [5, 11, 14, 23, 101, 1797]:
    rest, test = train_test_split(np.arange(n), test_size=0.2)
    train, validation = train_test_split(rest, test_size=0.25)
    line("two_calls", n, "sizes", len(train), len(validation), len(test))

# --- edge cases, row by row: tests/sklearn/semantics ----------------------------------------------

scalers = {"standard": StandardScaler, "min_max": MinMaxScaler, "max_abs": MaxAbsScaler}


def scaled(case, x, later=None):
    """A table (its case's `given`), a later one, and what each scaler makes of the last of them."""
    x = np.asarray(x)
    everything(case, x)
    if later is not None:
        everything(case + "_later", np.asarray(later))
    for name, make in scalers.items():
        made = make().fit(x).transform(x if later is None else later)
        numbers(case, name, "wide", [made.dtype == np.float64])
        for r, row in enumerate(made):
            numbers(case, name, f"row:{r}", row)


def refusals(case, *steps):
    line(case, "given", "refused", *[refused(step) for step in steps])


nan, inf = np.nan, np.inf
scaled("one_nan", [[1, 2], [3, nan], [5, 6]])
numbers("one_nan", "standard", "seen",
        StandardScaler().fit([[1, 2], [3, nan], [5, 6]]).n_samples_seen_)
scaled("all_nan", [[nan, 1], [nan, 3]], [[5, 2]])
scaled("constant", [[7.0, 0, 1], [7, 0, 3], [7, 0, 5]], [[8.0, 2, 5]])
scaled("one_row", [[3.0, -4, 0]])
for case, kind, x in [("int8", np.int8, [[100], [120], [-100]]),
                      ("int32", np.int32, [[-2**31, 1], [2**31 - 1, 2], [0, 4]]),
                      ("uint8", np.uint8, [[0, 255], [128, 3], [255, 7]]),
                      ("bool", bool, [[0, 1], [1, 1], [1, 0]])]:
    scaled(case, np.array(x).astype(kind))
floats = np.array([[0.1, 1e30], [0.2, 3e30], [0.4, -1e30]], dtype=np.float32)
scaled("float32", floats)
scaled("float32_in_double", floats.astype(np.float64))
s = StandardScaler().fit(floats)
numbers("float32", "standard", "wide_numbers",
        [a.dtype == np.float64 for a in (s.mean_, s.var_, s.scale_)])
scaled("range", [[0.0], [10]], [[-5.0], [5], [20], [nan]])
everything("range_clipped",
           MinMaxScaler(clip=True).fit([[0.0], [10]]).transform([[-5.0], [5], [20], [nan]]))
for norm in ["l1", "l2", "max"]:
    everything(f"zero_row_{norm}", Normalizer(norm).fit_transform([[0.0, 0], [3, -4]]))

# Columns that are nearly constant: 1000 times 14.62, small units, one unit in the last place.
near = np.array([[14.62, 1e-13 * (i % 7), 1.0 + ulp * (i == 5)] for i in range(1000)])
numbers("near", "standard", "scale", StandardScaler().fit(near).scale_)
numbers("near", "standard", "row:6", StandardScaler().fit_transform(near)[6])
for name, middle in [("NumAcc3", 1000000.2), ("NumAcc4", 10000000.2)]:
    x = np.array([middle] + [middle - 0.1, middle + 0.1] * 500).reshape(-1, 1)
    numbers("variance", name, "var", StandardScaler().fit(x).var_)

for case, make in scalers.items():
    fitted = make().fit([[1.0, 2], [3, 4]])
    refusals(case + "_infinite", lambda: make().fit([[1, inf], [2, 3]]),
             lambda: make().fit([[1, -inf], [2, 3]]), lambda: fitted.transform([[inf, 1]]),
             lambda: fitted.transform([[-inf, 1]]))
    refusals(case + "_zero_rows", lambda: make().fit(np.empty((0, 2))),
             lambda: fitted.transform(np.empty((0, 2))))
    refusals(case + "_zero_columns", lambda: make().fit(np.empty((3, 0))))
    refusals(case + "_one_dimension", lambda: make().fit(np.array([1.0, 2, 3])))
    refusals(case + "_other_width", lambda: fitted.transform([[1, 2, 3]]),
             lambda: fitted.partial_fit([[1, 2, 3]]))
refusals("bad_range", lambda: MinMaxScaler((1, 1)).fit([[1.0]]),
         lambda: MinMaxScaler((2, 1)).fit([[1.0]]))
everything("zscore", scipy.stats.zscore(np.array([[7.0, 1], [7, 3]])))

x = np.array([[1, 2], [3, nan], [nan, 6], [8, 4]])
everything("impute", x)
everything("impute_mean", SimpleImputer().fit_transform(x))
empty = np.array([[nan, 1], [nan, 3]])
everything("impute_kept", SimpleImputer(keep_empty_features=True).fit_transform(empty))
everything("impute_constant", SimpleImputer(strategy="constant", fill_value=9).fit_transform(empty))
line("impute_dropped", "given", "columns", SimpleImputer().fit_transform(empty).shape[1])
marked = SimpleImputer(missing_values=-1).fit_transform(np.array([[3], [-1], [5], [1]]))
everything("impute_sentinel", marked)
numbers("impute_sentinel", "given", "wide", [marked.dtype == np.float64])
refusals("impute_beside_sentinel",
         lambda: SimpleImputer(missing_values=-1).fit([[3], [-1], [nan], [1]]))
refusals("impute_infinite", lambda: SimpleImputer().fit([[1], [inf], [nan]]))
whole, later = [[1.0, nan], [3, 4]], [[nan, 5.0], [7, nan]]
everything("impute_newly_missing", SimpleImputer().fit(whole).transform(later))
refusals("indicator_newly_missing", lambda: MissingIndicator().fit(whole).transform(later))

holes = np.array([[1, nan, 3, nan], [4, nan, nan, nan], [7, 8, 9, nan]])
everything("columns", holes)
frame = pd.DataFrame(holes)
for how, kept in [("any", frame.dropna(axis=1)), ("all", frame.dropna(axis=1, how="all")),
                  ("thresh:1", frame.dropna(axis=1, thresh=1)),
                  ("thresh:2", frame.dropna(axis=1, thresh=2)),
                  ("thresh:3", frame.dropna(axis=1, thresh=3))]:
    line("columns", "kept", how, *kept.columns)
numbers("mean_of", "given", "infinite", pd.DataFrame([[1, inf, inf], [nan, 3, -inf]]).mean())
numbers("clip_without_bound", "given", "low", pd.Series([-9.0, 1, 9, nan]).clip(nan, 5))
numbers("clip_without_bound", "given", "high", pd.Series([-9.0, 1, 9, nan]).clip(0, nan))
refusals("sample_too_large", lambda: pd.DataFrame([[1], [2]]).sample(3))

# --- sizes of two parts ---------------------------------------------------------------------------

unsplit = 0
for n in [2, 3, 4, 5, 7, 9, 10, 11, 13, 15, 20, 30, 33, 50, 67, 99, 100, 101, 128, 150, 178, 333,
          344, 569, 1000, 1797, 4096, 20640, 99999, 1000003]:
    for size in [0.01, 0.05, 0.07, 0.1, 0.14, 0.15, 0.2, 0.25, 0.28, 0.29, 0.3, 1 / 3, 0.33, 0.35,
                 0.4, 0.5, 0.55, 0.56, 0.57, 0.58, 0.6, 2 / 3, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99]:
        try:
            train, test = train_test_split(np.arange(n), test_size=size)
            line("split", n, size, len(train), len(test))
        except ValueError:
            line("split", n, size, 0, 0)
            unsplit += 1
for n, train_size, test_size in [
        (100, 0.29, 0.71), (100, 0.57, 0.43), (50, 0.58, 0.42), (10, 0.7, 0.3), (11, 0.5, 0.3),
        (101, 0.6, 0.2), (7, 0.25, 0.25), (178, 0.3, 0.1)]:
    train, test = train_test_split(np.arange(n), train_size=train_size, test_size=test_size)
    line("split_both", n, train_size, test_size, len(train), len(test))

head = (f"# Made by make_sklearn.py with scikit-learn {sklearn.__version__}, "
        f"numpy {np.__version__}, pandas {pd.__version__}, SciPy {scipy.__version__}, "
        f"Python {platform.python_version()}.")
(here / "sklearn.txt").write_text("\n".join([head] + out) + "\n")
print(f"{len(out)} lines, {unsplit} splits that scikit-learn refuses")
