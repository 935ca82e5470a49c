// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A chain on on::seq, on on::eigen and, where that is asked for, on the emulated device at
/// once: whatever a test asks of one holds for all, because their bits are compared on the way.

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/tables.hpp>
#if SMELT_TESTS_ON_DEVICE  // a third of what these programs cost to compile
#include <support/on_device.hpp>
#endif

#include <memory>  // std::unique_ptr

namespace smelt_test {

/// fit.
template <class Chain, class Data, class... More>
auto fitted_on_both(const Chain& chain, const Data& data, const More&... more) {
  auto f = smelt::fit(smelt::on::seq, chain, data, more...);
  CHECK(smelt::fit(smelt::on::eigen, chain, data, more...) == f);
#if SMELT_TESTS_ON_DEVICE
  if constexpr (sizeof...(More) == 0) same_fit_on_device(f, chain, data);
#endif
  return f;
}

/// transform, into a new table of data without companions.
template <class Fitted, class Data>
auto transformed_on_both(const Fitted& f, const Data& data) {
  auto y = smelt::transform(smelt::on::seq, f, data);
  CHECK(difference(smelt::transform(smelt::on::eigen, f, data), y) == "");
#if SMELT_TESTS_ON_DEVICE
  same_transform_on_device(f, data, y);
#endif
  return y;
}

/// fit, then transform of the same data.
template <class Chain, class Data>
auto both(const Chain& chain, const Data& data) {
  return transformed_on_both(fitted_on_both(chain, data), data);
}

/// What fit says when it refuses the data, the same wherever it runs; empty when it does not.
template <class Chain, class Data>
std::string refused_on_both(const Chain& chain, const Data& data) {
  const std::string said = thrown_by([&] { smelt::fit(smelt::on::seq, chain, data); });
  CHECK(thrown_by([&] { smelt::fit(smelt::on::eigen, chain, data); }) == said);
#if SMELT_TESTS_ON_DEVICE
  CHECK(fit_refused_on_device(chain, data, said) == said);
#endif
  return said;
}
/// The same for transform.
template <class Fitted, class Data>
std::string transform_refused_on_both(const Fitted& f, const Data& data) {
  const std::string said = thrown_by([&] { smelt::transform(smelt::on::seq, f, data); });
  CHECK(thrown_by([&] { smelt::transform(smelt::on::eigen, f, data); }) == said);
#if SMELT_TESTS_ON_DEVICE
  CHECK(transform_refused_on_device(f, data, said) == said);
#endif
  return said;
}

/// What a call throws as a value_error; empty when it does not.
template <class F>
std::string complaint_of(F&& f) {
  try {
    f();
    return {};
  } catch (const smelt::value_error& e) {
    return e.what();
  }
}

/// A view of a copy whose elements end where their block of memory ends (and begin in the middle of
/// a packet), so that the address sanitizer sees a read beyond them. Rows lie `gap` elements apart;
/// between them lie infinities.
template <class T, class Layout = smelt::row_major>
class tight_copy {
 public:
  template <class View>
  explicit tight_copy(const View& from, smelt::index gap = 0)
      : rows_(from.rows()), cols_(from.cols()), stride_((by_row ? cols_ : rows_) + gap) {
    const smelt::index lines = by_row ? rows_ : cols_;
    const smelt::index size = lines == 0 ? 0 : (lines - 1) * stride_ + (by_row ? cols_ : rows_);
    memory_ = std::make_unique<T[]>(static_cast<std::size_t>(size) + 1);
    if constexpr (std::is_floating_point_v<T>)
      for (smelt::index i = 0; i <= size; ++i)
        memory_[static_cast<std::size_t>(i)] = std::numeric_limits<T>::infinity();
    for (smelt::index r = 0; r < rows_; ++r)
      for (smelt::index c = 0; c < cols_; ++c) view()(r, c) = static_cast<T>(from(r, c));
  }
  smelt::matrix_view<T, Layout> view() const {
    return {memory_.get() + 1, rows_, cols_, by_row ? stride_ : 1, by_row ? 1 : stride_};
  }

 private:
  static constexpr bool by_row = std::is_same_v<Layout, smelt::row_major>;
  smelt::index rows_;
  smelt::index cols_;
  smelt::index stride_;
  std::unique_ptr<T[]> memory_;
};

}  // namespace smelt_test
