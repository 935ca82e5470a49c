// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// on::eigen: vectorised loops on Eigen's packets, on threads that somebody owns.

#include <smelt/plan/policy.hpp>
#include <smelt/policies/eigen/fold.hpp>
#include <smelt/policies/eigen/run.hpp>
#include <smelt/policies/eigen/scratch.hpp>
#include <smelt/policies/run_ahead.hpp>
#include <smelt/policies/workers.hpp>

namespace smelt::inline v0 {

namespace detail {
inline namespace SMELT_ISA {

/// The Eigen policy. Without an owner for its threads it uses the process-wide default ones, and
/// only for work that is worth waking them.
class eigen_policy : public takes_memory<eigen_policy> {
 public:
  using space = host;
  using ahead = run_ahead;  // makes batches before they are asked for

  constexpr eigen_policy() = default;

  /// The same policy on threads of the caller's: `workers pool{8}; on::eigen.on(pool)`, or a
  /// `host_loop` around the host program's own parallel loop. The owner must outlive the policy.
  template <class Owner>
    requires requires(Owner& owner) { executor_of(owner); }
  eigen_policy on(Owner& owner) const {
    eigen_policy made = *this;
    made.owned_ = executor_of(owner);
    made.has_owner_ = true;
    return made;
  }
  template <class Owner>
  auto on(const Owner&&) const {
    static_assert(always_false<Owner>, SMELT_SAY_NOT_AN_OWNER);
    return poison{};
  }
  /// The same policy in the calling thread alone.
  eigen_policy alone() const {
    eigen_policy made = *this;
    made.owned_ = inline_executor();
    made.has_owner_ = true;
    return made;
  }

  /// Threads that work of this many elements is spread over.
  int concurrency(index elements) const {
    if (has_owner_) return owned_.size;
    return elements < worth_waking ? 1 : default_workers().size();
  }
  template <class F>
  void for_each(index tasks, F&& f) const {
    if (tasks == 1)
      f(index{0}, 0);
    else if (tasks > 1)
      threads(worth_waking)(tasks, f);
  }
  template <class Program, class View>
  auto folder(const Program& p, const View& x, const double* const* shifts) const {
    return eigen_folder<Program, View>(p, x, shifts, this->resource());
  }
  template <class Program, class View, class Out, class Written>
  index map(const Program& p, const View& x, const map_request& request, const Out& out,
            pass_status& status, const Written& written) const {
    return run_eigen_map(threads(work_of(request.rows.count(), p.cols, !request.rows.contiguous())), p, x,
                         request, out, status, written);
  }
  template <class Program, class View>
  index folder_scratch(index cols) const {
    return folder_bytes<Program, View>(cols);
  }
  template <class Program, class View, class Out>
  index map_scratch(index rows, index cols, bool chosen) const {
    return map_bytes<Program, View, Out>(threads(work_of(rows, cols, chosen)).size, rows, cols, chosen);
  }

 private:
  /// Waking a thread costs some 10 microseconds: as long as one core takes for this many elements.
  static constexpr index worth_waking = index{1} << 16;

  /// A map's work, in elements that lie in order. A drawn row waits for memory: of 28 floats it was
  /// found to cost as much as some 200 more.
  static constexpr index work_of(index rows, index cols, bool drawn) {
    return rows * (cols + (drawn ? 128 : 0));
  }

  executor threads(index elements) const {
    if (has_owner_) return owned_;
    return elements < worth_waking ? inline_executor() : executor_of(default_workers());
  }

  executor owned_{1, nullptr, nullptr};
  bool has_owner_ = false;
};

}  // namespace SMELT_ISA
}  // namespace detail

namespace on {
/// Packets and threads.
inline constexpr detail::eigen_policy eigen{};
}  // namespace on

static_assert(policy<detail::eigen_policy>);

}  // namespace smelt::inline v0
