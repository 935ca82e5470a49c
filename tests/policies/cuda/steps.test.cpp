// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a kernel reads and writes element by element: views that decode and encode, values that have no
/// code, columns in other places.

#include <smelt/codecs/bf16.hpp>
#include <smelt/codecs/f16.hpp>
#include <smelt/policies/cuda/steps.hpp>

#include <doctest/doctest.h>

#include <policies/cuda/test_device.hpp>

#include <cmath>
#include <cstdint>
#include <type_traits>
#include <vector>

using namespace smelt;
using namespace smelt_test;

namespace {

/// Numbers in steps of 1/16 in two bytes, row by row.
template <class Space>
struct fixed_point {
  using value_type = float;
  using space = Space;
  std::int16_t* codes;
  smelt::index rows_;
  smelt::index cols_;

  SMELT_HD smelt::index rows() const { return rows_; }
  SMELT_HD smelt::index cols() const { return cols_; }
  smelt::index first_row() const { return 0; }
  smelt::index total_rows() const { return rows_; }
  SMELT_HD float operator()(smelt::index r, smelt::index c) const {
    return static_cast<float>(codes[r * cols_ + c]) / 16.0f;
  }
  SMELT_HD void put(smelt::index r, smelt::index c, float value) const {
    codes[r * cols_ + c] = static_cast<std::int16_t>(value * 16.0f);
  }
};
/// The same; a value below -40 has no code, and says so.
template <class Space>
struct partly_coded : fixed_point<Space> {
  template <class Context>
  SMELT_HD bool put(Context&, smelt::index r, smelt::index c, float value) const {
    if (value < -40.0f) return false;
    fixed_point<Space>::put(r, c, value);
    return true;
  }
};
static_assert(element_output<fixed_point<device>> && element_output<partly_coded<device>>);

std::vector<std::int16_t> codes_of(smelt::index size) {
  std::vector<std::int16_t> made;
  for (smelt::index i = 0; i < size; ++i) made.push_back(static_cast<std::int16_t>(i * 37 % 901 - 450));
  return made;
}

/// From codes to floats, from floats to codes, and from codes to codes.
template <class Policy, class Chain>
void same_codes(const Policy& gpu, const Chain& chain, smelt::index rows, smelt::index cols) {
  CAPTURE(rows);
  CAPTURE(cols);
  auto codes = codes_of(rows * cols);
  const fixed_point<host> x{codes.data(), rows, cols};
  const auto memory = to_device(gpu, codes);
  const fixed_point<device> there{const_cast<std::int16_t*>(memory.column(0).data()), rows, cols};
  table<float> plain(rows, cols);
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < cols; ++c) plain(r, c) = x(r, c);
  const auto f = fit(on::seq, chain, plain);
  const auto expected = transform<float>(on::seq, f, plain);
  CHECK(difference(to_host(gpu, transform<float>(gpu, f, there)), expected) == "");
  const auto plain_there = to_device(gpu, plain);
  for (const bool decoded : {false, true}) {
    CAPTURE(decoded);
    const auto out = to_device(gpu, std::vector<std::int16_t>(static_cast<std::size_t>(rows * f.cols_out()), 7777));
    const fixed_point<device> to{const_cast<std::int16_t*>(out.column(0).data()), rows, f.cols_out()};
    smelt::index made = 0;
    if (decoded)
      made = transform(gpu, f, there, to);
    else
      made = transform(gpu, f, plain_there.view(), to);
    CHECK(made == expected.rows());
    const auto back = to_host(gpu, out);
    smelt::index wrong = 0;
    for (smelt::index i = 0; i < expected.rows() * expected.cols(); ++i)
      wrong += back.data()[i] != static_cast<std::int16_t>(expected.data()[i] * 16.0f);
    CHECK(wrong == 0);
  }
}

}  // namespace

TEST_CASE("views that decode and encode: rows, panels, tiles, columns that leave") {
  const auto values = clip(-20, 20);
  const auto across = clip(-20, 20) | normalize(l1);
  const auto leaving = drop::columns({0, 2}) | clip(-20, 20);
  for (smelt::index cols : {3, 7, 19}) {
    same_codes(device_of(41, 2, 32, false), values, 23, cols);
    same_codes(device_of(41, 2, 32, false), across, 23, cols);
    same_codes(device_of(41, 2, 32, false), leaving, 23, cols);
    same_codes(device_of<4>(42, 2, 4, false), values, 9, cols);   // panels, of 19
    same_codes(device_of<4>(42, 2, 4, false), across, 9, cols);   // tiles, of 19
    same_codes(device_of<4>(42, 2, 4, false), leaving, 9, cols);
  }
}

TEST_CASE("a value that has no code is told with the first of its places") {
  const auto gpu = device_of(43, 2, 32, false);
  constexpr smelt::index rows = 11, cols = 5;
  auto x = noise<float>(rows, cols, 0);
  const auto f = fit(on::seq, clip(-60, 60), x);
  const auto out = to_device(gpu, std::vector<std::int16_t>(rows * cols, 7777));
  const partly_coded<device> to{{const_cast<std::int16_t*>(out.column(0).data()), rows, cols}};
  CHECK(transform(gpu, f, to_device(gpu, x), to) == rows);
  CHECK(check(std::nothrow, gpu).ok());
  x(7, 3) = x(9, 0) = x(7, 4) = -55;
  CHECK(transform(gpu, f, to_device(gpu, x), to) == rows);
  const status found = check(std::nothrow, gpu);
  CHECK(std::string(found.what()).find("row 7, column 3 ") != std::string::npos);
  CHECK(check(std::nothrow, gpu).ok());  // told once
  const auto back = to_host(gpu, out);
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < cols; ++c)
      if (x(r, c) > -40)
        CHECK(back.data()[r * cols + c] == static_cast<std::int16_t>(x(r, c) * 16.0f));
}

TEST_CASE("columns in other places: those that left come back missing") {
  const auto x = noise<float>(31, 7, 9);
  for (const bool four : {false, true}) {
    const auto same = [&](const auto& gpu, const auto& chain) {
      const auto f = fit(on::seq, chain, x);
      const auto y = transform(on::seq, f, x);
      CHECK(difference(to_host(gpu, inverse(gpu, f, to_device(gpu, y))), inverse(on::seq, f, y)) == "");
    };
    const auto both = [&](const auto& gpu) {
      same(gpu, drop::columns({0, 3}) | standardize());
      same(gpu, drop::columns({6}) | normalize(min_max{-1, 1}));
    };
    if (four)
      both(device_of<4>(44, 2, 4, false));
    else
      both(device_of(44, 2, 32, false));
  }
}

TEST_CASE("halves by the machine's own conversions: every code, and numbers about the middle of two") {
  const auto gpu = device_of(5, 2, 64, false);
  const auto chain = infinity::keep | clip(-0x1p1000, 0x1p1000);
  auto same = [&]<class Half>(std::type_identity<Half>) {
    table<Half> codes(1024, 64);
    for (std::uint32_t code = 0; code < 1u << 16; ++code)
      codes.data()[code] = Half::of_bits(static_cast<std::uint16_t>(code));
    const auto f = fit(on::seq, chain, codes);
    const auto wide = transform<double>(on::seq, f, codes);
    CHECK(difference(to_host(gpu, transform<double>(gpu, f, to_device(gpu, codes))), wide) == "");
    // Each number, the middle of it and the next, what lies beside that; and smaller and greater ones than
    // there are codes for.
    table<double> x(1 << 13, 64);
    for (smelt::index i = 0; i < 1 << 16; ++i) {
      const double one = wide.data()[i];
      const double next = wide.data()[i == 65535 ? i : i + 1];
      const double middle = std::isfinite(one) && std::isfinite(next) ? one + (next - one) / 2 : one * 1.0039;
      double* const to = x.data() + i * 8;
      to[0] = one;
      to[1] = middle;
      to[2] = std::nextafter(middle, -infinite_value<double>);
      to[3] = std::nextafter(middle, infinite_value<double>);
      to[4] = std::nextafter(one, 0.0);
      to[5] = std::nextafter(one, infinite_value<double>);
      to[6] = one * 0x1p-20;
      to[7] = one * 0x1p120;
    }
    const auto g = fit(on::seq, chain, x);
    CHECK(difference(to_host(gpu, transform<Half>(gpu, g, to_device(gpu, x))), transform<Half>(on::seq, g, x)) ==
          "");
  };
  same(std::type_identity<f16>{});
  same(std::type_identity<bf16>{});
}
