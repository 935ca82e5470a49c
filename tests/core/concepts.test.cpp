// SPDX-License-Identifier: BSL-1.0
/// \file
/// The concepts of an extension, each on the smallest model that fits, and on ones that lack a
/// piece.

#include <smelt/core/concepts.hpp>

#include <doctest/doctest.h>

using namespace smelt;

namespace {

struct bare_stage {
  static constexpr effect does = effect::value;
};
struct effect_missing {};
struct effect_is_a_number {
  [[maybe_unused]] static constexpr int does = 0;
};

struct count_of_rows {
  static constexpr int fields = 1;
  static constexpr bool laned = false;
  static constexpr double identity(int) { return 0.0; }
  template <class V, class Mask>
  static void note(V* f, V, V, Mask) {
    f[0] = f[0] + V(1.0);
  }
  template <class V>
  static void merge(V* f, const V* g) {
    f[0] = f[0] + g[0];
  }
  struct value {
    double rows;
  };
  static value finish(const double* f, double, smelt::index) { return {f[0]}; }
};
struct without_merge : count_of_rows {
  template <class V>
  static void merge(V*, const V*) = delete;
};
struct without_fields : count_of_rows {
  static constexpr void* fields = nullptr;
};
struct finishes_as_another : count_of_rows {
  static double finish(const double* f, double, smelt::index) { return f[0]; }
};

struct every_row {
  static constexpr bool reorders_only = true;
  smelt::index count(smelt::index rows) const { return rows; }
  int order(smelt::index, std::uint64_t) const { return 0; }
};
struct without_order {
  static constexpr bool reorders_only = true;
  smelt::index count(smelt::index rows) const { return rows; }
};

struct counting_stage {
  static constexpr effect does = effect::affine;
  static constexpr bool whole_table = true;
  using needs = statistics<count_of_rows>;
  std::string text() const { return "counting"; }
};
struct two_numbers_op {
  static constexpr int numbers = 2;
};
struct two_numbers {
  static constexpr effect does = effect::monotone;
  using op = two_numbers_op;
};
template <effect Does>
struct of_effect {
  static constexpr effect does = Does;
};

}  // namespace

static_assert(stage<bare_stage> && stage<const bare_stage&>);
static_assert(!stage<effect_missing> && !stage<effect_is_a_number> && !stage<int>);

static_assert(statistic<count_of_rows>);
static_assert(!statistic<without_merge> && !statistic<without_fields> &&
              !statistic<finishes_as_another> && !statistic<int>);

static_assert(sampler<every_row> && !sampler<without_order> && !sampler<int>);

static_assert(std::is_same_v<needs_of<bare_stage>, statistics<>> && !learned<bare_stage>);
static_assert(std::is_same_v<needs_of<counting_stage>, statistics<count_of_rows>> &&
              learned<counting_stage> && counting_stage::does == effect::affine);
static_assert(whole_table<counting_stage> && !whole_table<bare_stage>);

// How many numbers a stage keeps follows from its effect, or from its op.
static_assert(numbers_of<of_effect<effect::fill>> == 1);
static_assert(numbers_of<of_effect<effect::affine>> == 3);
static_assert(numbers_of<of_effect<effect::columns>> == 1);
static_assert(numbers_of<of_effect<effect::sampler>> == 0);
static_assert(numbers_of<of_effect<effect::value>> == 0);
static_assert(numbers_of<two_numbers> == 2);

TEST_CASE("a stage is known by its text, or as a stage") {
  CHECK(detail::text_of(counting_stage{}) == "counting");
  CHECK(detail::text_of(bare_stage{}) == "a stage");
}
