// SPDX-License-Identifier: BSL-1.0
// expect-error: save takes a fitted chain and a path
#include <smelt/save.hpp>
#include <smelt/smelt.hpp>

using namespace smelt;

int main() { save(clean(fill::mean) | standardize(), "chain.smelt"); }
