// SPDX-License-Identifier: BSL-1.0

/// \file
/// Any bytes as a packed file: refused by one of smelt's errors, or every element of it can be read, one by
/// one and by rows, with the same bits.
///
/// The first byte of an input is its option: the element type, and whether checksums are made to fit first,
/// so that what lies behind them is reached. The rest is the file.

#include <smelt/read/packed.hpp>

#include <cstdint>
#include <cstdlib>  // std::abort
#include <cstring>  // std::memcpy
#include <string_view>
#include <vector>

namespace {

using smelt::index;

void demand(bool holds) {
  if (!holds) std::abort();
}

template <class T>
void read(std::string_view bytes) {
  try {
    const auto parts = smelt::detail::packed_parts_of<T>(bytes, "bytes", true);
    const auto cols = static_cast<index>(parts.columns.size());
    const smelt::packed_view<T> view(
        reinterpret_cast<const smelt::detail::packed_word*>(bytes.data() + parts.before_rows),
        parts.columns.data(), parts.rows, cols, parts.row_bytes);
    if (cols == 0) return;
    // A row of no bytes may be there any number of times.
    const index rows = parts.rows < 1000 ? parts.rows : 1000;
    std::vector<T> row(static_cast<std::size_t>(cols) * 5);
    for (index r = 0; r < rows; ++r)
      for (index c = 0; c < cols; ++c) row[0] = view(r, c);
    if (rows > 0) row[0] = view(parts.rows - 1, cols - 1);
    if constexpr (smelt::block_view<smelt::packed_view<T>>)
      for (index r = 0; r + 5 <= rows; ++r) {
        const index numbers[] = {r, r + 1, r + 2, r + 3, r + 4};
        read_rows(view, static_cast<const index*>(numbers), index{5}, row.data());
        for (index c = 0; c < 5 * cols; ++c) {
          const T one = view(r + c / cols, c % cols);
          demand(std::memcmp(&one, &row[static_cast<std::size_t>(c)], sizeof one) == 0);
        }
      }
  } catch (const smelt::error&) {
  }
}

/// Checksums that fit what is there.
void mend(std::vector<char>& file) {
  smelt::detail::packed_header header;
  if (file.size() < sizeof header) return;
  std::memcpy(&header, file.data(), sizeof header);
  if (header.before_rows < sizeof header || header.before_rows > file.size()) return;
  const std::string_view bytes(file.data(), file.size());
  header.rows_sum = smelt::crc32c(bytes.substr(header.before_rows));
  std::memcpy(file.data(), &header, sizeof header);
  header.header_sum = smelt::detail::header_sum_of(bytes.substr(0, header.before_rows));
  std::memcpy(file.data(), &header, sizeof header);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // An exact allocation of its own, so that a byte read beyond the file is seen.
  std::vector<char> file(data + 1, data + size);
  if (data[0] & 4) mend(file);
  const std::string_view bytes(file.data(), file.size());
  switch (data[0] % 4) {
    case 0: read<double>(bytes); break;
    case 1: read<std::int32_t>(bytes); break;
    default: read<float>(bytes); break;
  }
  return 0;
}
