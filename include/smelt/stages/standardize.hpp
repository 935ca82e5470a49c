// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Standardize: zero mean, unit deviation.

#include <smelt/core/concepts.hpp>
#include <smelt/core/say.hpp>
#include <smelt/core/slot.hpp>
#include <smelt/statistics/moments.hpp>

#include <limits>
#include <string>
#include <type_traits>

namespace smelt::inline v0 {

/// Divisor of the variance: n - ddof.
struct ddof {
  int value = 0;
};

/// Whether the mean is taken away.
namespace centre {
struct yes_t {};
struct no_t {};
inline constexpr yes_t yes{};
inline constexpr no_t no{};
}  // namespace centre

/// Whether values are divided by their deviation.
namespace scale {
struct yes_t {};
struct no_t {};
inline constexpr yes_t yes{};
inline constexpr no_t no{};
}  // namespace scale

/// Statistics of each column, or of all columns as one.
namespace over {
struct columns_t {};
struct table_t {};
inline constexpr columns_t columns{};
inline constexpr table_t table{};
}  // namespace over

/// What a column gets whose values are all equal: scale 1 (as scikit-learn), missing values, or an
/// error. `midpoint` is for ranges: the middle of the target range.
enum class zero { one, nan, midpoint, error };

namespace detail {
inline const char* text_of(zero rule) {
  constexpr const char* words[] = {"zero::one", "zero::nan", "zero::midpoint", "zero::error"};
  return words[static_cast<std::size_t>(rule)];
}
}  // namespace detail

/// \formula y = (x - mean) / deviation, deviation = sqrt(M2 / (n - ddof))
/// \shape rows x columns, unchanged
/// \passes one fold (moments), shared with its neighbours
/// \missing skipped by the fit, kept by a transform; a column without values becomes missing, and one
/// whose squares are too large for double (values beyond 1e154) has no deviation and becomes missing
/// \precision each number correctly rounded to a few units in the last place of double (see
/// statistics/moments.hpp); the result within 1 ulp of the exact one for these numbers
/// \errors value_error under zero::error when a deviation is 0
/// \reference Chan, Golub, LeVeque 1983
template <bool Centre, bool Scale, bool Table>
struct standardize_t {
  static constexpr effect does = effect::affine;
  static constexpr bool whole_table = Table;
  using needs = statistics<moments>;
  int ddof = 0;
  zero rule = zero::one;

  template <class Slot>
  affine solve(const Slot& s) const {
    const point mean = mean_of(s);
    if (missing(mean.value)) return {0.0, mean.value, -0.0};
    if (Scale && !less(s.template get<moments>().m2, std::numeric_limits<double>::infinity()))
      return {0.0, missing_value<double>, -0.0};
    const length one = {divide(1.0, magnitude(s.frame.run.slope)), 1.0};
    length span = Scale ? deviation_of(s, ddof) : one;
    if (!less(0.0, span.source)) {
      s.fired = true;
      expect<value_error>(s, rule != zero::error, "standardize: ", s.name(), " has deviation 0");
      span = rule == zero::nan ? length{missing_value<double>, missing_value<double>} : one;
    }
    return Centre ? s.frame.through(mean, -0.0, 1.0, span) : s.frame.scaled(1.0, span);
  }
  std::string text() const {
    std::string options;
    auto option = [&](bool said, const std::string& words) {
      if (said) options += (options.empty() ? "" : ", ") + words;
    };
    option(!Centre, "centre::no");
    option(!Scale, "scale::no");
    option(Table, "over::table");
    option(ddof != 0, message("ddof{", ddof, "}"));
    option(rule != zero::one, detail::text_of(rule));
    return "standardize(" + options + ")";
  }
};

namespace detail {
template <class Option, class... Known>
inline constexpr bool one_of = (std::is_same_v<Option, Known> || ...);
template <class Option>
concept standardize_option =
    one_of<Option, ddof, zero, centre::yes_t, centre::no_t, scale::yes_t, scale::no_t,
           over::columns_t, over::table_t>;
}  // namespace detail

/// Options in any order: `standardize(ddof{1}, centre::no, over::table, zero::error)`.
template <detail::standardize_option... Options>
constexpr auto standardize(Options... options) {
  constexpr bool centred = !(std::is_same_v<Options, centre::no_t> || ...);
  constexpr bool scaled = !(std::is_same_v<Options, scale::no_t> || ...);
  constexpr bool pooled = (std::is_same_v<Options, over::table_t> || ...);
  standardize_t<centred, scaled, pooled> made;
  [[maybe_unused]] auto take = [&](auto option) {
    using option_type = decltype(option);
    if constexpr (std::is_same_v<option_type, ddof>) {
      expect<value_error>(option.value >= 0, "standardize: ddof is ", option.value,
                          ", it cannot be negative");
      made.ddof = option.value;
    } else if constexpr (std::is_same_v<option_type, zero>) {
      expect<value_error>(option != zero::midpoint,
                          "standardize: zero::midpoint is a rule of normalize(min_max)");
      made.rule = option;
    }
  };
  (take(options), ...);
  return made;
}
template <class... Options>
  requires(!(detail::standardize_option<Options> && ...))
auto standardize(const Options&...) {
  if constexpr (!any_poison<Options...>)
    static_assert(always_false<Options...>, SMELT_SAY_NOT_AN_OPTION);
  return poison{};
}

static_assert(stage<standardize_t<true, true, false>>);

}  // namespace smelt::inline v0
