// SPDX-License-Identifier: BSL-1.0
/// \file
/// A shared library that fits and transforms on on::cuda: a chain that no other library has
/// (SMELT_LIBRARY says which), and one that two have. libraries.cpp loads both.

#include <smelt/smelt.hpp>
#include <smelt/cuda.cuh>
#include <support/tables.hpp>

#include <cstring>
#include <string>

namespace {

using namespace smelt;

template <class Chain>
std::string compared(const char* name, const Chain& chain) {
  const auto x = smelt_test::noise<float>(3000, 7, 20);
  const auto there = to_device(on::cuda, x);
  const auto expected = fit(on::seq, chain, x);
  const auto fitted = fit(on::cuda, chain, there);
  if (!(fitted == expected)) return std::string(name) + ": other numbers than on::seq";
  const auto difference = smelt_test::difference(
      to_host(on::cuda, transform(on::cuda, fitted, there)), transform(on::seq, expected, x));
  return difference.empty() ? "" : std::string(name) + ": " + difference;
}

std::string run() {
  try {
#if SMELT_LIBRARY == 1
    std::string wrong = compared("its own chain", clean(fill::mean) | normalize(min_max{-1, 1}));
#else
    std::string wrong = compared("its own chain", clip(-2, 3) | standardize() | normalize(l2));
#endif
    wrong += compared("the chain of both", clean(fill::mean) | standardize());
    return wrong.empty() ? "the bits of on::seq" : "wrong: " + wrong;
  } catch (const cuda_error& e) {
    const bool absent = std::strcmp(e.name(), "cudaErrorInsufficientDriver") == 0 ||
                        std::strcmp(e.name(), "cudaErrorNoDevice") == 0;
    return (absent ? "skipped: no GPU: " : "wrong: ") + std::string(e.what());
  } catch (const error& e) {
    return "wrong: " + std::string(e.what());
  }
}

}  // namespace

/// What came of it; the text is the library's until the next call.
extern "C" [[gnu::visibility("default")]] const char* run_library() {
  static std::string said;
  said = run();
  return said.c_str();
}
