// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// One call both ways: what it throws, and what it returns with std::nothrow before its arguments,
/// are the same failure.

#include <doctest/doctest.h>

#include <smelt/core/status.hpp>

#include <string>

namespace smelt_test {

inline const smelt::status& status_of(const smelt::status& s) { return s; }
template <class Range>
auto status_of(const Range& range) -> decltype(range.ended()) {
  return range.ended();
}

template <class Call>
smelt::status failure_of(const Call& call) {
  try {
    static_cast<void>(call());
    return {};
  } catch (...) {
    return smelt::status::caught();
  }
}

inline void check_failure(const smelt::status& thrown, const smelt::status& said,
                          smelt::failure kind, const std::string& text) {
  CAPTURE(text);
  CHECK(thrown.what() == text);
  CHECK(thrown.kind() == kind);
  CHECK(said.what() == text);
  CHECK(said.kind() == kind);
  CHECK(said.file() == std::string(thrown.file()));
  CHECK(said.line() == thrown.line());
  CHECK(said.line() > 0);
}

/// `call()` throws `Error` with the text, and `call(std::nothrow)` says so; returns what it says.
template <class Error, class Call>
smelt::status both_said(const std::string& text, const Call& call) {
  const auto& ended = call(std::nothrow);
  const smelt::status said = status_of(ended);
  check_failure(failure_of(call), said, smelt::detail::kind_of_error<Error>, text);
  return said;
}
template <class Error, class Call>
void both_say(const std::string& text, const Call& call) {
  static_cast<void>(both_said<Error>(text, call));
}

}  // namespace smelt_test
