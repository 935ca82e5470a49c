// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Where what is asked for next is made while this is used: in a thread of the host's, or in a second stream
/// of a device, which runs beside the policy's own but where one is told to wait for the other.

#include <smelt/core/outcome.hpp>
#include <smelt/core/status.hpp>

#include <optional>

namespace smelt::inline v0 {
namespace detail {

/// The thread that makes the next batch, of policies that have one.
template <class Policy>
struct ahead_of {
  static constexpr bool possible = false;
  struct type {};
};
template <class Policy>
  requires requires { typename Policy::ahead; }
struct ahead_of<Policy> {
  static constexpr bool possible = true;
  using type = typename Policy::ahead;
};

/// The stream on which it is made: of policies without streams, none.
template <class Policy>
struct stream_beside {
  static constexpr bool possible = false;
};

/// Two memories that are filled and used in turn need two orders: what is used was made before, and what
/// is made anew was used before. The host waits for neither. An event stands for all that was asked of a
/// stream so far, so the order of calls is the order of the streams: with `used_after_made` and then
/// `made_after_used` between two batches, the next one is made while this one is used, and no sooner than
/// the one before, whose memory it takes, has been.
template <class Policy>
  requires requires { typename Policy::runtime_type::own_stream; }
class stream_beside<Policy> {
 public:
  static constexpr bool possible = true;

  /// Makes the stream, and says what runs passes on it: from here on after all that was asked of
  /// `policy` before.
  Policy start(const Policy& policy) {
    own_.emplace(policy.runtime());
    made_after_used();
    return policy.beside(own_->runtime());
  }
  bool started() const { return own_.has_value(); }
  /// What is asked of the second stream from here on waits for what was asked of the policy's.
  void made_after_used() { own_->follow_main(); }
  /// The other way round.
  void used_after_made() { own_->lead_main(); }
  /// Memory of the second stream goes after this: what used it has come before.
  void leave() noexcept {
    if (started())
      static_cast<void>(attempt([&] { return made_after_used(), status{}; }));
  }

 private:
  std::optional<typename Policy::runtime_type::own_stream> own_;
};

}  // namespace detail
}  // namespace smelt::inline v0
