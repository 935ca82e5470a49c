// SPDX-License-Identifier: BSL-1.0
/// \file
/// Laws of values: stages that break them.

#include <smelt/check/values.hpp>

#include <support/checked.hpp>

using namespace smelt;
using namespace smelt_test;

namespace {

/// A stage of one function of one value, with a claim about it.
template <class Op, effect Claim>
struct with_op {
  static constexpr effect does = Claim;
  using op = Op;
  template <class Slot>
  std::array<double, 0> solve(const Slot&) const {
    return {};
  }
};

struct missing_is_zero_op {
  static constexpr int numbers = 0;
  template <class V>
  V apply(V x, const V*) const {
    return where(missing(x), V(0.0), x);
  }
};
struct square_op {
  static constexpr int numbers = 0;
  template <class V>
  V apply(V x, const V*) const {
    return product(x, x);
  }
};
struct halved_op {
  static constexpr int numbers = 0;
  template <class V>
  V apply(V x, const V*) const {
    return product(x, V(0.5));
  }
  double invert(double y, const double*) const { return 3.0 * y; }
};

/// Counts missing values as zeros.
struct all_counted {
  static constexpr int fields = 1;
  static constexpr bool laned = true;
  static constexpr double identity(int) { return 0.0; }
  template <class V, class Mask>
  static void note(V* f, V x, V, Mask present) {
    f[0] = add(f[0], where(present, x, V(1.0)));
  }
  template <class V>
  static void merge(V* f, const V* g) {
    f[0] = add(f[0], g[0]);
  }
  struct value {
    double sum = 0.0;
  };
  static value finish(const double* f, double, smelt::index) { return {f[0]}; }
};
struct by_all_counted {
  static constexpr effect does = effect::affine;
  using needs = statistics<all_counted>;
  template <class Slot>
  affine solve(const Slot& s) const {
    return s.frame.then({s.template get<all_counted>().sum, 1.0, 0.0});
  }
};

/// Takes the mean of the column before its own.
struct by_the_column_before {
  static constexpr effect does = effect::affine;
  using needs = statistics<moments>;
  template <class Slot>
  affine solve(const Slot& s) const {
    static double before = 0.0;
    const double mean = s.column == 0 ? 0.0 : before;
    before = mean_of(s).value;
    return s.frame.then({mean, 1.0, 0.0});
  }
};

}  // namespace

TEST_CASE("a missing value that becomes a number") {
  const auto text = complaint(with_op<missing_is_zero_op, effect::monotone>{});
  CHECK(says(text,
             "A missing value is left out of the fit, and stays missing unless it is filled. Not "
             "so for row "));
  CHECK(says(text, ": a missing value becomes 0"));
}

TEST_CASE("a statistic that counts missing values") {
  const auto text = complaint(by_all_counted{});
  CHECK(says(text,
             "A missing value is left out of the fit, and stays missing unless it is filled. Not "
             "so for one more row of missing values: stage 0, number 0, column 0: "));
}

TEST_CASE("a stage that says it is monotone") {
  const auto text = complaint(with_op<square_op, effect::monotone>{});
  CHECK(says(text,
             "A monotone stage keeps the order of values, or turns it round. Not so for column "
             "0: "));
}

TEST_CASE("a stage that looks at another column") {
  const auto text = complaint(by_the_column_before{});
  CHECK(says(text,
             "A column has the same numbers and results whatever columns are beside it. Not so "
             "for the last column and the first: stage 0, number 0: "));
}

TEST_CASE("an inverse that leads elsewhere") {
  const auto text = complaint(with_op<halved_op, effect::monotone>{});
  CHECK(
      says(text, "The inverse leads back to what is transformed alike. Not so for on::seq: row "));
}
