// SPDX-License-Identifier: BSL-1.0

/// \file
/// Any bytes as a file of a fitted chain, tried on several chains. What is refused is refused with
/// words; what is read can be used, and saved it is read as the same again.
///
/// The first byte of an input: 'r', and the rest is the file; anything else, and the rest is its
/// body, to which the last line with its checksum is added, so that more than the checksum is tried.

#include <smelt/load.hpp>
#include <smelt/policies/seq.hpp>
#include <smelt/stages.hpp>
#include <smelt/transform.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>  // std::abort
#include <string>
#include <string_view>
#include <vector>

namespace {

void demand(bool holds, const char* what, const std::string& text) {
  if (holds) return;
  std::fprintf(stderr, "%s:\n%s\n", what, text.c_str());
  std::abort();
}

/// What any text says without a chain: read, written and read, it stays as it is.
void as_data(std::string_view text) {
  smelt::status found;
  const auto chain = smelt::detail::read_stored(text, "t", found);
  demand(found.ok() || found.what()[0] != '\0', "refused without a word", std::string(text));
  if (!found) return;
  const std::string once = smelt::detail::stored_text(chain);
  const auto again = smelt::detail::read_stored(once, "t", found);
  demand(found.ok() && smelt::detail::stored_text(again) == once, "it changed", once);
}

template <class Chain>
void as_chain_of(const Chain& stages, std::string_view text) {
  const auto loaded = smelt::load_text(std::nothrow, stages, text);
  if (!loaded) return demand(loaded.what()[0] != '\0', "refused without a word", std::string(text));
  const std::string once = smelt::saved_text(*loaded);
  const auto again = smelt::load_text(std::nothrow, stages, once);
  demand(again.ok() && *again == *loaded, "saved it is another chain", once);
  demand(smelt::saved_text(*again) == once, "saved again it is another text", once);
  demand(smelt::describe(*again) == smelt::describe(*loaded), "it describes itself otherwise", once);
  const smelt::table<double> x(3, loaded->cols());
  const auto y = smelt::transform(std::nothrow, smelt::on::seq, *loaded, x);
  demand(!y || y->cols() == loaded->cols_out(), "it has another width", once);
}

void run(std::string_view text) {
  using namespace smelt;
  static const std::vector<unsigned char> mask = {0, 1, 0};
  as_data(text);
  as_chain_of(fill::mean | standardize(), text);
  as_chain_of(at(columns{"a"}, clip(-1, 1)) | drop::constant_columns | normalize(l2), text);
  as_chain_of(drop::where(mask) | fill::each({0.5, -1}) | normalize(max_abs), text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string text(data + 1, data + size);
  if (data[0] != 'r') text = smelt::detail::sealed(text);
  // An exact allocation of its own, so that a byte read beyond the text is seen.
  const std::vector<char> exact(text.begin(), text.end());
  run({exact.data(), exact.size()});
  return 0;
}
