// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A kernel for the test of the mutants: it turns a row around, through shared memory.

namespace toy {

struct reverse_arguments {
  const unsigned* in = nullptr;
  unsigned* out = nullptr;
  int n = 0;
};

struct reverse_body {
  static constexpr int nothing = 0;  // decided while compiling: no mutant

  template <class Context, class Arguments>
  static void run(Context& ctx, const Arguments& p) {
    auto* staged = reinterpret_cast<unsigned*>(ctx.shared());
    for (int i = ctx.thread(); i < p.n; i += ctx.threads()) ctx.put(staged + i, p.in[i]);
    ctx.sync();
    if (p.n == nothing) return;
    for (int i = ctx.thread(); i < p.n; i += ctx.threads())
      p.out[i] = ctx.get(staged + mirrored(i, p.n));
  }

 private:
  static constexpr int mirrored(int i, int n) { return n - 1 - i; }
};

}  // namespace toy
