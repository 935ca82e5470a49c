// SPDX-License-Identifier: BSL-1.0

/// \file
/// Any bytes as a raw file of any format: refused by one of smelt's errors, or read into the elements that
/// stand there, each looked at by a plain reader; what can be mapped can be reached to its last byte.
///
/// Of an input: a byte for the element type wanted, the layout and the rounding; a byte for the format's
/// order and how large its numbers are; rows, columns and offset, a byte each or eight; a byte that says how
/// long the dtype is, and the dtype. The rest is the file.

#include <smelt/codecs/f16.hpp>
#include <smelt/read/raw.hpp>

#include <support/plain_numbers.hpp>

#include <cmath>
#include <cstdint>
#include <cstdlib>  // std::abort
#include <cstring>  // std::memcpy
#include <string>
#include <string_view>
#include <vector>

namespace {

using smelt::index;

void demand(bool holds) {
  if (!holds) std::abort();
}

template <class T, class Layout>
void read(std::string_view bytes, const smelt::raw_format& format, smelt::rounding rounding) {
  try {
    const auto made = smelt::detail::raw_table<T, Layout>(bytes, format, {.rounding = rounding}, "bytes");
    const auto dtype = smelt::detail::npy_dtype_of(format.dtype, "bytes");
    demand(made.rows() == format.rows && made.cols() == format.cols);
    for (index r = 0; r < (made.cols() == 0 ? 0 : made.rows()); ++r)
      for (index c = 0; c < made.cols(); ++c) {
        const index at = format.fortran_order ? c * made.rows() + r : r * made.cols() + c;
        const long double expected = smelt_test::plain(dtype, bytes, format.offset, at);
        const auto got = made(r, c);
        if (std::isnan(expected))
          demand(std::isnan(static_cast<double>(got)));
        else if (rounding == smelt::rounding::nearest && smelt::has_missing<T>)
          demand(got == smelt_test::nearest<T>(expected));
        else
          demand(static_cast<long double>(got) == expected);
      }
  } catch (const smelt::error&) {
  }
  try {
    smelt::detail::expect_raw_in_place<T>(bytes, format.rows, format.cols, format.offset, "bytes");
    const index count = format.rows * format.cols;
    if (count == 0) return;
    const T last = reinterpret_cast<const T*>(bytes.data() + format.offset)[count - 1];
    demand(std::memcmp(&last, bytes.data() + bytes.size() - sizeof(T), sizeof(T)) == 0);
  } catch (const smelt::error&) {
  }
}

template <class T>
void read(std::string_view bytes, const smelt::raw_format& format, unsigned option) {
  const auto rounding = option & 1 ? smelt::rounding::nearest : smelt::rounding::refused;
  if (option & 2)
    read<T, smelt::column_major>(bytes, format, rounding);
  else
    read<T, smelt::row_major>(bytes, format, rounding);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::uint8_t* const end = data + size;
  const auto byte = [&]() -> unsigned { return data == end ? 0u : *data++; };
  const unsigned option = byte(), how = byte();
  const auto number = [&](bool large) {
    std::uint64_t made = byte();
    for (int k = 1; large && k < 8; ++k) made |= std::uint64_t{byte()} << (8 * k);
    return static_cast<smelt::index>(made);
  };
  smelt::raw_format format;
  format.fortran_order = (how & 1) != 0;
  format.rows = number((how & 2) != 0);
  format.cols = number((how & 4) != 0);
  format.offset = number((how & 8) != 0);
  format.dtype.clear();
  for (unsigned left = byte() % 8; left > 0; --left) format.dtype += static_cast<char>(byte());
  // An exact allocation of its own, so that a byte read beyond the file is seen.
  const std::vector<char> file(data, end);
  const std::string_view bytes(file.data(), file.size());
  switch (option / 4 % 6) {
    case 0: read<double>(bytes, format, option); break;
    case 1: read<float>(bytes, format, option); break;
    case 2: read<smelt::f16>(bytes, format, option); break;
    case 3: read<std::int8_t>(bytes, format, option); break;
    case 4: read<std::int32_t>(bytes, format, option); break;
    default: read<std::uint64_t>(bytes, format, option); break;
  }
  return 0;
}
