// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Laws of a stage that is used again: fits and transforms repeated, copied, moved, at once.

#include <smelt/check/trial.hpp>
#include <smelt/policies/seq.hpp>

#include <thread>
#include <utility>
#include <vector>

namespace smelt::inline v0 {
namespace detail {

inline constexpr const char* law_works = "The table of the example is fitted and transformed";
inline constexpr const char* law_repeats =
    "The same data give the same numbers and results, whatever was done before";
inline constexpr const char* law_copies =
    "Copies and moved stages and fitted chains are as good as the first";
inline constexpr const char* law_threads =
    "Several threads may transform with one const fitted chain at once";
inline constexpr const char* law_policies =
    "Every policy gives the bits of on::seq, or refuses in the same words";

template <class Exam>
void examine_repeats(const Exam& exam) {
  using chain_type = typename Exam::chain_type;
  const auto x = exam.main_table();
  const auto first = tried(on::seq, exam.stages, x.view());
  exam.note(law_works, "on::seq", first.refused.empty() ? "" : "'" + first.refused + "' is thrown");
  if (!first.refused.empty()) return;

  const auto other = example_table(exam.example, exam.example.rows - 1, exam.example.cols, 5);
  const auto second = tried(on::seq, exam.stages, x.view());
  exam.note(law_repeats, "a second fit", trial_difference(first, second));
  exam.notes(law_repeats, "a second transform", [&] {
    return table_difference(first.made, transformed(on::seq, *first.fit, x.view()));
  });
  tried(on::seq, exam.stages, other.view());
  exam.note(law_repeats, "a fit after one of other data",
            trial_difference(first, tried(on::seq, exam.stages, x.view())));

  chain_type copy = exam.stages;
  exam.note(law_copies, "a copied stage", trial_difference(first, tried(on::seq, copy, x.view())));
  const chain_type moved = std::move(copy);
  exam.note(law_copies, "a moved stage", trial_difference(first, tried(on::seq, moved, x.view())));
  auto kept = first.fit;
  exam.note(law_copies, "a copied fitted chain", fit_difference(*first.fit, *kept));
  const auto taken = std::move(*kept);
  exam.notes(law_copies, "a moved fitted chain",
             [&] { return table_difference(first.made, transformed(on::seq, taken, x.view())); });

  exam.each_policy([&](const auto& policy, const std::string& name) {
    exam.note(law_policies, name, trial_difference(first, tried(policy, exam.stages, x.view())));
    if constexpr (!asynchronous<std::remove_cvref_t<decltype(policy)>>) {
      std::vector<table<double>> made(4);
      std::vector<std::string> said(4);
      std::vector<std::thread> threads;
      for (std::size_t t = 0; t < made.size(); ++t)
        threads.emplace_back([&, t] {
          said[t] = refusal([&] { made[t] = transformed(policy, *first.fit, x.view()); });
        });
      for (auto& thread : threads) thread.join();
      for (std::size_t t = 0; t < made.size(); ++t)
        exam.note(law_threads, message("thread ", t, " of 4, ", name),
                  said[t].empty() ? table_difference(first.made, made[t])
                                  : "'" + said[t] + "' is thrown");
    }
  });
}

}  // namespace detail
}  // namespace smelt::inline v0
