// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Data of a test on the emulated device, and results of the device as the host has them: what makes
/// a test body of the other policies one of on::cuda.

#include <smelt/policies/cuda/transfer.hpp>
#include <smelt/smelt.hpp>
#include <support/emulated_device.hpp>
#include <support/tables.hpp>

namespace smelt_test {

/// The emulated device of this test program: quick, unless a test asks for one that watches.
inline const smelt::cuda_policy<emulated_runtime>& on_device() {
  static const smelt::cuda_policy<emulated_runtime> policy(
      emulated_runtime({.watch = false, .processors = 2}), 32);
  return policy;
}

/// Whether `moved` has a form on the device for this data.
template <class Data>
inline constexpr bool can_move = false;
template <class Data>
  requires smelt::viewable<Data>
inline constexpr bool can_move<Data> = [] {
  using view = std::remove_cvref_t<decltype(smelt::as_view(std::declval<const Data&>()))>;
  if constexpr (smelt::dense_view<view>)
    return std::is_same_v<typename view::space, smelt::host> &&
           smelt::is_element<typename view::value_type> &&
           !std::is_same_v<typename view::layout, smelt::strided>;
  else
    return std::is_same_v<view, smelt::column_set>;
}();

/// A copy of host data on the device, whose rows have the numbers that they have on the host.
template <class Data>
class moved {
 public:
  using view_type = std::remove_cvref_t<decltype(smelt::as_view(std::declval<const Data&>()))>;
  using value = typename view_type::value_type;
  using layout = typename view_type::layout;

  template <class Policy>
  moved(const Policy& policy, const Data& data) : moved(policy, smelt::as_view(data), 0) {}
  smelt::matrix_view<const value, layout, smelt::device> view() const {
    return std::as_const(copy_).view().row_range(first_, copy_.rows());
  }

 private:
  template <class Policy>
  moved(const Policy& policy, const view_type& from, int)
      : first_(from.first_row()),
        names_(smelt::names_of(from).begin(), smelt::names_of(from).end()),
        copy_(policy.template make_table<value, layout>(first_ + from.rows(), from.cols(), names_)) {
    smelt::detail::copy_dense(policy.runtime(), from, copy_.view().row_range(first_, copy_.rows()));
  }

  smelt::index first_;
  std::vector<std::string> names_;
  smelt::device_table<value, layout, emulated_runtime> copy_;
};

/// Of a column set, or of what is seen as one, its columns.
template <class Data>
  requires std::is_same_v<std::remove_cvref_t<decltype(smelt::as_view(std::declval<const Data&>()))>,
                          smelt::column_set>
class moved<Data> {
 public:
  template <class Policy>
  moved(const Policy& policy, const Data& from) : copy_(smelt::to_device(policy, smelt::as_view(from))) {}
  smelt::device_column_set view() const { return copy_.view(); }

 private:
  smelt::device_columns<emulated_runtime> copy_;
};

/// Fits on the device too, and asks for the same bits.
template <class Fitted, class Chain, class Data>
void same_fit_on_device(const Fitted& f, const Chain& chain, const Data& data) {
  if constexpr (can_move<Data>) {
    const moved<Data> x(on_device(), data);
    CHECK(smelt::fit(on_device(), chain, x.view()) == f);
  }
}
/// Transforms on the device too, and asks for the same bits.
template <class Fitted, class Data, class Table>
void same_transform_on_device(const Fitted& f, const Data& data, const Table& y) {
  if constexpr (can_move<Data>) {
    const moved<Data> x(on_device(), data);
    const auto there = smelt::transform(on_device(), f, x.view());
    CHECK(difference(smelt::to_host(on_device(), there), y) == "");
    if constexpr (requires { y.dropped; }) CHECK(there.dropped == y.dropped);
  }
}

/// What the device says of data that it refuses; `elsewhere` of data that it has no form for.
template <class Chain, class Data>
std::string fit_refused_on_device(const Chain& chain, const Data& data, std::string elsewhere) {
  if constexpr (can_move<Data>) {
    const moved<Data> x(on_device(), data);
    return thrown_by([&] { smelt::fit(on_device(), chain, x.view()); });
  } else {
    return elsewhere;
  }
}
template <class Fitted, class Data>
std::string transform_refused_on_device(const Fitted& f, const Data& data, std::string elsewhere) {
  if constexpr (can_move<Data>) {
    const moved<Data> x(on_device(), data);
    return thrown_by([&] {
      const auto y = smelt::transform(on_device(), f, x.view());
      smelt::check(on_device());
    });
  } else {
    return elsewhere;
  }
}

}  // namespace smelt_test
