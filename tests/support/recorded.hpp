// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// One part of check_stage alone, with all that it looked at: a line "law | place | found" for each
/// case, in order.

#include <smelt/check/trial.hpp>
#include <smelt/policies/seq.hpp>

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace smelt_test {

/// An examination that writes its cases down.
template <class Chain, class... Policies>
struct recorded_examination : smelt::detail::examination<Chain, Policies...> {
  std::vector<std::string>* lines;
  void note(const std::string& law, const std::string& place, const std::string& found) const {
    lines->push_back(law + " | " + place + " | " + found);
  }
  template <class F>
  void notes(const std::string& law, const std::string& place, F&& f) const {
    std::string found;
    const std::string said = smelt::detail::refusal([&] { found = f(); });
    note(law, place, said.empty() ? found : "'" + said + "' is thrown");
  }
};

/// The cases of `part(exam)` for a chain on on::seq and further policies.
template <class Part, class Chain, class... Policies>
std::vector<std::string> recorded(Part&& part, const Chain& stages,
                                  const smelt::stage_example& example,
                                  const Policies&... policies) {
  using seq = std::remove_cvref_t<decltype(smelt::on::seq)>;
  std::vector<std::string> lines;
  smelt::stage_report unused("");
  const recorded_examination<Chain, seq, Policies...> exam{
      {stages, example, {smelt::on::seq, policies...}, unused}, &lines};
  part(exam);
  return lines;
}

/// Those of a law: "place" where it is kept, "place: found" where it is not.
inline std::vector<std::string> cases_of(const std::string& law,
                                         const std::vector<std::string>& lines) {
  std::vector<std::string> made;
  for (const auto& line : lines) {
    if (line.compare(0, law.size() + 3, law + " | ") != 0) continue;
    const auto place = line.substr(law.size() + 3);
    const auto end = place.find(" | ");
    const auto found = place.substr(end + 3);
    made.push_back(place.substr(0, end) + (found.empty() ? "" : ": ") + found);
  }
  return made;
}

}  // namespace smelt_test
