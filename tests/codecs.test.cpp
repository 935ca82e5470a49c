// SPDX-License-Identifier: BSL-1.0
/// \file
/// All codecs as input of chains on every policy, the device included: the bits of the same chain over
/// the decoded table.

#include <smelt/codecs.hpp>

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/pack.hpp>
#include <smelt/smelt.hpp>
#include <support/on_device.hpp>
#include <support/tables.hpp>

using namespace smelt;
using namespace smelt_test;

namespace {

/// Decimals of one digit, whole numbers and numbers of any kind, some missing.
table<float> some_of_each(smelt::index rows, smelt::index cols) {
  auto x = noise<float>(rows, cols, 9, 1);
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < cols; ++c) {
      float& v = x(r, c);
      if (missing(v) || c % 3 == 2) continue;
      v = static_cast<float>(static_cast<double>((r * 37 + c * 11) % 401 - 77) / (c % 3 == 0 ? 1.0 : 10.0));
    }
  return x;
}

/// The rows of a view, decoded.
template <class View>
auto decoded(const View& x) {
  table<typename View::value_type> made(x.rows(), x.cols());
  for (smelt::index r = 0; r < x.rows(); ++r)
    for (smelt::index c = 0; c < x.cols(); ++c) made(r, c) = x(r, c);
  return made;
}

/// A chain over a view on the host, over its copy on the device, and over the decoded table.
template <class Chain, class Data, class Plain>
void check_chain(const Chain& chain, const Data& data, const Plain& plain) {
  const auto f = fit(on::seq, chain, plain);
  CHECK(fit(on::seq, chain, data) == f);
  CHECK(fit(on::eigen, chain, data) == f);
  const auto there = to_device(on_device(), data);
  CHECK(fit(on_device(), chain, there.view()) == f);
  const auto expected = transform(on::seq, f, plain);
  CHECK(difference(transform(on::seq, f, data), expected) == "");
  CHECK(difference(transform(on::eigen, f, data), expected) == "");
  const auto made = transform(on_device(), f, there.view());
  CHECK(difference(to_host(on_device(), made), expected) == "");
}

/// Codes on a host and on the device are those of these results.
template <class Codes>
void check_codes(const affine_table<std::int8_t>& x, const Codes& there, const table<double>& right) {
  smelt::index wrong = 0;
  for (smelt::index r = 0; r < right.rows(); ++r)
    for (smelt::index c = 0; c < right.cols(); ++c) {
      const std::int8_t code = x.view().code(c, right(r, c));
      wrong += x.view().codes()(r, c) != code || there(r, c) != code;
    }
  CHECK(wrong == 0);
}

template <class Data>
void check_chains(const Data& data) {
  const auto plain = decoded(as_view(data));
  check_chain(fill::constant(0.5) | standardize() | clip(-2, 2), data, plain);
  check_chain(clean(drop::at_least(2)) | standardize() | normalize(l2), data, plain);
}

}  // namespace

TEST_CASE("packed rows") {
  for (smelt::index cols : {1, 7, 13, 40}) {
    CAPTURE(cols);
    const auto x = some_of_each(1500, cols);
    const auto packed = pack(on::eigen, x, in_bits{13});
    check_chains(packed);
    // Rows keep their numbers in the source.
    check_chain(fill::constant(0.5) | standardize(), packed.row_range(301, 1400),
                decoded(packed.view()).row_range(301, 1400));
  }
}
TEST_CASE("quantized rows") {
  const auto x = some_of_each(1500, 13);
  const auto codes = quantize<std::int8_t>(on::eigen, x);
  check_chains(std::as_const(codes));
  check_chain(fill::constant(0.5) | standardize(), codes.row_range(301, 1400),
              decoded(codes.row_range(0, 1500)).row_range(301, 1400));
}
TEST_CASE("columns with null bits, of floats and of integers") {
  const auto x = some_of_each(1500, 13);
  auto check = [&](auto zero) {
    nullable_table<decltype(zero)> columns(1500, 13);
    transform(on::seq, fit(on::seq, clip(-1e9, 1e9), x), x, columns);
    check_chains(std::as_const(columns));
    check_chain(fill::constant(0.5) | standardize(), columns.row_range(301, 1400),
                decoded(columns.row_range(0, 1500)).row_range(301, 1400));
  };
  check(0.0f);
  check(std::int16_t{});
}
TEST_CASE("written quantized: the codes of the results") {
  const auto x = some_of_each(1500, 13);
  for (const bool drops : {false, true}) {
    auto check = [&](const auto& chain) {
      const auto f = fit(on::seq, chain, x);
      const auto right = transform<double>(on::seq, f, x);
      auto made = [] {
        return affine_table<std::int8_t>(1500, std::vector<double>(13, 0.02), std::vector<double>(13, 3.0));
      };
      auto a = made();
      auto b = made();
      CHECK(transform(on::seq, f, x, a.view()) == right.rows());
      CHECK(transform(on::eigen, f, x, b.view()) == right.rows());
      const auto there = to_device(on_device(), x);
      auto codes = on_device().make_table<std::int8_t>(1500, 13);
      const std::vector<double> scale(13, 0.02);
      const std::vector<double> zero(13, 3.0);
      transform(on_device(), f, there.view(),
                affine_view<std::int8_t, device>(codes.view(), scale.data(), zero.data()));
      check_codes(a, to_host(on_device(), codes), right);
      check_codes(b, to_host(on_device(), codes), right);
    };
    if (drops)
      check(clean(drop::at_least(2)) | standardize());
    else
      check(fill::constant(0.5) | standardize() | clip(-2, 2));
  }
}
TEST_CASE("small floats") {
  auto rounded = [](auto zero) {
    const auto x = some_of_each(300, 9);
    table<decltype(zero)> made(300, 9);
    for (smelt::index i = 0; i < 2700; ++i) made.data()[i] = decltype(zero)(double{x.data()[i]});
    return made;
  };
  check_chains(rounded(f16(0.0)));
  check_chains(rounded(f8_e4m3(0.0)));
}
