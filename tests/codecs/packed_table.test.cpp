// SPDX-License-Identifier: BSL-1.0
/// \file
/// Packed tables: where codes lie, what they stand for, and parts of a table.

#include <smelt/codecs/packed_table.hpp>

#include <doctest/doctest.h>

#include <support/tables.hpp>

#include <cstring>
#include <string>
#include <vector>

using namespace smelt;
using smelt_test::thrown_by;

namespace {

/// Three columns of 5, 0 and 32 bits, written bit by bit: a row is 37 bits, 5 bytes.
packed_table<double> written(smelt::index rows) {
  packed_table<double> made({{0, 5, -3.0, 1.0, 1.0, 0}, {5, 0, 7.0, 0.5, 1.0}, {5, 32, 0.0, 1.0, 10.0}},
                            rows, 5, {"a", "b", "c"});
  auto* const bytes = reinterpret_cast<unsigned char*>(made.words());
  std::memset(bytes, 0, static_cast<std::size_t>(5 * rows));
  for (smelt::index r = 0; r < rows; ++r) {
    const std::uint64_t codes = static_cast<std::uint64_t>(r % 32) |
                                (0xffffffffu - static_cast<std::uint64_t>(r)) << 5;
    for (smelt::index bit = 0; bit < 37; ++bit)
      bytes[5 * r + bit / 8] = static_cast<unsigned char>(
          bytes[5 * r + bit / 8] | ((codes >> bit) & 1) << (bit % 8));
  }
  return made;
}

}  // namespace

TEST_CASE("codes of any width, across bytes and words") {
  const auto x = written(70);
  CHECK(x.rows() == 70);
  CHECK(x.cols() == 3);
  CHECK(x.bytes() == 350);
  const auto v = x.view();
  for (smelt::index r = 0; r < 70; ++r) {
    if (r % 32 == 0)
      CHECK(missing(v(r, 0)));
    else
      CHECK(v(r, 0) == static_cast<double>(r % 32 - 3));
    CHECK(v(r, 1) == 3.5);
    CHECK(v(r, 2) == static_cast<double>(0xffffffffu - static_cast<std::uint64_t>(r)) / 10.0);
  }
}
TEST_CASE("rows, columns and names of a part") {
  const auto x = written(70);
  const auto part = x.row_range(9, 50).columns(1, 3);
  CHECK(part.rows() == 41);
  CHECK(part.cols() == 2);
  CHECK(part.first_row() == 9);
  CHECK(part.total_rows() == 70);
  CHECK(part.names()[1] == "c");
  CHECK(part.bytes_per_row() == 5);
  CHECK(x.first_row() == 0);
  CHECK(x.columns(1, 3).cols() == 2);
  CHECK(x.columns(1, 3)(40, 1) == x.view()(40, 2));
  CHECK(part(40, 1) == x.view()(49, 2));
  CHECK(part.row_range(1, 2)(0, 1) == x.view()(10, 2));
  for (smelt::index first : {-1, 2}) {
    CHECK(thrown_by([&] { part.columns(first, 1); }).find("columns " + std::to_string(first)) == 0);
    CHECK(thrown_by([&] { part.row_range(first, 1); }).find("rows " + std::to_string(first)) == 0);
  }
  CHECK(thrown_by([&] { part.row_range(3, 42); }).find("rows 3 to 42 of a view of 41 rows") == 0);
  CHECK(thrown_by([&] { part.columns(1, 3); }).find("columns 1 to 3 of a view of 2 columns") == 0);
}
TEST_CASE("elements are rounded once, integers exact") {
  packed_column third{0, 8, 0.0, 1.0, 3.0};
  CHECK(detail::element<float>(third.value(1)) == 1.0f / 3.0f);
  CHECK(detail::element<std::int32_t>(packed_column{0, 8, -200.0}.value(7)) == -193);
  CHECK(packed_column{0, 32}.mask() == 0xffffffffu);
  CHECK(packed_column{0, 0}.mask() == 0);
}
TEST_CASE("a copy is deep, what lies behind the rows is 0, and no more is read") {
  auto x = written(3);
  const auto copy = x;
  x.words()[0] = 0;
  CHECK(copy.view()(1, 0) == -2.0);
  CHECK(packed_table<float>::words_for(3, 5) == 6);
  CHECK(reinterpret_cast<const unsigned char*>(x.words())[15] == 0);
  CHECK(x.words()[4] == 0);
  CHECK(x.words()[5] == 0);
  // Memory that has been used before.
  for (int use = 0; use < 8; ++use) {
    std::vector<std::vector<unsigned char>> used;
    for (int k = 0; k < 8; ++k) used.emplace_back(8000, static_cast<unsigned char>(0xff));
    used.clear();
    packed_table<double> room({{0, 32}}, 7, 1005);
    auto* const bytes = reinterpret_cast<unsigned char*>(room.words());
    for (smelt::index at = 7035; at < 7044; ++at) CHECK(bytes[at] == 0);
    std::memset(bytes, 0xff, 7044);
  }
  const packed_table<float> none({{0, 0}}, 5, 0);
  CHECK(none.view()(4, 0) == 0.0f);
}
TEST_CASE("words for so many bytes, and two; more than can be counted are refused") {
  using some = packed_table<float>;
  CHECK(some::words_for(1, 5) == 4);
  CHECK(some::words_for(4, 5) == 7);
  constexpr auto many = smelt::index{1} << 60;
  CHECK(some::words_for(many, 6) == many / 4 * 6 + 2);
  const char* const said = "a table of 1152921504606846976 x 9 elements has too many to count";
  CHECK(thrown_by([] { some::words_for(many, 9); }).find(said) == 0);
  CHECK(thrown_by([] { some({}, many, 9); }).find(said) == 0);
}
TEST_CASE("copied: the same rows of other memory, with their numbers") {
  const auto x = written(40);
  const auto part = x.row_range(7, 31);
  std::vector<std::vector<std::byte>> memory;
  const auto copy = [&]<class T>(const T* first, smelt::index count) {
    auto& block = memory.emplace_back(static_cast<std::size_t>(count) * sizeof(T));
    std::memcpy(block.data(), first, block.size());
    return reinterpret_cast<const T*>(block.data());
  };
  const auto made = part.copied<device>(copy);
  CHECK(made.rows() == 24);
  CHECK(made.first_row() == 7);
  CHECK(made.total_rows() == 40);
  CHECK(memory[0].size() == static_cast<std::size_t>((31 * 5 + 3) / 4 + 2) * 4);
  CHECK(made.cols() == 3);
  for (smelt::index r = 0; r < 24; ++r) CHECK(made(r, 2) == part(r, 2));
  // Rows of more bytes than a byte has bits.
  packed_table<double> wide({{0, 32, 0.0}, {32, 32, 0.0}}, 4, 9);
  for (smelt::index w = 0; w < 9; ++w) wide.words()[w] = static_cast<std::uint32_t>(w * w * 7919);
  memory.clear();
  const auto there = wide.row_range(1, 4).copied<device>(copy);
  CHECK(memory[0].size() == 44);
  for (smelt::index r = 0; r < 3; ++r) CHECK(there(r, 1) == wide.view()(r + 1, 1));
}
TEST_CASE("a table of the host from rows of a device, of which some are wanted") {
  const auto x = written(70);
  const auto v = x.view();
  const packed_view<double, device> there(x.words(), x.stored_columns().data(), 70, 3, 5);
  const auto by_bytes = []<class T>(T* to, const T* from, smelt::index count) {
    if (count > 0) std::memcpy(to, from, static_cast<std::size_t>(count) * sizeof(T));
  };
  for (smelt::index first : {0, 1, 3, 69, 70}) {
    CAPTURE(first);
    const auto made = fetched(there.named(x.names()).row_range(first, 70).columns(1, 3), by_bytes);
    CHECK(made.rows() == 70 - first);
    CHECK(made.first_row() == 0);
    CHECK(made.names()[1] == "c");
    for (smelt::index r = first; r < 70; ++r) CHECK(made.view()(r - first, 1) == v(r, 2));
    const auto* const bytes = reinterpret_cast<const unsigned char*>(made.words());
    for (smelt::index k = made.bytes(); k < (made.bytes() + 3) / 4 * 4 + 8; ++k) CHECK(bytes[k] == 0);
  }
}
