// SPDX-License-Identifier: BSL-1.0

/// \file
/// Any bytes as a file of separated values: read in one piece, in small pieces, on one thread and
/// on several, and by a plain reader. All must end with the same bits, or with the same error.
///
/// The first five bytes of an input are its options, by their remainders: element and header, the
/// separator, what is missing, the bytes of a chunk, the threads. The rest is the text.

#include <smelt/policies/workers.hpp>
#include <smelt/read/csv.hpp>
#include <smelt/read/csv_labels.hpp>

#include <support/plain_csv.hpp>

#include <algorithm>  // std::max
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>  // std::abort
#include <cstring>  // std::memcmp
#include <string>
#include <string_view>
#include <vector>

namespace {

using smelt::csv_options;
using smelt_test::csv_outcome;

template <class Read>
std::string error_of(const Read& read) {
  try {
    read();
    return {};
  } catch (const smelt::error& e) {
    return e.what();
  }
}

template <class T, class Policy>
csv_outcome<T> outcome(const Policy& policy, std::string_view text, const csv_options& options,
                       smelt::index chunk) {
  csv_outcome<T> made;
  made.error = error_of([&] {
    const auto t = smelt::detail::csv_table<T>(policy, text, options, "t", chunk);
    const auto names = t.names();
    made = {{t.data(), t.data() + t.rows() * t.cols()},
            t.rows(),
            t.cols(),
            {names.begin(), names.end()},
            {}};
  });
  return made;
}

template <class T>
bool same(const csv_outcome<T>& a, const csv_outcome<T>& b) {
  if (!a.error.empty() || !b.error.empty()) return a.error == b.error;
  return a.rows == b.rows && a.cols == b.cols && a.names == b.names &&
         a.values.size() == b.values.size() &&
         (a.values.empty() ||
          std::memcmp(a.values.data(), b.values.data(), a.values.size() * sizeof(T)) == 0);
}

void demand(bool holds, const char* what, const std::string& a, const std::string& b) {
  if (holds) return;
  std::fprintf(stderr, "%s\n  one says: %s\n  one says: %s\n", what, a.c_str(), b.c_str());
  std::abort();
}

template <class T, class Policy>
void table(const Policy& policy, std::string_view text, const csv_options& options,
           smelt::index chunk) {
  const auto whole = outcome<T>(smelt::detail::csv_alone{}, text, options, 1 << 18);
  const auto pieces = outcome<T>(policy, text, options, chunk);
  if (!options.columns.list.empty() && options.columns.list[0].by_name)  // which the plain reader does not know
    return demand(same(whole, pieces), "in one piece, and in pieces", whole.error, pieces.error);
  const auto plain = smelt_test::plain_csv<T>::read(std::string(text), options);
  demand(same(whole, plain), "in one piece, and read plainly", whole.error, plain.error);
  demand(same(pieces, plain), "in pieces, and read plainly", pieces.error, plain.error);
}

template <class Policy>
void classes(const Policy& policy, std::string_view text, csv_options options, smelt::index chunk) {
  const bool by_name = !options.columns.list.empty() && options.columns.list[0].by_name;
  const smelt::csv_column column = by_name ? options.columns.list[0] : smelt::csv_column(0);
  options.columns = {};
  smelt::labels whole, pieces;
  const auto read = [&](const auto& on, smelt::index bytes, smelt::labels& made) {
    return error_of([&] { made = smelt::detail::csv_labels(on, text, column, options, "t", bytes); });
  };
  const auto a = read(smelt::detail::csv_alone{}, 1 << 18, whole);
  const auto b = read(policy, chunk, pieces);
  demand(a == b && whole.codes == pieces.codes && whole.names == pieces.names,
         "labels in one piece, and in pieces", a, b);
}

template <class Policy>
void run(const Policy& policy, const unsigned char* choice, std::string_view text) {
  csv_options options;
  options.header =
      std::array{smelt::header::detect, smelt::header::yes, smelt::header::none}[choice[0] / 4 % 3];
  options.separator = ",,,;\t "[choice[1] % 6];
  if (choice[1] / 6 % 4 == 1) options.columns = smelt::columns::range(0, 1);
  if (choice[1] / 6 % 4 == 2) options.columns = {2, 0};
  if (choice[1] / 6 % 4 == 3) options.columns = std::vector<std::string>{"b", "a"};
  if (choice[2] % 2 == 1) options.missing_value = -9;
  if (choice[2] / 2 % 4 == 1) options.missing = {"-", "0"};
  if (choice[2] / 8 % 4 == 1) options.skip_lines = 1;
  const smelt::index chunk = 1 + choice[3] % 64;
  switch (choice[0] % 4) {
    case 0:
      return table<double>(policy, text, options, chunk);
    case 1:
      return table<float>(policy, text, options, chunk);
    case 2:
      return table<std::int32_t>(policy, text, options, chunk);
    default:
      return classes(policy, text, options, chunk);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t choices = 5;
  if (size < choices) return 0;
  static smelt::workers three{3};
  // An exact allocation of its own, so that a byte read beyond the text is seen.
  const std::vector<char> text(data + choices, data + size);
  const std::string_view view(text.data(), text.size());
  if (data[4] % 4 == 1)  // waking threads costs more than reading
    run(smelt_test::on_executor{executor_of(three)}, data, view);
  else
    run(smelt_test::on_executor{smelt::inline_executor()}, data, view);
  return 0;
}
