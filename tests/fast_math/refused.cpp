// SPDX-License-Identifier: BSL-1.0
// expect-error: smelt keeps the same bits everywhere, which -ffast-math breaks
// expect-error: or define SMELT_ALLOW_FAST_MATH to give up that promise
// flags: -ffast-math
#include <smelt/core/config.hpp>
