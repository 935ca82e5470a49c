// SPDX-License-Identifier: BSL-1.0
// expect-error: of_whole folds a table, and a part of a piece knows its own rows of the table's part
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto piece = x.row_range(0, 4);
  const auto parts =
      split<struct mine>(piece, {.train = 0.5, .test = 0.5}, of_whole{seed{7}, 8});
  const auto cv = folds<struct cv, 2>(parts.train, of_whole{k_fold{}, 4});
  return cv.get<0>().train.rows() > 0 ? 0 : 1;
}
