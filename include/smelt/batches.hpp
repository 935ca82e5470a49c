// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// batches: the transformed rows of an epoch, a few at a time, each computed when it is asked for.

#include <smelt/place.hpp>
#include <smelt/transform.hpp>

#include <iterator>  // std::input_iterator_tag, std::default_sentinel_t
#include <memory>
#include <tuple>
#include <vector>

namespace smelt::inline v0 {

/// What becomes of the last batch when the rows do not divide.
enum class last {
  keep,  ///< it is shorter
  drop,  ///< it is left out
  pad    ///< it is filled up with zeros; `valid` says how many rows are real
};

/// `{.rows = 32, .last = last::drop, .epoch = 3}`
struct batch_options {
  index rows = 32;
  smelt::last last = smelt::last::keep;
  std::uint64_t epoch = 0;
};

/// Rows handed over: `x` is row-major, `y` the first companion, `companion<k>()` the others. They
/// point into memory, of the policy's space, that the next batch uses again.
template <class Space, class T, class... Ys>
struct batch {
  matrix_view<const T, row_major, Space> x;
  std::tuple<column_view<const Ys, Space>...> companions;
  std::conditional_t<sizeof...(Ys) == 0, std::tuple<>,
                     std::tuple_element_t<0, std::tuple<column_view<const Ys, Space>..., char>>>
      y{};
  index valid = 0;   // rows that are real; fewer than x.rows() only in a padded batch
  index number = 0;  // 0 for the first batch of the epoch

  index rows() const { return x.rows(); }
  template <std::size_t K>
  const auto& companion() const {
    return std::get<K>(companions);
  }
};

/// The batches of one epoch, an input range: `for (auto& batch : batches(...))`.
template <class Policy, class Fitted, class View, class T, class... Ys>
class batch_range {
 public:
  using space = typename Policy::space;
  using batch_type = batch<space, T, Ys...>;
  using labels = std::tuple<column_view<const Ys, space>...>;

  batch_range(const Policy& policy, const Fitted& f, View x, const labels& y,
              const row_map& members, const batch_options& options)
      : policy_(policy), fitted_(place(policy, f)), source_(x), labels_(y), options_(options) {
    expect<value_error>(options.rows >= 1, "batches: a batch needs at least 1 row, not ",
                        options.rows);
    detail::check_fits<Fitted::mode != row_stages::none>(f, x);
    rows_ = detail::rows_of(f, members, options.epoch);
    const index most =
        options.last == last::pad ? options.rows : std::min(options.rows, rows_.count());
    memory_ = detail::make_table<T>(policy_, most, f.cols_out(), {});
    companions_ = {detail::make_column<Ys>(policy_, most)...};
  }
  batch_range(const batch_range&) = delete;
  batch_range& operator=(const batch_range&) = delete;

  /// An input iterator over the batches; it ends with `std::default_sentinel`.
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = batch_type;
    using difference_type = std::ptrdiff_t;
    using pointer = const batch_type*;
    using reference = const batch_type&;

    iterator() = default;
    explicit iterator(batch_range* range) : range_(range) {}
    const batch_type& operator*() const { return range_->batch_; }
    const batch_type* operator->() const { return &range_->batch_; }
    iterator& operator++() {
      range_->next();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& a, std::default_sentinel_t) { return a.ended(); }

   private:
    bool ended() const { return range_ == nullptr || range_->done_; }

    batch_range* range_ = nullptr;
  };

  /// Starts the epoch (again).
  iterator begin() {
    at_ = 0;
    number_ = -1;
    done_ = false;
    next();
    return iterator(this);
  }
  std::default_sentinel_t end() const { return {}; }

  /// How many batches the epoch has, when no row is dropped.
  index size() const {
    const index n = rows_.count();
    return n / options_.rows + (options_.last != last::drop && n % options_.rows != 0 ? 1 : 0);
  }

 private:
  void next() {
    [[maybe_unused]] const detail::shown_as<Policy> range("batches", fitted_.stages());
    index have = 0;
    pass_status status;
    while (have < options_.rows && at_ < rows_.count()) {
      const index n = std::min(options_.rows - have, rows_.count() - at_);
      drawn_rows some = rows_;
      some.draw = rows_.draw.slice(at_, n);
      have += index{detail::run_map(policy_, fitted_, source_, some,
                                    memory_.view().row_range(have, have + n), nullptr,
                                    detail::follow(labels_, companions_).moved(have), status)};
      at_ += n;
    }
    done_ = have == 0 || (have < options_.rows && options_.last == last::drop);
    // A device is asked when its epoch is over: until then nothing is waited for.
    if constexpr (detail::asynchronous<Policy>)
      if (done_) status = policy_.settle();
    detail::refuse_infinities(status, "batches");
    if (done_) return;
    index shown = have;
    if (options_.last == last::pad && have < options_.rows) {
      shown = options_.rows;
      pad(memory_.data() + have * memory_.cols(), (shown - have) * memory_.cols());
      std::apply([&](auto&... y) { (pad(y.data() + have, shown - have), ...); }, companions_);
    }
    batch_.x = std::as_const(memory_).view().row_range(0, shown);
    batch_.valid = have;
    batch_.number = ++number_;
    std::apply(
        [&](auto&... y) { batch_.companions = {column_view<const Ys, space>(y.data(), shown)...}; },
        companions_);
    if constexpr (sizeof...(Ys) > 0) batch_.y = std::get<0>(batch_.companions);
  }
  template <class Y>
  void pad(Y* from, index n) const {
    if constexpr (detail::asynchronous<Policy>)
      policy_.runtime().clear(from, static_cast<std::size_t>(n) * sizeof(Y));
    else
      std::fill_n(from, n, Y{});
  }

  Policy policy_;
  Fitted fitted_;
  View source_;
  labels labels_;
  batch_options options_;
  drawn_rows rows_;
  decltype(detail::make_table<T>(std::declval<Policy>(), 0, 0, {})) memory_;
  std::tuple<decltype(detail::make_column<Ys>(std::declval<Policy>(), 0))...> companions_;
  batch_type batch_;
  index at_ = 0;
  index number_ = -1;
  bool done_ = true;
};

/// The batches of an epoch of transformed data: samplers draw with the epoch, dropped rows leave no
/// gap. On on::eigen nothing is allocated after the range is made.
/// \errors as transform, and value_error when `rows` is not positive
template <class Result = detail::choose_result, policy Policy, class Chain, class Origin,
          row_stages Mode, data Data>
auto batches(const Policy& policy, const fitted<Chain, Origin, Mode>& f, const Data& d,
             const batch_options& options = {}) {
  static_assert(detail::check_origin<Data, Origin>() &&
                detail::check_space<Policy, detail::view_of<Data>>());
  detail::check_split(d, f.split_id());
  const auto from = detail::open(d);
  detail::check_reach_of(policy, from);
  using view_type = std::remove_cvref_t<decltype(from.x)>;
  using value = detail::chosen_result<Result, typename view_type::value_type>;
  return std::apply(
      [&](const auto&... y) {
        return batch_range<Policy, fitted<Chain, Origin, Mode>, view_type, value,
                           typename std::remove_cvref_t<decltype(y)>::value_type...>(
            policy, f, from.x, {y...}, from.members, options);
      },
      from.companions);
}

// A range of batches over a temporary table dangles.
template <class Result = detail::choose_result, policy Policy, class Chain, class Origin,
          row_stages Mode, detail::owning Data>
auto batches(const Policy&, const fitted<Chain, Origin, Mode>&, const Data&&,
             const batch_options& = {}) {
  static_assert(always_false<Data>, SMELT_SAY_TEMPORARY);
  return poison{};
}
// What no overload above takes speaks here; options in bare braces bind to nothing but themselves.
template <class Result = detail::choose_result, class... Args>
auto batches(const Args&...) {
  detail::speak_of_use<detail::verb::batches, Args...>();
  return poison{};
}
template <class Result = detail::choose_result, class A, class B>
auto batches(const A&, const B&, const batch_options&) {
  detail::speak_of_use<detail::verb::batches, A, B>();
  return poison{};
}
template <class Result = detail::choose_result, class A, class B, class C>
auto batches(const A&, const B&, const C&, const batch_options&) {
  detail::speak_of_use<detail::verb::batches, A, B, C>();
  return poison{};
}

}  // namespace smelt::inline v0
