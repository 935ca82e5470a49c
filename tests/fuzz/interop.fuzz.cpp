// SPDX-License-Identifier: BSL-1.0

/// \file
/// Structs of other programs, filled with any numbers: a tensor of DLPack or a record batch of Arrow is
/// refused by one of smelt's errors, or every element that its structs promise is the one that stands there;
/// what may be written can be, without one element in the memory of another; and each is released once.
///
/// The first byte of an input chooses: of 4, 0 and 1 a tensor, legacy or versioned; 2 and 3 a record batch or a
/// column. Every number of a struct takes a byte that says how it is written: see `input`.

#include <smelt/codecs/bf16.hpp>
#include <smelt/codecs/f16.hpp>
#include <smelt/interop.hpp>

#include <support/arrow.hpp>
#include <support/dlpack.hpp>

#include <algorithm>  // std::max
#include <cstdint>
#include <cstdlib>  // std::abort
#include <cstring>  // std::memcpy
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

namespace {

using smelt::index;
using namespace smelt_test;

void demand(bool holds) {
  if (!holds) std::abort();
}

/// The bytes of an input, one after another, and zeros behind them.
struct input {
  const std::uint8_t* at;
  const std::uint8_t* end;
  unsigned byte() { return at == end ? 0u : *at++; }
  /// A small number, a negative one, or any of 64 bits.
  std::int64_t number() {
    const unsigned first = byte();
    if (first < 200) return first % 40;
    if (first < 240) return 200 - static_cast<std::int64_t>(first);
    std::uint64_t made = 0;
    for (int k = 0; k < 8; ++k) made = made << 8 | byte();
    return static_cast<std::int64_t>(made);
  }
};

template <class T>
T plain(const unsigned char* from) {
  T made;
  std::memcpy(&made, from, sizeof made);
  return made;
}
template <class A>
bool same(const A& a, const A& b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

/// What is asked of a tensor as elements of T, where its memory is `block`.
template <class T, class Layout, class M>
void take(counted_tensor<M>& t, unsigned char* block, index size) {
  using value = std::remove_const_t<T>;
  try {
    auto taken = smelt::from_dlpack<T, Layout>(&t.tensor);
    const auto v = taken.view();
    const auto& d = t.tensor.dl_tensor;
    demand(v.rows() == d.shape[0] && v.cols() == (d.ndim == 2 ? d.shape[1] : 1));
    demand(t.released == 0 && d.dtype.bits == 8 * sizeof(T) && d.dtype.lanes == 1);
    if (v.rows() == 0 || v.cols() == 0) return;
    // Where elements lie, without the arithmetic of smelt.
    __extension__ using wide = __int128;
    const auto place = [&](index r, index c) {
      const wide row = d.strides ? d.strides[0] : v.cols(), col = d.strides && d.ndim == 2 ? d.strides[1] : 1;
      const wide elements = (v.rows() > 1 ? row * r : 0) + (v.cols() > 1 ? col * c : 0);
      return wide{static_cast<unsigned char*>(d.data) - block} + static_cast<wide>(d.byte_offset) +
             elements * static_cast<wide>(sizeof(T));
    };
    for (const index r : {index{0}, v.rows() - 1})
      for (const index c : {index{0}, v.cols() - 1}) {
        const wide at = place(r, c);
        if (at < 0 || at + static_cast<wide>(sizeof(T)) > size) return;  // memory that there is none of
      }
    if (v.rows() > 300 || v.cols() > 300) return;
    for (index r = 0; r < v.rows(); ++r)
      for (index c = 0; c < v.cols(); ++c)
        demand(same<value>(v(r, c), plain<value>(block + static_cast<index>(place(r, c)))));
    if constexpr (!std::is_const_v<T>) {
      for (index r = 0; r < v.rows(); ++r)
        for (index c = 0; c < v.cols(); ++c) v(r, c) = static_cast<T>(static_cast<double>(r + 2 * c));
      for (index r = 0; r < v.rows(); ++r)
        for (index c = 0; c < v.cols(); ++c) {
          const T written = v(r, c), meant = static_cast<T>(static_cast<double>(r + 2 * c));
          demand(same<value>(written, meant));
        }
    }
  } catch (const smelt::error&) {
  }
}

template <class M>
void tensor(input in) {
  constexpr index size = 512;
  const std::unique_ptr<unsigned char[]> block(new unsigned char[size]);
  for (index k = 0; k < size; ++k) block[static_cast<std::size_t>(k)] = static_cast<unsigned char>(5 * k + 1);
  const unsigned how = in.byte();
  const auto code = static_cast<std::uint8_t>(in.byte() % 8);
  const auto bits = static_cast<std::uint8_t>(how & 1 ? in.byte() : 8u << (in.byte() % 4));
  const auto dims = in.byte() % 4;
  std::vector<std::int64_t> shape, strides;
  for (unsigned k = 0; k < dims; ++k) shape.push_back(in.number());
  for (unsigned k = 0; k < dims && (how & 2); ++k) strides.push_back(in.number());
  counted_tensor<M> t(block.get() + (how & 4 ? size / 2 : 0), {code, bits, 1}, shape, strides);
  auto& d = t.tensor.dl_tensor;
  d.byte_offset = static_cast<std::uint64_t>(in.number());
  if (how & 8) d.data = nullptr;
  if (how & 16) d.device.device_type = static_cast<DLDeviceType>(in.byte() % 16);
  if (how & 32) d.dtype.lanes = static_cast<std::uint16_t>(in.byte());
  if constexpr (smelt::dlpack_versioned<M>) {
    if (how & 64) t.tensor.version.major = in.byte() % 3;
    if (how & 128) t.tensor.flags = in.byte();
  }
  switch (in.byte() % 8) {
    case 0: take<const float, smelt::row_major>(t, block.get(), size); break;
    case 1: take<const double, smelt::column_major>(t, block.get(), size); break;
    case 2: take<const smelt::f16, smelt::strided>(t, block.get(), size); break;
    case 3: take<const smelt::bf16, smelt::row_major>(t, block.get(), size); break;
    case 4: take<float, smelt::strided>(t, block.get(), size); break;
    case 5: take<std::int64_t, smelt::row_major>(t, block.get(), size); break;
    case 6: take<const std::uint8_t, smelt::strided>(t, block.get(), size); break;
    default: take<float, smelt::column_major>(t, block.get(), size); break;
  }
  demand(t.released == 1);
}

/// Element `at` of values of that format.
double plain_number(char format, const unsigned char* values, index at) {
  const auto as = [&]<class T>(T) { return static_cast<double>(plain<T>(values + at * index{sizeof(T)})); };
  switch (format) {
    case 'c': return as(std::int8_t{});
    case 'C': return as(std::uint8_t{});
    case 's': return as(std::int16_t{});
    case 'S': return as(std::uint16_t{});
    case 'i': return as(std::int32_t{});
    case 'I': return as(std::uint32_t{});
    case 'l': return as(std::int64_t{});
    case 'L': return as(std::uint64_t{});
    case 'e': return as(smelt::f16{});
    case 'f': return as(float{});
    case 'g': return as(double{});
    default: return (values[at / 8] >> (at % 8)) & 1;
  }
}

/// Memory of a column, no more than its numbers say and, where they say too much, none.
struct column_memory {
  std::unique_ptr<unsigned char[]> values, validity;
  index elements = 0;
};

/// Numbers of a column, and buffers as long as they must be for those.
void fill(input& in, counted_array& a, column_memory& m) {
  const unsigned how = in.byte();
  auto& array = a.array;
  array.length = in.number();
  array.offset = in.number();
  if (how & 1) array.null_count = in.number();
  if (how & 2) array.n_buffers = in.number();
  if (how & 4) a.schema.dictionary = &a.schema;
  if (how & 8) a.schema.name = nullptr;
  const bool few = 0 <= array.length && array.length <= 300 && 0 <= array.offset && array.offset <= 300;
  m.elements = few ? array.length + array.offset : 0;
  const auto n = static_cast<std::size_t>(m.elements);
  const std::string known = "cCsSiIlLefgb";
  const auto kind = a.format.size() == 1 ? known.find(a.format[0]) : std::string::npos;
  const std::size_t size = kind == std::string::npos ? 1 : std::size_t{1} << (kind < 8 ? kind / 2 : kind - 7);
  const std::size_t bytes = a.format == "b" ? (n + 7) / 8 : n * size;
  m.values.reset(new unsigned char[bytes + 1]);  // one more, for an odd address
  for (std::size_t k = 0; k <= bytes; ++k) m.values[k] = static_cast<unsigned char>(37 * k + how);
  m.validity.reset(new unsigned char[(n + 7) / 8]);
  for (std::size_t k = 0; k < (n + 7) / 8; ++k) m.validity[k] = static_cast<unsigned char>(11 * k + 0x5d);
  if (how & 16) a.buffers[0] = m.validity.get();
  if (!(how & 32)) a.buffers[1] = m.values.get() + ((how & 64) != 0 ? 1 : 0);
}

void batch(input in, bool whole) {
  static const char* const formats[] = {"c", "C", "s", "S", "i", "I", "l", "L", "e",  "f", "g",
                                        "b", "n", "u", "tsu:UTC", "d:19,10", "+l", "", "gg", "+s"};
  const auto format = [&] { return std::string(formats[in.byte() % std::size(formats)]); };
  counted_array a(whole ? "+s" : format(), "a", 0);
  std::vector<column_memory> memory(5);
  fill(in, a, memory[4]);
  if (whole) {
    const unsigned columns = in.byte() % 5;
    for (unsigned c = 0; c < columns; ++c) fill(in, a.column(format(), "b", 0), memory[c]);
    const unsigned how = in.byte();
    if (how & 1) a.schema.n_children = in.number() % 6;
    if ((how & 2) && columns == 0) a.array.n_children = a.schema.n_children = -1;
    if (how & 4) a.schema.children = nullptr;
    if (how & 8) a.array.children = nullptr;
    if (how & 16) a.array.release = nullptr;
    if (how & 32) a.schema.release = nullptr;
  }
  const int given = a.array.release != nullptr, said = a.schema.release != nullptr;
  const index outer = whole ? a.array.offset : 0;
  try {
    const auto taken = smelt::from_arrow(&a.schema, &a.array);
    const auto v = taken.view();
    demand(a.released == 0 && v.rows() == a.array.length);
    for (index c = 0; c < v.cols(); ++c) {
      const auto k = static_cast<std::size_t>(c);
      const counted_array& column = whole ? *a.columns[k] : a;
      const column_memory& m = whole ? memory[k] : memory[4];
      for (index r = 0; r < v.rows() && m.elements > 0; ++r) {
        const index at = r + outer + column.array.offset;
        const double seen = v(r, c);
        const auto* const bits = static_cast<const unsigned char*>(column.buffers[0]);
        const bool there = column.format != "n" && (bits == nullptr || column.array.null_count == 0 ||
                                                    ((bits[at / 8] >> (at % 8)) & 1));
        if (!there) {
          demand(smelt::missing(seen));
          continue;
        }
        const double expected =
            plain_number(column.format[0], static_cast<const unsigned char*>(column.buffers[1]), at);
        demand(smelt::missing(expected) ? smelt::missing(seen) : seen == expected);
      }
    }
  } catch (const smelt::error&) {
  }
  demand(a.released == given && a.schema_released == said);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const input in{data + 1, data + size};
  switch (data[0] % 4) {
    case 0: tensor<DLManagedTensor>(in); break;
    case 1: tensor<DLManagedTensorVersioned>(in); break;
    default: batch(in, data[0] % 4 == 2); break;
  }
  return 0;
}
