// SPDX-License-Identifier: BSL-1.0
/// \file
/// A program on on::cuda: fit and transform of device data. Where there is a GPU, the bits are those
/// of on::seq; elsewhere it compiles without a warning, links, and says what is missing.

#include <smelt/smelt.hpp>
#include <smelt/cuda.cuh>

#include <cstdio>
#include <cstring>
#include <limits>

namespace {

using namespace smelt;

template <class T>
bool same_bits(const table<T>& a, const table<T>& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() &&
         std::memcmp(a.data(), b.data(),
                     static_cast<std::size_t>(a.rows() * a.cols()) * sizeof(T)) == 0;
}

/// Wide enough for no power of two, long enough for several leaves, with missing values.
table<float> numbers() {
  table<float> made(5000, 13);
  std::uint32_t x = 12345;
  for (smelt::index r = 0; r < made.rows(); ++r)
    for (smelt::index c = 0; c < made.cols(); ++c) {
      x = x * 1664525u + 1013904223u;
      made.view()(r, c) = x % 50 == 0 ? std::numeric_limits<float>::quiet_NaN()
                                      : static_cast<float>(x >> 8) * 1e-3f + static_cast<float>(c);
    }
  return made;
}

template <class Policy, class Chain>
bool agrees(const Policy& on_gpu, const char* name, const Chain& chain) {
  const auto data = numbers();
  const auto there = to_device(on_gpu, data);
  const auto expected = fit(on::seq, chain, data);
  const auto fitted = fit(on_gpu, chain, there.view());
  const auto out = transform(on_gpu, fitted, there.view());
  const bool same = same_bits(transform(on::seq, expected, data), to_host(on_gpu, out));
  if (!same) std::printf("%s: other bits than on::seq\n", name);
  return same;
}

/// The program that everyone reads first, its tag declared inside the function; the page quotes it.
bool first_program() {
  table<float> digits(1797, 65);
  for (smelt::index r = 0; r < 1797; ++r)
    for (smelt::index c = 0; c < 65; ++c) digits(r, c) = static_cast<float>((r * 7 + c * 13) % 17);
  const auto chain = clean(fill::mean) | standardize() | normalize(min_max{-1, 1}) |
                     sample(shuffled{seed{42}});
// [on a device]
auto there  = to_device(on::cuda, digits);                       // owning table in device memory
auto data   = labelled(there.columns(0, 64), there.column(64));  // device views
auto parts  = split<struct digits_split>(data, {.train = 0.8, .test = 0.2}, seed{7});

auto fitted = fit(on::cuda, chain, parts.train);                 // the bits of on::seq
for (auto& batch : batches(on::cuda, fitted, parts.train, {.rows = 32})) { /* batch.x, batch.y */ }
auto out    = on::cuda.make_table<float>(parts.test.rows(), 64);
transform(on::cuda, fitted.values_only(), parts.test, out);      // one launch; nothing is waited for
check(on::cuda);                                                 // waits, and throws what it found
auto back   = to_host(on::cuda, out);
// [on a device]
  const auto here = labelled(digits.columns(0, 64), digits.column(64));
  const auto host_parts = split<struct digits_split>(here, {.train = 0.8, .test = 0.2}, seed{7});
  const auto expected = fit(on::seq, chain, host_parts.train);
  const auto test = transform(on::seq, expected.values_only(), host_parts.test);
  const bool same = fitted == expected && same_bits(back, test.x);
  if (!same) std::puts("the first program: other bits than on::seq");
  return same;
}

}  // namespace

int main() {
  try {
    bool same = agrees(on::cuda, "scaled", clean(fill::mean) | standardize());
    same = agrees(on::cuda, "dropped", clean(drop::any) | normalize(min_max{-1, 1})) && same;
    same = first_program() && same;
    if (same) std::puts("the bits of on::seq");
    return same ? 0 : 1;
  } catch (const cuda_error& e) {
    const bool absent = std::strcmp(e.name(), "cudaErrorInsufficientDriver") == 0 ||
                        std::strcmp(e.name(), "cudaErrorNoDevice") == 0;
    std::printf("%s%s\n", absent ? "skipped: no GPU: " : "", e.what());
    return absent ? 0 : 1;
  }
}
