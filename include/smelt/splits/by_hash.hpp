// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// by_hash: a row's part is a function of its key alone.

#include <smelt/plan/keys.hpp>
#include <smelt/plan/partition.hpp>

#include <cstring>  // std::memcpy
#include <string_view>

namespace smelt::inline v0 {

namespace detail {

/// A key as 64 bits: an integer as it is, a floating number by its bits as a double, the two zeros
/// alike, a word by FNV-1a of its bytes (Fowler, Noll and Vo; the same on every machine).
template <class Key>
std::uint64_t key_word(const Key& key) {
  if constexpr (is_word<Key>) {
    std::uint64_t word = 0xcbf29ce484222325u;
    for (const char letter : std::string_view(key))
      word = (word ^ static_cast<unsigned char>(letter)) * 0x100000001b3u;
    return word;
  } else if constexpr (std::is_integral_v<Key>) {
    return static_cast<std::uint64_t>(key);
  } else {
    const double wide = static_cast<double>(key);
    if (wide == 0.0) return 0;
    std::uint64_t word;
    std::memcpy(&word, &wide, sizeof word);
    return word;
  }
}

/// The seed's word added to the key, and the finalizer of splitmix64 (Steele, Lea and Flood 2014)
/// with the constants of its variant 13 (Stafford).
constexpr std::uint64_t hashed(std::uint64_t key, std::uint64_t order) {
  std::uint64_t word = key + (order + 1) * 0x9e3779b97f4a7c15u;
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9u;
  word = (word ^ (word >> 27)) * 0x94d049bb133111ebu;
  return word ^ (word >> 31);
}

/// floor(2^64 share), or all.
inline std::uint64_t hash_bound(double share) {
  return share >= 1.0 - 1e-9 ? ~std::uint64_t{0} : static_cast<std::uint64_t>(share * 0x1p64);
}

/// What `by_hash` makes.
template <class Keys>
struct hashed_keys {
  static constexpr bool needs_shares = true;
  Keys keys;
  smelt::seed order;

  partition cut(const row_map& members, const part_sizes& wanted, status& found) const {
    sizes_of(wanted.shares, members.count(), found, true);
    if (!found || !check_keys(keys, members, "by_hash(keys)", found)) return {};
    std::vector<std::uint64_t> bounds;
    double sum = 0.0;
    for (double share : wanted.shares) bounds.push_back(hash_bound(sum += share));
    part_numbers part_of(static_cast<std::size_t>(members.count()), -1);
    for (index i = 0; i < members.count(); ++i) {
      const auto& key = keys[members(i)];
      if constexpr (std::is_floating_point_v<std::remove_cvref_t<decltype(key)>>)
        if (!expect<value_error>(found, !missing(key), "by_hash(keys): the key of row ", members(i),
                                 " is NaN"))
          return {};
      if constexpr (std::is_pointer_v<std::remove_cvref_t<decltype(key)>>)
        if (!expect<value_error>(found, key != nullptr, "by_hash(keys): the key of row ", members(i),
                                 " is a null pointer"))
          return {};
      const std::uint64_t word = hashed(key_word(key), order.value);
      for (std::size_t p = bounds.size(); p-- > 0;)
        if (word < bounds[p] || bounds[p] == ~std::uint64_t{0})
          part_of[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(p);
    }
    return listed(members, part_of, wanted.parts, false);
  }
};

}  // namespace detail

/// `split<struct mine>(data, {.train = 0.8, .test = 0.2}, by_hash(ids))`: rows of one key are in one
/// part, and stay there whatever rows come, go or change places, for the part is a function of the
/// key: the hash, 64 bits, divided by 2^64 lies below the shares up to and with its part's. Where a
/// part's bounds grow, rows only come in. Shares are met on average: a part of n rows with keys of
/// their own is off by about sqrt(n), and it may be empty. Keys are integers, floating
/// numbers or words, a column of as many rows as the data.
/// \errors shape_error for keys of another number of rows, value_error for a key that is missing
/// \complexity O(rows); 16 bytes a row; 4 more while it is made
template <detail::key_column Keys>
  requires(!detail::temporary<Keys>)
auto by_hash(Keys&& keys, seed order = {}) {
  return detail::hashed_keys<decltype(as_column(keys))>{as_column(keys), order};
}
template <class Keys, class... More>
auto by_hash(Keys&&, const More&...) {
  detail::speak_of_keys<Keys, More...>();
  return poison{};
}

}  // namespace smelt::inline v0
