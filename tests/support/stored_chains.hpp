// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Chains of which tests/data/fitted keeps a file for each version of the format, for ever: together
/// they have every stage of the catalogue. For each: the file is read, does what its digest says, and
/// is, byte for byte, what a fit of today saves (as long as its version is the present one).

#include <smelt/load.hpp>
#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>

#include <support/tables.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smelt_test {

/// Six columns: noise with holes, sentinels, one value, nothing, halves of it, small integers.
inline smelt::table<double> stored_table() {
  smelt::table<double> x(48, 6, {"mass", "length \"mm\"", "site", "lost", "\xc3\xa4\\\n", ""});
  for (smelt::index r = 0; r < x.rows(); ++r) {
    x(r, 0) = noise_at<double>(r, 0, 9);
    x(r, 1) = r % 7 == 3 ? -99.0 : noise_at<double>(r, 1, 0) * 0x1p40;
    x(r, 2) = 14.62;
    x(r, 3) = gone;
    x(r, 4) = r % 2 == 0 ? gone : noise_at<double>(r, 4, 0) * 0x1p-30;
    x(r, 5) = static_cast<double>(noise_at<std::int32_t>(r, 5, 0) % 5);
  }
  return x;
}

/// The bytes of a table as one number.
template <class Table>
std::uint32_t digest_of(const Table& x, std::uint32_t before = 0) {
  const auto bytes = static_cast<std::size_t>(x.rows() * x.cols()) * sizeof(x(0, 0));
  return smelt::crc32c({reinterpret_cast<const char*>(x.data()), bytes}, before);
}

/// `see(name, digest, chain, data, plain)` for each of them, the data as they were fitted.
template <class See>
void each_stored_chain(See&& see) {
  using namespace smelt;
  const auto x = stored_table();
  see("scalers", 0x960deb98u,
      sentinel(-99) | infinity::missing | drop::missing_columns | fill::mean |
          standardize(ddof{1}) | normalize(min_max{-1, 1}) | sample(shuffled{seed{42}}),
      x);
  see("columns", 0x1d9e36abu,
      at(columns{"mass", "length \"mm\""}, infinity::keep | smelt::clip(-3, 1e13)) |
          drop::at_least(3) | drop::columns(columns{3}) | fill::each({1.5, -0.0, gone, 3, 1e-300, 0.1}) |
          at(columns::range(0, 5), standardize(over::table, centre::no)) | normalize(l2),
      x);
  see("passes", 0xfce8eba6u,
      at(columns{4}, fill::mean) | drop::constant_columns | normalize(max_abs_t{zero::nan}) |
          smelt::clip(-0.5, 0.75) | standardize(scale::no) | drop::outside(-1, 1) |
          normalize(largest) | sample(take{20, seed{7}}),
      x);
  static const std::vector<unsigned char> mask = [] {
    std::vector<unsigned char> made(48);
    for (std::size_t r = 0; r < made.size(); r += 5) made[r] = 1;
    return made;
  }();
  see("rows", 0xb4ff70efu,
      drop::where(mask) | drop::all | drop::columns_missing(0.75) | fill::constant(0.1) |
          standardize(zero::nan) | normalize(l1) | drop::any,
      x);
  const auto parts = split<struct stored_split>(x, {.train = 0.75, .test = 0.25}, seed{5});
  see("part", 0x8ad050bau,
      drop::columns_missing(0.75) | fill::mean | normalize(min_max{0, 1, zero::midpoint}, clipped),
      parts.train);
}

/// What is wrong with the file of a chain; empty when nothing is. `today`: its version is written
/// today.
template <class Chain, class Data>
std::string problem_of_stored(const std::string& path, std::uint32_t digest, const Chain& stages,
                              const Data& data, bool today) {
  using namespace smelt;
  const auto x = stored_table();
  try {
    const auto f = load(stages, path, data);
    status found;
    const std::string text = detail::read_whole(path, found);
    if (today && saved_text(f) != text) return path + ": saved again it is another text";
    if (today && saved_text(fit(on::seq, stages, data)) != text)
      return path + ": a fit of today saves another text";
    if (!(f == fit(on::seq, stages, data))) return path + ": a fit of today has other numbers";
    std::uint32_t made = digest_of(transform(on::seq, f, data));
    made = digest_of(transform(on::seq, f.values_only(), x), made);
    std::uint32_t with_eigen = digest_of(transform(on::eigen, f, data));
    with_eigen = digest_of(transform(on::eigen, f.values_only(), x), with_eigen);
    if (made != digest || with_eigen != digest)
      return path + ": its digest is " + detail::hex8(made) + ", on::eigen's " +
             detail::hex8(with_eigen) + ", it must be " + detail::hex8(digest);
  } catch (const error& e) {
    return e.what();
  }
  return {};
}

/// What is wrong with the files of a version in `folder`.
inline std::vector<std::string> problems_of_stored(const std::string& folder, int version) {
  std::vector<std::string> problems;
  each_stored_chain([&](const char* name, std::uint32_t digest, const auto& stages, const auto& data) {
    const std::string path = folder + "/" + name + "." + std::to_string(version) + ".smelt";
    const std::string problem =
        problem_of_stored(path, digest, stages, data, version == smelt::detail::stored_version);
    if (!problem.empty()) problems.push_back(problem);
  });
  return problems;
}

}  // namespace smelt_test
