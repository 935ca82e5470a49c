// SPDX-License-Identifier: BSL-1.0
/// \file
/// Packed rows written by a chain: the bits of packing its table, on every policy and any number of threads,
/// and what has no code, by its place.

#include <smelt/codecs/packed_output.hpp>

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/pack.hpp>
#include <smelt/smelt.hpp>
#include <support/tables.hpp>

#include <cstring>
#include <utility>

using namespace smelt;
using namespace smelt_test;

namespace {

template <class T>
bool same_packed(const packed_table<T>& a, const packed_table<T>& b) {
  return a.rows() == b.rows() && a.bytes() == b.bytes() && a.stored_columns() == b.stored_columns() &&
         std::memcmp(a.words(), b.words(), static_cast<std::size_t>((a.bytes() + 3) / 4 * 4 + 8)) == 0;
}

/// By every policy, into an output that has had other rows before.
template <class Fitted, class Data>
void check(const Fitted& f, const Data& x, const packing<float>& frame, const packed_table<float>& right) {
  workers pool{3};
  const auto by = [&](const auto& policy) {
    packed_output<float> out(frame, x.rows());
    const auto rows = transform(policy, f, x, out);
    CHECK(rows == right.rows());
    CHECK(same_bits(out.view()(0, 0), right.view()(0, 0)));
    CHECK(same_packed(std::move(out).rows_written(rows), right));
  };
  by(on::seq);
  by(on::eigen);
  by(on::eigen.on(pool));
}

template <class Chain, class How>
void check_chain(const Chain& chain, const table<float>& x, How how) {
  const auto f = fit(on::seq, chain, x);
  const auto y = transform(on::seq, f, x);
  const auto frame = survey(on::seq, y, how);
  check(f, x, frame, pack(on::seq, y, frame));
}

}  // namespace

TEST_CASE("what a chain writes is its table, packed") {
  for (const smelt::index cols : {1, 5, 8, 19}) {  // rows of 3, 13, 20 and 48 bytes: of no words
    CAPTURE(cols);
    const auto x = noise<float>(3001, cols, 9);
    check_chain(standardize(), x, in_bits{cols == 8 ? 20 : 21});
    check_chain(clean(drop::any) | normalize(min_max{-1, 1}), x, within{1e-3});
  }
  const auto whole = noise<std::int32_t>(1000, 3);
  table<float> same(1000, 3, {"a", "b", "c"});
  for (smelt::index k = 0; k < 3000; ++k) same.data()[k] = static_cast<float>(whole.data()[k]);
  check_chain(clip(-100, 100), same, exactly{});
}

TEST_CASE("a frame that is given, and the names of its columns") {
  packing<float>::column tenths;
  tenths.stored = {.bits = 7, .base = 9.0, .divisor = 10.0, .missing = 0};  // 1 to 13.6
  tenths.exact = true;
  packed_output<float> out(packing<float>({tenths, tenths}, 0, {"low", "high"}), 4);
  const auto x = rows<float>({{1, 2}, {3.5f, gone}, {12.7f, 13.6f}}, {"low", "high"});
  const auto f = fit(on::seq, clip(0, 100), x);
  CHECK(transform(on::eigen, f, x, out) == 3);
  const auto made = std::move(out).rows_written(3);
  CHECK(made.names()[1] == "high");
  CHECK(made.bytes_per_row() == 2);
  CHECK(difference(transform<float>(on::seq, f, made), transform<float>(on::seq, f, x)) == "");
  CHECK_THROWS_AS(packed_table<float>(made).shrink(4), shape_error);
}

TEST_CASE("values without a code are an error, with the first of them") {
  const auto narrow = survey(on::seq, noise<float>(9000, 3), in_bits{8});
  auto x = noise<float>(9000, 3);
  for (const smelt::index r : {8999, 5000, 7000}) x(r, 2) = 100;
  const auto f = fit(on::seq, clip(-1000, 1000), x);
  workers pool{3};
  const auto said = [&](const auto& policy, auto& out) -> std::string {
    return transform(std::nothrow, policy, f, x, out).what();
  };
  const std::string text = "the value in row 5000, column 2 of the output is not among those that its packing "
                           "was surveyed for, or given";
  packed_output<float> out(narrow, 9000);
  x(17, 1) = gone;  // for which there is no code either
  const std::string gap = "the value in row 17, column 1 of the output is not among those that its packing was "
                          "surveyed for, or given";
  CHECK(said(on::seq, out) == gap);
  CHECK(said(on::eigen, out) == gap);
  x(17, 1) = x(16, 1);
  CHECK(said(on::seq, out) == text);
  CHECK(said(on::eigen.on(pool), out) == text);
  CHECK_THROWS_WITH_AS(transform(on::eigen, f, x, out), text.c_str(), value_error);
  for (const smelt::index r : {8999, 5000, 7000}) x(r, 2) = x(0, 2);
  CHECK(said(on::eigen, out) == "");  // what was refused is forgotten
  packed_output<float> narrower(narrow, 8999);
  CHECK_THROWS_AS(transform(on::eigen, f, x, narrower), shape_error);
}

TEST_CASE("the inverse into packed rows") {
  const auto x = noise<float>(700, 3);
  const auto f = fit(on::seq, normalize(min_max{0, 1}), x);
  const auto y = transform(on::seq, f, x);
  const auto frame = survey(on::seq, inverse(on::seq, f, y), in_bits{16});
  packed_output<float> out(frame, 700);
  CHECK(inverse(on::eigen, f, y, out) == 700);
  CHECK(same_packed(std::move(out).rows_written(700), pack(on::seq, inverse(on::seq, f, y), frame)));
  packed_output<float> small(survey(on::seq, y, in_bits{16}), 700);
  CHECK_THROWS_AS(inverse(on::eigen, f, y, small), value_error);
}
