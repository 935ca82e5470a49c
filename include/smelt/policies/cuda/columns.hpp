// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Columns in device memory that own their elements.

#include <smelt/core/column_set.hpp>
#include <smelt/policies/cuda/memory.hpp>

#include <cstring>  // std::memcpy
#include <utility>

namespace smelt::inline v0 {

/// A column set that owns its elements and validity bits, in one block of device memory. It moves;
/// a copy is `to_device(policy, columns)`.
template <class Runtime>
class device_columns {
 public:
  using value_type = double;
  using space = device;

  device_columns() = default;
  /// Columns of `memory`.
  device_columns(detail::device_block<std::byte, Runtime> memory, device_column_set columns)
      : memory_(std::move(memory)), columns_(std::move(columns)) {}

  index rows() const { return columns_.rows(); }
  index cols() const { return columns_.cols(); }
  std::span<const std::string> names() const { return columns_.names(); }
  device_column_set view() const { return columns_; }
  const Runtime& runtime() const { return memory_.runtime(); }

 private:
  detail::device_block<std::byte, Runtime> memory_;
  device_column_set columns_;
};

namespace detail {

/// Copies the columns of a set to a device, each with its elements side by side. The host's memory
/// must stay until the stream has been waited for.
template <class Runtime, class Space>
device_columns<Runtime> copy_columns(const Runtime& to, const basic_column_set<Space>& from) {
  constexpr index line = 16;  // bytes; every column begins at such an address
  const index rows = from.rows();
  auto padded = [](index bytes) { return (bytes + line - 1) / line * line; };
  static_cast<void>(counted(rows, 1, 8));  // a column of the widest elements can be counted
  index total = 0;
  for (const stored_column& c : from.stored())
    total += padded(bytes_of_column(c, rows)) +
             (c.validity ? padded(bytes_of_bits(rows, c.first_bit)) : 0);

  device_block<std::byte, Runtime> memory(to, total);
  Runtime runtime = to;
  device_column_set made(rows);
  index at = 0;
  auto put = [&](const void* bytes, index size) {
    std::byte* const placed = memory.data() + at;
    runtime.copy(placed, bytes, static_cast<std::size_t>(size));
    at += padded(size);
    return placed;
  };
  std::vector<std::vector<std::byte>> gathered;  // until they are copied
  const auto names = from.names();
  for (std::size_t c = 0; c < from.stored().size(); ++c) {
    const stored_column& column = from.stored()[c];
    const auto size = static_cast<std::size_t>(size_of(column.kind));
    const void* elements = column.data;
    if (column.stride != 1) {
      auto& side_by_side = gathered.emplace_back(static_cast<std::size_t>(rows) * size);
      const auto* first = static_cast<const std::byte*>(column.data);
      const index step = column.stride * size_of(column.kind);
      for (index r = 0; r < rows; ++r)
        std::memcpy(side_by_side.data() + static_cast<std::size_t>(r) * size, first + r * step,
                    size);
      elements = side_by_side.data();
    }
    const std::byte* const values = put(elements, bytes_of_column(column, rows));
    const auto* const validity =
        column.validity ? reinterpret_cast<const std::uint8_t*>(
                              put(column.validity, bytes_of_bits(rows, column.first_bit)))
                        : nullptr;
    std::string name = names.empty() ? std::string() : names[c];
    const auto add = [&]<class T>(T) {
      made.add(column_view<const T, device>(reinterpret_cast<const T*>(values), rows), std::move(name),
               validity, column.first_bit);
    };
    switch (column.kind) {
      case element_kind::f64: add(double{}); break;
      case element_kind::f32: add(float{}); break;
      case element_kind::i32: add(std::int32_t{}); break;
      case element_kind::u8: add(std::uint8_t{}); break;
      case element_kind::i8: add(std::int8_t{}); break;
      case element_kind::i16: add(std::int16_t{}); break;
      case element_kind::u16: add(std::uint16_t{}); break;
      case element_kind::u32: add(std::uint32_t{}); break;
      case element_kind::i64: add(std::int64_t{}); break;
      case element_kind::u64: add(std::uint64_t{}); break;
      case element_kind::half: add(binary16{}); break;
      case element_kind::brain: add(bfloat16{}); break;
      case element_kind::bit:
        made.add(bit_column<device>{reinterpret_cast<const std::uint8_t*>(values), rows,
                                    column.first_value},
                 std::move(name), validity, column.first_bit);
    }
  }
  runtime.wait();
  return {std::move(memory), std::move(made)};
}

}  // namespace detail
}  // namespace smelt::inline v0
