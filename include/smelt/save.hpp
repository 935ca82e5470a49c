// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// save: a fitted chain as a file that people can read, with every number exact. load.hpp reads it;
/// docs/fitted_chains.md describes it. No other header includes this one.

#include <smelt/core/say.hpp>
#include <smelt/describe.hpp>
#include <smelt/stored/file.hpp>
#include <smelt/stored/writer.hpp>

#include <concepts>
#include <new>  // std::nothrow_t
#include <string>

namespace smelt::inline v0 {

namespace detail {

template <class Chain>
inline constexpr bool storable = false;
template <class... Stages>
inline constexpr bool storable<chain<Stages...>> = (has_words<Stages> && ...);
template <class Chain, class Origin, row_stages Mode>
inline constexpr bool storable<fitted<Chain, Origin, Mode>> = storable<Chain>;

template <class Path>
concept path_like = std::convertible_to<const Path&, std::string>;

/// A description, and what the stages of the chain were given.
template <class Chain>
stored_chain with_given(description told, const Chain& c) {
  stored_chain made{std::move(told), {}};
  each_stage(c, [&](std::size_t, const auto& stage) {
    made.given.emplace_back();
    if constexpr (requires { stage.given_bytes(); }) {
      const std::string_view bytes = stage.given_bytes();
      made.given.back() = given_bytes{static_cast<index>(bytes.size()), crc32c(bytes)};
    }
  });
  return made;
}

template <class Fitted>
std::string text_of_fitted(const Fitted& f) {
  return stored_text(with_given(described(f), f.stages()));
}

template <class... Args>
constexpr auto speak_of_save() {
  using saved = std::tuple_element_t<0, std::tuple<std::remove_cvref_t<Args>..., int>>;
  if constexpr (any_poison<Args...>)
    return;
  else if constexpr (is_fitted<saved> && !storable<saved>)
    static_assert(always_false<Args...>, SMELT_SAY_NO_WORDS);
  else
    static_assert(always_false<Args...>, SMELT_SAY_SAVE_CALL);
}

}  // namespace detail

/// A fitted chain as text: what `save` writes.
template <class Chain, class Origin, row_stages Mode>
  requires detail::storable<Chain>
std::string saved_text(const fitted<Chain, Origin, Mode>& f) {
  return detail::text_of_fitted(f);
}
/// saved_text by value.
template <class Chain, class Origin, row_stages Mode>
  requires detail::storable<Chain>
outcome<std::string> saved_text(std::nothrow_t, const fitted<Chain, Origin, Mode>& f) noexcept {
  return detail::attempt([&] { return outcome<std::string>(detail::text_of_fitted(f)); });
}

/// save by value. It needs no exceptions.
template <class Chain, class Origin, row_stages Mode, detail::path_like Path>
  requires detail::storable<Chain>
status save(std::nothrow_t, const fitted<Chain, Origin, Mode>& f, const Path& path) noexcept {
  return detail::attempt([&] {
    status found;
    detail::replace_file(path, detail::text_of_fitted(f), found);
    return found;
  });
}

/// Writes a fitted chain into a file, beside it first, so that a reader sees the old file or the new
/// one. The numbers are in it, and where they come from (a table, a train part); the sums behind
/// them are not: what is loaded can be used, not fitted further. Forms (`values_only()`) share one
/// file, that of the whole chain.
/// \errors io_error when the file cannot be written; what was there stays
template <class Chain, class Origin, row_stages Mode, detail::path_like Path>
  requires detail::storable<Chain>
void save(const fitted<Chain, Origin, Mode>& f, const Path& path) {
  status found;
  detail::replace_file(path, detail::text_of_fitted(f), found);
  found.raise();
}

// What no overload above takes speaks here.
template <class... Args>
auto save(const Args&...) {
  detail::speak_of_save<Args...>();
  return poison{};
}
template <class... Args>
auto save(std::nothrow_t, const Args&...) {
  detail::speak_of_save<Args...>();
  return poison{};
}
template <class... Args>
auto saved_text(const Args&...) {
  detail::speak_of_save<Args...>();
  return poison{};
}
template <class... Args>
auto saved_text(std::nothrow_t, const Args&...) {
  detail::speak_of_save<Args...>();
  return poison{};
}

}  // namespace smelt::inline v0
