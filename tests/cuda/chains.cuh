// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Chains whose kernels are read as text. A kernel is known by the name of its chain, which stands
/// in its own, and by its body. What is expected of it is said below the name of its chain:
/// check.cmake explains the words.

#include <smelt/smelt.hpp>
#include <smelt/codecs.hpp>
#include <smelt/cuda.cuh>

#include <cstddef>
#include <type_traits>
#include <utility>  // std::declval

namespace chains {

/// A body under the name of a chain.
template <class Chain, class Body>
struct named {
  static constexpr int least_blocks = Body::least_blocks;
  template <class Context, class Params>
  SMELT_HD static void run(Context& ctx, const Params& params) {
    Body::run(ctx, params);
  }
};

/// The runtime, with every kernel under the name of a chain.
template <class Chain>
struct named_runtime : smelt::detail::cuda_runtime {
  template <class Body, class Params>
  void launch(int blocks, int threads, std::size_t shared_bytes, const Params& params) {
    smelt::detail::cuda_runtime::launch<named<Chain, Body>>(blocks, threads, shared_bytes, params);
  }
};

// --- the context itself -----------------------------------------------------------------------

struct handed {
  double* values;
  unsigned long long* flags;
  unsigned* counts;
};

/// Every member of the context once.
struct every_member {
  static constexpr int least_blocks = 3;
  template <class Context>
  SMELT_HD static void run(Context& ctx, const handed& p) {
    auto* const held = reinterpret_cast<double*>(ctx.shared());
    const int i = ctx.block() * ctx.threads() + ctx.thread();
    ctx.put(held + ctx.thread(), p.values[i]);
    ctx.sync();
    double x = ctx.get(held + (ctx.thread() ^ 1));
    x = smelt::add(x, smelt::product(ctx.down(x, 1), ctx.across(ctx.from_lane(x, 2), 4)));
    const unsigned votes = ctx.ballot(smelt::missing(x));
    if (ctx.thread() == 0) {
      ctx.add(p.counts, votes);
      ctx.set_bits(p.counts + 2, votes);
      ctx.clear_bits(p.counts + 2, votes >> 1);
      ctx.least(p.flags + 1, static_cast<unsigned long long>(ctx.blocks()));
      ctx.tell(p.flags, ctx.arrive(p.counts + 1) + 1);
    }
    while (ctx.look(p.flags) == 0) ctx.pause();
    p.values[i] = x;
  }
};

// expect the_context every_member: everywhere registers=32 barriers=1 shuffles=6
// expect+ the_context every_member: has=st.relaxed.gpu.u64 has=ld.relaxed.gpu.u64 has=nanosleep
// expect+ the_context every_member: has=atom.acq_rel.gpu.add.u32 has=vote.sync.ballot has=mul.rn.f64
// expect+ the_context every_member: has=(atom|red).global.add.u32 has=(atom|red).global.min.u64
// expect+ the_context every_member: has=(atom|red).global.or.b32 has=(atom|red).global.and.b32
struct the_context {};
inline void run_the_context(named_runtime<the_context> on, const handed& p) {
  on.launch<every_member>(1, 128, 128 * sizeof(double), p);
}

// --- passes ------------------------------------------------------------------------------------

struct no_followers {
  static constexpr bool none = true;
  SMELT_HD void copy(smelt::index, smelt::index) const {}
};

/// Instantiates the map of a chain from rows of `In` to rows of `Out`.
template <class Name, class Out, class In, class Layout = smelt::row_major, class... Stages>
void map(const smelt::chain<Stages...>& stages) {
  using namespace smelt::detail;
  auto program = compiled<smelt::chain<Stages...>>::template map<true>(stages, nullptr, 64);
  using arguments = map_arguments<device_program<decltype(program)>, dense_source<In, Layout>,
                                  dense_target<Out, Layout>, no_followers>;
  named_runtime<Name>{}.template launch<map_body>(1, 128, 0, arguments{});
}
/// Instantiates the inverse of a chain.
template <class Name, class Out, class In, class... Stages>
void undo(const smelt::chain<Stages...>& stages) {
  using namespace smelt::detail;
  auto program = reversed(compiled<smelt::chain<Stages...>>::template map<false>(stages, nullptr, 64));
  using arguments = map_arguments<device_program<decltype(program)>, dense_source<In, smelt::row_major>,
                                  dense_target<Out, smelt::row_major>, no_followers>;
  named_runtime<Name>{}.template launch<map_body>(1, 128, 0, arguments{});
}
/// Instantiates the map of a chain from a column set.
template <class Name, class Out, class... Stages>
void map_columns(const smelt::chain<Stages...>& stages) {
  using namespace smelt::detail;
  auto program = compiled<smelt::chain<Stages...>>::template map<true>(stages, nullptr, 64);
  using arguments = map_arguments<device_program<decltype(program)>, column_source,
                                  dense_target<Out, smelt::row_major>, no_followers>;
  named_runtime<Name>{}.template launch<map_body>(1, 128, 0, arguments{});
}
/// Instantiates the map of a chain from rows that are decoded.
template <class Name, class Out, class View, class... Stages>
void map_decoded(const smelt::chain<Stages...>& stages) {
  using namespace smelt::detail;
  auto program = compiled<smelt::chain<Stages...>>::template map<true>(stages, nullptr, 64);
  using arguments = map_arguments<device_program<decltype(program)>, decoded_source<View>,
                                  dense_target<Out, smelt::row_major>, no_followers>;
  named_runtime<Name>{}.template launch<map_body>(1, 128, 0, arguments{});
}
/// Instantiates the map of a chain from rows of `In` to a view that is encoded.
template <class Name, class View, class In, class... Stages>
void map_encoded(const smelt::chain<Stages...>& stages) {
  using namespace smelt::detail;
  auto program = compiled<smelt::chain<Stages...>>::template map<true>(stages, nullptr, 64);
  using arguments = map_arguments<device_program<decltype(program)>, dense_source<In, smelt::row_major>,
                                  encoded_target<View>, no_followers>;
  named_runtime<Name>{}.template launch<map_body>(1, 128, 0, arguments{});
}
/// Instantiates the first fold of a chain over rows that are decoded.
template <class Name, class View, class... Stages>
void fold_decoded(const smelt::chain<Stages...>& stages) {
  using namespace smelt::detail;
  auto program = compiled<smelt::chain<Stages...>>::template fold<0>(stages, nullptr, 64, 1000);
  using arguments = fold_arguments<device_program<decltype(program)>, decoded_source<View>>;
  named_runtime<Name>{}.template launch<fold_body>(1, 128, 0, arguments{});
}
/// Instantiates the first fold of a chain over rows of `In`.
template <class Name, class In, class Layout = smelt::row_major, class... Stages>
void fold(const smelt::chain<Stages...>& stages) {
  using namespace smelt::detail;
  auto program = compiled<smelt::chain<Stages...>>::template fold<0>(stages, nullptr, 64, 1000);
  using arguments =
      fold_arguments<device_program<decltype(program)>, dense_source<In, Layout>>;
  named_runtime<Name>{}.template launch<fold_body>(1, 128, 0, arguments{});
}

// clang-format off
struct scaled {};
// expect scaled map_body: everywhere registers=128 barriers=5 minima=4 has=(cp.async.cg.shared.global|ld.global.v4) has=st.global.v4.f32
struct fitted {};
// expect fitted fold_body: everywhere registers=128 barriers=9 shuffles=90 has=atom.acq_rel.gpu.add.u32
struct dropped {};
// expect dropped map_body: everywhere registers=128 barriers=26 minima=2 shuffles=22
// expect+ dropped map_body: has=st.relaxed.gpu has=ld.relaxed.gpu has=vote.sync.ballot
struct doubles {};
// expect doubles map_body: registers=128 barriers=5 has=cp.async.cg.shared.global has=st.global.v2.f64
struct narrowed {};
// expect narrowed map_body: registers=128 barriers=5 has=cp.async.cg.shared.global has=st.global.v2.f32
struct widened {};
// expect widened map_body: registers=128 barriers=5 has=cp.async.ca.shared.global has=st.global.v2.f64
struct integers {};
// expect integers map_body: registers=128 barriers=5 has=cp.async.cg.shared.global has=st.global.v4.f32
struct by_column {};
// expect by_column map_body: registers=128 barriers=5
struct clipped {};
// expect clipped map_body: registers=128 barriers=5 has=cp.async.cg.shared.global has=st.global.v4.f32
struct row_norm {};
// expect row_norm map_body: registers=128 barriers=15 minima=2 shuffles=2 fma=13 has=cp.async.cg.shared.global has=st.global.v4.f32
struct undone {};
// expect undone map_body: registers=128 barriers=5 has=cp.async.cg.shared.global has=st.global.v4.f32
struct of_columns {};
// expect of_columns map_body: registers=128 barriers=4 has=st.global.v4.f32
struct shuffled {};
// expect shuffled map_body: registers=128 barriers=5
struct chosen {};
// expect chosen map_body: registers=128 barriers=5 has=cp.async.cg.shared.global
struct fitted_extrema {};
// expect fitted_extrema fold_body: registers=128 barriers=9 shuffles=90
struct fitted_down {};
// expect fitted_down fold_body: registers=128 barriers=9 shuffles=18
struct fitted_kept {};
// expect fitted_kept fold_body: registers=128 barriers=13
struct fitted_sample {};
// expect fitted_sample fold_body: registers=128 barriers=10
// Codecs: decoded in registers, between the load and the chain.
struct halves {};
// expect halves map_body: registers=128 barriers=5 has=cp.async.cg.shared.global has=st.global.v4.u32
// expect+ halves map_body: has=cvt.f64.f16 has=cvt.rn.bf16.f64
struct packed {};
// expect packed map_body: registers=128 barriers=4 has=div.rn.f64 has=st.global.v4.f32
struct quantized {};
// expect quantized map_body: registers=128 barriers=4 has=ld.global.s8 has=st.global.v4.f32
struct nullable {};
// expect nullable map_body: registers=128 barriers=4 has=ld.global.u8 has=st.global.v4.f32
struct with_nulls {};
// expect with_nulls map_body: registers=128 barriers=4 has=(atom|red).global.or.b32 has=(atom|red).global.and.b32
struct into_packed {};
// expect into_packed map_body: registers=128 barriers=4 has=cvt.rni.f64.f64 has=(atom|red).global.or.b32
// expect+ into_packed map_body: has=(atom|red).global.min.u64 hasnt=(atom|red).global.and
struct fitted_packed {};
// expect fitted_packed fold_body: registers=128 barriers=9
// Through the verbs: a transform is one kernel; a fit is one as well, and one for the first rows, from
// which the host takes its shifts.
struct by_transform {};
// expect by_transform map_body: registers=128 barriers=5 has=cp.async.cg.shared.global has=st.global.v4.f32
struct by_fit {};
// expect by_fit fold_body: registers=128 barriers=9 shuffles=90
// expect by_fit map_body: registers=128 barriers=5
// clang-format on

// What nvcc finds of a device's packed rows: how they are made, and how they come home.
static_assert(std::is_same_v<decltype(smelt::packed_output(smelt::on::cuda, std::declval<smelt::packing<float>>(), 9)),
                             smelt::packed_output<float, smelt::detail::gpu_policy>>);
static_assert(smelt::detail::fetches_itself<smelt::detail::packed_put<float>>);

inline void everywhere() {
  using namespace smelt;
  map<scaled, float, float>(clean(fill::mean) | standardize());
  fold<fitted, float>(clean(fill::mean) | standardize());
  map<dropped, float, float>(clean(drop::any) | standardize());
}

#if !defined(SMELT_CHAINS_EVERYWHERE)
inline void on_one_card() {
  using namespace smelt;
  const auto plain = clean(fill::mean) | standardize();
  map<doubles, double, double>(plain);
  map<narrowed, float, double>(plain);
  map<widened, double, float>(plain);
  map<integers, float, int>(plain);
  map<by_column, float, float, column_major>(plain);
  map<clipped, float, float>(plain | clip(-3, 3) | normalize(min_max{-1, 1}));
  map<row_norm, float, float>(plain | normalize(l2));
  undo<undone, float, float>(plain | normalize(min_max{-1, 1}));
  map_columns<of_columns, float>(plain);
  map<shuffled, float, float>(plain | sample(smelt::shuffled{seed{7}}));
  map<chosen, float, float>(plain | at(columns{0, 8}, clip(-3, 3)));
  fold<fitted_extrema, float>(normalize(min_max{-1, 1}) | normalize(max_abs));
  fold<fitted_down, float, column_major>(clean(fill::mean) | standardize());
  fold<fitted_kept, float>(clean(drop::any) | standardize());
  fold<fitted_sample, float>(sample(take{40, seed{3}}) | standardize());
  map<halves, bf16, f16>(plain);
  map_decoded<packed, float, packed_view<float, device>>(plain);
  map_decoded<quantized, float, affine_view<const std::int8_t, device>>(plain);
  map_decoded<nullable, float, nullable_view<const float, device>>(plain);
  map_encoded<with_nulls, nullable_view<std::int32_t, device>, float>(plain);
  map_encoded<into_packed, detail::packed_put<float>, float>(plain);
  fold_decoded<fitted_packed, packed_view<float, device>>(plain);
}

inline void verbs(const smelt::matrix_view<const float, smelt::row_major, smelt::device>& x,
                  const smelt::matrix_view<float, smelt::row_major, smelt::device>& y) {
  using namespace smelt;
  const auto learned = fit(cuda_policy(named_runtime<by_fit>{}),
                           clean(fill::mean) | standardize(), x);
  transform(cuda_policy(named_runtime<by_transform>{}), learned, x, y);
}
#endif

}  // namespace chains
