// SPDX-License-Identifier: BSL-1.0
/// \file
/// scratch_bytes: never less than what the heap has given at one time, on any policy, layout and width,
/// and never far above it.

#include <smelt/scratch.hpp>

#include <doctest/doctest.h>

#include <typeinfo>

#include <smelt/codecs.hpp>
#include <smelt/core/field_view.hpp>
#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/allocation_hook.hpp>
#include <support/any_way.hpp>
#include <support/tables.hpp>

using namespace smelt;
using smelt_test::blocks_of;
using smelt_test::laid_out;
using smelt_test::noise;

namespace {

/// What the system gives beside what was asked for: some bytes a block, and at 64 bytes aligned ones.
constexpr long long rounding = 4096;

struct worst {
  double fit = 1e9;
  double transform = 1e9;
  double loosest_fit = 0;
  std::string loosest_where;
  void look(long long held, smelt::index bound, bool fit_call, const std::string& x) {
    CAPTURE(held);
    CAPTURE(bound);
    CHECK(held <= bound + rounding);
    if (bound == 0) CHECK(held == 0);
    const double times = static_cast<double>(bound) / static_cast<double>(std::max(held, 1ll));
    if (fit_call) {
      fit = std::min(fit, times);
      if (times > loosest_fit) loosest_where = x;
      loosest_fit = std::max(loosest_fit, times);
    } else if (bound > 0) {
      transform = std::min(transform, times);
    }
  }
};
worst seen;

template <class Policy, class Chain, class View, class Out>
void check_call(const Policy& policy, const Chain& chain, const View& x, const Out& out) {
  const scratch known = scratch_bytes<View, Out>(policy, chain, x.rows(), x.cols());
  CAPTURE(x.rows());
  CAPTURE(x.cols());
  const auto where = message(x.rows(), " x ", x.cols(), " ", typeid(View).name(), " ", typeid(Policy).name());
  seen.look(blocks_of([&] { fit(policy, chain, x); }).most_held, known.fit, true, where);
  const auto f = fit(policy, chain, x);
  const Out narrow = [&] {
    if constexpr (requires { out.columns(0, 1); })
      return out.columns(0, f.cols_out());
    else
      return out;
  }();
  seen.look(blocks_of([&] { transform(policy, f, x, narrow); }).most_held, known.transform, false, where);
}

/// `Every`: every pair of layouts, not the most different ones alone.
template <bool Every, class Policy, class Chain>
void check_layouts(const Policy& policy, const Chain& chain, smelt::index rows, smelt::index cols) {
  const auto by_row = noise<double>(rows, cols, 50);
  const auto by_column = laid_out<column_major>(by_row);
  table<double> out(rows, cols);
  table<double, column_major> turned(rows, cols);
  const auto set = select(by_row, columns::range(0, cols));
  const auto source = field_interior(by_column.data(), {rows, 1, 1}, cols);
  const auto target = field_interior(turned.data(), {rows, 1, 1}, cols);
  check_call(policy, chain, by_row.view(), out.view());
  check_call(policy, chain, set, out.view());
  check_call(policy, chain, source, target);
  if constexpr (Every) {
    nullable_table<double> bits(rows, cols);
    check_call(policy, chain, by_row.view(), bits.view());
    check_call(policy, chain, by_column.view(), bits.view());
    check_call(policy, chain, by_column.view(), out.view());
    check_call(policy, chain, by_row.view(), turned.view());
    check_call(policy, chain, by_column.view(), turned.view());
    check_call(policy, chain, source, out.view());
    check_call(policy, chain, by_row.view(), target);
  }
}

template <bool Every, class Chain>
void check_chain(const Chain& chain) {
  workers pool{2};
  const auto threads = on::eigen.on(pool);
  for (smelt::index cols : {1, 5, 64, 1100, 2500}) {
    const smelt::index rows = cols > 1000 ? 150 : 3000;
    check_layouts<Every>(on::eigen.alone(), chain, rows / 10, cols);
    check_layouts<Every>(threads, chain, rows, cols);
    const auto x = noise<double>(rows, cols, 50);
    table<double> out(rows, cols);
    check_call(on::seq, chain, x.view(), out.view());
  }
  check_layouts<Every>(threads, chain, 3, 3);
}

}  // namespace

TEST_CASE("values: one pass") { check_chain<true>(clean(fill::mean) | standardize() | normalize(min_max{-1, 1})); }
TEST_CASE("values: two passes, a clip between") { check_chain<false>(standardize() | clip(-1, 1) | standardize()); }
TEST_CASE("rows that drop and row norms") { check_chain<false>(clean(drop::all) | standardize() | normalize(l2)); }
TEST_CASE("columns that leave, rows that are drawn") {
  check_chain<false>(drop::constant_columns | fill::mean | sample(shuffled{seed{1}}));
}

TEST_CASE("samples longer than the table, and lists of rows") {
  workers pool{2};
  const smelt::index rows = 3000;
  const auto x = noise<double>(rows, 16, 50);
  table<double> out(5 * rows, 16);
  std::vector<int> labels;
  for (smelt::index r = 0; r < rows; ++r) labels.push_back(r % 300 == 0 ? 1 : 0);
  std::vector<smelt_test::any_sampler> samplers;
  samplers.emplace_back(bootstrap{5 * rows, seed{1}});
  samplers.emplace_back(stratified{labels, 2000, seed{1}});
  samplers.emplace_back(balanced{labels, each_class::most, seed{1}});
  samplers.emplace_back(weighted_take{labels, 10, seed{1}});
  samplers.emplace_back(weighted{labels, 5 * rows, seed{1}});
  samplers.emplace_back(of_whole{bootstrap{3 * rows, seed{1}}, 2 * rows});
  for (const auto& sampler : samplers) {
    CAPTURE(sampler.name);
    check_call(on::eigen.on(pool), sample(sampler) | standardize(), x.view(), out.view());
  }
  // Rows of a class come again until there are as many as of the most frequent.
  CHECK(detail::drawn_of(as_chain(sample(balanced{labels, each_class::most, seed{1}})), rows).rows == 2 * (rows - 10));
  // What a call would refuse has no size; what no row is drawn by takes what the table does.
  CHECK(scratch_bytes(on::seq, as_chain(sample(stratified{labels, 5, seed{1}})), 7, 3).transform ==
        scratch_bytes(on::seq, as_chain(sample(take{1, seed{1}})), 7, 3).transform);
}

TEST_CASE("a transform of values from rows to rows takes nothing, and that is known") {
  workers pool{2};
  const auto chain = clean(fill::mean) | standardize();
  CHECK(scratch_bytes(on::eigen.on(pool), chain, 1000000, 64).transform == 0);
  CHECK(scratch_bytes<matrix_view<const float, column_major>, matrix_view<float, column_major>>(
            on::eigen, chain, 1000, 5000)
            .transform == 0);
  CHECK(scratch_bytes(on::eigen, standardize(), 0, 64).transform == 0);
}

TEST_CASE("a fit takes as much for ten times the rows, but for a few more sums") {
  const auto chain = clean(fill::mean) | standardize();
  const auto few = scratch_bytes(on::seq, chain, 1000000, 64).fit;
  const auto many = scratch_bytes(on::seq, chain, 100000000, 64).fit;
  CHECK(many < few * 3 / 2);
  MESSAGE("a million rows of 64 columns: ", few, " bytes, a hundred million: ", many);
}

#if defined(__GLIBCXX__) && defined(__x86_64__)
/// What calls of a chain are said to take on a policy, added up over widths, rows and layouts.
template <class Policy, class Chain>
scratch sum_of(const Policy& policy, const Chain& chain) {
  scratch sum;
  auto one = [&]<class View, class Out>(std::type_identity<View>, std::type_identity<Out>) {
    for (smelt::index cols : {1, 5, 64, 300, 1100, 2500, 4097})
      for (smelt::index rows : {0, 1, 20, 1024, 1025, 4096, 5000, 300000}) {
        const scratch known = scratch_bytes<View, Out>(policy, chain, rows, cols);
        sum.fit += known.fit;
        sum.transform += known.transform;
      }
  };
  one(std::type_identity<matrix_view<const double>>{}, std::type_identity<matrix_view<double>>{});
  one(std::type_identity<matrix_view<const float, column_major>>{}, std::type_identity<matrix_view<float>>{});
  one(std::type_identity<column_set>{}, std::type_identity<matrix_view<float>>{});
  one(std::type_identity<field_view<double>>{}, std::type_identity<field_view<double>>{});
  one(std::type_identity<packed_view<float>>{}, std::type_identity<matrix_view<double>>{});
  one(std::type_identity<matrix_view<const float>>{}, std::type_identity<decltype(std::declval<const packed_output<double>&>().view())>{});
  return sum;
}

TEST_CASE("what the counts come to: who changes the memory of a pass changes them") {
  workers pool{2};
  const auto values = clean(fill::mean) | standardize() | normalize(min_max{-1, 1});
  const auto two = standardize() | clip(-1, 1) | standardize();
  const auto rows = clean(drop::all) | standardize() | normalize(l2);
  const auto drawn = drop::constant_columns | fill::mean | sample(bootstrap{7000, seed{1}});
  auto check_sum = [](const scratch& found, smelt::index fit_bytes, smelt::index transform_bytes) {
    CHECK(found.fit == fit_bytes);
    CHECK(found.transform == transform_bytes);
  };
  check_sum(sum_of(on::seq, values), 2586611520, 33718272);
  check_sum(sum_of(on::eigen.alone(), values), 4157310784, 153754564);
  check_sum(sum_of(on::eigen.on(pool), values), 6026309408, 270691948);
  check_sum(sum_of(on::eigen.on(pool), two), 5643869984, 270691948);
  check_sum(sum_of(on::eigen.on(pool), rows), 2062751968, 128009068);
  check_sum(sum_of(on::eigen.on(pool), drawn), 7227631136, 351292296);
}
#endif

TEST_CASE("how near the bound is") {
  MESSAGE("fit: ", seen.fit, " to ", seen.loosest_fit, " times what was held; transform from ",
          seen.transform, "; loosest: ", seen.loosest_where);
  // The loosest are fits of few rows of many columns: sums of all levels of the tree are counted.
  CHECK(seen.loosest_fit < 20);
}
