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
