// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The lines and fields of separated values (RFC 4180), and the rows made of them. Where a number
/// lies plainly it is parsed from the bytes of the file into its place in the table; only what is
/// quoted, padded, missing or wrong is looked at as text.

#include <smelt/core/elements.hpp>
#include <smelt/read/csv_chunks.hpp>
#include <smelt/read/csv_number.hpp>
#include <smelt/read/csv_options.hpp>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace smelt::inline v0 {

namespace detail {

/// Text of a file as a message shows it: quoted, control bytes in hexadecimal, cut when long.
SMELT_LAZY std::string shown(std::string_view text) {
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
/// called for several byte ranges at a time, each beginning at a row. (A template, as `npy_grammar` is.)
template <class = void>
class lazy_csv_reader;
using csv_reader = lazy_csv_reader<>;

template <class Nothing>
class lazy_csv_reader {
 public:
  lazy_csv_reader(std::string_view text, const csv_options& options, std::string_view file)
      : options_(options), file_(file), text_(text.data()) {
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
    body_ = {text.data(), text.data() + text.size()};
    if (text.empty()) fail(place(options.skip_lines + 1), "there is nothing to read");
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
  /// The rows of `body` in pieces of at least `chunk` bytes, found by a policy. More rows than
  /// bytes for their separators mean that one is too short: then there is one piece, which finds
  /// it, and the table for it has no more memory than the file accounts for.
  template <class Policy>
  csv_pieces pieces(const Policy& policy, index chunk) const {
    auto made = csv_cut(policy, body_, options_.separator, chunk);
    const index most = (body_.end - body_.at) / width_ + 1;
    if (made.rows > most) made = {{{body_, 0, most}}, most};
    return made;
  }
  /// Reads the rows of the range into `out`, row-major, and returns how many there are. `convert`
  /// has `quick`, which may parse a plain field where it lies and says where it stopped (null: not
  /// tried), and `store`, which gets the text of any other and where it begins.
  template <class T, class Convert>
  index rows(csv_cursor range, T* out, Convert& convert) const {
    std::string unquoted;
    const char* at = range.at;
    const char* const end = range.end;
    const index width = width_;
    const index* const targets = targets_.data();
    index count = 0;
    for (; at != end; ++count, out += chosen_.size()) {
      const char* const start = at;
      for (index f = 0; f < width; ++f) {
        bool last = false;
        const index target = targets[f];
        const char* next = nullptr;
        if (target >= 0 && at != end) {
          if (quick_[byte(*at)]) {
            const char* const stop = convert.quick(at, end, out[target]);
            if (stop != nullptr) next = behind(stop, end, last);
          } else if (*at == '"') {
            next = quick_in_quotes(at + 1, end, out[target], convert, last);
          }
        }
        if (next == nullptr) {
          const auto text = field(at, end, f, unquoted, next, last);
          if (target >= 0) convert.store(text, out[target], at, f);
        }
        at = next;
        if (last != (f + 1 == width)) [[unlikely]]
          fail_width(start, end);
      }
    }
    return count;
  }
  bool missing(std::string_view text) const {
    return is_in(options_.missing, trimmed(text));
  }
  /// Where an error is: "digits.csv, line 12, column 3 'mass'". Lines are physical lines and count
  /// from 1, columns count from 0.
  std::string place(const char* at, index column = -1) const {
    return place(1 + newlines(text_, at), column);
  }
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

  /// Where a field that ends at `stop` is followed, by the next one or by the next line; null where
  /// it does not end. `last` says that its line ends with it.
  const char* behind(const char* stop, const char* end, bool& last) const {
    last = stop == end || *stop != options_.separator;
    if (!last) return stop + 1;
    if (stop != end && *stop == '\r') ++stop;
    if (stop == end) return stop;
    return *stop == '\n' ? stop + 1 : nullptr;
  }
  /// The same for a field whose quotes hold a plain number; null where they do not. Not inline: the
  /// loop over fields without quotes is the one that must be small.
  template <class T, class Convert>
  [[gnu::noinline]] const char* quick_in_quotes(const char* at, const char* end, T& out,
                                                Convert& convert, bool& last) const {
    if (at == end || !quick_[byte(*at)]) return nullptr;
    const char* const stop = convert.quick(at, end, out);
    return stop != nullptr && stop != end && *stop == '"' ? behind(stop + 1, end, last) : nullptr;
  }
  /// The text of field `f`, which begins at `at`, without its quotes or the spaces around it: as it
  /// lies in the file, or in `unquoted` when quotes are doubled in it. `next` is what follows it.
  std::string_view field(const char* at, const char* end, index f, std::string& unquoted,
                         const char*& next, bool& last) const {
    const char* from = at;
    const char* stop = at;
    if (at == end || *at != '"') {
      for (; stop != end; ++stop) {
        if (!ends_[byte(*stop)]) continue;
        if (*stop == '\0') fail(place(at, f), "there is a NUL byte");
        next = behind(stop, end, last);
        if (next != nullptr) break;  // else a carriage return within a line: text
      }
      if (stop == end) next = behind(stop, end, last);
      return trimmed({from, stop});
    }
    unquoted.clear();
    for (stop = ++from;; ++stop) {
      if (stop == end) fail(place(at, f), "the quote that opens here is not closed");
      if (*stop == '\0') fail(place(at, f), "there is a NUL byte");
      if (*stop != '"') continue;
      if (stop + 1 == end || stop[1] != '"') break;
      unquoted.append(from, ++stop);  // one of the two quotes
      from = stop + 1;
    }
    next = behind(stop + 1, end, last);
    if (next == nullptr) fail(place(at, f), "there is text after the closing quote");
    if (unquoted.empty()) return {from, stop};
    return unquoted.append(from, stop);
  }
  [[noreturn, gnu::cold]] void fail_width(const char* const start, const char* end) const {
    std::string unquoted;
    const char* at = start;
    bool last = false;
    index count = 0;
    for (; !last; ++count) {
      const bool blank = field(at, end, count, unquoted, at, last).empty() && *start != '"';
      if (count == 0 && blank && last)
        fail(place(start), "blank line, ", width_, " fields expected");
    }
    fail(place(start), count, count == 1 ? " field, " : " fields, ", width_, " expected");
  }
  /// Learns from the first line how wide rows are, what columns are called and which are chosen.
  void first_line() {
    const char* at = body_.at;
    std::vector<std::string> fields;
    std::string unquoted;
    for (bool last = false; !last;)
      fields.emplace_back(field(at, body_.end, static_cast<index>(fields.size()), unquoted, at, last));
    width_ = static_cast<index>(fields.size());
    targets_.assign(fields.size(), -1);

    bool named = options_.header == header::yes;
    const auto& wanted = options_.columns;
    std::vector<index> listed;
    for (const auto& column : wanted.list) {
      listed.push_back(column.by_name ? find(column.name, fields) : column.number);
      named = named || column.by_name;
    }
    const bool rest = wanted.others || wanted.list.empty();
    for (const index f : listed) rest ? expect_field(f) : choose(f);
    for (index f = 0; rest && f < width_; ++f)
      if (!is_in(listed, f)) choose(f);
    if (chosen_.empty()) fail(place(body_.at), "all ", width_, " columns are left out");
    if (!named && !(options_.header == header::detect && has_names(fields))) return;
    names_ = std::move(fields);
    body_.at = at;
  }
  /// Whether the chosen fields of the first line are names, where nobody has said so: one is that is no number
  /// and has a letter. A mark such as "?" is no name; as a field of a row it is refused or missing.
  bool has_names(const std::vector<std::string>& fields) const {
    for (const index f : chosen_) {
      const auto text = trimmed(fields[static_cast<std::size_t>(f)]);
      if (!missing(text) && !reads_as_number(text) && has_letter(text)) return true;
    }
    return false;
  }
  void expect_field(index f) const {
    if (f < 0 || f >= width_)
      fail(place(body_.at), "column ", f, " is chosen, there are ", width_, ", from 0");
  }
  void choose(index f) {
    expect_field(f);
    index& target = targets_[static_cast<std::size_t>(f)];
    expect<value_error>(target < 0, file_, ": column ", f, " is chosen twice");
    target = cols();
    chosen_.push_back(f);
  }
  index find(const std::string& name, const std::vector<std::string>& names) const {
    expect<value_error>(options_.header != header::none, file_, ": column ", shown(name),
                        " is chosen by name, and header::none says there are none");
    const std::size_t at = place_in(names, name);
    std::string all;
    for (const auto& other : names) (all += all.empty() ? "" : ", ") += shown(other);
    if (at == names.size())
      fail(place(body_.at), "no column is named ", shown(name), "; there are: ", all);
    if (const auto times = times_in(names, name); times > 1)
      fail(place(body_.at), times, " columns are named ", shown(name), ": choose by number");
    return static_cast<index>(at);
  }

  const csv_options& options_;
  std::string_view file_;
  std::array<bool, 256> ends_{};   // bytes that may end a field
  std::array<bool, 256> quick_{};  // bytes that begin a number and no missing token
  const char* text_;               // from its very beginning
  csv_cursor body_{};
  index width_ = 0;                 // fields of every row
  std::vector<index> targets_;      // for each field: its column in the table, or -1
  std::vector<index> chosen_;       // for each column of the table: its field
  std::vector<std::string> names_;  // of every field; empty without a header
};

}  // namespace detail

}  // namespace smelt::inline v0
