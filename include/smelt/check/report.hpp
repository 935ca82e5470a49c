// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What check_stage found: the laws that a stage breaks, each in a sentence.

#include <smelt/core/error.hpp>
#include <smelt/core/types.hpp>

#include <string>
#include <utility>
#include <vector>

namespace smelt::inline v0 {

/// A law that a stage does not keep.
struct broken_law {
  std::string law;       ///< in words: "the input is left as it is"
  std::string found_in;  ///< the first case that breaks it
  std::string found;     ///< what was met there, with the numbers
  index times = 1;       ///< in how many cases it was broken

  std::string text() const {
    std::string said = law + ". Not so for " + found_in + ": " + found;
    if (times > 1) said += message(" (and in ", times - 1, " more cases)");
    return said;
  }
};

/// What `check_stage` returns; `ok()` is what a test asserts, `text()` what it prints.
class stage_report {
 public:
  explicit stage_report(std::string stage) : stage_(std::move(stage)) {}

  /// True when every law was kept.
  bool ok() const { return broken_.empty(); }
  const std::vector<broken_law>& broken() const { return broken_; }
  /// How many cases were looked at.
  index cases() const { return cases_; }
  /// A line for each broken law.
  std::string text() const {
    std::string all = message(stage_, ": ", cases_, " cases, ", broken_.size(), " laws broken\n");
    for (const auto& law : broken_) all += law.text() + "\n";
    return all;
  }

  /// Notes a case of a law; `found` is what was wrong in it, empty when nothing was.
  void note(const char* law, const std::string& found_in, const std::string& found) {
    ++cases_;
    if (found.empty()) return;
    for (auto& known : broken_)
      if (known.law == law) {
        ++known.times;
        return;
      }
    broken_.push_back({law, found_in, found});
  }

 private:
  std::string stage_;
  std::vector<broken_law> broken_;
  index cases_ = 0;
};

}  // namespace smelt::inline v0
