// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Whether a stored chain is the one that a program has: stage by stage in words, then, when the
/// learned numbers are in, in every number.

#include <smelt/core/arithmetic.hpp>  // bits_as
#include <smelt/core/status.hpp>
#include <smelt/stored/chain.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smelt::inline v0 {

namespace detail {

/// Equal bit by bit: a missing number is itself, and -0 is not 0.
inline bool same_bits(double a, double b) {
  return bits_as<std::uint64_t>(a) == bits_as<std::uint64_t>(b);
}

inline std::string words_of(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text.empty() ? "nothing" : text;
}

/// The stages: how many, what they say and do, what their numbers mean, what they were given.
inline bool match_stages(const stored_chain& here, const stored_chain& there, std::string_view name,
                         status& found) {
  const auto& ours = here.told.stages;
  const auto& theirs = there.told.stages;
  for (std::size_t i = 0; i < ours.size() && i < theirs.size(); ++i) {
    if (!expect<type_error>(found, ours[i].text == theirs[i].text && ours[i].does == theirs[i].does,
                            "load: stage ", i + 1, " of this chain is '", ours[i].text, "' (",
                            effect_names[static_cast<std::size_t>(ours[i].does)], "), in '", name,
                            "' it is '", theirs[i].text, "' (",
                            effect_names[static_cast<std::size_t>(theirs[i].does)], ")"))
      return false;
    if (!expect<type_error>(found, ours[i].meanings == theirs[i].meanings, "load: stage ", i + 1, ", '",
                            ours[i].text, "', has of each column: ", words_of(ours[i].meanings),
                            "; '", name, "' has: ", words_of(theirs[i].meanings)))
      return false;
    const auto& mine = here.given[i];
    const auto& given = there.given[i];
    if (!expect<value_error>(found, mine == given, "load: stage ", i + 1, ", '", ours[i].text,
                             "', was given other bytes than the one in '", name, "'"))
      return false;
  }
  return expect<type_error>(found, ours.size() == theirs.size(), "load: this chain has ",
                            ours.size(), " stages, the one in '", name, "' has ", theirs.size());
}

/// The numbers of every stage, the columns it acts on, and those in which its zero rule was needed.
/// What a stage learned is the file's; what it was given is its own, and must be what the file has.
inline bool match_numbers(const stored_chain& here, const stored_chain& there,
                          std::string_view name, status& found) {
  for (std::size_t i = 0; i < here.told.stages.size(); ++i) {
    const stage_description& ours = here.told.stages[i];
    const stage_description& theirs = there.told.stages[i];
    if (!expect<value_error>(found, ours.chosen == theirs.chosen, "load: stage ", i + 1, ", '",
                             ours.text, "', acts on other columns than the one in '", name, "'"))
      return false;
    for (std::size_t k = 0; k < ours.numbers.size(); ++k)
      for (std::size_t c = 0; c < static_cast<std::size_t>(here.told.cols); ++c) {
        const double mine = ours.numbers[k][c];
        const double stored = theirs.numbers[k][c];
        if (!expect<value_error>(found, same_bits(mine, stored),
                                 "load: stage ", i + 1, ", '", ours.text, "', column ", c, ": ",
                                 ours.meanings[k], " is ", mine, " in this chain, ", stored,
                                 " in '", name, "'")) {
          found.first_col = static_cast<index>(c);
          return false;
        }
      }
    if (!expect<value_error>(found, ours.fired == theirs.fired, "load: stage ", i + 1, ", '", ours.text,
                             "', has no zero rule that could have been needed as '", name,
                             "' says"))
      return false;
  }
  return true;
}

}  // namespace detail

}  // namespace smelt::inline v0
