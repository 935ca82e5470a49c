// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A place in a text that moves forward word by word and never past the end. The first thing that is
/// not as it must be is remembered, with its line; from then on nothing moves.

#include <smelt/core/arithmetic.hpp>  // missing_value, infinite_value
#include <smelt/core/status.hpp>

#include <algorithm>  // std::min
#include <charconv>   // std::from_chars
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>  // std::errc

namespace smelt::inline v0 {

namespace detail {

/// Text for a message: control characters become question marks.
inline std::string printable(std::string_view text) {
  std::string shown(text);
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return shown;
}

/// Lines end in a line feed, words are parted by one space.
class text_cursor {
 public:
  /// `name` is the file's, for messages.
  text_cursor(std::string_view text, std::string_view name, status& found)
      : text_(text), name_(name), found_(found) {}

  bool ok() const { return found_.ok(); }
  bool at_end() const { return at_ == text_.size(); }
  /// Whether the next word is this one.
  bool next_is(std::string_view word) const {
    const std::string_view left = rest();
    return left.starts_with(word) && (left.size() == word.size() || parts(left[word.size()]));
  }
  bool at_line_end() const { return !at_end() && text_[at_] == '\n'; }

  /// Moves over this word, which must be next.
  void word(std::string_view word) {
    if (!ok()) return;
    if (next_is(word))
      at_ += word.size();
    else
      refuse(message("'", word, "'"));
  }
  void space() { one(' ', "a space"); }
  void line_end() {
    one('\n', "the end of the line");
    if (ok()) ++line_;
  }

  /// A whole number of at least 0 and at most `most`; 0 when there is none.
  std::uint64_t count(std::uint64_t most, const char* what) {
    std::uint64_t x = 0;
    if (!ok()) return 0;
    const auto [end, error] = std::from_chars(here(), last(), x);
    if (error != std::errc{} || !ends_word(end) || x > most) {
      refuse(message(what, " from 0 to ", most));
      return 0;
    }
    move_to(end);
    return x;
  }
  /// A number of at most `most` as an index.
  index count_to(index most, const char* what) {
    return static_cast<index>(count(static_cast<std::uint64_t>(most), what));
  }
  /// A decimal, "nan", "inf" or "-inf".
  double number() {
    if (!ok()) return 0.0;
    double x = 0.0;
    if (takes("nan")) return missing_value<double>;
    if (takes("inf")) return infinite_value<double>;
    if (takes("-inf")) return -infinite_value<double>;
    const auto digit = static_cast<std::size_t>(!at_end() && text_[at_] == '-');
    const bool decimal = digit < rest().size() && rest()[digit] >= '0' && rest()[digit] <= '9';
    if (decimal) {
      const auto [end, error] = std::from_chars(here(), last(), x);
      if (error == std::errc{} && ends_word(end)) {
        move_to(end);
        return x;
      }
    }
    refuse("a number");
    return 0.0;
  }
  /// Eight hexadecimal digits.
  std::uint32_t hex() {
    if (!ok()) return 0;
    std::uint32_t x = 0;
    const auto [end, error] = std::from_chars(here(), last(), x, 16);
    if (error != std::errc{} || end - here() != 8 || !ends_word(end)) {
      refuse("eight hexadecimal digits");
      return 0;
    }
    move_to(end);
    return x;
  }
  /// A word of lower-case letters, digits and underscores.
  std::string name() {
    if (!ok()) return {};
    std::size_t size = 0;
    const std::string_view left = rest();
    while (size < left.size() && ((left[size] >= 'a' && left[size] <= 'z') || left[size] == '_' ||
                                  (left[size] >= '0' && left[size] <= '9')))
      ++size;
    if (size == 0 || !ends_word(here() + size)) {
      refuse("a word");
      return {};
    }
    std::string made(left.substr(0, size));
    at_ += size;
    return made;
  }
  /// What stands in quotes, its escapes undone.
  std::string quoted() {
    one('"', "a text in quotes");
    std::string made;
    while (ok()) {
      const std::string_view left = rest();
      if (left.starts_with('"')) {
        ++at_;
        return made;
      }
      if (left.starts_with("\\\"") || left.starts_with("\\\\")) {
        made += left[1];
        at_ += 2;
      } else if (left.starts_with("\\x") && left.size() >= 4 && digit_of(left[2]) >= 0 &&
                 digit_of(left[3]) >= 0) {
        made += static_cast<char>(16 * digit_of(left[2]) + digit_of(left[3]));
        at_ += 4;
      } else if (left.empty() || left[0] == '\\' || left[0] == '\n') {
        refuse("a text that ends in a quote");
      } else {
        made += left[0];
        ++at_;
      }
    }
    return {};
  }

  /// Remembers what was wanted in this line, and what stands there.
  [[gnu::cold]] void refuse(std::string_view wanted) {
    std::string shown = printable(rest().substr(0, std::min<std::size_t>(rest().find('\n'), 24)));
    shown = shown.empty() ? "the end of the line" : "'" + shown + "'";
    expect<io_error>(found_, false, "'", name_, "', line ", line_, ": expected ", wanted, ", here is ",
                     shown);
  }

 private:
  std::string_view rest() const { return text_.substr(at_); }
  const char* here() const { return text_.data() + at_; }
  const char* last() const { return text_.data() + text_.size(); }
  void move_to(const char* end) { at_ = static_cast<std::size_t>(end - text_.data()); }
  static bool parts(char c) { return c == ' ' || c == '\n'; }
  bool ends_word(const char* end) const { return end == last() || parts(*end); }
  bool takes(std::string_view word) {
    const bool there = next_is(word);
    if (there) at_ += word.size();
    return there;
  }
  void one(char c, const char* what) {
    if (!ok()) return;
    if (!at_end() && text_[at_] == c)
      ++at_;
    else
      refuse(what);
  }
  static int digit_of(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  }

  std::string_view text_;
  std::string_view name_;
  std::size_t at_ = 0;
  index line_ = 1;
  status& found_;
};

}  // namespace detail

}  // namespace smelt::inline v0
