// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// load: a fitted chain from the file that save wrote. The chain is given as the expression it was
/// fitted from; the file brings the numbers. No other header includes this one.

#include <smelt/core/shared.hpp>
#include <smelt/plan/check.hpp>
#include <smelt/plan/recall.hpp>
#include <smelt/save.hpp>
#include <smelt/speak.hpp>
#include <smelt/stored/match.hpp>
#include <smelt/stored/reader.hpp>

#include <algorithm>  // std::copy
#include <concepts>
#include <new>  // std::nothrow_t
#include <string>
#include <string_view>

namespace smelt::inline v0 {

namespace detail {

/// A column rule's number is 1 where the column stays, else 0.
inline bool check_column_rules(const description& told, std::string_view name, status& found) {
  for (std::size_t i = 0; i < told.stages.size(); ++i) {
    const stage_description& stage = told.stages[i];
    if (stage.does != effect::columns) continue;
    for (std::size_t c = 0; c < stage.numbers[0].size(); ++c) {
      const double x = stage.numbers[0][c];
      if (!expect<value_error>(found, same_bits(x, 0.0) || same_bits(x, 1.0), "load: stage ", i + 1,
                               ", '", stage.text, "', column ", c, ": stays is ", x, " in '", name,
                               "', it is 0 or 1"))
        return false;
    }
  }
  return true;
}

/// The numbers of a file in a chain's own memory.
template <class Chain>
shared<learned_numbers<Chain>> recalled(const Chain& stages, const stored_chain& file,
                                                 std::string_view name, status& found) {
  const description& told = file.told;
  auto into = share<learned_numbers<Chain>>();
  into->stages = stages;
  into->cols = told.cols;
  into->rows = told.rows;
  into->titles = told.names;
  into->refolds = told.repeated_passes;
  recaller<Chain> solve(*into, found);
  if (!found) return into;
  learned_numbers<Chain> known = *into;
  for (std::size_t i = 0; i < Chain::size; ++i) {
    const stage_description& stage = told.stages[i];
    for (std::size_t k = 0; k < stage.numbers.size(); ++k)
      std::copy(stage.numbers[k].begin(), stage.numbers[k].end(),
                known.at(i, static_cast<int>(k)));
    known.fired[i] = stage.fired;
  }
  if (check_column_rules(told, name, found)) solve.recall(known);
  return into;
}

/// What the caller says of the data that the chain is for.
struct any_data {};

/// Where a loaded chain may be used: on plain tables always.
template <class For>
struct loaded_origin {
  using type = origin::plain;
};
template <>
struct loaded_origin<whole_population_t> {
  using type = origin::population;
};
template <class D, class Tag, class Role>
struct loaded_origin<part<D, Tag, Role>> {
  using type = origin::train_of<Tag>;
};

/// A chain for parts of a split was fitted on the train part of that one.
template <class For>
bool check_loaded_origin(const For& use, const description& told, std::string_view name,
                         status& found) {
  if constexpr (is_part<For>) {
    if (!expect<value_error>(found, told.origin == fitted_on::train, "load: the chain in '", name,
                             "' was fitted on a whole table, which may hold the rows of this part; "
                             "say whole_population to load if you mean it"))
      return false;
    return expect<value_error>(found, told.split_id == use.split_id, "load: the chain in '", name,
                               "' was fitted in split ", told.split_id,
                               ", this part is of split ", use.split_id);
  } else {
    return true;
  }
}

template <class Chain, class For>
auto loaded(const Chain& stages, std::string_view text, std::string_view name, const For& use,
            status& found) {
  using origin_type = typename loaded_origin<For>::type;
  using result = outcome<fitted<Chain, origin_type>>;
  if (!found) return result(found);
  const stored_chain here = with_given(planned(stages), stages);
  const stored_chain file = read_stored(text, name, found);
  if (!found || !match_stages(here, file, name, found)) return result(found);
  const auto into = recalled(stages, file, name, found);
  if (!found || !check_loaded_origin(use, file.told, name, found)) return result(found);
  const bool same_rows = !std::is_same_v<For, whole_population_t> ||
                         file.told.origin == fitted_on::population;
  fitted<Chain, origin_type> made(into, nullptr, same_rows ? file.told.split_id : 0);
  if (!match_numbers({described(made), {}}, file, name, found)) return result(found);
  if constexpr (data<For>)
    if (!check_fits<false>(made, open(use).x, found)) return result(found);
  found.rows = made.rows();
  return result(made, found);
}

template <class Chain, class For>
auto loaded_file(const Chain& stages, const std::string& path, const For& use) {
  status found;
  const std::string text = read_whole(path, found);
  return loaded(as_chain(stages), text, path, use, found);
}
template <class Chain, class For>
auto loaded_text(const Chain& stages, std::string_view text, const For& use) {
  status found;
  return loaded(as_chain(stages), text, "text", use, found);
}

template <class Text>
concept text_like = std::convertible_to<const Text&, std::string_view>;
template <class X>
concept says_what_for = data<X> || std::same_as<X, whole_population_t>;

template <class... Args>
constexpr auto speak_of_load() {
  using chain_type = argument<0, Args...>;
  if constexpr (any_poison<Args...>)
    return;
  else if constexpr (!chainable<chain_type>)
    static_assert(always_false<Args...>, SMELT_SAY_NOT_A_CHAIN);
  else if constexpr (!sound<chain_type>)
    speak_of_chain<chain_type>();
  else if constexpr (!storable<std::remove_cvref_t<decltype(as_chain(std::declval<chain_type>()))>>)
    static_assert(always_false<Args...>, SMELT_SAY_NO_WORDS);
  else
    static_assert(always_false<Args...>, SMELT_SAY_LOAD_CALL);
}

/// A chain that can be loaded.
template <class Chain>
concept loadable =
    chainable<Chain> && sound<Chain> &&
    storable<std::remove_cvref_t<decltype(as_chain(std::declval<const Chain&>()))>>;

}  // namespace detail

/// The chain of a file with its numbers, as if it had just been fitted: `load(chain, "my.smelt")`.
/// `chain` is the expression that was fitted, to the last option; columns by name are found by the
/// file's names. The result transforms plain tables. It has the bits of what was saved, and cannot
/// be continued or merged.
/// \errors io_error for a file that cannot be read, was cut, changed or written by a newer smelt;
/// type_error for a file of another chain, value_error for one of a chain with other given numbers
template <detail::loadable Chain, detail::path_like Path>
auto load(const Chain& stages, const Path& path) {
  return detail::loaded_file(stages, path, detail::any_data{}).value();
}
/// The same, for data at hand, whose columns must be those of the fit: `load(chain, "my.smelt",
/// parts.test)`. For a part of a split the chain must have been fitted on the train part of that
/// split, and transforms its parts. `load(chain, "my.smelt", whole_population)` transforms parts of
/// any split, whatever the chain was fitted on: as in fit, the opt-out is easy to find in a review.
/// \errors those above; shape_error for another number of columns, type_error for other names, and
/// value_error when the chain was fitted on a whole table or in another split
template <detail::loadable Chain, detail::path_like Path, detail::says_what_for For>
auto load(const Chain& stages, const Path& path, const For& use) {
  return detail::loaded_file(stages, path, use).value();
}

/// load from a text in memory.
template <detail::loadable Chain, detail::text_like Text>
auto load_text(const Chain& stages, const Text& text) {
  return detail::loaded_text(stages, text, detail::any_data{}).value();
}
template <detail::loadable Chain, detail::text_like Text, detail::says_what_for For>
auto load_text(const Chain& stages, const Text& text, const For& use) {
  return detail::loaded_text(stages, text, use).value();
}

/// load by value: a fitted chain, or the status that says why there is none. It needs no exceptions.
template <detail::loadable Chain, detail::path_like Path>
auto load(std::nothrow_t, const Chain& stages, const Path& path) noexcept {
  return detail::attempt([&] { return detail::loaded_file(stages, path, detail::any_data{}); });
}
template <detail::loadable Chain, detail::path_like Path, detail::says_what_for For>
auto load(std::nothrow_t, const Chain& stages, const Path& path, const For& use) noexcept {
  return detail::attempt([&] { return detail::loaded_file(stages, path, use); });
}
/// load_text by value.
template <detail::loadable Chain, detail::text_like Text>
auto load_text(std::nothrow_t, const Chain& stages, const Text& text) noexcept {
  return detail::attempt([&] { return detail::loaded_text(stages, text, detail::any_data{}); });
}
template <detail::loadable Chain, detail::text_like Text, detail::says_what_for For>
auto load_text(std::nothrow_t, const Chain& stages, const Text& text, const For& use) noexcept {
  return detail::attempt([&] { return detail::loaded_text(stages, text, use); });
}

// What no overload above takes speaks here.
template <class... Args>
auto load(const Args&...) {
  detail::speak_of_load<Args...>();
  return poison{};
}
template <class... Args>
auto load(std::nothrow_t, const Args&...) {
  detail::speak_of_load<Args...>();
  return poison{};
}
template <class... Args>
auto load_text(const Args&...) {
  detail::speak_of_load<Args...>();
  return poison{};
}
template <class... Args>
auto load_text(std::nothrow_t, const Args&...) {
  detail::speak_of_load<Args...>();
  return poison{};
}

}  // namespace smelt::inline v0
