// SPDX-License-Identifier: BSL-1.0
/// \file
/// Columns with null bits: what is read, what a chain writes on every policy, and what it leaves alone.

#include <smelt/codecs/nullable.hpp>

#include <doctest/doctest.h>

#include <smelt/codecs/f8.hpp>
#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#if SMELT_TESTS_ON_DEVICE  // half of what this program costs to compile
#include <support/on_device.hpp>
#endif
#include <support/tables.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

using namespace smelt;
using namespace smelt_test;

namespace {

using bytes = std::vector<std::uint8_t>;

/// Values and bitmaps of a test's own memory, full of one pattern, in which a view begins at some row.
template <class T>
struct memory {
  smelt::index rows, cols, first, apart, stride;
  std::vector<T> values;
  bytes bits;

  memory(smelt::index rows_, smelt::index cols_, smelt::index first_, unsigned char pattern)
      : rows(rows_), cols(cols_), first(first_), apart(rows + first + 3), stride((rows + first + 7) / 8 + 1),
        values(static_cast<std::size_t>(apart * cols)), bits(static_cast<std::size_t>(stride * cols), pattern) {
    if (!values.empty()) std::memset(static_cast<void*>(values.data()), pattern, values.size() * sizeof(T));
  }
  nullable_view<T> view() {
    const matrix_view<T, column_major> all(values.data(), rows + first, cols, 1, apart);
    return nullable_view<T>(all, bits.data(), stride).row_range(first, first + rows);
  }
  bool bit(smelt::index at, smelt::index c) const {
    return (bits[static_cast<std::size_t>(c * stride + at / 8)] >> (at % 8) & 1) != 0;
  }
};

/// What is stored of a value that is there, by the machine's own rounding.
template <class T, class V>
T kept(const V& x) {
  if constexpr (has_missing<T>) {
    return x;
  } else {
    const double whole = std::nearbyint(x);
    if (whole < static_cast<double>(std::numeric_limits<T>::lowest())) return std::numeric_limits<T>::lowest();
    if (whole >= static_cast<double>(std::numeric_limits<T>::max())) return std::numeric_limits<T>::max();
    return static_cast<T>(whole);
  }
}

/// Differences of memory from what these rows make of it, written from row `at` of the view on: all of its
/// bits and values, those of no row too.
template <class T, class V>
smelt::index wrong_in(const memory<T>& found, const memory<T>& before, const table<V>& right,
                      smelt::index at = 0) {
  memory<T> made = before;
  for (smelt::index c = 0; c < right.cols(); ++c)
    for (smelt::index r = 0; r < right.rows(); ++r) {
      const smelt::index row = made.first + at + r;
      const bool there = !missing(static_cast<double>(right(r, c)));
      made.values[static_cast<std::size_t>(c * made.apart + row)] =
          there || has_missing<T> ? kept<T>(right(r, c)) : T{};
      auto& byte = made.bits[static_cast<std::size_t>(c * made.stride + row / 8)];
      byte = static_cast<std::uint8_t>((byte & ~(1u << (row % 8))) | (there ? 1u << (row % 8) : 0u));
    }
  smelt::index wrong = 0;
  for (std::size_t k = 0; k < made.bits.size(); ++k) wrong += found.bits[k] != made.bits[k];
  for (std::size_t k = 0; k < made.values.size(); ++k)
    wrong += std::memcmp(&found.values[k], &made.values[k], sizeof(T)) != 0;
  return wrong;
}

/// A chain into columns with null bits, on every policy: its table, bit by bit, and nothing beside it.
template <class T, class Fitted, class Data>
void check(const Fitted& f, const Data& x, smelt::index first = 0) {
  using value = typename nullable_view<T>::value_type;
  CAPTURE(first);
  const auto right = transform<value>(on::seq, f, x);
  workers pool{3};
  auto by = [&](const auto& policy, unsigned char pattern) {
    const memory<T> before(as_view(x).rows(), f.cols_out(), first, pattern);
    memory<T> out = before;
    REQUIRE(transform(policy, f, x, out.view()) == right.rows());
    CHECK(wrong_in(out, before, right) == 0);
  };
  by(on::seq, 0xff);
  by(on::eigen.alone(), 0x3c);
  by(on::eigen.on(pool), 0xff);
}

const auto values_chain = clip(-2.5, 3) | standardize();

}  // namespace

TEST_CASE("what is read: where a bit is 1, the value") {
  memory<float> m(40, 3, 5, 0);
  for (smelt::index c = 0; c < 3; ++c)
    for (smelt::index r = 0; r < 45; ++r) {
      m.values[static_cast<std::size_t>(c * m.apart + r)] = static_cast<float>(100 * c + r);
      if ((r * 7 + c) % 3 != 0) m.bits[static_cast<std::size_t>(c * m.stride + r / 8)] |= static_cast<std::uint8_t>(1 << r % 8);
    }
  m.values[6] = missing_value<float>;  // there, and missing
  const auto check_part = [&](const nullable_view<const float>& x, smelt::index from, smelt::index column) {
    smelt::index wrong = 0;
    auto right = [&](smelt::index r, smelt::index c) {
      const smelt::index row = from + r;
      return m.bit(row, column + c) ? m.values[static_cast<std::size_t>((column + c) * m.apart + row)]
                                    : missing_value<float>;
    };
    std::vector<float> near(static_cast<std::size_t>(x.rows() * x.cols()) + 1, -7.0f);
    std::vector<smelt::index> numbers;
    for (smelt::index r = 0; r < x.rows(); ++r) numbers.push_back(r);
    for (int turn = 0; turn < 2; ++turn) {  // in order, and from the last on
      read_rows(x, static_cast<const smelt::index*>(numbers.data()), x.rows(), near.data());
      for (smelt::index r = 0; r < x.rows(); ++r)
        for (smelt::index c = 0; c < x.cols(); ++c) {
          const smelt::index row = numbers[static_cast<std::size_t>(r)];
          wrong += !same_bits(x(r, c), right(r, c));
          wrong += !same_bits(near[static_cast<std::size_t>(r * x.cols() + c)], right(row, c));
        }
      std::reverse(numbers.begin(), numbers.end());
    }
    CHECK(near.back() == -7.0f);
    CHECK(wrong == 0);
  };
  const nullable_view<const float> x = m.view();
  CHECK(x.first_bit() == 5);
  CHECK(missing(x(1, 0)));
  check_part(x, 5, 0);
  for (smelt::index from = 0; from <= 9; ++from) {
    CAPTURE(from);
    for (smelt::index n : {0, 1, 3, 8, 15, 30}) check_part(x.row_range(from, from + n), 5 + from, 0);
    check_part(x.row_range(from, 40).columns(1, 3), 5 + from, 1);
  }
  const std::vector<std::string> names{"a", "b", "c"};
  CHECK(x.named(names).columns(1, 3).names()[0] == "b");
  CHECK(x.row_range(7, 9).first_row() == 12);
  CHECK(x.total_rows() == 45);
}

TEST_CASE("rows are written where they belong, and nothing of their neighbours") {
  const auto from = noise<float>(30, 4, 3);
  for (const int full_of : {0x00, 0xff, 0x3c})
    for (smelt::index first = 0; first <= 9; ++first)
      for (smelt::index at : {0, 1, 6, 8})
        for (smelt::index n : {0, 1, 2, 7, 8, 9, 17, 22}) {
          const memory<float> before(30, 4, first, static_cast<unsigned char>(full_of));
          memory<float> m = before;
          write_rows(m.view(), at, n, from.data());
          table<float> rows(n, 4);
          std::copy_n(from.data(), n * 4, rows.data());
          REQUIRE(wrong_in(m, before, rows, at) == 0);
          memory<float> one_by_one = before;
          for (smelt::index r = 0; r < n; ++r)
            for (smelt::index c = 0; c < 4; ++c) one_by_one.view().put(at + r, c, from(r, c));
          REQUIRE(wrong_in(one_by_one, before, rows, at) == 0);
        }
}

TEST_CASE("what a chain writes is its table, with a bit for each value") {
  for (smelt::index cols : {1, 3, 8, 13}) {
    for (smelt::index rows : {1, 7, 8, 9, 63, 64, 65, 1023, 1025}) {
      CAPTURE(rows);
      CAPTURE(cols);
      const auto x = noise<float>(rows, cols, 5);
      const auto f = fit(on::seq, values_chain, x);
      check<float>(f, x);
      check<std::int16_t>(f, x, 3);
    }
    CAPTURE(cols);
    const auto x = noise<float>(9000, cols, 5);  // several tasks
    const auto by_column = laid_out<column_major>(x);
    const auto f = fit(on::seq, values_chain, x);
    for (smelt::index first = 0; first <= 9; ++first) check<float>(f, by_column, first);
    check<f8_e4m3>(f, by_column, 2);
    check<std::int64_t>(f, x, 4);
    check<std::uint8_t>(f, by_column, 7);
    check<float>(fit(on::seq, clean(drop::at_least(cols)) | standardize(), x), x, 3);
    check<std::uint8_t>(fit(on::seq, clean(drop::at_least(cols)) | standardize(), x), x);
    check<float>(fit(on::seq, fill::mean | normalize(l2), x), x, 6);
    check<float>(fit(on::seq, standardize() | sample(shuffled{seed{7}}), x), x, 1);
    if (cols > 1) check<float>(fit(on::seq, drop::columns({0}) | standardize(), x), x, 3);
  }
  const auto none = noise<float>(0, 3);
  check<float>(fit(on::seq, clip(0, 1), noise<float>(5, 3)), none, 3);
}

TEST_CASE("all missing, none missing") {
  auto x = noise<float>(500, 3);
  const auto f = fit(on::seq, standardize(), x);
  check<float>(f, x);
  check<std::uint16_t>(f, x, 3);
  std::fill_n(x.data(), 1500, missing_value<float>);
  check<float>(f, x);
  check<std::uint16_t>(f, x, 3);
}

TEST_CASE("integers that are missing come back missing, and others whole") {
  const auto x = rows<double>({{-0.5, 1e9}, {gone, 127.5}, {0.5, -1e9}, {1.5, gone}, {2.5, -128.5}});
  const auto f = fit(on::seq, clip(-1e10, 1e10), x);
  memory<std::int8_t> m(5, 2, 0, 0);
  transform(on::eigen, f, x, m.view());
  CHECK(difference(transform(on::seq, f, m.view()),
                   {{0, 127}, {gone, 127}, {0, -128}, {2, gone}, {2, -128}}) == "");
  CHECK(m.values[1] == 0);
  // An infinity that is refused is missing in the output, as in a table.
  auto y = x;
  y(2, 0) = endless;
  CHECK(thrown_by([&] { transform(on::eigen, f, y, m.view()); }).find("1 infinite value(s)") != std::string::npos);
  CHECK_FALSE(m.view().present(2, 0));
}

TEST_CASE("as data: fits, parts, batches and samples are those of the table") {
  const auto x = noise<float>(3000, 5, 4);
  memory<float> m(3000, 5, 3, 0xff);
  write_rows(m.view(), 0, 3000, x.data());
  const nullable_view<const float> data = m.view();
  const auto chain = clean(drop::at_least(3)) | fill::mean | standardize();
  const auto plain = matrix_view<const float>(x.data(), 3000, 5);
  const auto f = fit(on::seq, chain, data.row_range(0, 3000));
  const auto right = fit(on::seq, chain, plain);
  CHECK(difference(transform(on::seq, f, data), transform(on::seq, right, plain)) == "");
  CHECK(fit(on::eigen, chain, data) == f);
  CHECK(difference(transform(on::eigen, f, data), transform(on::seq, f, plain)) == "");
  auto on_parts = [&](const auto& d) {
    const auto parts = split<struct nullable_split>(d, {.train = 0.7, .test = 0.3}, seed{3});
    const auto g = fit(on::eigen, chain | sample(take{500, seed{1}}), parts.train);
    return transform(on::eigen, g, parts.test);
  };
  CHECK(difference(on_parts(data), on_parts(plain)) == "");
}

TEST_CASE("in place, and back by the inverse, where threads have bits of one byte") {
  const auto x = noise<float>(5000, 3, 4);
  const auto f = fit(on::seq, standardize(), x);
  const auto right = transform(on::seq, f, x);
  const auto undone = inverse(on::seq, f, right);
  workers pool{3};
  auto in_its_place = [&](const auto& policy) {
    memory<float> m(5000, 3, 3, 0xff);
    write_rows(m.view(), 0, 5000, x.data());
    const memory<float> before = m;
    transform(policy, f, in_place(m.view()));
    CHECK(wrong_in(m, before, right) == 0);
    inverse(policy, f, in_place(m.view()));
    CHECK(wrong_in(m, before, undone) == 0);
  };
  in_its_place(on::seq);
  in_its_place(on::eigen);
  in_its_place(on::eigen.on(pool));
  memory<std::int32_t> whole(5000, 3, 1, 0);
  const memory<std::int32_t> before = whole;
  CHECK(inverse(on::eigen.on(pool), f, right, whole.view()) == 5000);
  CHECK(wrong_in(whole, before, inverse<double>(on::seq, f, right)) == 0);
}

TEST_CASE("outputs that overlap their input, or do not fit") {
  memory<float> m(40, 2, 0, 0xff);
  const auto x = m.view();
  const auto f = fit(on::seq, clip(0, 1), noise<float>(9, 2));
  const auto refused = [&](const auto& from, const auto& to) {
    return thrown_by([&] { transform(on::eigen, f, from, to); });
  };
  const std::string overlaps = "the output overlaps the input; give other memory, or the input itself to a chain "
                               "that keeps every row and column in its place";
  CHECK(refused(x.row_range(0, 20), x.row_range(1, 21)) == overlaps);
  CHECK(refused(x.values(), x) == overlaps);
  CHECK(refused(x, x.values()) == overlaps);
  memory<float> other(40, 2, 0, 0xff);  // other values, the same bits
  CHECK(refused(x, nullable_view<float>(other.view().values(), m.bits.data(), m.stride)) == overlaps);
  column_set set(40);
  set.add(column_view<const float>(other.values.data(), 40), "", m.bits.data());
  set.add(column_view<const float>(other.values.data(), 40), "");
  CHECK(refused(set, x) == overlaps);
  CHECK(refused(x, other.view()) == "");
  CHECK(refused(x, other.view().row_range(0, 39)) == "up to 40 rows come out, the output has 39");
  CHECK(refused(x, memory<float>(40, 3, 0, 0).view()) == "the chain writes 2 columns, the output has 3");
}

TEST_CASE("bitmaps that are too short, or begin nowhere") {
  float values[20] = {};
  std::uint8_t bits[4] = {};
  const matrix_view<float, column_major> two(values, 10, 2);
  CHECK(thrown_by([&] { nullable_view<float>(two, bits, 1); }) ==
        "bitmaps that begin 1 bytes apart have no room for bits 0 to 0 + 10");
  CHECK(thrown_by([&] { nullable_view<float>(two, bits, 2, 7); }) ==
        "bitmaps that begin 2 bytes apart have no room for bits 7 to 7 + 10");
  CHECK(thrown_by([&] { nullable_view<float>(two, bits, 2, 6); }) == "");
  CHECK(thrown_by([&] { nullable_view<float>(two, bits, 2, -1); }) == "validity bits cannot begin at bit -1");
  const matrix_view<float, column_major, device> there(values, 10, 2);
  CHECK(thrown_by([&] { nullable_view<float, device>(there, bits, 2); }) ==
        "a device writes null bits in words: bitmaps must begin at multiples of 4 bytes");
}

TEST_CASE("copied: the same rows of other memory, with their numbers") {
  memory<std::int16_t> m(60, 3, 5, 0);
  write_rows(m.view(), 0, 60, noise<double>(60, 3, 3).data());
  const auto part = m.view().row_range(9, 50).columns(1, 3);
  std::vector<std::vector<std::byte>> copies;
  const auto made = part.copied<device>([&]<class T>(const T* first, smelt::index count) {
    auto& block = copies.emplace_back(static_cast<std::size_t>(count) * sizeof(T));
    std::memcpy(block.data(), first, block.size());
    return reinterpret_cast<const T*>(block.data());
  });
  CHECK(copies[0].size() == static_cast<std::size_t>(2 * (m.apart + 41)));
  CHECK(made.rows() == 41);
  CHECK(made.first_row() == 14);
  CHECK(made.total_rows() == 55);
  smelt::index wrong = 0;
  for (smelt::index r = 0; r < 41; ++r)
    for (smelt::index c = 0; c < 2; ++c) wrong += !same_bits(made(r, c), part(r, c));
  CHECK(wrong == 0);
  for (const auto& nothing : {m.view().row_range(9, 9), m.view().columns(1, 1)})
    nothing.copied<device>([&]<class T>(const T* first, smelt::index count) {
      CHECK(count == 0);
      return first;
    });
}

#if SMELT_TESTS_ON_DEVICE
TEST_CASE("on a device, each bit by an atomic of its own") {
  const auto x = noise<float>(300, 5, 4);
  // One that watches for races, and one that is quick.
  const smelt::cuda_policy<emulated_runtime> watching(emulated_runtime({.watch = true, .processors = 2}), 32);
  auto check_on = [&](const auto& policy, const auto& chain, const auto& data, auto zero, smelt::index first) {
    using element = decltype(zero);
    using value = typename nullable_view<element>::value_type;
    const auto f = fit(on::seq, chain, data);
    const auto right = transform<value>(on::seq, f, data);
    memory<element> before(data.rows(), f.cols_out(), first, 0xff);
    before.stride = (before.stride + 3) / 4 * 4;
    before.bits.assign(static_cast<std::size_t>(before.stride * before.cols), 0x3c);
    const auto values = to_device(policy, before.values);
    const auto bits = to_device(policy, before.bits);
    const auto there = to_device(policy, data);
    const matrix_view<element, column_major, device> all(
        const_cast<element*>(values.data()), before.rows + first, before.cols, 1, before.apart);
    static_cast<void>(transform(policy, f, there.view(),
                                nullable_view<element, device>(all, const_cast<std::uint8_t*>(bits.data()), before.stride)
                                    .row_range(first, first + before.rows)));
    memory<element> found = before;
    const auto values_back = to_host(policy, values);
    const auto bits_back = to_host(policy, bits);
    std::copy_n(values_back.data(), found.values.size(), found.values.data());
    std::copy_n(bits_back.data(), found.bits.size(), found.bits.data());
    CHECK(wrong_in(found, before, right) == 0);
  };
  auto check_all = [&](const auto& policy) {
    check_on(policy, values_chain, x, 0.0f, 0);
    check_on(policy, values_chain, laid_out<column_major>(x), std::int16_t{}, 3);
    check_on(policy, clean(drop::at_least(4)) | standardize(), x, 0.0f, 1);
    check_on(policy, fill::mean | normalize(l2), x, 0.0, 9);
  };
  check_all(watching);
  check_all(on_device());
}
#endif
