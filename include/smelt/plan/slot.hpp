// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The slot: one column at one point of the chain, as a stage sees it when it solves for its
/// numbers. Whatever stands between the fold and that point has been carried in closed form.

#include <smelt/core/error.hpp>
#include <smelt/statistics/extrema.hpp>
#include <smelt/statistics/moments.hpp>

#include <string>
#include <tuple>

namespace smelt::inline v0 {

/// What a stage's `solve` is given. A stage reads its statistics with `get`, or with the functions
/// below; lengths and places come in the units before the present affine run and after it.
template <class... S>
struct slot {
  index column = 0;
  std::string title;      // its name, empty without one
  bool live = true;       // false when a stage before has dropped the column
  smelt::frame frame;     // the affine run so far
  tally::value counts;    // present and missing values
  std::tuple<typename S::value...> values;
  mutable bool fired = false;  // a stage sets it when its zero rule was needed

  /// As in messages: "column 3" or "column 3 ('mass')".
  std::string name() const {
    return title.empty() ? message("column ", column) : message("column ", column, " ('", title, "')");
  }
  template <class Wanted>
  const typename Wanted::value& get() const {
    return std::get<typename Wanted::value>(values);
  }
  template <class Wanted>
  typename Wanted::value& get() {
    return std::get<typename Wanted::value>(values);
  }
};

/// The mean of a slot.
template <class Slot>
point mean_of(const Slot& s) {
  return s.frame.place(s.template get<moments>().mean);
}
/// Its standard deviation; 0 exactly when all values are equal.
template <class Slot>
length deviation_of(const Slot& s, int ddof) {
  return s.frame.distance(s.template get<moments>().deviation(ddof));
}
/// The place that is smallest at this point of the chain (the largest source value after a falling
/// line). Missing when no value is present.
template <class Slot>
point lowest_of(const Slot& s) {
  const auto& e = s.template get<extrema>();
  if (e.none()) return {missing_value<double>, missing_value<double>};
  return s.frame.place(less(s.frame.run.slope, 0.0) ? e.highest : e.lowest);
}
template <class Slot>
point highest_of(const Slot& s) {
  const auto& e = s.template get<extrema>();
  if (e.none()) return {missing_value<double>, missing_value<double>};
  return s.frame.place(less(s.frame.run.slope, 0.0) ? e.lowest : e.highest);
}
/// Largest minus smallest value.
template <class Slot>
length range_of(const Slot& s) {
  const auto& e = s.template get<extrema>();
  if (e.none()) return {missing_value<double>, missing_value<double>};
  return s.frame.distance(subtract(e.highest, e.lowest));
}

}  // namespace smelt::inline v0
