// SPDX-License-Identifier: BSL-1.0
// Every option of every stage, and what chains are made of.
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const std::vector<unsigned char> mask(8);
  const auto rules = clean(sentinel(-1), infinity::missing, drop::all, drop::at_least(2),
                           drop::outside(0, 9), drop::where(mask), drop::where(mask.data(), 8),
                           drop::constant_columns, drop::columns(columns{"a"}), fill::mean);
  const auto scaled = standardize() | standardize(ddof{1}, centre::no, over::table, zero::nan) |
                      standardize(scale::no) | normalize(min_max{-1, 1}) |
                      normalize(min_max{0, 1, zero::midpoint}, clipped) | normalize(max_abs) |
                      normalize(max_abs_t{zero::error}) | normalize(l1) | normalize(l2) |
                      normalize(largest);
  const auto all = rules | clip(-3, 3) | scaled | at(columns{0, 1}, standardize()) |
                   at({0, 1}, clip(0, 1)) | at(columns::range(0, 2), fill::mean | standardize()) |
                   sample(shuffled{seed{42}});
  const auto drawn = sample(take{4, seed{1}}) | fill::constant(0) | fill::each({1, 2});
  static_assert(plan_of<decltype(drawn)>.fit_passes == 0);
  static_assert(plan_of<decltype(clip(0, 1))>.fit_passes == 0);
  return describe(all).size() == describe(clip(0, 1)).size();
}
