// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The lines and fields of separated values (RFC 4180), and the rows made of them. Where a number
/// lies plainly it is parsed from the bytes of the file into its place in the table; only what is
/// quoted, padded, missing or wrong is looked at as text.

#include <smelt/read/csv_number.hpp>
#include <smelt/read/csv_options.hpp>

#include <algorithm>  // std::find, std::count, std::min, std::max
#include <array>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace smelt::inline v0 {

namespace detail {

/// The bytes still to read and the physical line (from 1) that they begin in.
struct csv_cursor {
  const char* at;
  const char* end;
  index line;
};

/// Text of a file as a message shows it: quoted, control bytes in hexadecimal, cut when long.
inline std::string shown(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string made = "'";
  std::size_t size = std::min<std::size_t>(text.size(), 40);
  while (size < text.size() && (text[size] & 0xc0) == 0x80) --size;  // no half UTF-8 character
  for (const char c : text.substr(0, size)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f)
      made += c;
    else
      (made += "\\x") += {digits[byte / 16], digits[byte % 16]};
  }
  return made + (size < text.size() ? "...'" : "'");
}

/// Knows the format, the first line and the chosen columns. Immutable once made: `rows` may be
/// called for several byte ranges at a time, each beginning at a row. It is a template so that a
/// source that reads no file compiles none of it, which nvcc would do three times.
template <class = void>
class lazy_csv_reader;
using csv_reader = lazy_csv_reader<>;

template <class Nothing>
class lazy_csv_reader {
 public:
  lazy_csv_reader(std::string_view text, const csv_options& options, std::string_view file)
      : options_(options), file_(file) {
    const char s = options.separator;
    const bool in_numbers = (s >= '0' && s <= '9') || (s >= 'a' && s <= 'z') ||
                            (s >= 'A' && s <= 'Z') || s == '.' || s == '+' || s == '-';
    expect<value_error>(!in_numbers && s != '"' && s != '\n' && s != '\r' && s != '\0', file_, ": ",
                        shown({&s, 1}), " cannot separate fields");
    for (const char c : {s, '\n', '\r', '\0'}) ends_[byte(c)] = true;
    for (const char c : std::string_view("0123456789.-")) quick_[byte(c)] = true;
    for (const auto& token : options.missing)
      if (!token.empty()) quick_[byte(token[0])] = false;

    if (text.substr(0, 3) == "\xef\xbb\xbf") text.remove_prefix(3);  // UTF-8 byte order mark
    expect<value_error>(options.skip_lines >= 0, file_, ": .skip_lines is ", options.skip_lines);
    for (index skipped = 0; skipped < options.skip_lines; ++skipped) {
      if (text.empty())
        fail(place(std::max<index>(skipped, 1)), "the file ends here, .skip_lines is ",
             options.skip_lines);
      text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    }
    std::string blank = " \t\r";
    std::erase(blank, s);
    while (!text.empty()) {  // blank lines at the end
      const auto newline = text.rfind('\n');
      if (text.find_first_not_of(blank, newline + 1) != text.npos) break;
      text = newline == text.npos ? std::string_view() : text.substr(0, newline);
    }
    body_ = {text.data(), text.data() + text.size(), options.skip_lines + 1};
    if (text.empty()) fail(place(body_.line), "there is nothing to read");
    first_line();
  }

  /// The first row and all that follow it.
  csv_cursor body() const { return body_; }
  index cols() const { return static_cast<index>(chosen_.size()); }
  /// Names of the chosen columns; empty without a header.
  std::vector<std::string> names() const {
    std::vector<std::string> made;
    if (!names_.empty())
      for (const index c : chosen_) made.push_back(names_[static_cast<std::size_t>(c)]);
    return made;
  }
  /// No more rows than this begin in the range: none is without a newline (but the last), or
  /// shorter than its separators.
  index most_rows(csv_cursor range) const {
    std::string_view text(range.at, range.end);
    if (text.empty()) return 0;
    const index by_size = static_cast<index>(text.size()) / width_ + 1;
    index lines = 1;
    for (std::size_t at; (at = text.find('\n')) != text.npos; ++lines) text.remove_prefix(at + 1);
    return std::min(lines, by_size);
  }
  /// Reads the rows of the range into `out`, row-major, and returns how many there are. `convert`
  /// has `quick`, which may parse a plain field where it lies and says where it stopped (null: not
  /// tried), and `store`, which gets the text of any other.
  template <class T, class Convert>
  index rows(csv_cursor c, T* out, Convert& convert) const {
    std::string unquoted;
    const index width = width_;
    const index* targets = targets_.data();
    index count = 0;
    for (; c.at != c.end; ++count, out += chosen_.size()) {
      const csv_cursor start = c;
      for (index f = 0; f < width; ++f) {
        bool last = false;
        const index target = targets[f];
        const char* stop = nullptr;
        if (target >= 0 && c.at != c.end && quick_[byte(*c.at)])
          stop = convert.quick(c.at, c.end, out[target]);
        if (stop == nullptr || !ended(c, stop, last)) {
          const index line = c.line;
          const auto text = field(c, f, unquoted, last);
          if (target >= 0) convert.store(text, out[target], line, f);
        }
        if (last != (f + 1 == width)) [[unlikely]]
          fail_width(start);
      }
    }
    return count;
  }
  bool missing(std::string_view text) const {
    return std::find(options_.missing.begin(), options_.missing.end(), trimmed(text)) !=
           options_.missing.end();
  }
  /// Where an error is: "digits.csv, line 12, column 3 'mass'". Columns count from 0.
  std::string place(index line, index column = -1) const {
    std::string made = message(file_, ", line ", line);
    if (column >= 0) made += message(", column ", column);
    if (column >= 0 && column < static_cast<index>(names_.size()))
      (made += ' ') += shown(names_[static_cast<std::size_t>(column)]);
    return made;
  }
  template <class... Parts>
  [[noreturn, gnu::cold, gnu::noinline]] static void fail(const std::string& where,
                                                          const Parts&... parts) {
    SMELT_THROW(io_error(message(where, ": ", parts...)));
  }

 private:
  static std::size_t byte(char c) { return static_cast<unsigned char>(c); }

  /// When a field ends at `stop`, moves behind its separator or its line's end.
  bool ended(csv_cursor& c, const char* stop, bool& last) const {
    last = stop == c.end || *stop != options_.separator;
    if (stop == c.end) {
      c.at = stop;
    } else if (!last) {
      c.at = stop + 1;
    } else if (*stop == '\n') {
      c.at = stop + 1;
      ++c.line;
    } else if (*stop == '\r' && (stop + 1 == c.end || stop[1] == '\n')) {
      return ended(c, stop + 1, last);
    } else {
      return false;
    }
    return true;
  }
  /// The text of field `f`, without its quotes or the spaces around it: as it lies in the file, or
  /// in `unquoted` when quotes are doubled in it. `last` says that its line ends with it.
  std::string_view field(csv_cursor& c, index f, std::string& unquoted, bool& last) const {
    const index line = c.line;
    const char* from = c.at;
    const char* stop = from;
    if (from == c.end || *from != '"') {
      for (; stop != c.end; ++stop) {
        if (!ends_[byte(*stop)]) continue;
        if (*stop == '\0') fail(place(line, f), "there is a NUL byte");
        if (ended(c, stop, last)) break;  // else a carriage return within a line: text
      }
      if (stop == c.end) ended(c, stop, last);
      return trimmed({from, stop});
    }
    unquoted.clear();
    for (stop = ++from;; ++stop) {
      if (stop == c.end) fail(place(line, f), "the quote that opens here is not closed");
      if (*stop == '\0') fail(place(line, f), "there is a NUL byte");
      if (*stop == '\n') ++c.line;
      if (*stop != '"') continue;
      if (stop + 1 == c.end || stop[1] != '"') break;
      unquoted.append(from, ++stop);  // one of the two quotes
      from = stop + 1;
    }
    if (!ended(c, stop + 1, last)) fail(place(line, f), "there is text after the closing quote");
    if (unquoted.empty()) return {from, stop};
    return unquoted.append(from, stop);
  }
  [[noreturn, gnu::cold]] void fail_width(csv_cursor c) const {
    const csv_cursor start = c;
    std::string unquoted;
    bool last = false;
    index count = 0;
    for (; !last; ++count) {
      const bool blank = field(c, count, unquoted, last).empty() && *start.at != '"';
      if (count == 0 && blank && last)
        fail(place(start.line), "blank line, ", width_, " fields expected");
    }
    fail(place(start.line), count, count == 1 ? " field, " : " fields, ", width_, " expected");
  }
  /// Learns from the first line how wide rows are, what columns are called and which are chosen.
  void first_line() {
    csv_cursor c = body_;
    std::vector<std::string> fields;
    std::string unquoted;
    for (bool last = false; !last;)
      fields.emplace_back(field(c, static_cast<index>(fields.size()), unquoted, last));
    width_ = static_cast<index>(fields.size());
    targets_.assign(fields.size(), -1);

    bool named = options_.header == header::yes;
    if (options_.columns.list.empty())
      for (index f = 0; f < width_; ++f) choose(f);
    for (const auto& column : options_.columns.list) {
      if (const auto* number = std::get_if<index>(&column.key)) {
        choose(*number);
        continue;
      }
      choose(find(std::get<std::string>(column.key), fields));
      named = true;
    }
    if (options_.header == header::detect)
      for (const index f : chosen_) {
        const auto text = trimmed(fields[static_cast<std::size_t>(f)]);
        double value = 0;
        const auto stop = csv_parse(text.data(), text.data() + text.size(), value).ptr;
        named = named || (stop != text.data() + text.size() && !missing(text));
      }
    if (!named) return;
    names_ = std::move(fields);
    body_ = c;
  }
  void choose(index f) {
    if (f < 0 || f >= width_)
      fail(place(body_.line), "column ", f, " is chosen, there are ", width_, ", from 0");
    index& target = targets_[static_cast<std::size_t>(f)];
    expect<value_error>(target < 0, file_, ": column ", f, " is chosen twice");
    target = cols();
    chosen_.push_back(f);
  }
  index find(const std::string& name, const std::vector<std::string>& names) const {
    expect<value_error>(options_.header != header::none, file_, ": column ", shown(name),
                        " is chosen by name, and header::none says there are none");
    const auto at = std::find(names.begin(), names.end(), name);
    std::string all;
    for (const auto& other : names) (all += all.empty() ? "" : ", ") += shown(other);
    if (at == names.end())
      fail(place(body_.line), "no column is named ", shown(name), "; there are: ", all);
    if (const auto times = std::count(names.begin(), names.end(), name); times > 1)
      fail(place(body_.line), times, " columns are named ", shown(name), ": choose by number");
    return at - names.begin();
  }

  const csv_options& options_;
  std::string_view file_;
  std::array<bool, 256> ends_{};   // bytes that may end a field
  std::array<bool, 256> quick_{};  // bytes that begin a number and no missing token
  csv_cursor body_{};
  index width_ = 0;                 // fields of every row
  std::vector<index> targets_;      // for each field: its column in the table, or -1
  std::vector<index> chosen_;       // for each column of the table: its field
  std::vector<std::string> names_;  // of every field; empty without a header
};

}  // namespace detail

}  // namespace smelt::inline v0
