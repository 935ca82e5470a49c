// SPDX-License-Identifier: BSL-1.0
/// \file
/// Blocks turned: every element in its place as the bits that it is, whatever the lines and steps,
/// and nothing around them touched.

#include <smelt/policies/eigen/turn.hpp>

#include <doctest/doctest.h>

#include <smelt/core/field_view.hpp>

#include <algorithm>  // std::max, std::min, std::reverse
#include <array>
#include <cstdint>
#include <cstring>
#include <numeric>  // std::iota
#include <vector>

using smelt::detail::begins_lines;
using smelt::detail::turn;
using smelt::detail::turned_block;

namespace {

/// Bits that no other element of a small block has; among them are those of missing values.
template <class T>
T element(smelt::index i) {
  std::uint64_t bits = static_cast<std::uint64_t>(i + 1) * 0x9e3779b97f4a7c15u;
  if (i % 7 == 0) bits |= 0x7ff8000000000000u | 0x7fc00000u;
  T made;
  std::memcpy(&made, &bits, sizeof made);
  return made;
}
template <class T>
bool same_bits(const T& a, const T& b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

/// Elements that are wrong after a block has been turned, those around it included.
template <class T>
int wrong(smelt::index lines, smelt::index length, smelt::index from_gap, smelt::index to_gap,
          bool stream) {
  const smelt::index from_step = length + from_gap;
  const smelt::index to_step = std::max<smelt::index>(lines + to_gap, 1);
  std::vector<T> from(static_cast<std::size_t>(lines * from_step + 1));
  for (std::size_t i = 0; i < from.size(); ++i) from[i] = element<T>(static_cast<smelt::index>(i));
  smelt::buffer<T> to(length * to_step + 1);
  const T around = element<T>(-5);
  for (smelt::index i = 0; i < to.size(); ++i) to.data()[i] = around;
  turn(from.data(), from_step, lines, length, to.data(), to_step, stream);
  int count = 0;
  for (smelt::index at = 0; at < to.size(); ++at) {
    const smelt::index i = at % to_step;
    const smelt::index j = at / to_step;
    const bool inside = i < lines && j < length;
    const T& expected = inside ? from[static_cast<std::size_t>(i * from_step + j)] : around;
    count += !same_bits(to.data()[at], expected);
  }
  return count;
}

}  // namespace

TEST_CASE_TEMPLATE("every element is in its place", T, float, double, std::uint8_t, std::int32_t,
                   std::int16_t) {
  for (smelt::index lines : {0, 1, 3, 4, 7, 8, 9, 15, 16, 17, 32, 33})
    for (smelt::index length : {0, 1, 2, 4, 5, 8, 12, 16, 19, 40})
      for (smelt::index gap : {0, 1, 50}) {
        CAPTURE(lines);
        CAPTURE(length);
        CAPTURE(gap);
        CHECK(wrong<T>(lines, length, gap, 0, false) == 0);
        CHECK(wrong<T>(lines, length, 0, gap, false) == 0);
      }
}

TEST_CASE_TEMPLATE("past the caches, where lines of theirs begin and where they do not", T, float,
                   double) {
  for (smelt::index lines : {8, 16, 32, 40, 64})
    for (smelt::index length : {3, 8, 20})
      for (smelt::index gap : {0, 8, 16, 64}) {
        CAPTURE(lines);
        CAPTURE(length);
        CAPTURE(gap);
        CHECK(wrong<T>(lines, length, 0, gap, true) == 0);
      }
}

TEST_CASE("rows of fields, near and back: from runs of columns, and from rows of other steps") {
  using smelt::field_interior;
  using smelt::field_view;
  std::vector<float> memory(1200);
  std::iota(memory.begin(), memory.end(), 0.0f);
  float* const at = memory.data();
  const std::array fields = {
      field_interior(at, {7, 4, 3}, 6, {1, 1, 0}),                    // runs of five points
      field_interior(at, {7, 4, 3}, 6),                               // one run
      field_view<float>(at, {{{5, 6}, {4, 42}, {3, 168}}}, 6, 1),     // variables side by side
      field_view<float>(at, {{{5, 2}, {4, 14}, {3, 56}}}, 6, 168),    // every second point
      field_view<float>(at, {{{5, 1}, {4, 7}, {3, 28}}}, 1, 1)};      // one variable
  for (const auto& x : fields)
    for (smelt::index first : {0, 3})
      for (smelt::index n : {smelt::index{1}, smelt::index{4}, x.rows() - 3}) {
        const auto cols = x.cols();
        std::vector<smelt::index> numbers(static_cast<std::size_t>(n));
        std::iota(numbers.begin(), numbers.end(), first);
        std::vector<float> near(static_cast<std::size_t>(n * cols) + 1, -1.0f);
        int wrong = 0;
        const auto read = [&] {
          smelt::detail::read_near(x, static_cast<const smelt::index*>(numbers.data()), n, near.data());
          for (std::size_t i = 0; i < near.size() - 1; ++i) {
            const auto k = static_cast<smelt::index>(i);
            wrong += !same_bits(near[i], x(numbers[static_cast<std::size_t>(k / cols)], k % cols));
          }
          wrong += !same_bits(near.back(), -1.0f);
        };
        std::reverse(numbers.begin(), numbers.end());
        read();
        std::reverse(numbers.begin(), numbers.end());
        read();
        const auto before = memory;
        std::vector<float> other(near.size());
        std::iota(other.begin(), other.end(), -3000.0f);
        smelt::detail::write_near(x, first, n, static_cast<const float*>(other.data()));
        for (smelt::index i = 0; i < n * cols; ++i) {
          float& written = x(first + i / cols, i % cols);
          wrong += !same_bits(written, other[static_cast<std::size_t>(i)]);
          written = near[static_cast<std::size_t>(i)];
        }
        CHECK(wrong == 0);
        CHECK(memory == before);  // nothing beside them
      }
}

TEST_CASE("what begins lines of a cache") {
  smelt::buffer<float> values(64);  // aligned
  CHECK(begins_lines(values.data(), 16));
  CHECK(begins_lines(values.data(), 0));
  CHECK_FALSE(begins_lines(values.data(), 17));
  CHECK_FALSE(begins_lines(values.data() + 1, 16));
  CHECK(begins_lines(values.data() + 16, 32));
}

TEST_CASE("a block has room for the rows that it promises") {
  for (smelt::index cols : {1, 10, 100, 1000})
    for (smelt::index rows : {1, 15, 64, 5000}) {
      turned_block<float> block(rows, cols, 16);
      CHECK(block.rows() <= rows);
      CHECK(block.rows() >= std::min<smelt::index>(rows, 16));
      std::memset(block.data(), 0, static_cast<std::size_t>(block.rows() * cols) * sizeof(float));
      // On the stack where it fits there.
      const auto at = reinterpret_cast<std::uintptr_t>(block.data());
      const auto own = reinterpret_cast<std::uintptr_t>(&block);
      CHECK((own <= at && at < own + sizeof block) == (block.rows() * cols <= 4096));
    }
  const auto most_rows = [](smelt::index cols) { return turned_block<float>(5000, cols, 16).rows(); };
  CHECK(most_rows(0) == 4096);
  CHECK(most_rows(1) == 4096);
  CHECK(most_rows(10) == 409);
  CHECK(most_rows(1000) == 16);
}

TEST_CASE("a block leaves zeros behind where that was asked for, on the stack too") {
  using block = turned_block<float>;
  alignas(block) static unsigned char place[sizeof(block)];
  for (const bool zeroed : {false, true}) {
    const smelt::resource_ref heap;
    auto* const made = new (place) block(16, 16, 16, zeroed ? heap.zeroed() : heap);
    const auto* const first = reinterpret_cast<unsigned char*>(made->data());
    REQUIRE(first >= place);
    REQUIRE(first < place + sizeof place);
    std::fill_n(made->data(), 256, 1.5f);
    made->~block();
    asm volatile("" : : "r"(place) : "memory");
    CHECK((std::count(first, first + 256 * sizeof(float), 0) == 256 * sizeof(float)) == zeroed);
  }
}
