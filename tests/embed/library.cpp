// SPDX-License-Identifier: BSL-1.0
/// \file
/// A shared library that fits and transforms on on::eigen: a chain of its own (SMELT_LIBRARY says which),
/// and one that two libraries have. tests/cuda/libraries.cpp loads both.

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/tables.hpp>

#include <cstdint>
#include <string>

namespace {

using namespace smelt;

/// A digest of the bits that come out; empty numbers where on::seq has others.
template <class Chain>
std::string digest(const Chain& chain) {
  const auto x = smelt_test::noise<float>(70000, 7, 20);  // enough for the default threads
  const auto fitted = fit(on::eigen, chain, x);
  const auto made = transform(on::eigen, fitted, x);
  if (!(fitted == fit(on::seq, chain, x))) return "wrong";
  if (!smelt_test::difference(made, transform(on::seq, fitted, x)).empty()) return "wrong";
  std::uint64_t all = 1469598103934665603u;
  const auto* bytes = reinterpret_cast<const unsigned char*>(made.data());
  for (smelt::index i = 0; i < made.rows() * made.cols() * smelt::index{sizeof(float)}; ++i)
    all = (all ^ bytes[i]) * 1099511628211u;
  return std::to_string(all);
}

std::string run() {
#if SMELT_LIBRARY == 1
  const std::string mine = digest(clean(fill::mean) | normalize(min_max{-1, 1}));
#else
  const std::string mine = digest(clip(-2, 3) | standardize() | normalize(l2));
#endif
  const std::string shared = digest(clean(fill::mean) | standardize());
  if (mine == "wrong" || shared == "wrong") return "wrong: other bits than on::seq";
  return "the chain of both gives " + shared;
}

}  // namespace

/// What came of it; the text is the library's until the next call.
extern "C" [[gnu::visibility("default")]] const char* run_library() {
  static std::string said;
  said = run();
  return said.c_str();
}
