// SPDX-License-Identifier: BSL-1.0

/// \file
/// Which rows begin in which bytes, against an automaton that takes one character after another.

#include <smelt/read/csv_chunks.hpp>

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

using namespace smelt;

namespace {

/// The rows of a text, which begins with one or within quotes: where each begins.
struct walked {
  std::vector<std::size_t> starts;
  bool quoted;
};
walked walk(const std::string& text, char separator, bool quoted = false) {
  enum { field, plain, quotes, closing } state = quoted ? quotes : field;
  walked made{{}, false};
  if (!quoted && !text.empty()) made.starts.push_back(0);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (state == quotes)
      state = c == '"' ? closing : quotes;
    else if (c == '"' && state != plain)
      state = quotes;  // one that opens, or the second of two
    else if (c == '\n' || c == separator)
      state = field;
    else
      state = plain;
    if (c == '\n' && state == field && i + 1 < text.size()) made.starts.push_back(i + 1);
  }
  made.quoted = state == quotes;
  return made;
}

/// Text of few kinds of characters, so that quotes meet everything.
std::string noise(std::mt19937& random, std::size_t size, const std::string& of) {
  std::string made;
  while (made.size() < size) made += of[random() % of.size()];
  return made;
}

}  // namespace

TEST_CASE("newlines are counted at every length and place") {
  std::mt19937 random(1);
  for (std::size_t size = 0; size < 300; ++size) {
    const auto text = noise(random, size, "\n\nab\r");
    smelt::index expected = 0;
    for (const char c : text) expected += c == '\n';
    CHECK(detail::newlines(text.data(), text.data() + size) == expected);
  }
  const std::string full(1000, '\n');
  CHECK(detail::newlines(full.data(), full.data() + 1000) == 1000);
}

TEST_CASE("the first byte of a kind, or the end") {
  const std::string text = "ab\"c\"";
  const char* const at = text.data();
  CHECK(detail::find_byte(at, at + 5, '"') == at + 2);
  CHECK(detail::find_byte(at + 3, at + 5, '"') == at + 4);
  CHECK(detail::find_byte(at, at + 2, '"') == at + 2);
  CHECK(detail::find_byte(at, at, '"') == at);
}

TEST_CASE("a stretch of lines is seen from both states as one character after another has it") {
  std::mt19937 random(2);
  for (int trial = 0; trial < 20000; ++trial) {
    auto text = noise(random, 1 + random() % 40, trial % 2 == 0 ? "\"\",;\na" : "\",\n\r\"a1 ");
    if (trial % 3 != 0) text += '\n';  // as every stretch but the last
    for (const bool quoted : {false, true}) {
      // From within quotes a stretch begins behind a newline, which closes none.
      const auto seen = detail::csv_look(text.data(), text.data() + text.size(), quoted, ',');
      const auto expected = walk(text, ',', quoted);
      REQUIRE(seen.rows == static_cast<smelt::index>(expected.starts.size()));
      REQUIRE(seen.quoted == expected.quoted);
      if (seen.rows > 0) REQUIRE(seen.first == text.data() + expected.starts[0]);
      if (seen.rows == 0) REQUIRE(seen.first == nullptr);
    }
  }
}

TEST_CASE("a quote behind the end of a stretch is not its own") {
  const std::string text = "\"x\"\"";
  CHECK_FALSE(detail::csv_look(text.data(), text.data() + 3, false, ',').quoted);
  CHECK(detail::csv_look(text.data(), text.data() + 4, false, ',').quoted);
}

TEST_CASE("pieces of every size hold the rows of the whole, in order") {
  std::mt19937 random(3);
  for (int trial = 0; trial < 300; ++trial) {
    const auto text = noise(random, random() % 80, trial % 2 == 0 ? "\"\",\na" : "\n\nab,\"") + "x";
    const char* const at = text.data();
    const auto starts = walk(text, ',').starts;
    for (smelt::index chunk = 1; chunk <= 64; ++chunk) {
      const auto pieces =
          detail::csv_cut(detail::csv_alone{}, {at, at + text.size()}, ',', chunk);
      REQUIRE(pieces.rows == static_cast<smelt::index>(starts.size()));
      std::size_t row = 0;
      const char* end = at;
      for (const auto& piece : pieces.list) {
        REQUIRE(piece.first == static_cast<smelt::index>(row));
        REQUIRE(piece.bytes.at == at + starts[row]);
        REQUIRE(piece.bytes.at == end);
        row += static_cast<std::size_t>(piece.rows);
        end = row == starts.size() ? at + text.size() : at + starts[row];
        REQUIRE(piece.bytes.end == end);
      }
      REQUIRE(row == starts.size());
    }
  }
}

TEST_CASE("no bytes are no pieces") {
  const std::string text = "x";
  const auto pieces = detail::csv_cut(detail::csv_alone{}, {text.data(), text.data()}, ',', 1);
  CHECK(pieces.list.empty());
  CHECK(pieces.rows == 0);
}

TEST_CASE("lines longer than a chunk are looked at once") {
  const std::string line(1000, '1');
  const auto text = line + "\n" + line + "\n" + line;
  const auto pieces = detail::csv_cut(detail::csv_alone{},
                                      {text.data(), text.data() + text.size()}, ',', 10);
  CHECK(pieces.list.size() == 3);
  CHECK(pieces.rows == 3);
  // And chunks of one byte are lines, blank ones too.
  const std::string lines = "1\n\n2\n\n\n3";
  const char* const at = lines.data();
  CHECK(detail::csv_cut(detail::csv_alone{}, {at, at + lines.size()}, ',', 1).list.size() == 6);
}

TEST_CASE("chunks grow with the text and shrink with the workers, within bounds") {
  struct some_workers {
    int size;
    int concurrency(smelt::index) const { return size; }
  };
  const auto chunk = [](int size, std::size_t bytes) {
    return detail::csv_chunk(some_workers{size}, bytes);
  };
  CHECK(chunk(2, 1 << 10) == 1 << 14);
  CHECK(chunk(2, 1 << 20) == 1 << 16);
  CHECK(chunk(16, 1 << 22) == 1 << 15);
  CHECK(chunk(16, 1 << 30) == 1 << 18);
  CHECK(chunk(1, 1 << 10) == 1 << 18);  // a small text is one task, which wakes nobody
}

TEST_CASE("a policy that reads runs tasks on the host") {
  static_assert(csv_policy<detail::csv_alone>);
  struct counts_only {
    static int concurrency(smelt::index) { return 1; }
  };
  static_assert(!csv_policy<counts_only> && !csv_policy<int>);
  static_assert(!detail::no_text<std::string> && !detail::no_text<const char*> &&
                !detail::no_text<char[4]> && !detail::no_text<std::string_view>);
  static_assert(detail::no_text<int> && detail::no_text<detail::csv_alone>);
}
