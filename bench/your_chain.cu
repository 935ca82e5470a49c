// SPDX-License-Identifier: BSL-1.0
/// \file
/// The chain of your_chain.cpp on a GPU.

#include "your_chain.cpp"
