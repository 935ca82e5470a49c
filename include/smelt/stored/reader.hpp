// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A text of a fitted chain back into data. Nothing that it claims is believed: memory grows with
/// what has been read of it, so that it is bounded by the text's size, whatever the text is.

#include <smelt/stored/chain.hpp>
#include <smelt/stored/checksum.hpp>
#include <smelt/stored/cursor.hpp>
#include <smelt/stored/writer.hpp>  // hex8

#include <charconv>  // std::from_chars
#include <iterator>  // std::size
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace smelt::inline v0 {

namespace detail {

/// The text without its last line, when it begins and ends as it must and nothing has changed.
inline std::string_view unsealed(std::string_view text, std::string_view name, status& found) {
  const auto shown = text.substr(0, std::min<std::size_t>(text.find('\n'), 32));
  int version = 0;
  if (text.starts_with(stored_magic))
    std::from_chars(text.data() + stored_magic.size(), text.data() + text.size(), version);
  if (!expect<io_error>(found, version > 0, "'", name,
                        "' is no fitted chain of smelt: it begins with '", printable(shown), "'"))
    return {};
  if (!expect<io_error>(found, version <= stored_version, "'", name, "' has format version ",
                        version, ", this smelt reads versions up to ", stored_version))
    return {};
  // Control characters in names are escaped: a carriage return was put in by another program.
  if (!expect<io_error>(found, text.find('\r') == std::string_view::npos, "'", name,
                        "' was changed: its lines end in CR LF, smelt ends them in LF"))
    return {};
  constexpr std::string_view last = "\nend ";
  constexpr std::size_t tail = last.size() + 9;  // eight digits and a line feed
  const std::size_t at = text.find(last);
  if (!expect<io_error>(found, at != std::string_view::npos && text.size() - at >= tail, "'", name,
                        "' is cut short: its last line, 'end' and a checksum, is missing"))
    return {};
  if (!expect<io_error>(found, text.size() - at == tail, "'", name, "' is too long: ",
                        text.size() - at - tail, " bytes follow its last line"))
    return {};
  const std::string_view sum = text.substr(at + last.size(), 8);
  const std::string made = hex8(crc32c(text.substr(0, at + last.size())));
  expect<io_error>(found, sum == made && text.back() == '\n', "'", name,
                   "' was changed: its checksum is ", printable(sum), ", that of its text is ", made);
  return text.substr(0, at + 1);
}

/// Reads one text.
class stored_reader {
 public:
  stored_reader(std::string_view body, std::string_view name, status& found)
      : from_(body, name, found) {}

  stored_chain read() {
    from_.word(stored_magic.substr(0, stored_magic.size() - 1));
    from_.space();
    from_.count(stored_version, "a version");
    from_.line_end();
    origin();
    made_.told.rows = field("rows");
    made_.told.repeated_passes = static_cast<int>(field("repeated", 1 << 20));
    stages();
    columns();
    while (from_.ok() && !from_.at_end()) section();
    return std::move(made_);
  }

 private:
  static constexpr index most = std::numeric_limits<index>::max();

  index field(std::string_view word, index limit = most) {
    from_.word(word);
    from_.space();
    const index x = from_.count_to(limit, "a number");
    from_.line_end();
    return x;
  }
  void origin() {
    from_.word("origin");
    from_.space();
    std::size_t kind = 1;
    while (kind < origin_names.size() && !from_.next_is(origin_names[kind])) ++kind;
    if (kind == origin_names.size()) return from_.refuse("an origin");
    from_.word(origin_names[kind]);
    from_.space();
    made_.told.origin = static_cast<fitted_on>(kind);
    made_.told.split_id = from_.count(std::numeric_limits<std::uint64_t>::max(), "a split");
    if (made_.told.origin == fitted_on::train && made_.told.split_id == 0)
      return from_.refuse("the split of a train part");
    from_.line_end();
  }
  void stages() {
    const index count = field("stages");
    for (index i = 0; i < count && from_.ok(); ++i) {
      from_.word("stage");
      from_.space();
      from_.word(std::to_string(i + 1));
      from_.space();
      std::size_t does = 0;
      while (does < std::size(effect_names) && !from_.next_is(effect_names[does])) ++does;
      if (does == std::size(effect_names)) return from_.refuse("an effect");
      from_.word(effect_names[does]);
      from_.space();
      stage_description stage;
      stage.does = static_cast<effect>(does);
      stage.text = from_.quoted();
      from_.line_end();
      if (from_.ok()) made_.told.stages.push_back(std::move(stage));
    }
    made_.given.resize(made_.told.stages.size());
  }
  /// All columns have a name, or none has.
  void columns() {
    const index count = field("columns");
    if (count == 0) return from_.refuse("one column or more");
    for (index c = 0; c < count && from_.ok(); ++c) {
      from_.word("column");
      from_.space();
      from_.word(std::to_string(c));
      const bool named = c == 0 ? !from_.at_line_end() : !made_.told.names.empty();
      if (named) {
        from_.space();
        made_.told.names.push_back(from_.quoted());
      }
      from_.line_end();
    }
    made_.told.cols = count;
  }
  /// Sections stand in the order of the stages, and those of a stage in this order, each once.
  void section() {
    constexpr std::string_view words[] = {"on", "given", "numbers", "fired"};
    std::size_t kind = 0;
    while (kind < std::size(words) && !from_.next_is(words[kind])) ++kind;
    if (kind == std::size(words)) return from_.refuse("a section of a stage");
    from_.word(words[kind]);
    from_.space();
    const auto stages = made_.told.stages.size();
    const auto number = static_cast<std::size_t>(from_.count(stages, "a stage"));
    if (!from_.ok()) return;
    const std::size_t place = 4 * number + kind;
    if (number == 0 || place < next_section_) return from_.refuse("a section that comes later");
    next_section_ = place + 1;
    stage_description& stage = made_.told.stages[number - 1];
    switch (kind) {
      case 0: stage.chosen = column_list(); break;
      case 1: made_.given[number - 1] = given(); break;
      case 2: numbers(stage); break;
      default: stage.fired = column_list(); break;
    }
  }
  /// Columns, each once and in order.
  std::vector<index> column_list() {
    std::vector<index> list;
    while (from_.ok() && !from_.at_line_end()) {
      from_.space();
      const index c = from_.count_to(made_.told.cols - 1, "a column");
      if (!list.empty() && c <= list.back()) from_.refuse("columns in their order before this");
      list.push_back(c);
    }
    from_.line_end();
    return list;
  }
  given_bytes given() {
    given_bytes bytes;
    from_.space();
    bytes.count = from_.count_to(most, "a number of bytes");
    from_.space();
    bytes.checksum = from_.hex();
    from_.line_end();
    return bytes;
  }
  void numbers(stage_description& stage) {
    while (from_.ok() && !from_.at_line_end()) {
      from_.space();
      stage.meanings.push_back(from_.name());
    }
    if (stage.meanings.empty()) return from_.refuse("what the numbers mean");
    from_.line_end();
    stage.numbers.resize(stage.meanings.size());
    for (index c = 0; c < made_.told.cols && from_.ok(); ++c) {
      from_.word(std::to_string(c));
      for (auto& number : stage.numbers) {
        from_.space();
        number.push_back(from_.number());
      }
      from_.line_end();
    }
  }

  text_cursor from_;
  stored_chain made_;
  std::size_t next_section_ = 0;
};

/// A whole text, checked from its first byte to its last.
inline stored_chain read_stored(std::string_view text, std::string_view name, status& found) {
  const std::string_view body = unsealed(text, name, found);
  if (!found) return {};
  return stored_reader(body, name, found).read();
}

}  // namespace detail

}  // namespace smelt::inline v0
