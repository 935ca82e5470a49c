// SPDX-License-Identifier: BSL-1.0
/// \file
/// Outputs never hold a byte that was not written: what comes out of memory that was full of one pattern
/// is what comes out of memory that was full of another, on every policy, layout and path. And nothing
/// beside an output is written: padding between rows and columns, and rows behind the last.

#include <doctest/doctest.h>

#include <smelt/core/field_view.hpp>
#include <smelt/eigen.hpp>
#include <smelt/pack.hpp>
#include <smelt/smelt.hpp>
#include <support/allocation_hook.hpp>
#include <support/tables.hpp>

#include <cstdint>
#include <cstring>
#include <vector>

using namespace smelt;
using smelt_test::allocations;
using smelt_test::laid_out;
using smelt_test::noise;

namespace {

template <class T>
void append(std::vector<unsigned char>& bytes, const T* at, smelt::index n) {
  const auto* first = reinterpret_cast<const unsigned char*>(at);
  bytes.insert(bytes.end(), first, first + static_cast<std::size_t>(n) * sizeof(T));
}
template <class T, class Layout>
void append(std::vector<unsigned char>& bytes, const table<T, Layout>& t) {
  append(bytes, t.data(), t.rows() * t.cols());
}

/// Everything that `f` makes, from memory full of `byte`. A pattern for NaN is none that smelt writes.
template <class F>
std::vector<unsigned char> made_from(int byte, F&& f) {
  allocations::poison = byte;
  std::vector<unsigned char> bytes;
  f(bytes);
  allocations::poison = -1;
  return bytes;
}
template <class F>
void check_written(F&& f) {
  const auto one = made_from(0xff, f);
  const auto other = made_from(0x3c, f);
  REQUIRE(!one.empty());
  CHECK(one == other);
}

template <class Policy, class Chain, class Data>
void check_chain(const Policy& policy, const Chain& chain, const Data& x) {
  check_written([&](auto& bytes) {
    const auto f = fit(policy, chain, x);
    append(bytes, f.learned().numbers.data(), static_cast<smelt::index>(f.learned().numbers.size()));
    append(bytes, transform(policy, f, x));
    append(bytes, transform<float>(policy, f, x));
    const auto values = transform(policy, f.values_only(), x);
    append(bytes, values);
    if constexpr (requires { values.dropped; })
      append(bytes, values.dropped.data(), static_cast<smelt::index>(values.dropped.size()));
    const std::vector<std::int64_t> ids(static_cast<std::size_t>(x.rows()), 7);
    const auto pairs = labelled(x, ids);
    const auto both = transform(policy, f, pairs);
    append(bytes, both.x);
    append(bytes, both.y.data(), static_cast<smelt::index>(both.y.size()));
    for (auto& batch : batches(policy, f, pairs, {.rows = 37})) {
      for (smelt::index r = 0; r < batch.rows(); ++r)
        for (smelt::index c = 0; c < batch.x.cols(); ++c) append(bytes, &batch.x(r, c), 1);
    }
  });
}

/// Into given memory with gaps: they keep their canaries.
template <class Policy, class Chain, class Data>
void check_gaps(const Policy& policy, const Chain& chain, const Data& x) {
  const auto f = fit(on::seq, chain, x);
  const auto right = transform<float>(on::seq, f, x);
  const auto rows = x.rows();
  const auto cols = f.cols_out();
  constexpr float canary = -77.25f;
  std::vector<float> memory;
  auto check_into = [&](const auto& out) {
    REQUIRE(transform(policy, f, x, out) == right.rows());
    smelt::index canaries = 0;
    for (float v : memory) canaries += v == canary;
    CHECK(canaries == static_cast<smelt::index>(memory.size()) - right.rows() * cols);
    CHECK(smelt_test::difference(out.row_range(0, right.rows()), right) == "");
  };
  auto fresh = [&](smelt::index n) {
    memory.assign(static_cast<std::size_t>(n), canary);
    return memory.data();
  };
  for (smelt::index gap : {1, 3, 16}) {
    check_into(matrix_view<float>(fresh(rows * (cols + gap)), rows, cols, cols + gap, 1));
    check_into(
        matrix_view<float, column_major>(fresh(cols * (rows + gap)), rows, cols, 1, rows + gap));
    check_into(matrix_view<float, strided>(fresh(rows * 2 * (cols + gap)), rows, cols,
                                           2 * (cols + gap), 2));
  }
}

template <class Policy>
void check_all(const Policy& policy) {
  const auto values = clean(fill::mean) | standardize() | normalize(min_max{-1, 1});
  const auto drops = clean(drop::at_least(4)) | standardize();
  const auto norms = fill::constant(1) | standardize() | normalize(l2);
  const auto drawn = standardize() | sample(take{200, seed{3}});
  const auto narrower = drop::columns({1}) | fill::mean | normalize(max_abs);
  for (smelt::index cols : {5, 16}) {
    CAPTURE(cols);
    const auto x = noise<float>(3000, cols, 9);
    const auto turned = laid_out<column_major>(noise<double>(700, cols, 9));
    const auto set = select(x, columns::range(0, cols));
    auto on_data = [&](const auto& data) {
      check_chain(policy, values, data);
      check_chain(policy, drops, data);
      check_chain(policy, norms, data);
      check_chain(policy, drawn, data);
      check_chain(policy, narrower, data);
      check_gaps(policy, values, data);
      check_gaps(policy, drops, data);
      check_gaps(policy, norms, data);
      check_gaps(policy, narrower, data);
    };
    on_data(x);
    on_data(turned);
    on_data(set);
  }
}

}  // namespace

TEST_CASE("on::seq") { check_all(on::seq); }
TEST_CASE("on::eigen") { check_all(on::eigen.alone()); }
TEST_CASE("on threads") {
  workers pool{2};
  check_all(on::eigen.on(pool));
}
TEST_CASE("the memory is full of what is asked for") {
  CHECK(made_from(0x5a, [](auto& bytes) { append(bytes, table<float>(3, 4)); })[17] == 0x5a);
}
TEST_CASE("packed tables and inverses") {
  const auto x = noise<float>(500, 7, 9);
  check_written([&](auto& bytes) {
    const auto packed = pack(on::eigen, x, in_bits{9});
    append(bytes, reinterpret_cast<const unsigned char*>(packed.words()), packed.bytes());
    const auto f = fit(on::eigen, drop::columns({2}) | standardize(), x);
    append(bytes, inverse(on::eigen, f, transform(on::eigen, f, x)));
    append(bytes, inverse(on::seq, f, transform(on::seq, f, x)));
  });
}
