// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Sizes of folds as scikit-learn 1.9.1 makes them; made by make_sizes.py.

#include <smelt/core/types.hpp>

#include <vector>

namespace smelt_test {

using size_list = std::vector<smelt::index>;

/// KFold: rows, then how many each fold holds out.
inline const std::vector<std::vector<size_list>> sklearn_k_fold = {
    {{10}, {4, 3, 3}},
    {{4}, {1, 1, 1, 1}},
    {{101}, {15, 15, 15, 14, 14, 14, 14}},
    {{2}, {1, 1}},
    {{1797}, {180, 180, 180, 180, 180, 180, 180, 179, 179, 179}},
    {{9}, {5, 4}},
    {{16}, {4, 3, 3, 3, 3}},
};
/// ShuffleSplit: rows and the percentage held out, then the rows of train part and held out.
inline const std::vector<std::vector<size_list>> sklearn_shuffle_split = {
    {{10, 25}, {7, 3}},
    {{101, 25}, {75, 26}},
    {{10, 10}, {9, 1}},
    {{7, 50}, {3, 4}},
    {{1797, 33}, {1203, 594}},
    {{3, 20}, {2, 1}},
};
/// TimeSeriesSplit: rows, folds, gap, largest train part (0: all) and rows held out (0: by itself),
/// then of each fold the first row of its train part, the one after its last, and the same of
/// what it holds out.
inline const std::vector<std::vector<size_list>> sklearn_time_series = {
    {{10, 3, 0, 0, 0}, {0, 4, 4, 6, 0, 6, 6, 8, 0, 8, 8, 10}},
    {{17, 4, 1, 0, 0}, {0, 4, 5, 8, 0, 7, 8, 11, 0, 10, 11, 14, 0, 13, 14, 17}},
    {{100, 5, 7, 20, 0}, {0, 13, 20, 36, 9, 29, 36, 52, 25, 45, 52, 68, 41, 61, 68, 84, 57, 77, 84, 100}},
    {{12, 2, 0, 3, 2}, {5, 8, 8, 10, 7, 10, 10, 12}},
    {{9, 2, 2, 0, 3}, {0, 1, 3, 6, 0, 4, 6, 9}},
};
/// StratifiedKFold: classes, folds, then of each fold the rows of each class it holds out.
inline const std::vector<std::vector<size_list>> sklearn_stratified = {
    {{10, 3, 2}, {5}, {2, 0, 1, 2, 0, 1, 2, 1, 0, 2, 1, 0, 2, 1, 0}},
    {{8, 8}, {3}, {3, 3, 3, 2, 2, 3}},
    {{1, 2, 3, 10}, {2}, {1, 1, 1, 5, 0, 1, 2, 5}},
    {{5, 7, 11, 13, 3}, {4}, {2, 1, 3, 3, 1, 1, 2, 3, 3, 1, 1, 2, 3, 3, 1, 1, 2, 2, 4, 0}},
    {{50, 1}, {3}, {17, 0, 17, 0, 16, 1}},
    {{20}, {6}, {4, 4, 3, 3, 3, 3}},
};
/// GroupKFold: groups, folds, then the rows that folds hold out, the fewest first.
inline const std::vector<std::vector<size_list>> sklearn_grouped = {
    {{3, 2, 2, 1}, {2}, {4, 4}},
    {{1, 1, 1, 1, 1, 1}, {4}, {1, 1, 2, 2}},
    {{9, 1, 1, 1, 1}, {3}, {2, 2, 9}},
    {{5, 4, 3, 3, 2, 2, 1}, {3}, {6, 7, 7}},
    {{4, 4, 2}, {3}, {2, 4, 4}},
};

}  // namespace smelt_test
