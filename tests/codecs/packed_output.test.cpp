// SPDX-License-Identifier: BSL-1.0
/// \file
/// Packed rows written by a chain: the bits of packing its table, on every policy and any number of threads,
/// and what has no code, by its place.

#include <smelt/codecs/packed_output.hpp>

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/pack.hpp>
#include <smelt/smelt.hpp>
#if SMELT_TESTS_ON_DEVICE  // half of what this program costs to compile
#include <support/on_device.hpp>
#endif
#include <support/tables.hpp>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory_resource>
#include <new>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

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

TEST_CASE("memory of a policy") {
  const auto x = noise<float>(30, 3);
  const auto frame = survey(on::seq, x, in_bits{9});
  packed_output out(on::eigen, frame, 30);
  static_assert(std::is_same_v<decltype(out), packed_output<float>>);
  transform(on::eigen, fit(on::seq, clip(-1000, 1000), x), x, out);
  CHECK(same_packed(std::move(out).rows_written(30), pack(on::seq, x, frame)));
  const auto none = on::eigen.memory(*std::pmr::null_memory_resource());
  CHECK_THROWS_AS(packed_output(none, frame, 30), std::bad_alloc);
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

namespace {
/// Columns of whole numbers, tenths and steps whose codes have `bits(c)` bits; every third has missing ones.
template <class T, class Bits>
packing<T> frame_of(smelt::index cols, const Bits& bits) {
  std::vector<typename packing<T>::column> columns(static_cast<std::size_t>(cols));
  for (smelt::index c = 0; c < cols; ++c) {
    auto& [stored, worst, exact] = columns[static_cast<std::size_t>(c)];
    stored.bits = static_cast<std::uint32_t>(bits(c));
    stored.base = c % 2 == 0 ? -3.0 : 5.0;
    if (c % 4 == 1) stored.divisor = 10.0;
    if (c % 4 == 2) stored.factor = 0.1875;
    if (c % 3 == 0) stored.missing = 0;
    exact = c % 4 != 2 && stored.bits <= 20;  // what a float holds
  }
  return {std::move(columns), 0, {}};
}
/// Rows of a frame's values, and gaps where it has a code for them.
template <class T>
table<T> some_of(const packing<T>& frame, smelt::index rows) {
  table<T> x(rows, static_cast<smelt::index>(frame.columns().size()));
  std::uint64_t state = 7;
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < x.cols(); ++c) {
      const packed_column& stored = frame.columns()[static_cast<std::size_t>(c)].stored;
      state = state * 6364136223846793005u + 1442695040888963407u;
      // No further than floats go: one more than the last code rounds to it.
      std::uint64_t code = (r % 5 == 0 ? stored.mask() : state >> 32) & stored.mask();
      if (stored.bits > 24) code &= ~std::uint64_t{0x3ff};
      x(r, c) = static_cast<T>(stored.value(code));
    }
  return x;
}
}  // namespace

TEST_CASE("codes of every width, from every bit of a byte on") {
  for (smelt::index cols : {1, 3, 65})
    for (smelt::index turn : {0, 1, 5, 11, 23}) {
      CAPTURE(cols);
      CAPTURE(turn);
      const auto frame = frame_of<float>(cols, [&](smelt::index c) { return (c * 7 + turn) % 32 + 1; });
      const auto x = some_of(frame, 33);
      check(fit(on::seq, clip(-1e300, 1e300), x), x, frame, pack(on::seq, x, frame));
    }
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

#if SMELT_TESTS_ON_DEVICE
namespace {

/// One that watches for races; its warps are those of a device.
const smelt::cuda_policy<emulated_runtime>& watching() {
  static const smelt::cuda_policy<emulated_runtime> policy(emulated_runtime({.watch = true, .processors = 2}), 32);
  return policy;
}

/// Into the memory of a device, where all bits were 1, and what the host writes.
template <class Policy, class Fitted, class T>
void check_there(const Policy& policy, const Fitted& f, const table<T>& x, const packing<T>& frame) {
  CAPTURE(x.rows());
  CAPTURE(x.cols());
  packed_output<T> here(frame, x.rows());
  const auto rows = transform(on::seq, f, x, here);
  const auto right = std::move(here).rows_written(rows);
  const auto there = to_device(policy, x);
  packed_output out(policy, frame, x.rows());
  const auto back = [&](smelt::index first) {
    return to_host(policy, out.view().row_range(first, right.rows()));
  };
  const std::vector<unsigned char> ones(static_cast<std::size_t>(x.rows() * frame.bytes_per_row()), 0xff);
  policy.runtime().copy(const_cast<detail::packed_word*>(out.view().words()), ones.data(), ones.size());
  CHECK(smelt::index{transform(policy, f, there, out)} == rows);
  CHECK(same_packed(back(0), right));
  if (rows > 1) CHECK(same_packed(back(1), to_host(policy, to_device(policy, right.row_range(1, rows)))));
  const auto whole = std::move(out).rows_written(x.rows());
  auto shorter = whole;
  shorter.shrink(rows);
  CHECK(same_packed(shorter, right));
  // Behind the last row there is nothing.
  for (smelt::index k = right.bytes(); k < whole.bytes(); ++k)
    REQUIRE(reinterpret_cast<const unsigned char*>(whole.words())[k] == 0);
}

}  // namespace

TEST_CASE("on a device: codes of every width, from every bit on, of any number of columns and rows") {
  const auto widths = [](smelt::index turn) { return [=](smelt::index c) { return (c * 7 + turn) % 32 + 1; }; };
  const auto one = [&](const auto& policy, smelt::index rows, smelt::index cols, smelt::index turn, auto zero) {
    const auto frame = frame_of<decltype(zero)>(cols, widths(turn));
    const auto x = some_of(frame, rows);
    check_there(policy, fit(on::seq, clip(-1e300, 1e300), x), x, frame);
  };
  for (smelt::index turn = 0; turn < 32; ++turn) one(watching(), 5, 8, turn, 0.0f);
  for (smelt::index rows : {0, 1, 31, 33})
    for (smelt::index cols : {1, 3, 13, 65}) one(watching(), rows, cols, rows + cols, 0.0);
  for (smelt::index cols : {1, 3, 8, 13, 65}) one(on_device(), 1000, cols, cols, 0.0f);
  one(on_device(), 3, 9000, 3, 0.0f);  // rows too wide for shared memory
}

TEST_CASE("on a device: chains of all kinds into packed rows") {
  const auto chains = [](const auto& policy, smelt::index rows, smelt::index cols) {
    const auto x = noise<float>(rows, cols, 9);
    const auto one = [&](const auto& chain, auto how) {
      const auto f = fit(on::seq, chain, x);
      check_there(policy, f, x, survey(on::seq, transform(on::seq, f, x), how));
    };
    one(standardize(), in_bits{13});
    one(clean(drop::any) | normalize(min_max{-1, 1}), within{1e-3});
    one(fill::mean | normalize(l2), in_bits{11});
    if (cols > 1) one(drop::columns({0}) | standardize() | sample(shuffled{seed{7}}), in_bits{9});
  };
  chains(watching(), 97, 5);
  chains(on_device(), 1000, 13);
}

TEST_CASE("on a device: packed rows are the data of the next pass, and go back by the inverse") {
  const auto& policy = on_device();
  const auto x = noise<float>(300, 5, 9);
  const auto f = fit(on::seq, clean(drop::any) | standardize(), x);
  const auto y = transform(on::seq, f, x);
  const auto frame = survey(on::seq, y, in_bits{12});
  const auto packed = pack(on::seq, y, frame);
  packed_output out(policy, frame, 300);
  const auto rows = transform(policy, f, to_device(policy, x), out);
  const auto next = fit(policy, standardize(), out.view().row_range(0, rows));
  CHECK(next == fit(on::seq, standardize(), packed));
  CHECK(difference(to_host(policy, transform(policy, next, out.view().row_range(0, rows))),
                   transform(on::seq, next, packed)) == "");
  const auto scaled = fit(on::seq, standardize(), packed);
  const auto undone = inverse(on::seq, scaled, packed);
  const auto wider = survey(on::seq, undone, in_bits{17});
  packed_output again(policy, wider, 300);
  CHECK(inverse(policy, scaled, out.view().row_range(0, rows), again) == packed.rows());
  CHECK(same_packed(std::move(again).rows_written(packed.rows()), pack(on::seq, undone, wider)));
  CHECK(thrown_by([&] { transform(policy, next, out.view().row_range(0, 9), out); }).find("overlaps") !=
        std::string::npos);
}

TEST_CASE("on a device: values without a code, by the first of them, when it is asked") {
  const auto& policy = watching();
  const auto narrow = survey(on::seq, noise<float>(900, 3), in_bits{8});
  auto x = noise<float>(900, 3);
  const auto f = fit(on::seq, clip(-1000, 1000), x);
  const auto said_of = [&](const auto& g, auto& out) -> std::string {
    const std::string host = thrown_by([&] {
      packed_output<float> here(narrow, 900);
      transform(on::seq, g, x, here);
    });
    static_cast<void>(transform(policy, g, to_device(policy, x), out));
    const status found = check(std::nothrow, policy);
    CHECK(found.ok() == host.empty());
    CHECK(std::string(found.what()) == host);
    CHECK(check(std::nothrow, policy).ok());  // it is told once
    return host;
  };
  packed_output out(policy, narrow, 900);
  CHECK(said_of(f, out) == "");
  for (const smelt::index r : {899, 500, 700}) x(r, 2) = 100;
  x(500, 1) = -100;
  const std::string first = "the value in row 500, column 1 of the output is not among those that its packing was "
                            "surveyed for, or given";
  CHECK(said_of(f, out) == first);
  x(17, 1) = gone;  // for which there is no code either, where it is not dropped
  CHECK(said_of(f, out).find("row 17, column 1 ") != std::string::npos);
  const auto dropping = fit(on::seq, clean(drop::any) | clip(-1000, 1000), x);
  CHECK(said_of(dropping, out).find("row 499, column 1 ") != std::string::npos);  // of the output
  const auto fewer = fit(on::seq, drop::columns({0}) | clip(-1000, 1000), x);
  const packing<float> two({narrow.columns()[1], narrow.columns()[2]}, 0, {});
  packed_output<float> two_here(two, 900);
  CHECK(thrown_by([&] { transform(on::seq, fewer, x, two_here); }).find("row 17, column 0 ") != std::string::npos);
  packed_output two_there(policy, two, 900);
  static_cast<void>(transform(policy, fewer, to_device(policy, x), two_there));
  CHECK(thrown_by([&] { check(policy); }).find("row 17, column 0 ") != std::string::npos);
  x(3, 0) = endless;
  CHECK(said_of(f, out).find("1 infinite value(s), the first in row 3, column 0") != std::string::npos);
  static_cast<void>(transform(policy, dropping, to_device(policy, x), out));
  CHECK_THROWS_AS(std::move(out).rows_written(1), value_error);
  CHECK_THROWS_AS(transform(policy, f, to_device(policy, x), packed_output(policy, narrow, 899)), shape_error);
}
#endif
