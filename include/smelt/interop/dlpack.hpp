// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Tensors of other programs as views, and tables as tensors, by DLPack and without a copy. No header
/// of DLPack is included: any struct of its shape will do, the one of each version of it, of PyTorch, of
/// JAX, legacy (`DLManagedTensor`) or versioned (`DLManagedTensorVersioned`).
///
///     const auto x = from_dlpack<const float>(tensor);             // owns the tensor from here on
///     auto scaled  = transform(on::eigen, fitted, x);
///     return to_dlpack<DLManagedTensor>(std::move(scaled));        // the table goes with the tensor
///
/// A tensor has no stream: one in device memory must be ready on the stream that reads it. Threads: a
/// tensor is released by whoever ends the view, so its deleter must bear that.

#include <smelt/core/column_set.hpp>  // is_element
#include <smelt/core/outcome.hpp>
#include <smelt/core/say.hpp>
#include <smelt/core/view.hpp>

#include <algorithm>  // std::min
#include <cstdint>
#include <cstdlib>  // std::abs
#include <limits>
#include <new>  // std::nothrow_t
#include <string>
#include <type_traits>
#include <utility>

namespace smelt::inline v0 {

/// A managed tensor of DLPack, of whatever header.
template <class M>
concept dlpack_managed = requires(M* m) {
  m->dl_tensor.data;
  m->dl_tensor.byte_offset;
  m->dl_tensor.shape[0];
  m->dl_tensor.strides[0];
  m->dl_tensor.ndim;
  m->dl_tensor.dtype.code;
  m->dl_tensor.dtype.bits;
  m->dl_tensor.dtype.lanes;
  m->dl_tensor.device.device_type;
  m->dl_tensor.device.device_id;
  m->manager_ctx;
  m->deleter(m);
};
/// One that says its version and whether it may be written, as all do since DLPack 1.0.
template <class M>
concept dlpack_versioned = dlpack_managed<M> && requires(M* m) {
  m->version.major;
  m->version.minor;
  m->flags;
};

namespace detail {

// Numbers that DLPack has for element types, and for what memory is of.
enum class dl_code : int { integer = 0, natural = 1, real = 2, brain = 4, truth = 6 };
enum class dl_device : int { cpu = 1, cuda = 2, cuda_host = 3, cuda_managed = 13 };
inline constexpr unsigned dl_major = 1;
inline constexpr std::uint64_t dl_read_only = 1;

/// An element type in words: "float32", or its three numbers.
inline std::string dl_type_name(int code, int bits, int lanes) {
  const char* const family = code == 0   ? "int"
                             : code == 1 ? "uint"
                             : code == 2 ? "float"
                             : code == 4 ? "bfloat"
                             : code == 5 ? "complex"
                             : code == 6 ? "bool"
                                         : nullptr;
  if (lanes != 1 || family == nullptr)
    return message("elements of code ", code, ", ", bits, " bits and ", lanes, " lane(s)");
  return code == 6 && bits == 8 ? family : message(family, bits);
}
template <class T>
constexpr dl_code dl_code_of() {
  return std::is_same_v<T, bool>         ? dl_code::truth
         : std::is_same_v<T, bfloat16>   ? dl_code::brain
         : has_missing<T>                ? dl_code::real
         : std::is_signed_v<T>           ? dl_code::integer
                                         : dl_code::natural;
}
template <class T>
std::string dl_name_of() {
  return dl_type_name(static_cast<int>(dl_code_of<T>()), 8 * static_cast<int>(sizeof(T)), 1);
}

/// Whether a view of `Space` may point to memory of that device: the host reads pinned and managed
/// memory too, a device managed memory.
template <class Space>
constexpr bool dl_reaches(int device_type) {
  const auto is = [&](dl_device d) { return device_type == static_cast<int>(d); };
  if (std::is_same_v<Space, host>)
    return is(dl_device::cpu) || is(dl_device::cuda_host) || is(dl_device::cuda_managed);
  if (std::is_same_v<Space, device>) return is(dl_device::cuda) || is(dl_device::cuda_managed);
  return is(std::is_same_v<Space, pinned> ? dl_device::cuda_host : dl_device::cuda_managed);
}
inline std::string dl_device_name(int device_type, int id) {
  const char* const name = device_type == 1    ? "host memory"
                           : device_type == 2  ? "CUDA device "
                           : device_type == 3  ? "pinned memory"
                           : device_type == 13 ? "managed memory"
                                               : nullptr;
  if (name == nullptr) return message("a device of kind ", device_type);
  return device_type == 2 ? message(name, id) : name;
}
template <class Space>
constexpr const char* space_name() {
  return std::is_same_v<Space, host>     ? "host"
         : std::is_same_v<Space, device> ? "device"
         : std::is_same_v<Space, pinned> ? "pinned"
                                         : "managed";
}

template <class T>
using bytes_like = std::conditional_t<std::is_const_v<T>, const char, char>;

/// Whether all elements lie at addresses that there are.
inline bool dl_in_memory(std::uintptr_t at, std::uint64_t offset, index rows, index row_stride, index cols,
                         index col_stride, std::size_t size) {
  constexpr index most = std::numeric_limits<index>::max() / 64;  // of bytes, in each direction
  const index reach = most / static_cast<index>(size);
  if (offset > static_cast<std::uint64_t>(most)) return false;
  const auto fits = [&](index n, index stride) {
    const auto step = static_cast<std::uint64_t>(stride);
    return n <= 1 || (stride < 0 ? 0 - step : step) <= static_cast<std::uint64_t>(reach / n);
  };
  if (!fits(rows, row_stride) || !fits(cols, col_stride)) return false;
  const index lowest = std::min<index>((rows - 1) * row_stride, 0) + std::min<index>((cols - 1) * col_stride, 0);
  return static_cast<index>(at) >= -lowest * static_cast<index>(size);
}
/// Whether no two elements share memory: all of one row (or column) end before the next begins.
inline bool dl_apart(index rows, index row_stride, index cols, index col_stride) {
  const index down = rows > 1 ? std::abs(row_stride) : 0, along = cols > 1 ? std::abs(col_stride) : 0;
  const bool by_row = (rows <= 1 || down > (cols - 1) * along) && (cols <= 1 || along > 0);
  return by_row || ((cols <= 1 || along > (rows - 1) * down) && (rows <= 1 || down > 0));
}

/// What a tensor may hold, here.
template <class T>
inline constexpr bool is_tensor_element = is_element<std::remove_const_t<T>>;

}  // namespace detail

/// A view of a tensor that keeps it, and releases it once: movable, not copyable. Views of it end with
/// it.
template <class T, class Layout, class Space, class M>
class dlpack_table {
 public:
  using element_type = T;
  using value_type = std::remove_const_t<T>;
  using layout = Layout;
  using space = Space;

  /// Owns `tensor` from here on, whether it can be read or not.
  explicit dlpack_table(M* tensor) : dlpack_table(tensor, owned{}) { open(); }
  dlpack_table(dlpack_table&& other) noexcept
      : tensor_(std::exchange(other.tensor_, nullptr)), view_(std::exchange(other.view_, {})) {}
  dlpack_table& operator=(dlpack_table&& other) noexcept {
    std::swap(tensor_, other.tensor_);
    std::swap(view_, other.view_);
    return *this;
  }
  ~dlpack_table() {
    if (tensor_ != nullptr && tensor_->deleter != nullptr) tensor_->deleter(tensor_);
  }

  index rows() const { return view_.rows(); }
  index cols() const { return view_.cols(); }
  matrix_view<T, Layout, Space> view() const { return view_; }
  /// The number of the device; 0 for memory of the host.
  int device_id() const {
    return tensor_ == nullptr ? 0 : static_cast<int>(tensor_->dl_tensor.device.device_id);
  }
 private:
  struct owned {};
  // Whole when it returns, so that an object that cannot be opened is destroyed.
  dlpack_table(M* tensor, owned) noexcept : tensor_(tensor) {}
  /// What the tensor holds, as a view, or the reason why not.
  void open();

  M* tensor_;
  matrix_view<T, Layout, Space> view_;
};

template <class T, class Layout, class Space, class M>
void dlpack_table<T, Layout, Space, M>::open() {
  using detail::dl_device_name;
  using value = std::remove_const_t<T>;
  expect<value_error>(tensor_ != nullptr, "from_dlpack was given no tensor");
  if constexpr (dlpack_versioned<M>) {
    // Of another major version nothing is known but where its deleter stands.
    expect<type_error>(tensor_->version.major == detail::dl_major, "this tensor is of DLPack version ",
                       tensor_->version.major, ".", tensor_->version.minor, ", smelt knows ",
                       detail::dl_major);
    expect<type_error>(std::is_const_v<T> || (tensor_->flags & detail::dl_read_only) == 0,
                       "this tensor is read-only: ask for const elements, from_dlpack<const float>");
  }
  const auto& t = tensor_->dl_tensor;
  const int code = t.dtype.code, bits = t.dtype.bits, lanes = t.dtype.lanes;
  const bool as_bytes = code == static_cast<int>(detail::dl_code::truth) && std::is_same_v<value, std::uint8_t>;
  expect<type_error>(lanes == 1 && bits == 8 * static_cast<int>(sizeof(T)) &&
                         (as_bytes || code == static_cast<int>(detail::dl_code_of<value>())),
                     "this tensor holds ", detail::dl_type_name(code, bits, lanes), ", not ",
                     detail::dl_name_of<value>());
  const int kind = static_cast<int>(t.device.device_type), id = static_cast<int>(t.device.device_id);
  expect<type_error>(detail::dl_reaches<Space>(kind), "this tensor lies in ", dl_device_name(kind, id),
                     ", which a view of space '", detail::space_name<Space>(), "' does not reach");
  expect<shape_error>(t.ndim == 1 || t.ndim == 2, "this tensor has ", t.ndim,
                      " dimensions; a table has one (one column) or two");
  const index rows = t.shape[0], cols = t.ndim == 2 ? index{t.shape[1]} : 1;
  expect<shape_error>(rows >= 0 && cols >= 0, "this tensor has shape (", rows, ", ", cols, ")");

  constexpr bool by_column = std::is_same_v<Layout, column_major>;
  const bool some = rows > 0 && cols > 0;
  index row_stride = by_column ? 1 : cols, col_stride = by_column ? rows : 1;
  // Where there is no second row or column the stride between them says nothing, and may be anything.
  if (some && rows > 1) row_stride = t.strides != nullptr ? index{t.strides[0]} : cols;
  if (some && cols > 1) col_stride = t.strides != nullptr ? index{t.strides[1]} : 1;
  expect<type_error>(!std::is_same_v<Layout, row_major> || col_stride == 1,
                     "the columns of this tensor are ", col_stride,
                     " elements apart, not 1: it is not row-major; column_major or strided may read it");
  expect<type_error>(!by_column || row_stride == 1, "the rows of this tensor are ", row_stride,
                     " elements apart, not 1: it is not column-major; row_major or strided may read it");
  expect<shape_error>(!some || t.data != nullptr, "this tensor of ", rows, " x ", cols,
                      " elements has no memory");
  // An empty tensor may point anywhere.
  const auto offset = static_cast<std::uint64_t>(t.byte_offset);
  const auto at = some ? reinterpret_cast<std::uintptr_t>(t.data) + offset : 0;
  expect<shape_error>(!some || detail::dl_in_memory(at, offset, rows, row_stride, cols, col_stride, sizeof(T)),
                      "this tensor of ", rows, " x ", cols, " elements does not lie in memory");
  expect<type_error>(at % alignof(T) == 0, "the elements of this tensor are not aligned to ", alignof(T),
                     " bytes");
  expect<shape_error>(std::is_const_v<T> || !some || detail::dl_apart(rows, row_stride, cols, col_stride),
                      "this tensor has elements that share their memory: it can be read, as const "
                      "elements, but not written");
  auto* const bytes = some ? static_cast<detail::bytes_like<T>*>(t.data) + offset : nullptr;
  view_ = matrix_view<T, Layout, Space>(reinterpret_cast<T*>(bytes), rows, cols, row_stride, col_stride);
}

/// A tensor as data: `from_dlpack<const float>(tensor)` of rows whose elements lie side by side,
/// `from_dlpack<const float, column_major>` of such columns, `strided` of any; `float` without const to
/// write into it; `device`, `pinned` or `managed` as a third argument for memory that is no host's. One
/// dimension is one column; bool is read as bool or uint8; float16 is f16, bfloat16 is bf16.
///
/// The tensor is owned from the call on: its deleter is called once, when what is returned ends, or
/// before an error is thrown.
/// \errors type_error for other elements, another version, memory elsewhere, another order or read-only
/// memory that would be written; shape_error for sizes that are no table's; value_error for null
template <class T, class Layout = row_major, class Space = host, dlpack_managed M>
  requires detail::is_tensor_element<T>
dlpack_table<T, Layout, Space, M> from_dlpack(M* tensor) {
  return dlpack_table<T, Layout, Space, M>(tensor);
}
/// from_dlpack by value.
template <class T, class Layout = row_major, class Space = host, dlpack_managed M>
  requires detail::is_tensor_element<T>
outcome<dlpack_table<T, Layout, Space, M>> from_dlpack(std::nothrow_t, M* tensor) noexcept {
  return detail::attempt([&] { return detail::outcome_of(from_dlpack<T, Layout, Space>(tensor)); });
}

template <class T = void, class Layout = row_major, class Space = host, class M>
auto from_dlpack(M*) {
  if constexpr (!any_poison<M>) static_assert(always_false<M>, SMELT_SAY_FROM_DLPACK);
  return poison{};
}

}  // namespace smelt::inline v0
