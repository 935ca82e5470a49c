// SPDX-License-Identifier: BSL-1.0
/// \file
/// Generated chains 8 to 15: the plan against the table of closed forms, loads counted, numbers
/// against one stage after another.

#include <support/forty_chains.hpp>

TEST_CASE("generated chains 8 to 15") { smelt_test::check_eight_chains<8>(); }
