// SPDX-License-Identifier: BSL-1.0

/// \file
/// Any bytes as a .npy file: refused by one of smelt's errors, or read into the elements that stand at
/// the end of the file, each looked at by a plain reader. What was read, as a file of its own, reads the
/// same; what could be mapped can be reached to its last byte.
///
/// The first byte of an input is its option: the element type wanted, the layout, the rounding. The rest
/// is the file.

#include <smelt/codecs/f16.hpp>
#include <smelt/read/npy.hpp>
#include <smelt/read/npy_write.hpp>

#include <support/plain_numbers.hpp>

#include <cmath>
#include <cstdint>
#include <cstdlib>  // std::abort
#include <cstring>  // std::memcmp
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace {

using smelt::index;
using smelt_test::nearest;
using smelt_test::plain;

void demand(bool holds) {
  if (!holds) std::abort();
}

template <class T, class Layout>
void read(std::string_view bytes, smelt::rounding rounding) {
  try {
    const auto header = smelt::npy_info_bytes(bytes);
    const auto made = smelt::read_npy_bytes<T, Layout>(bytes, {.rounding = rounding});
    demand(made.rows() == header.shape[0]);
    demand(made.cols() == (header.shape.size() == 2 ? header.shape[1] : 1));
    for (index r = 0; r < (made.cols() == 0 ? 0 : made.rows()); ++r)
      for (index c = 0; c < made.cols(); ++c) {
        const index at = header.fortran_order ? c * made.rows() + r : r * made.cols() + c;
        const long double expected = plain(header.dtype, bytes, header.offset, at);
        const auto got = made(r, c);
        if (std::isnan(expected))
          demand(std::isnan(static_cast<double>(got)));
        else if (rounding == smelt::rounding::nearest && smelt::has_missing<T>)
          demand(got == nearest<T>(expected));
        else
          demand(static_cast<long double>(got) == expected);
      }
    const std::string again = [&] {
      const auto dtype = smelt::detail::npy_dtype_as<T>();
      constexpr bool by_column = std::is_same_v<Layout, smelt::column_major>;
      const auto shape = "(" + std::to_string(made.rows()) + ", " + std::to_string(made.cols()) + ")";
      std::string file = smelt::detail::npy_preamble(dtype, by_column, shape);
      file.append(reinterpret_cast<const char*>(made.data()),
                  static_cast<std::size_t>(made.rows() * made.cols()) * sizeof(T));
      return file;
    }();
    const auto twice = smelt::read_npy_bytes<T, Layout>(again);
    demand(twice.rows() == made.rows() && twice.cols() == made.cols());
    const auto size = static_cast<std::size_t>(made.rows() * made.cols()) * sizeof(T);
    demand(size == 0 || std::memcmp(twice.data(), made.data(), size) == 0);
  } catch (const smelt::error&) {
  }
}

template <class T, class Layout>
void map(std::string_view bytes) {
  try {
    const auto header = smelt::npy_info_bytes(bytes);
    const auto size = smelt::detail::npy_table_shape(header, "bytes");
    const char* const elements = bytes.data() + header.offset;
    smelt::detail::expect_npy_in_place<T, Layout>(header, size, elements, "bytes");
    if (size.rows == 0 || size.cols == 0) return;
    const T* const first = reinterpret_cast<const T*>(elements);
    const T last = first[size.rows * size.cols - 1];
    demand(std::memcmp(&last, bytes.data() + bytes.size() - sizeof(T), sizeof(T)) == 0);
  } catch (const smelt::error&) {
  }
}

template <class T>
void read(std::string_view bytes, unsigned option) {
  const auto rounding = option & 1 ? smelt::rounding::nearest : smelt::rounding::refused;
  if (option & 2) {
    read<T, smelt::column_major>(bytes, rounding);
    map<T, smelt::column_major>(bytes);
  } else {
    read<T, smelt::row_major>(bytes, rounding);
    map<T, smelt::row_major>(bytes);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // An exact allocation of its own, so that a byte read beyond the file is seen.
  const std::vector<char> file(data + 1, data + size);
  const std::string_view bytes(file.data(), file.size());
  const unsigned option = data[0];
  switch (option / 4 % 11) {
    case 0: read<double>(bytes, option); break;
    case 1: read<float>(bytes, option); break;
    case 2: read<std::int8_t>(bytes, option); break;
    case 3: read<std::int16_t>(bytes, option); break;
    case 4: read<std::int32_t>(bytes, option); break;
    case 5: read<std::int64_t>(bytes, option); break;
    case 6: read<std::uint8_t>(bytes, option); break;
    case 7: read<std::uint16_t>(bytes, option); break;
    case 8: read<std::uint32_t>(bytes, option); break;
    case 9: read<smelt::f16>(bytes, option); break;
    default: read<std::uint64_t>(bytes, option); break;
  }
  return 0;
}
