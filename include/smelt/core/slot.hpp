// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The slot: one column at one point of the chain, as a stage sees it when it solves for its
/// numbers. Whatever stands between the fold and that point has been carried in closed form.

#include <smelt/core/affine.hpp>
#include <smelt/core/status.hpp>
#include <smelt/core/types.hpp>

#include <string>
#include <tuple>

namespace smelt::inline v0 {

/// How many values of a column are there, and how many are not.
struct presence {
  index present = 0;
  index missing = 0;
};

/// A column as messages name it.
struct column_name {
  index column;
  const std::string& title;
  std::string text() const {
    const std::string number = message("column ", column);
    return title.empty() ? number : message(number, " ('", title, "')");
  }
};

/// What a stage's `solve` is given. A stage reads its statistics with `get`, or with the functions
/// below; lengths and places come in the units before the present affine run and after it.
template <class... S>
struct slot {
  index column = 0;
  std::string title;      // its name, empty without one
  bool live = true;       // false when a stage before has dropped the column
  smelt::frame frame;     // the affine run so far
  presence counts;        // present and missing values
  std::tuple<typename S::value...> values;
  mutable bool fired = false;  // a stage sets it when its zero rule was needed
  status* found = nullptr;     // where a stage's refusal goes; null: it is thrown

  /// As in messages: "column 3" or "column 3 ('mass')". Written only when a message is.
  column_name name() const { return {column, title}; }
  template <class Wanted>
  const typename Wanted::value& get() const {
    return std::get<typename Wanted::value>(values);
  }
  template <class Wanted>
  typename Wanted::value& get() {
    return std::get<typename Wanted::value>(values);
  }
};

/// A stage's refusal of a column: `expect<value_error>(s, s.counts.present > 0, s.name(), ...)` in its
/// `solve`. What `solve` then returns is not used.
template <class Error, class... S, class... Parts>
bool expect(const slot<S...>& s, verdict ok, const Parts&... parts) {
  if (s.found == nullptr)
    expect<Error>(ok, parts...);
  else if (s.found->ok() && !expect<Error>(*s.found, ok, parts...))
    s.found->first_col = s.column;
  return ok.ok;
}

}  // namespace smelt::inline v0
