// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Copies of whole tables to a device and back, and the wait for what a policy was asked to do.

#include <smelt/core/outcome.hpp>
#include <smelt/policies/cuda/columns.hpp>
#include <smelt/policies/cuda/policy.hpp>

#include <cstddef>
#include <new>  // std::nothrow_t
#include <span>
#include <string>
#include <vector>

namespace smelt::inline v0 {

namespace detail {

template <class View>
using layout_of_copy = std::conditional_t<std::is_same_v<typename View::layout, column_major>,
                                          column_major, row_major>;

/// Copies a matrix to one of the same layout, lines that follow one another at once.
template <class Runtime, class From, class To>
void copy_dense(const Runtime& to_runtime, const From& from, const To& to) {
  using value = typename To::value_type;
  constexpr bool by_row = std::is_same_v<typename To::layout, row_major>;
  Runtime runtime = to_runtime;
  const index lines = by_row ? from.rows() : from.cols();
  const index size = by_row ? from.cols() : from.rows();
  const index step = by_row ? from.row_stride() : from.col_stride();
  const index out = by_row ? to.row_stride() : to.col_stride();
  if (lines == 0 || size == 0) return;
  if (step == size && out == size) {
    runtime.copy(to.data(), from.data(), static_cast<std::size_t>(lines * size) * sizeof(value));
    return;
  }
  for (index line = 0; line < lines; ++line)
    runtime.copy(to.data() + line * out, from.data() + line * step,
                 static_cast<std::size_t>(size) * sizeof(value));
}

/// A view that says itself what memory it is of.
template <class View, class Runtime>
concept copies_itself = requires(const View& v) {
  v.template copied<device>([](const auto* first, index) { return first; });
};

/// Any copy; not a lambda, with which nvcc finds nothing.
struct some_copy {
  template <class T>
  void operator()(T* to, const T* from, index count) const;
};
/// A view of device memory of which the host can have a copy: `fetched(view, copy, memory)`, found
/// by argument-dependent lookup, is what owns it; `copy(to, from, count)` copies so many elements, by the time
/// that the device has been waited for.
template <class View>
concept fetches_itself = requires(const View& v, const some_copy& copy) { fetched(v, copy, resource_ref()); };

}  // namespace detail

/// A view of elements that it owns, in device memory. It moves.
template <class View, class Runtime>
class device_copy {
 public:
  using value_type = typename View::value_type;
  using space = device;

  /// Of a view in host memory, which must stay until the stream has been waited for.
  template <class From>
  device_copy(const Runtime& to, const From& from)
      : names_(names_of(from).begin(), names_of(from).end()) {
    Runtime runtime = to;
    view_ = from.template copied<device>([&]<class T>(const T* first, index count) -> const T* {
      const auto bytes = static_cast<std::size_t>(count) * sizeof(T);
      auto& block = memory_.emplace_back(to, static_cast<index>(bytes));
      if (bytes > 0) runtime.copy(block.data(), first, bytes);
      return reinterpret_cast<const T*>(block.data());
    });
    runtime.wait();
  }
  index rows() const { return view_.rows(); }
  index cols() const { return view_.cols(); }
  std::span<const std::string> names() const { return names_; }
  View view() const { return view_.named(names_); }

 private:
  std::vector<detail::device_block<std::byte, Runtime>> memory_;
  std::vector<std::string> names_;
  View view_;
};

/// check by value: waits for what a policy was asked to do, and says what it has met since it was last
/// asked, in a status: infinities with the first of them, values without a code, and rows dropped.
template <class Runtime>
status check(std::nothrow_t, const cuda_policy<Runtime>& policy) noexcept {
  return detail::attempt([&] {
    status found;
    detail::count_pass(policy.settle(), "transform", found);
    return found;
  });
}
/// Waits for what a policy was asked to do, and throws what it found.
/// \errors value_error for infinities, and values that have no code in their output, met since it was last
/// asked; cuda_error
template <class Runtime>
void check(const cuda_policy<Runtime>& policy) {
  status found;
  detail::count_pass(policy.settle(), "transform", found);
  found.raise();
}

/// A copy of host data in device memory, row-major or as the source lies; of a column set, its
/// columns, each without gaps, and their validity bits; of packed data, what is packed.
template <class Runtime, class X>
  requires viewable<X>
auto to_device(const cuda_policy<Runtime>& policy, const X& x) {
  const auto from = as_view(x);
  using view_type = std::remove_cvref_t<decltype(from)>;
  static_assert(on_host<typename view_type::space>, SMELT_SAY_DEVICE_ALREADY);
  if constexpr (detail::is_column_set<view_type>) {
    return detail::copy_columns(policy.runtime(), from);
  } else if constexpr (detail::copies_itself<view_type, Runtime>) {
    using there = decltype(from.template copied<device>([](const auto* first, index) { return first; }));
    return device_copy<there, Runtime>(policy.runtime(), from);
  } else {
    using value = typename view_type::value_type;
    static_assert(!std::is_same_v<typename view_type::layout, strided>, SMELT_SAY_STRIDED_COPY);
    std::vector<std::string> names(names_of(from).begin(), names_of(from).end());
    using layout = detail::layout_of_copy<view_type>;
    auto made = policy.template make_table<value, layout>(from.rows(), from.cols(), names);
    detail::copy_dense(policy.runtime(), from, made.view());
    policy.runtime().wait();  // the source may be pinned, and the caller's again from here on
    return made;
  }
}

/// to_device by value.
template <class Runtime, class X>
  requires viewable<X>
auto to_device(std::nothrow_t, const cuda_policy<Runtime>& policy, const X& x) noexcept {
  return detail::attempt([&] { return detail::outcome_of(to_device(policy, x)); });
}

/// A copy of a device matrix in host memory, of packed rows a packed_table; waits for it.
template <class Runtime, class X>
  requires viewable<X>
auto to_host(const cuda_policy<Runtime>& policy, const X& x) {
  const auto from = as_view(x);
  using view_type = std::remove_cvref_t<decltype(from)>;
  static_assert(!std::is_same_v<typename view_type::space, host>, SMELT_SAY_HOST_ALREADY);
  if constexpr (detail::fetches_itself<view_type>) {
    const auto copy = [&]<class T>(T* to, const T* first, index count) {
      policy.runtime().copy(to, first, static_cast<std::size_t>(count) * sizeof(T));
    };
    auto made = fetched(from, copy, policy.resource());
    policy.runtime().wait();
    return made;
  } else if constexpr (!dense_view<view_type>) {
    static_assert(always_false<X>, SMELT_SAY_NOT_DENSE);
    return poison{};
  } else {
    static_assert(!std::is_same_v<typename view_type::layout, strided>, SMELT_SAY_STRIDED_COPY);
    using layout = detail::layout_of_copy<view_type>;
    std::vector<std::string> names(names_of(from).begin(), names_of(from).end());
    table<typename view_type::value_type, layout> made(from.rows(), from.cols(), names, policy.resource());
    detail::copy_dense(policy.runtime(), from, made.view());
    policy.runtime().wait();
    return made;
  }
}
/// to_host by value.
template <class Runtime, class X>
  requires viewable<X>
auto to_host(std::nothrow_t, const cuda_policy<Runtime>& policy, const X& x) noexcept {
  return detail::attempt([&] { return detail::outcome_of(to_host(policy, x)); });
}

}  // namespace smelt::inline v0
