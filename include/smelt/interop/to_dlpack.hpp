// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Tables as tensors of DLPack, without a copy: the table lives as long as the tensor.
///
/// Every reader known takes them: strides are always written, the byte offset is 0. Some take less than
/// they might: TensorFlow wants the legacy struct and elements without gaps, row-major; cuDF the legacy
/// struct, column-major (a `table<T, column_major>`, or a chain's output of that layout).

#include <smelt/core/say.hpp>
#include <smelt/core/view.hpp>
#include <smelt/interop/dlpack.hpp>

#include <cstdint>
#include <memory>  // std::unique_ptr
#include <type_traits>
#include <utility>

namespace smelt::inline v0 {

namespace detail {

/// A tensor with what it needs, in one piece.
template <class M, class Owner>
struct dl_holder {
  M tensor{};
  std::int64_t shape[2] = {0, 0};
  std::int64_t strides[2] = {0, 0};
  Owner owner;
  explicit dl_holder(Owner&& given) : owner(std::move(given)) {}
  static void release(M* tensor) {
    auto* const holder = static_cast<dl_holder*>(tensor->manager_ctx);
    delete holder;
  }
};

template <class Space>
constexpr dl_device dl_device_of() {
  return std::is_same_v<Space, host>     ? dl_device::cpu
         : std::is_same_v<Space, device> ? dl_device::cuda
         : std::is_same_v<Space, pinned> ? dl_device::cuda_host
                                         : dl_device::cuda_managed;
}

/// What owns one dense matrix, and its elements as seen through it.
template <class X>
concept tensor_owner = !std::is_reference_v<X> && !std::is_const_v<X> && requires(X& x) {
  { x.view() } -> dense_view;
  requires is_element<typename decltype(x.view())::value_type>;
};
template <class X>
using element_seen = typename decltype(std::declval<X&>().view())::element_type;

}  // namespace detail

/// Gives a table away as a tensor of type M, which whoever gets it releases by its deleter:
/// `to_dlpack<DLManagedTensor>(std::move(table))`. Tables, device tables (of device number `device_id`,
/// ready when their stream has got there), mapped files and tensors of others can be given. What is
/// read-only (a mapped file) needs a versioned struct, which can say so.
template <dlpack_managed M, class X>
  requires(detail::tensor_owner<X> &&
           (dlpack_versioned<M> || !std::is_const_v<detail::element_seen<X>>))
M* to_dlpack(X&& x, int device_id = 0) {
  using namespace detail;
  using holder = dl_holder<M, X>;
  auto held = std::make_unique<holder>(std::move(x));
  const auto v = held->owner.view();
  using view_type = std::remove_const_t<decltype(v)>;
  M& made = held->tensor;
  auto& t = made.dl_tensor;
  const bool some = v.rows() > 0 && v.cols() > 0;
  t.data = some ? const_cast<void*>(static_cast<const void*>(v.data())) : nullptr;
  t.byte_offset = 0;
  t.ndim = 2;
  held->shape[0] = v.rows();
  held->shape[1] = v.cols();
  held->strides[0] = v.row_stride();
  held->strides[1] = v.col_stride();
  t.shape = held->shape;
  t.strides = held->strides;
  using value = typename view_type::value_type;
  t.dtype.code = static_cast<std::uint8_t>(dl_code_of<value>());
  t.dtype.bits = static_cast<std::uint8_t>(8 * sizeof(value));
  t.dtype.lanes = 1;
  constexpr dl_device kind = dl_device_of<typename view_type::space>();
  t.device.device_type = static_cast<std::remove_cvref_t<decltype(t.device.device_type)>>(kind);
  t.device.device_id = kind == dl_device::cuda ? device_id : 0;
  if constexpr (dlpack_versioned<M>) {
    made.version.major = dl_major;
    made.version.minor = 0;
    made.flags = std::is_const_v<typename view_type::element_type> ? dl_read_only : 0;
  }
  made.manager_ctx = held.get();
  made.deleter = &holder::release;
  return &held.release()->tensor;
}

template <class M = void, class X>
auto to_dlpack(X&&, int = 0) {
  if constexpr (any_poison<X>)
    return poison{};
  else if constexpr (dlpack_managed<M> && detail::tensor_owner<X>)
    static_assert(always_false<X>, SMELT_SAY_READ_ONLY_TENSOR);
  else
    static_assert(always_false<X>, SMELT_SAY_TO_DLPACK);
  return poison{};
}

}  // namespace smelt::inline v0
