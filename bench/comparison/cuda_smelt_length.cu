// SPDX-License-Identifier: BSL-1.0
/// \file
/// The peer `cuda_smelt` in the work `length`: 1 to 8 stages as one chain.

#include "cuda_data.hpp"
#include "stages.hpp"

namespace smelt_comparison {

made_task cuda_smelt_length_task(const request& r) {
  made_task made;
  with_length(r.stages, [&](auto length) {
    auto d = std::make_shared<device_data>(r);
    const auto f = place(d->gpu, fit(d->gpu, chain_of_length<length()>(), d->from()));
    made = waited(d, [d = d.get(), f] { transform(d->gpu, f, d->from(), d->to()); });
  });
  return made;
}

}  // namespace smelt_comparison
