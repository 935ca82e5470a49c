// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What is around the line in bench/your_chain.cpp: the peers `smelt`, `smelt_one` and `unfused` of the work
/// `yours`, and compiled by nvcc `cuda_smelt`.
///   your_chain --list | --describe --data x.npy | --peer NAME --work yours --data x.npy

#include "data.hpp"

#if SMELT_NVCC
#include "cuda_data.hpp"
#else
#include <smelt/eigen.hpp>
#endif

#include <exception>
#include <iostream>

namespace smelt_comparison {

/// As many rows as may come out.
template <class Policy, class Fitted, class View>
index most_rows(const Policy& on, const Fitted& f, const View& x) {
  return std::max(x.rows(), smelt::transform<float>(on, f, x).rows());
}

#if SMELT_NVCC

inline const char* const names_of_peers[] = {"cuda_smelt"};

template <class Chain>
made_task your_task(const request& r, const Chain& chain) {
  if (r.peer != "cuda_smelt") return nullptr;
  auto d = std::make_shared<device_data>(r);
  const auto f = place(d->gpu, fit(d->gpu, chain, d->from()));
  d->y = d->gpu.make_table<float>(most_rows(d->gpu, f, d->from()), f.cols_out());
  auto rows = std::make_shared<index>(0);
  auto made = waited(d, [=, d = d.get()] { *rows = transform(d->gpu, f, d->from(), d->to()); });
  made->save = [=](const std::string& path) { smelt::write_npy(to_host(d->gpu, d->to().row_range(0, *rows)), path); };
  return made;
}

#else

inline const char* const names_of_peers[] = {"smelt", "smelt_one", "unfused"};

/// A table, and how many of its rows there are.
struct some_rows {
  table<float> x{};
  index rows = 0;
  auto view() const { return x.row_range(0, rows); }
};

template <class Chain>
made_task fused_task(const request& r, const Chain& chain) {
  const auto on = r.peer == "smelt" ? smelt::on::eigen : smelt::on::eigen.alone();
  auto x = std::make_shared<table<float>>(read_data(r));
  const auto f = fit(smelt::on::eigen, chain, *x);
  auto y = std::make_shared<some_rows>();
  y->x = result_table(most_rows(on, f, *x), f.cols_out());
  auto made = std::make_unique<steps>();
  made->step = [=] { y->rows = transform(on, f, *x, y->x); };
  made->save = [=](const std::string& path) { smelt::write_npy(y->view(), path); };
  return made;
}

/// One stage after the other, fitted before: those that change values alone in place, others into a table of
/// their own.
template <class Stage>
void one_more(std::vector<std::function<void()>>& all, std::shared_ptr<some_rows>& now, const Stage& stage) {
  using smelt::effect;
  constexpr bool in_place = Stage::does != effect::columns && Stage::does != effect::drop && Stage::does != effect::sampler;
  const auto f = fit(smelt::on::eigen, stage, now->view());
  if constexpr (in_place) {
    if (!all.empty()) {
      all.emplace_back([now, f] { transform(smelt::on::eigen, f, smelt::in_place(now->x.view().row_range(0, now->rows))); });
      return all.back()();
    }
  }
  auto next = std::make_shared<some_rows>();
  next->x = table<float>(most_rows(smelt::on::eigen, f, now->view()), f.cols_out());
  all.emplace_back([now, next, f] { next->rows = transform(smelt::on::eigen, f, now->view(), next->x); });
  all.back()();
  now = next;
}

template <class Chain>
made_task unfused_task(const request& r, const Chain& chain) {
  auto now = std::make_shared<some_rows>();
  now->x = read_data(r);
  now->rows = now->x.rows();
  std::vector<std::function<void()>> all;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (one_more(all, now, chain.template get<I>()), ...);
  }(std::make_index_sequence<Chain::size>{});
  auto made = std::make_unique<steps>();
  made->step = [all] {
    for (const auto& each : all) each();
  };
  made->save = [now](const std::string& path) { smelt::write_npy(now->view(), path); };
  return made;
}

template <class Chain>
made_task your_task(const request& r, const Chain& chain) {
  if (r.peer == "smelt" || r.peer == "smelt_one") return fused_task(r, chain);
  return r.peer == "unfused" ? unfused_task(r, chain) : nullptr;
}

#endif

template <class Stages>
int serve_your_chain(int count, char** given, const Stages& stages) {
  const auto chain = smelt::as_chain(stages);
  try {
    const std::string first = count > 1 ? given[1] : "";
    if (first == "--list") {
      for (const char* name : names_of_peers) std::printf("yours %s\n", name);
      return 0;
    }
    request r;
    r.peer = r.work = "yours";
    const bool describes = first == "--describe";
    if (!read_request(count - (describes ? 1 : 0), given + (describes ? 1 : 0), r)) {
      std::fputs("your_chain --list | --describe --data x.npy | --peer NAME --work yours --data x.npy\n", stderr);
      return 2;
    }
    if (describes) {
      std::cout << smelt::describe(fit(smelt::on::seq, chain, read_data(r)));
      return 0;
    }
    return serve(r, [&](const request& asked) { return asked.work == "yours" ? your_task(asked, chain) : nullptr; });
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "your_chain: %s\n", problem.what());
    return 1;
  }
}

}  // namespace smelt_comparison
