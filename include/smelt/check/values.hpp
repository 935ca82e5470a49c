// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Laws of values: missing ones, infinite ones, those of other columns, and the way back.

#include <smelt/check/trial.hpp>
#include <smelt/policies/seq.hpp>

#include <algorithm>  // std::find_first_of, std::max, std::min, std::sort
#include <cstdint>
#include <vector>

namespace smelt::inline v0 {
namespace detail {

inline constexpr const char* law_nan = "Every NaN is the same missing value";
inline constexpr const char* law_missing =
    "A missing value is left out of the fit, and stays missing unless it is filled";
inline constexpr const char* law_infinity =
    "An infinity that is refused is named by its row and column, and spoils no other element";
inline constexpr const char* law_monotone =
    "A monotone stage keeps the order of values, or turns it round";
inline constexpr const char* law_columns =
    "A column has the same numbers and results whatever columns are beside it";
inline constexpr const char* law_inverse = "The inverse leads back to what is transformed alike";

/// Whether a stage of a chain learns from values that one before it has filled in.
template <class Chain>
inline constexpr bool learns_from_filled = false;
template <class... Stages>
inline constexpr bool learns_from_filled<chain<Stages...>> = [] {
  bool filled = false;
  bool found = false;
  ((found = found || (filled && learned<Stages>), filled = filled || Stages::does == effect::fill), ...);
  return found;
}();

template <class Exam>
void examine_missing(const Exam& exam) {
  using chain_type = typename Exam::chain_type;
  const auto x = exam.main_table();
  const auto first = tried(on::seq, exam.stages, x.view());
  // Of either sign, with a payload, signalling.
  constexpr std::uint64_t bits[] = {0xfff8000000000000u, 0x7ff8dead0000beefu, 0x7ff0000000000001u};
  auto odd = x;
  for (index i = 0; i < x.rows() * x.cols(); ++i)
    if (missing(x.data()[i])) odd.data()[i] = bits_as<double>(bits[i % 3]);
  exam.each_policy([&](const auto& policy, const std::string& name) {
    exam.note(law_nan, name, trial_difference(first, tried(policy, exam.stages, odd.view())));
  });
  if (!first.refused.empty()) return;

  if constexpr (only<chain_type, effect::affine, effect::monotone, effect::across>)
    for (index r = 0; r < x.rows(); ++r)
      for (index c = 0; c < x.cols(); ++c)
        if (missing(x(r, c)) && !missing(first.made(r, c))) {
          exam.note(law_missing, message("row ", r, ", column ", c),
                    message("a missing value becomes ", first.made(r, c)));
          return;
        }
  if constexpr (only<chain_type, effect::affine, effect::monotone, effect::across, effect::fill> &&
                !learns_from_filled<chain_type>) {
    // Behind the last row, where no leaf or lane of the others changes.
    auto longer = example_table(exam.example, x.rows() + 1, x.cols(), 11);
    for (index c = 0; c < x.cols(); ++c) longer(x.rows(), c) = missing_value<double>;
    exam.notes(law_missing, "one more row of missing values", [&] {
      return fit_difference(*first.fit, fit(on::seq, exam.stages, longer.view()));
    });
  }
}

template <class Exam>
void examine_infinity(const Exam& exam) {
  const auto x = exam.main_table();
  const auto first = tried(on::seq, exam.stages, x.view());
  if (!first.refused.empty()) return;
  for (const index row : {index{0}, std::min(index{1029}, x.rows() - 1), x.rows() - 1})
    for (const double sign : {1.0, -1.0}) {
      const index col = (row + 1) % x.cols();
      auto far = x;
      far(row, col) = product(sign, infinite_value<double>);
      const auto seen = tried(on::seq, exam.stages, far.view());
      std::string said;
      table<double> out(x.rows(), first.fit->cols_out());
      said = refusal([&] {
        out.shrink(transform(on::seq, *first.fit, std::as_const(far).view(), out.view()));
      });
      const std::string here = message("row ", row, ", column ", col);
      if (!said.empty())
        exam.note(law_infinity, here,
                  said.find(here) != std::string::npos ? "" : "'" + said + "' does not name it");
      if constexpr (Exam::keeps_rows && !Exam::plan.drops_columns &&
                    !judges_across<typename Exam::chain_type>) {
        out(row, col) = first.made(row, col);
        exam.note(law_infinity, here, table_difference(first.made, out));
      }
      exam.each_policy([&](const auto& policy, const std::string& name) {
        exam.note(law_infinity, here + ", " + name,
                  trial_difference(seen, tried(policy, exam.stages, far.view())));
        if constexpr (Exam::keeps_rows && !asynchronous<std::remove_cvref_t<decltype(policy)>>) {
          table<double> other(x.rows(), first.fit->cols_out());
          const std::string words = refusal(
              [&] { transform(policy, *first.fit, std::as_const(far).view(), other.view()); });
          other(row, std::min(col, other.cols() - 1)) = out(row, std::min(col, out.cols() - 1));
          exam.note(law_infinity, here + " transformed, " + name,
                    words != said ? "'" + words + "' is thrown against '" + said + "'"
                                  : table_difference(out, other));
        }
      });
    }
}

template <class Exam>
void examine_order(const Exam& exam) {
  if constexpr (only<typename Exam::chain_type, effect::monotone, effect::affine, effect::fill>) {
    const auto x = example_table(exam.example, exam.example.rows, exam.example.cols, 0);
    const auto first = tried(on::seq, exam.stages, x.view());
    if (!first.refused.empty()) return;
    for (index c = 0; c < x.cols(); ++c) {
      std::vector<index> order(static_cast<std::size_t>(x.rows()));
      for (index r = 0; r < x.rows(); ++r) order[static_cast<std::size_t>(r)] = r;
      std::sort(order.begin(), order.end(), [&](index a, index b) { return x(a, c) < x(b, c); });
      std::string up;
      std::string down;
      for (std::size_t i = 1; i < order.size(); ++i) {
        const double a = first.made(order[i - 1], c);
        const double b = first.made(order[i], c);
        std::string& wrong = less(b, a) ? up : down;
        if (!equal(a, b) && !missing(a) && !missing(b) && wrong.empty())
          wrong =
              message(x(order[i - 1], c), " becomes ", a, " and ", x(order[i], c), " becomes ", b);
      }
      exam.note(law_monotone, message("column ", c),
                up.empty() || down.empty() ? "" : up + ", but " + down);
    }
  }
}

template <class Exam>
void examine_columns(const Exam& exam) {
  using chain_type = typename Exam::chain_type;
  if constexpr (!judges_across<chain_type>) {
    if (!exam.example.columns_alike || exam.example.cols < 2) return;
    const auto x = exam.main_table();
    const auto first = tried(on::seq, exam.stages, x.view());
    if (!first.refused.empty()) return;
    // Some of them in the other direction, and each alone.
    std::vector<std::vector<index>> choices = {{x.cols() - 1, 0}};
    for (index c = 0; c < x.cols(); ++c) choices.push_back({c});
    for (const auto& chosen : choices) {
      if constexpr (Exam::plan.drops_columns) {  // a table of which nothing stays is refused
        const auto& kept = first.fit->kept_columns();
        if (std::find_first_of(kept.begin(), kept.end(), chosen.begin(), chosen.end()) ==
            kept.end())
          continue;
      }
      const std::string here = chosen.size() > 1 ? std::string("the last column and the first")
                                                 : message("column ", chosen[0], " alone");
      exam.notes(law_columns, here, [&] {
        const auto some = picked_columns(x, chosen);
        const auto f = fit(on::seq, exam.stages, some.view());
        for (std::size_t j = 0; j < chosen.size(); ++j)
          for (std::size_t i = 0; i < chain_type::size; ++i)
            for (int k = 0;
                 k < compiled<chain_type>::offsets[i + 1] - compiled<chain_type>::offsets[i]; ++k) {
              const double a = first.fit->number(i, k, chosen[j]);
              const double b = f.number(i, k, static_cast<index>(j));
              if (!same_bits(a, b))
                return message("stage ", i, ", number ", k, ": ", against(a, b));
            }
        if constexpr (Exam::plan.drops_columns || Exam::plan.samples) {
          return std::string();
        } else {
          return table_difference(picked_columns(first.made, chosen),
                                  transformed(on::seq, f, some.view()));
        }
      });
    }
  }
}

template <class Exam>
void examine_inverse(const Exam& exam) {
  using program =
      std::remove_cvref_t<decltype(std::declval<const learned_numbers<typename Exam::chain_type>&>()
                                       .template map_program<false>())>;
  if constexpr (Exam::keeps_rows && !Exam::plan.drops_columns && all_invertible<program>) {
    const auto x = exam.main_table();
    const auto first = tried(on::seq, exam.stages, x.view());
    if (!first.refused.empty()) return;
    exam.each_policy([&](const auto& policy, const std::string& name) {
      exam.notes(law_inverse, name, [&]() -> std::string {
        const auto made = first.made.view();
        decltype(auto) there = brought(policy, made);
        const table<double> back = fetched(policy, inverse(policy, *first.fit, there));
        const auto again = transformed(on::seq, *first.fit, back.view());
        // Rounding of a well-conditioned example; a wrong formula is far beyond it.
        for (index c = 0; c < x.cols(); ++c) {
          double size = 0.0;
          for (index r = 0; r < x.rows(); ++r)
            if (!missing(first.made(r, c))) size = std::max(size, magnitude(first.made(r, c)));
          for (index r = 0; r < x.rows(); ++r) {
            const double a = first.made(r, c);
            const double b = again(r, c);
            if (missing(a) && missing(b)) continue;
            if (!(magnitude(subtract(a, b)) <= product(0x1p-30, size)))
              return message("row ", r, ", column ", c, ": ", x(r, c), " becomes ", a, ", then ",
                             back(r, c), ", then ", b);
          }
        }
        return {};
      });
    });
  }
}

}  // namespace detail
}  // namespace smelt::inline v0
