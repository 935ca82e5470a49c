// SPDX-License-Identifier: BSL-1.0
/// \file
/// Generated chains 0 to 7: the plan against the table of closed forms, loads counted, numbers
/// against one stage after another.

#include <support/forty_chains.hpp>

TEST_CASE("generated chains 0 to 7") { smelt_test::check_eight_chains<0>(); }
