// SPDX-License-Identifier: BSL-1.0
/// \file
/// Packed files: what was written is read, chains give the same bits, and what is cut short, changed,
/// newer or of other elements is named.

#include <smelt/read/packed.hpp>

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/pack.hpp>
#include <smelt/smelt.hpp>
#include <support/scratch.hpp>
#include <support/tables.hpp>

#include <cstring>
#include <functional>
#include <string>

using namespace smelt;
using namespace smelt_test;

namespace {

template <class T>
table<T> tenths(smelt::index rows, smelt::index cols, std::vector<std::string> names = {}) {
  table<T> x(rows, cols, std::move(names));
  for (smelt::index i = 0; i < rows * cols; ++i)
    x.data()[i] = has_missing<T> && i % 11 == 3
                      ? missing_value<T>
                      : static_cast<T>(static_cast<double>(i * 37 % 401 - 90) / (has_missing<T> ? 10 : 1));
  return x;
}

template <class T>
void check_round_trip(smelt::index rows, smelt::index cols, std::vector<std::string> names) {
  CAPTURE(rows);
  CAPTURE(cols);
  const scratch folder("packed_round_trip");
  const auto packed = pack(on::seq, tenths<T>(rows, cols, names), exactly{});
  write_packed(packed, folder.path("x"));
  CHECK(folder.count() == 1);
  for (const bool check_rows : {true, false}) {
    const auto back = map_packed<T>(folder.path("x"), {.check_rows = check_rows});
    CHECK(back.rows() == rows);
    CHECK(back.cols() == cols);
    CHECK(back.first_row() == 0);
    CHECK(back.bytes_per_row() == packed.bytes_per_row());
    CHECK(back.stored_columns() == packed.stored_columns());
    CHECK(std::vector<std::string>(back.names().begin(), back.names().end()) == names);
    for (smelt::index r = 0; r < rows; ++r)
      for (smelt::index c = 0; c < cols; ++c) {
        const T was = packed.view()(r, c);
        const T is = back.view()(r, c);
        CHECK(std::memcmp(&was, &is, sizeof was) == 0);
      }
  }
}

/// A small file with names, changed, and what is said of it; `mend`: its header's checksum is made anew.
std::string said_of(const std::function<void(std::string&)>& change, bool mend = true) {
  const scratch folder("packed_changed");
  write_packed(pack(on::seq, tenths<float>(9, 3, {"a", "bb", "ccc"}), exactly{}), folder.path("x"));
  std::string bytes = bytes_of_file(folder.path("x"));
  change(bytes);
  if (mend && bytes.size() >= 64) {
    std::uint32_t before = 0;
    std::memcpy(&before, bytes.data() + 12, 4);
    if (before <= bytes.size() && before >= 64) {
      const std::uint32_t sum =
          smelt::detail::header_sum_of(std::string_view(bytes).substr(0, before));
      std::memcpy(bytes.data() + 48, &sum, 4);
    }
  }
  write_bytes(folder.path("x"), bytes);
  std::string said = thrown_by([&] { map_packed<float>(folder.path("x")); });
  const std::string path = folder.path("x");
  if (said.rfind(path, 0) == 0) said.erase(0, path.size());
  return said;
}
template <class T>
std::function<void(std::string&)> put(std::size_t at, T value) {
  return [=](std::string& bytes) { std::memcpy(bytes.data() + at, &value, sizeof value); };
}
bool begins(const std::string& text, const char* with) { return text.rfind(with, 0) == 0; }

}  // namespace

TEST_CASE("written and mapped: every width, names or none, no rows, no columns") {
  for (smelt::index rows : {0, 1, 2, 3, 4, 5, 100})
    for (smelt::index cols : {0, 1, 3, 8}) check_round_trip<float>(rows, cols, {});
  check_round_trip<double>(50, 3, {"a", "", "a long name \xc3\xa9"});
  check_round_trip<std::int32_t>(50, 2, {"x", "y"});
  // Names that end where the rows begin, the last of them empty.
  check_round_trip<float>(9, 3, {std::string(30, 'a'), std::string(30, 'b'), ""});
}
TEST_CASE("a chain over the pages of a file gives the bits of the table") {
  const scratch folder("packed_chain");
  const auto x = tenths<float>(5000, 5);
  write_packed(pack(on::eigen, x, exactly{}), folder.path("x"));
  const auto packed = map_packed<float>(folder.path("x"));
  const auto chain = clean(fill::mean) | standardize();
  const auto f = fit(on::seq, chain, x);
  CHECK(fit(on::eigen, chain, packed) == f);
  CHECK(difference(transform(on::eigen, f, packed), transform(on::seq, f, x)) == "");
  CHECK(difference(transform(on::eigen, f, packed.row_range(70, 200)),
                   transform(on::seq, f, x.row_range(70, 200))) == "");
}
TEST_CASE("the bytes of a file are what the page says") {
  const scratch folder("packed_bytes");
  write_packed(pack(on::seq, tenths<float>(9, 3, {"a", "bb", "ccc"}), exactly{}), folder.path("x"));
  const std::string bytes = bytes_of_file(folder.path("x"));
  CHECK(bytes.substr(0, 8) == std::string("\x93smeltp\n"));
  CHECK(bytes[8] == 1);
  // 64 bytes, three columns of 40, three names of 4 and 1, 2, 3 bytes: 202, so 256.
  std::uint32_t before = 0;
  std::memcpy(&before, bytes.data() + 12, 4);
  CHECK(before == 256);
  CHECK(bytes.substr(64 + 120, 18) ==
        std::string("\1\0\0\0a\2\0\0\0bb\3\0\0\0ccc", 18));
  CHECK(bytes.size() == 256 + 4 * static_cast<std::size_t>(packed_table<float>::words_for(9, 4)));
}
TEST_CASE("what is no such file, or another one, is named") {
  CHECK(begins(said_of([](std::string& b) { b.resize(63); }), ": this is no packed table"));
  CHECK(begins(said_of([](std::string& b) { b.clear(); }), ": this is no packed table"));
  CHECK(begins(said_of(put<char>(1, 'S')), ": this is no packed table"));
  CHECK(begins(said_of(put<std::uint32_t>(8, 2)),
               ": a packed table of version 2, this smelt reads version 1"));
  CHECK(begins(said_of(put<std::uint32_t>(40, 2)), ": its elements are double, not float"));
  CHECK(begins(said_of(put<std::uint32_t>(40, 3)), ": its elements are int32, not float"));
  CHECK(begins(said_of(put<std::uint32_t>(40, 9)), ": its elements are unknown, not float"));
  CHECK(smelt::detail::packed_header_bytes(202, "x") == 256);
  CHECK(smelt::detail::packed_header_bytes(64, "x") == 64);
  CHECK(smelt::detail::packed_header_bytes(65, "x") == 128);
  CHECK(thrown_by([] { smelt::detail::packed_header_bytes((std::size_t{1} << 32) - 32, "x"); })
            .find("x: numbers and names of more than 4 GiB") == 0);
  const scratch folder("packed_none");
  CHECK(thrown_by([&] { map_packed<float>(folder.path("x")); }).find("cannot open '") == 0);
}
TEST_CASE("sizes that are none: cut short, too long, overflowing") {
  CHECK(begins(said_of(put<std::uint32_t>(12, 4096)), ": its 3 columns do not fit in 4096 bytes before the rows, in a file of 300"));
  CHECK(begins(said_of(put<std::uint32_t>(12, 65)), ": its 3 columns do not fit in 65 bytes"));
  CHECK(begins(said_of(put<std::uint32_t>(12, 232)), ": its 3 columns do not fit in 232 bytes"));
  CHECK(begins(said_of(put<std::uint64_t>(24, 5)), ": its 5 columns do not fit in 256 bytes"));
  for (std::size_t size : {64u, 255u})
    CHECK(said_of([&](std::string& b) { b.resize(size); }) ==
          ": its 3 columns do not fit in 256 bytes before the rows, in a file of " + std::to_string(size));
  CHECK(said_of([](std::string& b) { b.resize(256); }) ==
        ": 9 rows of 4 bytes make a file of 300 bytes, this one has 256");
  CHECK(begins(said_of(put<std::uint32_t>(12, 0)), ": its 3 columns do not fit in 0 bytes"));
  CHECK(begins(said_of(put<std::uint64_t>(24, ~std::uint64_t{0})), ": its 18446744073709551615 columns"));
  CHECK(begins(said_of(put<std::uint64_t>(16, std::uint64_t{1} << 62)),
               ": 4611686018427387904 rows of 4 bytes are too many to count"));
  CHECK(begins(said_of(put<std::uint64_t>(16, std::uint64_t{1} << 58)),
               ": 288230376151711744 rows of 4 bytes are too many to count"));
  CHECK(begins(said_of(put<std::uint64_t>(16, (std::uint64_t{1} << 58) - 1)),
               ": 288230376151711743 rows of 4 bytes make a file of "));
  const auto sizes = [](std::uint64_t rows, std::uint64_t row_bytes) {
    return said_of([=](std::string& b) {
      put(16, rows)(b);
      put(32, row_bytes)(b);
    });
  };
  constexpr std::uint64_t most = (std::uint64_t{1} << 60) - 1;  // whose bits an index counts
  CHECK(begins(sizes(most, 0), ": 1152921504606846975 rows of 0 bytes make a file of "));
  CHECK(begins(sizes(most + 1, 0), ": 1152921504606846976 rows of 0 bytes are too many to count"));
  CHECK(begins(sizes(0, most), ": 0 rows of 1152921504606846975 bytes make a file of "));
  CHECK(begins(sizes(0, most + 1), ": 0 rows of 1152921504606846976 bytes are too many to count"));
  CHECK(begins(said_of(put<std::uint64_t>(16, 10)), ": 10 rows of 4 bytes make a file of 304 bytes, this one has 300"));
  CHECK(begins(said_of([](std::string& b) { b.pop_back(); }), ": 9 rows of 4 bytes make a file of "));
  CHECK(begins(said_of([](std::string& b) { b += 'x'; }), ": 9 rows of 4 bytes make a file of "));
  CHECK(begins(said_of(put<std::uint64_t>(32, ~std::uint64_t{0})), ": 9 rows of 18446744073709551615 bytes"));
}
TEST_CASE("what was changed is found by its checksum") {
  CHECK(begins(said_of(put<double>(64 + 8, 5.0), false), ": what stands before the rows has been changed (its checksum is another)"));
  CHECK(begins(said_of([](std::string& b) { b[b.size() - 12] = static_cast<char>(b[b.size() - 12] ^ 1); }),
               ": its rows have been changed (their checksum is another)"));
  const scratch folder("packed_unchecked");
  write_packed(pack(on::seq, tenths<float>(9, 3), exactly{}), folder.path("x"));
  std::string bytes = bytes_of_file(folder.path("x"));
  bytes[bytes.size() - 12] = static_cast<char>(bytes[bytes.size() - 12] ^ 1);
  write_bytes(folder.path("x"), bytes);
  CHECK(map_packed<float>(folder.path("x"), {.check_rows = false}).rows() == 9);
}
TEST_CASE("a column is sound where its bits lie in the row, and its codes mean elements") {
  const auto lies = [](std::uint32_t first, std::uint32_t bits) {
    return smelt::detail::column_is_sound<float>({first, bits, 0, 1, 1, packed_column::none}, 64);
  };
  CHECK(lies(0, 32));
  CHECK(lies(32, 32));
  CHECK(lies(64, 0));
  CHECK_FALSE(lies(0, 33));
  CHECK_FALSE(lies(33, 32));
  CHECK_FALSE(lies(65, 0));
  const auto whole = [](double base, std::uint32_t bits, double factor = 1, double divisor = 1,
                        std::uint64_t missing = packed_column::none) {
    return smelt::detail::column_is_sound<std::int32_t>({0, bits, base, factor, divisor, missing}, 64);
  };
  CHECK(whole(-2147483648.0, 32));
  CHECK(whole(2147483647.0, 0));
  CHECK_FALSE(whole(-2147483649.0, 32));
  CHECK_FALSE(whole(-2147483647.0, 32));
  CHECK_FALSE(whole(0, 1, 2));
  CHECK_FALSE(whole(0, 1, 1, 2));
  CHECK_FALSE(whole(0, 1, 1, 1, 0));
}
TEST_CASE("columns that lie outside of the row, numbers that are none, names cut short") {
  const char* const outside = ": column 1 lies outside of the row, or its numbers are none";
  CHECK(begins(said_of(put<std::uint32_t>(64 + 40, 33)), outside));
  CHECK(begins(said_of(put<std::uint32_t>(64 + 44, 33)), outside));
  CHECK(begins(said_of(put<std::uint32_t>(64 + 44, ~0u)), outside));
  CHECK(begins(said_of([](std::string& b) {
                 put<std::uint32_t>(64 + 40, 30)(b);  // of 32
                 put<std::uint32_t>(64 + 44, 4)(b);
               }),
               outside));
  for (std::size_t number : {8u, 16u, 24u}) {
    CHECK(begins(said_of(put<double>(64 + 40 + number, gone)), outside));
    CHECK(begins(said_of(put<double>(64 + 40 + number, endless)), outside));
  }
  CHECK(begins(said_of(put<double>(64 + 40 + 24, 0.0)), outside));
  CHECK(begins(said_of(put<std::uint32_t>(64 + 3 * 40, 1000)), ": the name of column 0 is cut short"));
  CHECK(begins(said_of(put<std::uint32_t>(64 + 3 * 40 + 5, 100)), ": the name of column 1 is cut short"));
  CHECK(begins(said_of(put<std::uint32_t>(64 + 3 * 40, 69)), ": the name of column 0 is cut short"));
  for (std::uint32_t length : {68u, 66u, 65u})  // fewer than 4 bytes are left for the next one's length
    CHECK(begins(said_of(put<std::uint32_t>(64 + 3 * 40, length)), ": the name of column 1 is cut short"));
  // Whole numbers must not go beyond their type.
  const scratch folder("packed_ids");
  write_packed(pack(on::seq, tenths<std::int32_t>(9, 1), exactly{}), folder.path("x"));
  auto with = [&](double base) {
    std::string bytes = bytes_of_file(folder.path("x"));
    std::memcpy(bytes.data() + 64 + 8, &base, 8);
    std::uint32_t before = 0;
    std::memcpy(&before, bytes.data() + 12, 4);
    const std::uint32_t sum = smelt::detail::header_sum_of(std::string_view(bytes).substr(0, before));
    std::memcpy(bytes.data() + 48, &sum, 4);
    write_bytes(folder.path("y"), bytes);
    return thrown_by([&] { map_packed<std::int32_t>(folder.path("y")); });
  };
  CHECK(with(5.0) == "");
  CHECK(with(2147483647.0).find(": column 0 lies outside") != std::string::npos);
  CHECK(with(-2147483649.0).find(": column 0 lies outside") != std::string::npos);
}
TEST_CASE("a golden file stays readable") {
  const auto packed = map_packed<float>(SMELT_TEST_DATA_DIR "/packed/tenths.1.packed");
  const auto x = tenths<float>(40, 4, {"a", "b", "c", "d"});
  REQUIRE(packed.rows() == 40);
  CHECK(packed.names()[3] == "d");
  CHECK(packed.columns(1, 3).cols() == 2);
  CHECK(packed.columns(1, 3)(2, 1) == x(2, 2));
  for (smelt::index r = 0; r < 40; ++r)
    for (smelt::index c = 0; c < 4; ++c) {
      const float is = packed.view()(r, c);
      CHECK(std::memcmp(&x(r, c), &is, sizeof is) == 0);
    }
}
