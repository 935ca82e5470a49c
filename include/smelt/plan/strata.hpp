// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Strata: the rows of each class, and how many each class gives when some are to be chosen.

#include <smelt/core/arithmetic.hpp>
#include <smelt/core/elements.hpp>
#include <smelt/core/shared.hpp>
#include <smelt/core/status.hpp>
#include <smelt/plan/row_map.hpp>

#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace smelt::inline v0 {

/// The rows of class c, in ascending order, are rows[begins[c]], ..., rows[begins[c + 1] - 1].
/// Classes are numbered by their labels, in ascending order.
struct strata {
  std::vector<index> rows;
  std::vector<index> begins{0};

  index classes() const { return static_cast<index>(begins.size()) - 1; }
  index count(index c) const {
    return begins[static_cast<std::size_t>(c) + 1] - begins[static_cast<std::size_t>(c)];
  }
  /// The rows of a class: the first of `count(c)`.
  const index* of(index c) const { return rows.data() + begins[static_cast<std::size_t>(c)]; }
  /// How many rows each class has.
  SMELT_LAZY std::vector<index> counts() const {
    std::vector<index> made;
    for (index c = 0; c < classes(); ++c) made.push_back(count(c));
    return made;
  }
};

namespace detail {

/// A text: its own memory, another's, or a pointer to it.
template <class T>
inline constexpr bool is_word =
    std::is_convertible_v<const T&, std::string_view> && !std::is_null_pointer_v<T>;

/// Labels, numbered as they are first met: found by their hashes, in a table that is at most half full.
template <class T>
class label_numbers {
 public:
  index number(const T& label) {
    std::size_t at = place_of(label);
    for (; places_[at] >= 0; at = (at + 1) & (places_.size() - 1))
      if (labels_[static_cast<std::size_t>(places_[at])] == label) return places_[at];
    const auto made = static_cast<index>(labels_.size());
    places_[at] = made;
    labels_.push_back(label);
    if (2 * labels_.size() > places_.size()) grow();
    return made;
  }
  /// Of each, how many are less.
  std::vector<index> ranks() const {
    struct numbered {
      T label;
      std::size_t number;
      bool operator<(const numbered& b) const { return label < b.label; }
    };
    std::vector<numbered> all;
    for (std::size_t n = 0; n < labels_.size(); ++n) all.push_back({labels_[n], n});
    sort_elements(all);
    std::vector<index> made(all.size());
    for (std::size_t n = 0; n < all.size(); ++n) made[all[n].number] = static_cast<index>(n);
    return made;
  }

 private:
  std::size_t place_of(const T& label) const {
    std::uint64_t bits;
    if constexpr (std::is_integral_v<T>)
      bits = static_cast<std::uint64_t>(label);
    else if constexpr (std::is_arithmetic_v<T>)
      bits = bits_as<std::uint64_t>(static_cast<double>(label) + 0.0);  // both zeros are one label
    else
      bits = std::hash<T>{}(label);
    bits = (bits ^ (bits >> 32)) * 0x9e3779b97f4a7c15u;
    return static_cast<std::size_t>(bits >> shift_);
  }
  void grow() {
    places_.assign(2 * places_.size(), -1);
    --shift_;
    for (std::size_t n = 0; n < labels_.size(); ++n) {
      std::size_t at = place_of(labels_[n]);
      while (places_[at] >= 0) at = (at + 1) & (places_.size() - 1);
      places_[at] = static_cast<index>(n);
    }
  }

  int shift_ = 58;
  std::vector<index> places_ = std::vector<index>(64, -1);
  std::vector<T> labels_;
};

/// floor(a b / c), and what is left over: exact for b <= c < 2^62.
struct quotient {
  index whole;
  index rest;
};
SMELT_LAZY quotient share_of(index a, index b, index c) {
  const auto by = static_cast<std::uint64_t>(c);
  index whole = 0;
  std::uint64_t rest = 0;  // twice a rest and b once are up to 3 c: one bit more than an index has
  for (int bit = 62; bit >= 0; --bit) {
    whole *= 2;
    rest = 2 * rest + ((a >> bit & 1) != 0 ? static_cast<std::uint64_t>(b) : 0);
    for (; rest >= by; rest -= by) ++whole;
  }
  return {whole, static_cast<index>(rest)};
}

}  // namespace detail

/// The classes of the rows of `members` by a column of labels: labels[r] is row r's, a number of any
/// type, or a word; words are compared byte by byte. The numbers in `rows` are those of the rows in `members`. A stable counting sort.
/// \errors in `found`, value_error for a label that is NaN or a null pointer
/// \complexity O(rows + classes log classes); two lists of rows, and 16 to 64 bytes a class
template <class Labels>
strata strata_of(const Labels& labels, const row_map& members, status& found) {
  using label = std::remove_cvref_t<decltype(labels[index{}])>;
  static_assert(std::is_arithmetic_v<label> || detail::is_word<label>);
  using kept = std::conditional_t<std::is_same_v<label, bool>, unsigned char,
                                  std::conditional_t<detail::is_word<label>, std::string_view, label>>;
  const index n = members.count();
  detail::label_numbers<kept> numbers;
  std::vector<index> at;
  at.reserve(static_cast<std::size_t>(n));
  index some[1024];
  for (index first = 0; first < n; first += 1024) {
    const index left = std::min(n - first, index{1024});
    members.rows(first, left, some);
    for (index i = 0; i < left; ++i) {
      const auto& value = labels[some[i]];
      if constexpr (std::is_floating_point_v<kept>)
        if (!expect<value_error>(found, !missing(value), "the label of row ", some[i],
                                 " is NaN: it is in no class"))
          return {};
      if constexpr (std::is_pointer_v<label>)
        if (!expect<value_error>(found, value != nullptr, "the label of row ", some[i],
                                 " is a null pointer: it is in no class"))
          return {};
      at.push_back(numbers.number(kept(value)));
    }
  }
  const std::vector<index> ranks = numbers.ranks();
  strata made;
  made.begins.assign(ranks.size() + 1, 0);
  for (index& c : at) {
    c = ranks[static_cast<std::size_t>(c)];
    ++made.begins[static_cast<std::size_t>(c) + 1];
  }
  for (std::size_t c = 0; c < ranks.size(); ++c) made.begins[c + 1] += made.begins[c];
  made.rows.reserve(at.size() + made.begins.size());  // for those who put the begins behind them
  made.rows.resize(at.size());
  std::vector<index> next = made.begins;
  for (std::size_t i = 0; i < at.size(); ++i)
    made.rows[static_cast<std::size_t>(next[static_cast<std::size_t>(at[i])]++)] =
        static_cast<index>(i);
  return made;
}

/// Cuts `total` into whole numbers in proportion to `sizes`, by largest remainder: floor(total
/// sizes[c] / sum) for each, and what is left one by one to the largest remainders, ties to the
/// earlier. Exact for any sizes. Where `total` is at most their sum, nothing gets more than its size.
/// \param total what is cut
/// \param sizes what it is in proportion to
/// \param one_each nothing gets none where all can have one: it is taken from the largest share,
/// ties from the later
/// \complexity O(n log n) for n sizes
SMELT_LAZY std::vector<index> apportion(index total, const std::vector<index>& sizes,
                                        bool one_each = false) {
  index sum = 0;
  for (const index size : sizes) sum += size;
  std::vector<index> made(sizes.size(), 0);
  if (sum == 0) return made;
  struct remainder {  // the largest first, of equal ones the first
    index rest;
    std::size_t of;
    bool operator<(const remainder& b) const { return rest != b.rest ? rest > b.rest : of < b.of; }
  };
  std::vector<remainder> turn(sizes.size());
  index left = total;
  index present = 0;
  for (std::size_t c = 0; c < sizes.size(); ++c) {
    const auto share = detail::share_of(total, sizes[c], sum);
    made[c] = share.whole;
    turn[c] = {share.rest, c};
    left -= share.whole;
    present += sizes[c] > 0;
  }
  detail::sort_elements(turn);
  for (std::size_t i = 0; left > 0; ++i, --left) ++made[turn[i].of];
  if (!one_each || total < present) return made;
  index lacking = 0;
  index level = 1;
  for (std::size_t c = 0; c < sizes.size(); ++c) {
    lacking += sizes[c] > 0 && made[c] == 0;
    level = std::max(level, made[c]);
  }
  // One by one from the largest, the later of equal ones, until as many are taken as are lacking: all
  // come down to one level, and the last of those to the next.
  const auto above = [&](index of) {
    index rows = 0;
    for (const index share : made) rows += std::max(share - of, index{0});
    return rows;
  };
  for (index low = 0; level - low > 1;) {
    const index middle = low + (level - low) / 2;
    (above(middle) <= lacking ? level : low) = middle;
  }
  index more = lacking - above(level);
  for (std::size_t c = sizes.size(); c-- > 0;) {
    if (made[c] < level) continue;
    made[c] = level - (more > 0 ? 1 : 0);
    more -= more > 0;
  }
  for (std::size_t c = 0; c < sizes.size(); ++c)
    if (sizes[c] > 0 && made[c] == 0) made[c] = 1;
  return made;
}

namespace detail {

/// Strata that a sampler and its copies keep. Where the classes begin stands behind the rows once more:
/// `bytes()` then tells them from any others, and a file's checksum is made of it.
class kept_strata {
 public:
  kept_strata() = default;
  template <class Labels>
  kept_strata(const Labels& labels, const row_map& members) {
    status found;
    strata made = strata_of(labels, members, found);
    found.raise();
    for (const index begin : made.begins) made.rows.push_back(begin);
    all_ = detail::share<const strata>(std::move(made));
  }
  const strata* operator->() const { return all_.get(); }
  /// How many rows have a label.
  index labels() const { return all_ ? all_->begins.back() : 0; }
  std::string_view bytes() const {
    if (!all_) return {};
    return {reinterpret_cast<const char*>(all_->rows.data()), all_->rows.size() * sizeof(index)};
  }

 private:
  detail::shared<const strata> all_;
};

}  // namespace detail

}  // namespace smelt::inline v0
