// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// fit: reads the data as often as the plan says, and returns the chain with its numbers.

#include <smelt/core/shared.hpp>
#include <smelt/learn.hpp>
#include <smelt/speak.hpp>

#include <cstring>  // std::memcmp
#include <new>  // std::nothrow_t
#include <vector>

namespace smelt::inline v0 {

/// Says that a piece goes on where the rows of `first` ended.
template <class Fitted>
struct continues_t {
  const Fitted& first;
};
/// `fit(policy, chain, piece, continues(first))`
template <class Chain, class Origin, row_stages Mode>
auto continues(const fitted<Chain, Origin, Mode>& first) {
  return continues_t<fitted<Chain, Origin, Mode>>{first};
}
template <class X>
auto continues(const X&) {
  if constexpr (!any_poison<X>) static_assert(always_false<X>, SMELT_SAY_NOT_FITTED);
  return poison{};
}

namespace detail {

template <class Data>
struct origin_of {
  using type = origin::plain;
};
template <class D, class Tag, class Role>
struct origin_of<part<D, Tag, Role>> {
  using type = origin::train_of<Tag>;
};

/// Where the numbers of a piece and those it continues come from: of train parts of one split, from
/// that; otherwise whatever knows less, but for a population, which was said to be one.
template <class First, class Own>
using continued_origin =
    std::conditional_t<std::is_same_v<First, Own> || std::is_same_v<First, origin::population>, First,
                       origin::plain>;

template <class Policy, class Chain, class Data>
auto learn_from(const Policy& policy, const Chain& stages, const Data& data) {
  return learn<typename origin_of<std::remove_cvref_t<Data>>::type>(policy, as_chain(stages),
                                                                    open(data));
}
template <class Policy, class Chain, class Data>
auto learn_from(const Policy& policy, const Chain& stages, const Data& data, whole_population_t) {
  return learn<origin::population>(policy, as_chain(stages), open(data));
}
template <class Policy, class Chain, class Data, class First>
auto learn_from(const Policy& policy, const Chain& stages, const Data& data,
                const continues_t<First>& go_on) {
  using chain_type = std::remove_cvref_t<decltype(as_chain(stages))>;
  if constexpr (!std::is_same_v<chain_type, typename First::chain_type>) {
    static_assert(always_false<Chain>, SMELT_SAY_OTHER_CHAIN);
    return poison{};
  } else if constexpr (plan_of<chain_type>.fit_passes != 1) {
    static_assert(always_false<Chain>, SMELT_SAY_PIECES);
    return poison{};
  } else {
    using from_where = continued_origin<typename First::origin_type,
                                    typename origin_of<std::remove_cvref_t<Data>>::type>;
    using result = outcome<fitted<chain_type, from_where>>;
    const auto from = open(data);
    const auto& first = go_on.first;
    status found;
    constexpr bool of_one_tag = is_part<Data> && !std::is_same_v<from_where, origin::plain> &&
                                !std::is_same_v<from_where, origin::population>;
    if (!expect<value_error>(found, !of_one_tag || from.split_id == first.split_id(),
                             "fit: this piece is of split ", from.split_id,
                             ", the one it continues is of split ", first.split_id()))
      return result(found);
    if (!expect<value_error>(found, first.trace() != nullptr,
                             "fit: the chain that this piece continues was loaded; a file keeps no "
                             "sums to go on from"))
      return result(found);
    const auto& trace = *first.trace();
    if (!expect<shape_error>(found, from.x.cols() == first.cols(), "fit: this piece has ",
                             from.x.cols(), " columns, the first has ", first.cols()))
      return result(found);
    if (!check_names(first, from.x, found)) return result(found);
    if (!expect<value_error>(
            found, from.x.first_row() == 0 || from.x.first_row() == trace.source_end,
            "fit: this piece begins in row ", from.x.first_row(),
            " of its source, the one it continues ended before row ", trace.source_end))
      return result(found);
    return learn<from_where>(policy, as_chain(stages), from, &trace);
  }
}

template <class X>
inline constexpr bool says_how_to_fit = std::is_same_v<X, whole_population_t>;
template <class First>
inline constexpr bool says_how_to_fit<continues_t<First>> = true;

template <class Chain, class Origin>
outcome<fitted<Chain, Origin>> merged(const fitted<Chain, Origin>& a,
                                      const fitted<Chain, Origin>& b) {
  status found;
  if (!expect<value_error>(found, a.trace() && b.trace(),
                           "merge: a piece was loaded; a file keeps no sums to join"))
    return found;
  const auto& first = *a.trace();
  const auto& second = *b.trace();
  auto same = [](const list<double>& x, const list<double>& y) {
    return x.size() == y.size() &&
           (x.empty() || std::memcmp(x.data(), y.data(), x.size() * sizeof(double)) == 0);
  };
  bool joined = first.end == second.begin && same(first.tail, second.head) &&
                first.shifts.size() == second.shifts.size();
  if (joined) {
    // A column without a value in the first piece got its shift from the second.
    const shift_lists shifts = completed(first.shifts, second.shifts);
    for (std::size_t s = 0; s < shifts.size(); ++s)
      joined = joined && same(shifts[s], second.shifts[s]);
  }
  if (!expect<value_error>(found, joined, "merge: the second piece (rows from ", second.begin,
                           ") does not continue the first (rows ", first.begin, " to ", first.end,
                           "); fit it with continues(first)"))
    return found;
  const resource_ref memory = first.memory();
  auto trace = detail::share_in<typename kept_trace<Chain>::type>(memory, first);
  trace->leaves.push(second.leaves);
  trace->end = second.end;
  trace->source_end = second.source_end;
  trace->tail = second.tail;
  trace->shifts = second.shifts;
  auto into = detail::share_in<learned_numbers<Chain>>(memory, a.learned());
  into->rows = 0;
  solver<Chain> solve(*into, trace->end - trace->begin, found);
  if (found) solve.template before_fold<0>();
  if (found) solve.template after_fold<0>(*trace);
  if (found) solve.finish();
  found.rows = into->rows;
  if (!found) return found;
  return {fitted<Chain, Origin>(into, trace, a.split_id()), found};
}

}  // namespace detail

/// Learns the numbers of a chain from data: a view, labelled data, or the train part of a split.
/// \passes `plan_of<Chain>.fit_passes` reads, and at most the first 1024 rows once more to choose a
/// shift; a column whose shift proves bad is folded once more (see `repeated_passes`)
/// \errors value_error for infinities, for data without rows and what each stage refuses; on a device,
/// type_error for a pointer that it cannot reach
template <policy Policy, chainable Chain, detail::may_fit Data>
  requires detail::sound<Chain>
auto fit(const Policy& policy, const Chain& stages, const Data& data) {
  static_assert(detail::check_space<Policy, detail::view_of<Data>>());
  return detail::learn_from(policy, stages, data).value();
}

/// The same, on all rows of a population of which parts will be transformed.
template <policy Policy, chainable Chain, detail::may_fit Data>
  requires detail::sound<Chain>
auto fit(const Policy& policy, const Chain& stages, const Data& data, whole_population_t all) {
  static_assert(detail::check_space<Policy, detail::view_of<Data>>());
  return detail::learn_from(policy, stages, data, all).value();
}

/// The same, on a piece of a table whose rows go on where those of `first` ended; it may begin in
/// any row. Its numbers are those of all rows so far, from the first piece on, so it may lack what
/// the stages ask for, such as a value in each column for `fill::mean`; the first piece may not.
/// `merge` joins two pieces into the bits of the whole. The first piece chooses the shifts: with
/// fewer than 1024 rows it may choose another than the whole table would, and the sums then differ
/// in their last bits.
/// \errors value_error when the piece has a first row of its own that is another one, and what the
/// stages refuse of the rows so far; type_error when its columns have other names
template <policy Policy, chainable Chain, detail::may_fit Data, class First>
  requires detail::sound<Chain>
auto fit(const Policy& policy, const Chain& stages, const Data& data, continues_t<First> first) {
  static_assert(detail::check_space<Policy, detail::view_of<Data>>());
  return detail::value_of(detail::learn_from(policy, stages, data, first));
}

/// fit by value, in each of these forms: a fitted chain, or the status that says why there is none.
template <policy Policy, chainable Chain, detail::may_fit Data, class... How>
  requires(detail::sound<Chain> && (detail::says_how_to_fit<How> && ...))
auto fit(std::nothrow_t, const Policy& policy, const Chain& stages, const Data& data,
         How... how) noexcept {
  static_assert(detail::check_space<Policy, detail::view_of<Data>>());
  return detail::attempt([&] { return detail::learn_from(policy, stages, data, how...); });
}

/// Joins a piece and the one that continues it; the result is, bit for bit, the fit of both as one, and lies
/// where the first piece does.
/// \errors value_error when the second does not continue the first
template <class Chain, class Origin>
  requires(plan_of<Chain>.fit_passes == 1)
fitted<Chain, Origin> merge(const fitted<Chain, Origin>& a, const fitted<Chain, Origin>& b) {
  return detail::merged(a, b).value();
}
/// merge by value.
template <class Chain, class Origin>
  requires(plan_of<Chain>.fit_passes == 1)
outcome<fitted<Chain, Origin>> merge(std::nothrow_t, const fitted<Chain, Origin>& a,
                                     const fitted<Chain, Origin>& b) noexcept {
  return detail::attempt([&] { return detail::merged(a, b); });
}

// What no overload above takes speaks here.
template <class... Args>
auto merge(const Args&...) {
  detail::speak_of_merge<Args...>();
  return poison{};
}
template <class... Args>
auto merge(std::nothrow_t, const Args&...) {
  detail::speak_of_merge<Args...>();
  return poison{};
}
template <class... Args>
auto fit(const Args&...) {
  detail::speak_of_fit<Args...>();
  return poison{};
}
template <class... Args>
auto fit(std::nothrow_t, const Args&...) {
  detail::speak_of_fit<Args...>();
  return poison{};
}

}  // namespace smelt::inline v0
