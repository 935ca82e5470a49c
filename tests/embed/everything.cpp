// SPDX-License-Identifier: BSL-1.0
/// \file
/// Uses every header of the host, so that symbols.cmake can read what an object keeps in writable memory.
/// It has no global of its own.

#include <smelt/codecs.hpp>
#include <smelt/core/field_view.hpp>
#include <smelt/eigen.hpp>
#include <smelt/element.hpp>
#include <smelt/pack.hpp>
#include <smelt/scratch.hpp>
#include <smelt/smelt.hpp>

#include <string>
#include <vector>

using namespace smelt;

double use_everything(const char* path);

namespace {

template <class Policy, class Chain, class Data>
double use(const Policy& policy, const Chain& chain, const Data& x) {
  const auto f = fit(policy, chain, x);
  const auto made = transform(policy, f, x);
  double sum = double{made(0, 0)} + static_cast<double>(scratch_bytes(policy, chain, 10, 10).fit);
  for (auto& batch : batches(policy, f, x, {.rows = 8})) sum += double{batch.x(0, 0)};
  return sum + static_cast<double>(describe(f).size()) + (place(policy, f) == f ? 1 : 0);
}
template <class Policy>
double use_policy(const Policy& policy, const table<float>& x) {
  const auto values = clean(fill::mean) | standardize() | normalize(min_max{-1, 1}) | clip(-2, 2);
  const auto rows = clean(drop::any) | normalize(l2) | sample(shuffled{seed{7}});
  const auto columns_too = drop::constant_columns | infinity::missing | sentinel(9) | fill::constant(1);
  double sum = use(policy, values, x) + use(policy, rows, x) + use(policy, columns_too, x);
  const auto f = fit(policy, values, x);
  sum += inverse(policy, f, x)(0, 0) + element(f, 0)(1.0);
  const auto packed = pack(policy, x, in_bits{9});
  sum += use(policy, standardize(), packed);
  std::vector<float> memory(1000);
  const auto field = field_interior(memory.data(), {10, 10, 5}, 2, {1, 1, 1});
  transform(policy, fit(policy, normalize(max_abs), field), in_place(field));
  const auto parts = split<struct halves>(x, {.train = 0.5, .test = 0.5}, seed{7});
  return sum + use(policy, standardize(), parts.train) +
         transform(policy, fit(policy, standardize(), parts.train), parts.test)(0, 0) +
         use(policy, standardize(), select(x, columns{0}));
}

}  // namespace

double use_everything(const char* path) {
  const auto x = read_csv<float>(on::eigen, path);
  workers pool{2};
  host_loop loop(2, [](smelt::index n, const auto& body) {
    for (smelt::index i = 0; i < n; ++i) body(i);
  });
  return use_policy(on::seq, x) + use_policy(on::eigen, x) + use_policy(on::eigen.on(pool), x) +
         fit(on::eigen.on(loop), standardize(), x).number(0, 0, 0) +
         static_cast<double>(read_csv_labels(path, "class").codes.size()) + f16(1.0f) + bf16(1.0f);
}
