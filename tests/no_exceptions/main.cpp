// SPDX-License-Identifier: BSL-1.0
/// \file
/// Compiled with -fno-exceptions -fno-rtti: every header that promises to work there, and the
/// errors of every verb by value. The forms that throw are compiled too, as they are where they
/// succeed.

#include <smelt/eigen.hpp>
#include <smelt/element.hpp>
#include <smelt/load.hpp>
#include <smelt/smelt.hpp>

#include <cstdio>
#include <cstring>  // std::memcmp
#include <limits>
#include <string_view>

#if defined(__cpp_exceptions) || defined(__cpp_rtti)
#error "compile this with -fno-exceptions -fno-rtti"
#endif

using namespace smelt;

/// In a source that has exceptions.
status read_what_is_not_there();

namespace {

int wrong = 0;

void check(bool ok, const char* what, int line = __builtin_LINE()) {
  if (ok) return;
  std::printf("line %d: %s\n", line, what);
  ++wrong;
}
/// The status is of this kind and begins with these words.
void says(const status& s, failure kind, std::string_view words, int line = __builtin_LINE()) {
  check(!s && s.kind() == kind && std::string_view(s.what()).starts_with(words), s.what(), line);
  check(std::string_view(s.file()).ends_with(".hpp") && s.line() > 0, "no place", line);
}

table<float> counting(smelt::index rows, smelt::index cols, std::vector<std::string> names = {}) {
  table<float> t(rows, cols, std::move(names));
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < cols; ++c) t(r, c) = static_cast<float>((r * 7 + c * 3) % 11);
  return t;
}

template <class Policy>
void shapes_and_values(const Policy& policy) {
  const auto chain = clean(fill::mean) | standardize();
  const auto x = counting(8, 2, {"a", "b"});
  const auto fitted = fit(policy, chain, x);
  table<float> out(8, 2);
  const matrix_view<float> few(out.data(), 7, 2);

  // Into given memory.
  check(transform(std::nothrow, policy, fitted, x, out).rows == 8, "rows written");
  check(transform(policy, fitted, x, out) == 8, "rows written");
  says(transform(std::nothrow, policy, fitted, counting(8, 3), out), failure::shape,
       "the chain was fitted on 2 columns, this view has 3");
  says(transform(std::nothrow, policy, fitted, x, few), failure::shape,
       "up to 8 rows come out, the output has 7");
  says(transform(std::nothrow, policy, fitted, counting(8, 2, {"a", "c"}), out), failure::type,
       "column 1 was 'b' in the fit, here it is 'c'");
  auto bad = x;
  bad(5, 1) = std::numeric_limits<float>::infinity();
  const status infinite = transform(std::nothrow, policy, fitted, bad, out);
  says(infinite, failure::value, "transform: 1 infinite value(s), the first in row 5, column 1");
  check(infinite.first_row == 5 && infinite.first_col == 1 && infinite.rows == 8, "its place");
  check(missing(out(5, 1)) && !missing(out(5, 0)), "the pass is completed");
  check(transform(std::nothrow, policy, fitted, in_place(bad), counted).filled == 0, "counted");
  check(inverse(std::nothrow, policy, fitted, x, out).rows == 8, "rows undone");
  says(inverse(std::nothrow, policy, fitted, x, few), failure::shape,
       "8 rows are undone, the output has 7");

  // Into memory of their own.
  check(transform(std::nothrow, policy, fitted, x)->rows() == 8, "a table");
  says(transform(std::nothrow, policy, fitted, counting(8, 3)), failure::shape, "the chain was");
  says(inverse(std::nothrow, policy, fitted, counting(8, 3)), failure::shape, "the chain writes");
  check(fit(std::nothrow, policy, chain, x).ok(), "a fit");
  says(fit(std::nothrow, policy, chain, table<float>(0, 2)), failure::value, "fit: the data have");
  bad(5, 1) = std::numeric_limits<float>::infinity();
  says(fit(std::nothrow, policy, chain, bad), failure::value, "fit: 1 infinite value(s)");
  says(fit_transform(std::nothrow, policy, chain, bad), failure::value, "fit: 1 infinite value(s)");
  auto empty = x;
  for (smelt::index r = 0; r < 8; ++r) empty(r, 1) = missing_value<float>;
  says(fit(std::nothrow, policy, chain, empty), failure::value,
       "fill::mean: column 1 ('b') has no value to take a mean of");
  says(fit(std::nothrow, policy, clean(fill::each({1, 2, 3})), x), failure::shape, "fill::each");
  says(fit(std::nothrow, policy, sample(take{9, seed{1}}) | standardize(), x), failure::value,
       "take{9}: there are only 8 rows");
  says(fit(std::nothrow, policy,
           standardize() | sample(take{9, seed{1}}) | normalize(min_max{0, 1}), x),
       failure::value, "take{9}: there are only 8 rows");
  const auto draws = fit(policy, standardize() | sample(take{7, seed{1}}), x);
  const auto six = counting(6, 2);
  says(transform(std::nothrow, policy, draws, six, out), failure::value, "take{7}: there are only");
  says(transform(std::nothrow, policy, draws, six), failure::value, "take{7}: there are only");
  says(batches(std::nothrow, policy, draws, six).ended(), failure::value, "take{7}: there are");
  const auto first = fit(policy, chain, x.row_range(0, 4));
  says(fit(std::nothrow, policy, chain, x.row_range(5, 8), continues(first)), failure::value,
       "fit: this piece begins in row 5");
  says(merge(std::nothrow, first, fit(policy, chain, x.row_range(4, 8))), failure::value, "merge:");
  says(split<struct halves>(std::nothrow, x, {.train = 0.5, .test = 0.6}, seed{7}), failure::value,
       "split: the fractions add up to 1.1, more than 1");
  says(batches(std::nothrow, policy, fitted, x, {.rows = 0}).ended(), failure::value, "batches: ");
  auto epoch = batches(std::nothrow, policy, fitted, bad, {.rows = 2});
  smelt::index seen = 0;
  for (auto& batch : epoch) seen += batch.rows();
  says(epoch.ended(), failure::value, "batches: 1 infinite value(s), the first in row 5");
  check(seen == 4, "batches before it");
  check(describe(std::nothrow, fitted).ok() && place(std::nothrow, policy, fitted).ok(), "words");
  const auto text = saved_text(std::nothrow, fitted);
  const auto loaded = load_text(std::nothrow, chain, *text);
  check(loaded && *loaded == fitted, "a chain from a text");
  says(load_text(std::nothrow, standardize(), *text), failure::type, "load: stage 1 of this chain");
  says(load(std::nothrow, chain, "no such file"), failure::io, "cannot open 'no such file'");
  says(save(std::nothrow, fitted, "no such folder/a"), failure::io, "cannot write");
  check(element(fitted, 0)(1.0) == element(fitted)(1.0, 0), "an element");
}

/// Enough rows for several threads: the bits of one, and what a thread has met is said.
void many_rows() {
  constexpr smelt::index rows = 40000;
  auto x = counting(rows, 5);
  for (smelt::index r = 3; r < rows; r += 7) x(r, r % 5) = missing_value<float>;
  const auto chain = clean(drop::any) | standardize();
  workers pool{3};
  const auto threads = on::eigen.on(pool);
  const auto fitted = fit(std::nothrow, threads, chain, x);
  check(fitted && *fitted == fit(on::seq, chain, x), "a fit on threads");
  table<float> out(rows, 5);
  table<float> right(rows, 5);
  const status kept = transform(std::nothrow, threads, *fitted, x, out);
  const smelt::index stay = transform(on::seq, *fitted, x, right);
  check(kept && kept.rows == stay && kept.dropped == rows - stay, "rows that stay");
  const auto bytes = static_cast<std::size_t>(stay * 5) * sizeof(float);
  check(std::memcmp(out.data(), right.data(), bytes) == 0, "their bits");
  x(rows - 1, 4) = std::numeric_limits<float>::infinity();
  says(transform(std::nothrow, threads, *fitted, x, out), failure::value,
       "transform: 1 infinite value(s), the first in row 39999, column 4");
}

}  // namespace

int main() {
  shapes_and_values(on::seq);
  shapes_and_values(on::eigen);
  many_rows();
  says(read_what_is_not_there(), failure::io, "cannot");
  if (wrong == 0) std::printf("all as it must be\n");
  return wrong;
}
