// SPDX-License-Identifier: BSL-1.0
/// \file
/// The peer `smelt` in the work `length`: 1 to 8 stages as one chain.

#include "data.hpp"
#include "peers.hpp"
#include "stages.hpp"

#include <smelt/eigen.hpp>

namespace smelt_comparison {
namespace {

template <class Chain>
made_task length_task(const request& r, const Chain& chain) {
  auto x = std::make_shared<table<float>>(read_data(r));
  auto y = std::make_shared<table<float>>(x->rows(), x->cols());
  auto made = std::make_unique<steps>();
  made->step = [=, f = fit(smelt::on::eigen, chain, *x)] { transform(smelt::on::eigen, f, *x, *y); };
  made->save = [=](const std::string& path) { smelt::write_npy(*y, path); };
  return made;
}

}  // namespace

made_task smelt_length_task(const request& r) {
  made_task made;
  with_length(r.stages, [&](auto length) { made = length_task(r, chain_of_length<length()>()); });
  return made;
}

}  // namespace smelt_comparison
