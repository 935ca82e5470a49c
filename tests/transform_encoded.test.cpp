// SPDX-License-Identifier: BSL-1.0
/// \file
/// A codec of the user's as output: what comes out is what would have been written to a table, encoded,
/// on every policy and by every loop.

#include <smelt/transform.hpp>

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#if SMELT_TESTS_ON_DEVICE  // half of what this program costs to compile
#include <support/on_device.hpp>
#endif
#include <support/tables.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace user {

/// Numbers in steps of 1/16, from -7.9375 to 7.9375, in a byte; -128 is missing.
template <class Space = smelt::host>
struct steps {
  using value_type = float;
  using space = Space;
  std::int8_t* bytes;
  smelt::index rows_;
  smelt::index cols_;

  smelt::index rows() const { return rows_; }
  smelt::index cols() const { return cols_; }
  smelt::index first_row() const { return 0; }
  smelt::index total_rows() const { return rows_; }
  float operator()(smelt::index r, smelt::index c) const {
    const std::int8_t code = bytes[r * cols_ + c];
    return code == -128 ? smelt::missing_value<float> : static_cast<float>(code) / 16.0f;
  }
  void put(smelt::index r, smelt::index c, float value) const { bytes[r * cols_ + c] = code(value); }
  static std::int8_t code(float value) {
    if (smelt::missing(value)) return -128;
    return static_cast<std::int8_t>(std::lrint(std::clamp(value * 16.0f, -127.0f, 127.0f)));
  }
};
inline void read_rows(const steps<>& x, const smelt::index* rows, smelt::index n, float* to) {
  for (smelt::index i = 0; i < n * x.cols(); ++i) to[i] = x(rows[i / x.cols()], i % x.cols());
}
inline void write_rows(const steps<>& x, smelt::index first, smelt::index n, const float* from) {
  for (smelt::index i = 0; i < n * x.cols(); ++i) x.bytes[first * x.cols() + i] = steps<>::code(from[i]);
}

}  // namespace user

using namespace smelt;
using namespace smelt_test;
static_assert(block_output<user::steps<>> && block_view<user::steps<>>);

namespace {

template <class Policy, class Fitted, class Data>
void check(const Policy& policy, const Fitted& f, const Data& x, const table<float>& right) {
  const auto size = static_cast<std::size_t>(x.rows() * right.cols());
  std::vector<std::int8_t> out(size, 99);
  const user::steps<> to{out.data(), x.rows(), right.cols()};
  const status ended = transform(std::nothrow, policy, f, x, to);
  REQUIRE(ended.ok());
  REQUIRE(ended.rows == right.rows());
  int wrong = 0;
  for (smelt::index i = 0; i < right.rows() * right.cols(); ++i)
    wrong += out[static_cast<std::size_t>(i)] != user::steps<>::code(right.data()[i]);
  CHECK(wrong == 0);
  // Rows behind the last are not written.
  CHECK(std::all_of(out.begin() + right.rows() * right.cols(), out.end(),
                    [](std::int8_t b) { return b == 99; }));
}

template <class Chain, class Data>
void check_chain(const Chain& chain, const Data& x) {
  workers pool{3};
  const auto f = fit(on::seq, chain, x);
  const auto right = transform<float>(on::seq, f, x);
  check(on::seq, f, x, right);
  check(on::eigen, f, x, right);
  check(on::eigen.on(pool), f, x, right);
}

}  // namespace

TEST_CASE("tables of every layout into a codec") {
  for (smelt::index cols : {1, 3, 8, 33}) {
    CAPTURE(cols);
    const auto by_row = noise<float>(3000, cols, 9);
    const auto by_column = laid_out<column_major>(by_row);
    const auto doubles = noise<double>(700, cols, 9);
    auto check_all = [&](const auto& x) {
      check_chain(fill::mean | standardize(), x);
      check_chain(clean(drop::at_least(cols)) | standardize(), x);
      check_chain(fill::mean | standardize() | normalize(l2), x);
      check_chain(standardize() | sample(shuffled{seed{7}}), x);
    };
    check_all(by_row);
    check_all(by_column);
    check_all(doubles);
    if (cols > 1) check_chain(drop::columns({0}) | normalize(max_abs), by_row);
  }
}

TEST_CASE("from a codec into itself, and back by the inverse") {
  std::vector<std::int8_t> bytes(5000 * 3);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::int8_t>(i * 37 % 127);
  const auto before = bytes;
  const user::steps<> x{bytes.data(), 5000, 3};
  const auto chain = normalize(min_max{-2, 2});
  for (int run = 0; run < 3; ++run) {
    workers pool{2};
    const auto f = fit(on::seq, chain, x);
    const auto right = transform(on::seq, f, x);
    auto in_its_place = [&](const auto& policy) {
      transform(policy, f, in_place(x));
      int wrong = 0;
      for (smelt::index i = 0; i < 15000; ++i)
        wrong += bytes[static_cast<std::size_t>(i)] != user::steps<>::code(right.data()[i]);
      CHECK(wrong == 0);
      const auto undone = inverse(on::seq, f, x);
      inverse(policy, f, in_place(x));
      for (smelt::index i = 0; i < 15000; ++i)
        wrong += bytes[static_cast<std::size_t>(i)] != user::steps<>::code(undone.data()[i]);
      CHECK(wrong == 0);
    };
    if (run == 0) in_its_place(on::seq);
    if (run == 1) in_its_place(on::eigen);
    if (run == 2) in_its_place(on::eigen.on(pool));
    bytes = before;
  }
}

#if SMELT_TESTS_ON_DEVICE
TEST_CASE("on a device each thread encodes its elements") {
  const auto x = noise<float>(700, 5, 9);
  const auto there = to_device(on_device(), x);
  auto check_there = [&](const auto& chain) {
    const auto f = fit(on::seq, chain, x);
    const auto right = transform<float>(on::seq, f, x);
    std::vector<std::uint8_t> blank(3500, 99);
    auto memory = to_device(on_device(), blank);
    const user::steps<device> to{reinterpret_cast<std::int8_t*>(memory.data()), 700, 5};
    static_cast<void>(transform(on_device(), f, there.view(), to));
    const auto out = to_host(on_device(), memory);
    int wrong = 0;
    for (smelt::index i = 0; i < 3500; ++i) {
      const bool written = i < right.rows() * 5;
      const auto code = written ? user::steps<>::code(right.data()[i]) : std::int8_t{99};
      wrong += static_cast<std::int8_t>(out(i, 0)) != code;
    }
    CHECK(wrong == 0);
  };
  check_there(fill::mean | standardize());
  check_there(clean(drop::at_least(5)) | standardize());
  check_there(fill::mean | standardize() | normalize(l2));
}
#endif
