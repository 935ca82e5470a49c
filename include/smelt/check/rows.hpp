// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Laws of rows: their order, ranges of them, batches, and pieces of a table.

#include <smelt/batches.hpp>
#include <smelt/check/trial.hpp>
#include <smelt/policies/seq.hpp>

#include <algorithm>  // std::min
#include <vector>

namespace smelt::inline v0 {
namespace detail {

inline constexpr const char* law_order = "Rows in another order come out in that order";
inline constexpr const char* law_fit_order =
    "Rows in another order give the same numbers, but for rounding";
inline constexpr const char* law_ranges = "Ranges of rows and batches have the bits of the whole";
inline constexpr const char* law_pieces =
    "Pieces, continued and merged, have the bits of the whole";
inline constexpr const char* law_places =
    "With values_only(), row i out is row i in, and rows that would drop are marked";
inline constexpr const char* law_sampler =
    "A sampler draws rows that are there, each once if it only reorders";

/// Which rows of `x` come out of a chain that treats rows alike, found by their results alone: the
/// chain with values_only() marks those that do not.
template <class Fitted>
std::vector<index> staying_rows(const Fitted& f, const table<double>& x) {
  std::vector<index> rows;
  if constexpr (Fitted::plan.drops_rows) {
    const auto marked = transform<double>(on::seq, f.values_only(), x.view());
    for (index r = 0; r < x.rows(); ++r)
      if (marked.dropped[static_cast<std::size_t>(r)] == 0) rows.push_back(r);
  } else {
    for (index r = 0; r < x.rows(); ++r) rows.push_back(r);
  }
  return rows;
}

template <class Exam>
void examine_rows(const Exam& exam) {
  using chain_type = typename Exam::chain_type;
  const auto x = exam.main_table();
  const auto first = tried(on::seq, exam.stages, x.view());
  if (!first.refused.empty()) return;

  if constexpr (Exam::rows_alike) {
    const auto order = disordered(x.rows());
    const auto moved = picked_rows(x, order);
    exam.notes(law_order, "rows in disorder", [&] {
      std::vector<index> place(static_cast<std::size_t>(x.rows()), -1);
      index at = 0;
      for (const index r : staying_rows(*first.fit, x)) place[static_cast<std::size_t>(r)] = at++;
      if (at != first.made.rows())
        return message(at, " rows are to stay, ", first.made.rows(), " come out");
      std::vector<index> expected;
      for (const index r : order)
        if (place[static_cast<std::size_t>(r)] >= 0)
          expected.push_back(place[static_cast<std::size_t>(r)]);
      return table_difference(picked_rows(first.made, expected),
                              transformed(on::seq, *first.fit, moved.view()));
    });
    exam.notes(law_fit_order, "rows in disorder", [&]() -> std::string {
      const auto f = fit(on::seq, exam.stages, moved.view());
      for (std::size_t i = 0; i < chain_type::size; ++i)
        for (int k = 0; k < compiled<chain_type>::offsets[i + 1] - compiled<chain_type>::offsets[i];
             ++k)
          for (index c = 0; c < x.cols(); ++c) {
            const double a = first.fit->number(i, k, c);
            const double b = f.number(i, k, c);
            const bool near = same_bits(a, b) ||
                              magnitude(subtract(a, b)) <= product(0x1p-20, add(1.0, magnitude(a)));
            if (!near)
              return message("stage ", i, ", number ", k, ", column ", c, ": ", against(a, b));
          }
      return {};
    });
  }
  if constexpr (Exam::rows_alike) {
    for (const index size : {index{1}, index{7}, index{1000}})
      exam.each_policy([&](const auto& policy, const std::string& name) {
        if constexpr (!asynchronous<std::remove_cvref_t<decltype(policy)>>)
          exam.notes(
              law_ranges, message("ranges of ", size, " rows, ", name), [&]() -> std::string {
                index at = 0;
                for (index r = 0; r < x.rows(); r += size) {
                  const auto some =
                      transformed(policy, *first.fit, x.row_range(r, std::min(r + size, x.rows())));
                  if (at + some.rows() > first.made.rows()) return "more rows come out of ranges";
                  const auto found =
                      table_difference(first.made.row_range(at, at + some.rows()), some);
                  if (!found.empty()) return message("from row ", at, " on: ", found);
                  at += some.rows();
                }
                return at == first.made.rows() ? std::string() : "fewer rows come out of ranges";
              });
      });
  }
  examine_batches(exam, *first.fit, x, first.made);
  examine_places(exam, *first.fit, x);
}

template <class Exam, class Fitted>
void examine_batches(const Exam& exam, const Fitted& f, const table<double>& x,
                     const table<double>& made) {
  exam.each_policy([&](const auto& policy, const std::string& name) {
    if constexpr (!asynchronous<std::remove_cvref_t<decltype(policy)>>)
      exam.notes(law_ranges, "batches of 32 rows, " + name, [&]() -> std::string {
        index at = 0;
        for (const auto& batch : batches(policy, f, x.view(), {.rows = 32})) {
          if (at + batch.rows() > made.rows()) return "more rows come out of batches";
          const auto found = table_difference(made.row_range(at, at + batch.rows()), batch.x);
          if (!found.empty()) return message("batch ", batch.number, ": ", found);
          at += batch.rows();
        }
        return at == made.rows() ? std::string() : "fewer rows come out of batches";
      });
  });
}

template <class Exam, class Fitted>
void examine_places(const Exam& exam, const Fitted& f, const table<double>& x) {
  if constexpr (!Exam::keeps_rows) {
    exam.each_policy([&](const auto& policy, const std::string& name) {
      exam.notes(law_places, name, [&] {
        const auto all = transformed(policy, f.values_only(), x.view());
        return all.rows() == x.rows() ? std::string() : message(all.rows(), " rows for ", x.rows());
      });
    });
  }
}

/// The rows that the sampler of a stage draws.
template <class Exam>
void examine_sampler(const Exam& exam) {
  std::apply(
      [&](const auto&... stage) {
        auto one = [&](const auto& s) {
          if constexpr (std::remove_cvref_t<decltype(s)>::does == effect::sampler) {
            const index n = exam.example.rows;
            for (std::uint64_t epoch = 0; epoch < 3; ++epoch)
              exam.notes(law_sampler, message("epoch ", epoch), [&]() -> std::string {
                const auto rows = map_of(s.rows, n, epoch);
                std::vector<index> times(static_cast<std::size_t>(n), 0);
                for (index i = 0; i < rows.count(); ++i) {
                  const index r = rows(i);
                  if (r < 0 || r >= n) return message("row ", r, " of ", n, " is drawn");
                  if (++times[static_cast<std::size_t>(r)] > 1 && s.reorders_only)
                    return message("row ", r, " is drawn twice");
                }
                if (s.reorders_only && rows.count() != n)
                  return message(rows.count(), " rows are drawn of ", n);
                return {};
              });
          }
        };
        (one(stage), ...);
      },
      exam.stages.stages);
}

template <class Exam>
void examine_pieces(const Exam& exam) {
  if constexpr (Exam::plan.fit_passes == 1 && !Exam::plan.samples &&
                !numbers_rows<typename Exam::chain_type>) {
    const auto x = exam.main_table();
    exam.each_policy([&](const auto& policy, const std::string& name) {
      if constexpr (!asynchronous<std::remove_cvref_t<decltype(policy)>>)
        for (const index cut : {index{1024}, index{1031}, x.rows() - 1})
          exam.notes(law_pieces, message("a cut before row ", cut, ", ", name), [&] {
            const auto whole = fit(on::seq, exam.stages, x.view());
            const auto begin = fit(policy, exam.stages, x.row_range(0, cut));
            const auto end = fit(policy, exam.stages, x.row_range(cut, x.rows()), continues(begin));
            const auto found = fit_difference(whole, end);
            return found.empty() ? fit_difference(whole, merge(begin, end)) : "continued: " + found;
          });
    });
  }
}

}  // namespace detail
}  // namespace smelt::inline v0
