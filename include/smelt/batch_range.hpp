// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A range of batches: each is computed when it is asked for, into memory that the next uses again.

#include <smelt/place.hpp>
#include <smelt/run_map.hpp>

#include <algorithm>  // std::fill_n, std::max, std::min
#include <iterator>   // std::input_iterator_tag, std::default_sentinel_t
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

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

/// How a range of batches says that an epoch cannot go on.
enum class errors {
  thrown,
  by_value  ///< it ends, and `ended()` says why
};

/// The batches of one epoch, an input range: `for (auto& batch : batches(...))`.
template <errors Errors, class Policy, class Fitted, class View, class T, class... Ys>
class batch_range {
 public:
  using space = typename Policy::space;
  using batch_type = batch<space, T, Ys...>;
  using labels = std::tuple<column_view<const Ys, space>...>;
  static constexpr bool quiet = Errors == errors::by_value;

  template <class Data>
  batch_range(const Policy& policy, const Fitted& f, const Data& d, const batch_options& options)
      : policy_(policy), fitted_(f), options_(options) {
    run([&] { return open(d); });
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
    iterator& operator++() noexcept(quiet) {
      range_->next();
      return *this;
    }
    void operator++(int) noexcept(quiet) { ++*this; }
    friend bool operator==(const iterator& a, std::default_sentinel_t) noexcept {
      return a.ended();
    }

   private:
    bool ended() const noexcept { return range_ == nullptr || range_->done_; }

    batch_range* range_ = nullptr;
  };

  /// Starts the epoch (again).
  iterator begin() noexcept(quiet) {
    at_ = 0;
    number_ = -1;
    done_ = !source_;
    if (source_) ended_ = status{};
    next();
    return iterator(this);
  }
  std::default_sentinel_t end() const noexcept { return {}; }

  /// By value: whether the epoch could begin and has gone on to its end, or why not; with the rows
  /// handed over and dropped so far.
  const status& ended() const noexcept
    requires(quiet)
  {
    return ended_;
  }

  /// How many batches the epoch has, when no row is dropped; none when it cannot begin.
  index size() const {
    if (!source_) return 0;
    const index n = rows_.count();
    return n / options_.rows + (options_.last != last::drop && n % options_.rows != 0 ? 1 : 0);
  }

 private:
  /// Runs a step, and says how it ended.
  template <class Step>
  void run(const Step& step) noexcept(quiet) {
    if constexpr (quiet) {
      const status found = detail::attempt(step);
      if (!found) stop(found);
    } else {
      const status found = step();
      if (!found) stop(found);
      found.raise();
    }
  }
  void stop(const status& found) {
    done_ = true;
    const status before = ended_;
    ended_ = found;
    ended_.rows = before.rows;
    ended_.dropped = std::max(before.dropped, found.dropped);
  }
  /// Checks the data and makes the memory of a batch.
  template <class Data>
  status open(const Data& d) {
    status found;
    const auto from = detail::open(d);
    if (!expect<value_error>(found, options_.rows >= 1,
                             "batches: a batch needs at least 1 row, not ", options_.rows))
      return found;
    if (!detail::check_data<Fitted::mode != row_stages::none>(fitted_, d, from, found))
      return found;
    detail::check_reach_of(policy_, from);
    fitted_ = place(policy_, fitted_);
    auto rows = detail::rows_of(fitted_, d, options_.epoch);
    if constexpr (requires { rows.keeps; }) list_ = std::move(rows.keeps);
    rows_ = rows;
    if constexpr (is_part<Data>) part_list_ = d.keeps;
    if constexpr (detail::asynchronous<Policy>) rows_ = policy_.place_rows(rows_, list_);
    const index most =
        options_.last == last::pad ? options_.rows : std::min(options_.rows, rows_.count());
    memory_ = detail::make_table<T>(policy_, most, fitted_.cols_out(), {});
    companions_ = {detail::make_column<Ys>(policy_, most)...};
    labels_ = std::apply([](const auto&... y) { return labels{y...}; }, from.companions);
    source_.emplace(from.x);
    return found;
  }
  void next() noexcept(quiet) {
    if (!done_) run([&] { return fill(); });
  }
  status fill() {
    [[maybe_unused]] const detail::shown_as<Policy> range("batches", fitted_.stages());
    index have = 0;
    pass_status met;
    while (have < options_.rows && at_ < rows_.count()) {
      const index n = std::min(options_.rows - have, rows_.count() - at_);
      drawn_rows some = rows_;
      some.draw = rows_.draw.slice(at_, n);
      have += index{detail::run_map(policy_, fitted_, *source_, some,
                                    memory_.view().row_range(have, have + n), nullptr,
                                    detail::follow(labels_, companions_).moved(have), met)};
      at_ += n;
    }
    done_ = have == 0 || (have < options_.rows && options_.last == last::drop);
    // A device is asked when its epoch is over: until then nothing is waited for.
    if constexpr (detail::asynchronous<Policy>)
      if (done_) met = policy_.settle();
    status found;
    found.dropped = ended_.dropped;
    if (!detail::count_pass(met, "batches", found)) return found;
    ended_.dropped = found.dropped;
    if (done_) return found;
    ended_.rows += have;
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
    return found;
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
  std::optional<View> source_;  // none when the epoch cannot begin
  labels labels_;
  batch_options options_;
  drawn_rows rows_;
  std::shared_ptr<const void> list_;  // that the rows are read from, if they are
  std::shared_ptr<const void> part_list_;  // the same of the part
  decltype(detail::make_table<T>(std::declval<Policy>(), 0, 0, {})) memory_;
  std::tuple<decltype(detail::make_column<Ys>(std::declval<Policy>(), 0))...> companions_;
  batch_type batch_;
  index at_ = 0;
  index number_ = -1;
  bool done_ = true;
  status ended_;
};

}  // namespace smelt::inline v0
