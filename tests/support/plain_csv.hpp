// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// An oracle for files of separated values: one character after another, one thread, every field a
/// string, every number by std::from_chars. It shares with the reader how one number and a message
/// are written, and nothing of how fields and rows are found. And a policy that runs tasks on an
/// executor, for the reader beside it.

#include <smelt/policies/executor.hpp>
#include <smelt/read/csv_number.hpp>
#include <smelt/read/csv_options.hpp>
#include <smelt/read/csv.hpp>

#include <algorithm>  // std::find
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace smelt_test {

/// What a read ended with: a table, or the words of its error.
template <class T>
struct csv_outcome {
  std::vector<T> values;
  smelt::index rows = 0;
  smelt::index cols = 0;
  std::vector<std::string> names;
  std::string error;
};

/// A policy of nothing but threads.
struct on_executor {
  smelt::executor threads;
  int concurrency(smelt::index) const { return threads.size; }
  template <class F>
  void for_each(smelt::index tasks, F&& f) const {
    threads(tasks, f);
  }
};

/// Reads a text whose columns, where any are chosen, are chosen by number.
template <class T>
class plain_csv {
 public:
  static csv_outcome<T> read(const std::string& text, const smelt::csv_options& options) {
    plain_csv reader{text, options};
    try {
      reader.all();
    } catch (const std::runtime_error& e) {
      reader.made_.error = e.what();
    }
    return reader.made_;
  }

 private:
  plain_csv(const std::string& text, const smelt::csv_options& options)
      : text_(text), options_(options) {}

  [[noreturn]] void fail(smelt::index line, smelt::index column, const std::string& words) const {
    std::string where = "t, line " + std::to_string(line);
    if (column >= 0) where += ", column " + std::to_string(column);
    const auto f = static_cast<std::size_t>(column);
    if (column >= 0 && f < header_.size()) where += " " + smelt::detail::shown(header_[f]);
    throw std::runtime_error(where + ": " + words);
  }
  bool missing(const std::string& field) const {
    const auto& words = options_.missing;
    return std::find(words.begin(), words.end(), cut(field)) != words.end();
  }
  static std::string cut(const std::string& field) {
    return std::string(smelt::detail::trimmed(field));
  }
  bool over() const { return at_ == text_.size(); }
  bool next_is(char c) const { return !over() && text_[at_] == c; }

  /// Takes a separator or a line's end, if there is one here; true when the field ends.
  bool take_end(bool& last) {
    last = false;
    if (next_is(options_.separator)) return ++at_, true;
    last = true;
    if (over()) return true;
    if (next_is('\r') && at_ + 1 == text_.size()) return ++at_, true;
    if (next_is('\r') && text_[at_ + 1] == '\n') ++at_;
    if (!next_is('\n')) return false;
    return ++at_, ++line_, true;
  }
  /// The next field of a row.
  std::string field(smelt::index number, bool& last) {
    const auto line = line_;
    std::string made;
    if (!next_is('"')) {
      while (!take_end(last)) {
        if (next_is('\0')) fail(line, number, "there is a NUL byte");
        made += text_[at_++];
      }
      return cut(made);
    }
    for (++at_;; ++at_) {
      if (over()) fail(line, number, "the quote that opens here is not closed");
      if (next_is('\0')) fail(line, number, "there is a NUL byte");
      if (next_is('\n')) ++line_;
      if (next_is('"')) {
        ++at_;
        if (!next_is('"')) break;
      }
      made += text_[at_];
    }
    if (!take_end(last)) fail(line, number, "there is text after the closing quote");
    return made;
  }
  T value(const std::string& quoted, smelt::index line, smelt::index column) const {
    const auto field = cut(quoted);
    const auto as = smelt::detail::number_name<T>();
    constexpr bool floating = std::is_floating_point_v<T>;
    if (missing(field)) {
      if (options_.missing_value) return static_cast<T>(*options_.missing_value);
      if (floating) return smelt::missing_value<std::conditional_t<floating, T, double>>;
      fail(line, column, smelt::detail::shown(field) + " is missing, and " + as +
                             " has no value for it: choose a .missing_value");
    }
    T made{};
    const auto [stop, code] =
        smelt::detail::csv_parse(field.data(), field.data() + field.size(), made);
    if (stop != field.data() + field.size() || code == std::errc::invalid_argument)
      fail(line, column,
           smelt::detail::shown(field) + (floating ? " is not a number" : " is not a whole number") +
               smelt::detail::behind_number(field, stop));
    if (code != std::errc{})
      fail(line, column, smelt::detail::shown(field) + " is out of range for " + as);
    return made;
  }
  void skip() {
    if (text_.compare(0, 3, "\xef\xbb\xbf") == 0) text_.erase(0, 3);
    for (smelt::index skipped = 0; skipped < options_.skip_lines; ++skipped) {
      if (text_.empty())
        fail(std::max<smelt::index>(skipped, 1), -1,
             "the file ends here, .skip_lines is " + std::to_string(options_.skip_lines));
      const auto newline = text_.find('\n');
      text_.erase(0, newline == std::string::npos ? newline : newline + 1);
    }
    line_ = options_.skip_lines + 1;
    while (!text_.empty()) {
      const auto newline = text_.rfind('\n');
      const auto from = newline == std::string::npos ? 0 : newline + 1;
      bool blank = true;
      for (std::size_t i = from; i < text_.size(); ++i)
        blank = blank && text_[i] != options_.separator &&
                std::string(" \t\r").find(text_[i]) != std::string::npos;
      if (!blank) break;
      text_.resize(from == 0 ? 0 : from - 1);
    }
    if (text_.empty()) fail(line_, -1, "there is nothing to read");
  }
  std::vector<std::string> first_line() {
    std::vector<std::string> fields;
    const auto line = line_;
    for (bool last = false; !last;)
      fields.push_back(field(static_cast<smelt::index>(fields.size()), last));
    targets_.assign(fields.size(), -1);
    const auto choose = [&](smelt::index f) {
      if (f < 0 || f >= static_cast<smelt::index>(fields.size()))
        fail(line, -1, "column " + std::to_string(f) + " is chosen, there are " +
                           std::to_string(fields.size()) + ", from 0");
      targets_[static_cast<std::size_t>(f)] = made_.cols++;
    };
    for (const auto& column : options_.columns.list) choose(column.number);
    for (std::size_t f = 0; options_.columns.list.empty() && f < fields.size(); ++f)
      choose(static_cast<smelt::index>(f));
    return fields;
  }
  bool names(const std::vector<std::string>& fields) const {
    if (options_.header != smelt::header::detect) return options_.header == smelt::header::yes;
    for (std::size_t f = 0; f < fields.size(); ++f) {
      const auto text = cut(fields[f]);
      if (targets_[f] >= 0 && !smelt::detail::reads_as_number(text) && !missing(text) &&
          smelt::detail::has_letter(text))
        return true;
    }
    return false;
  }
  void all() {
    skip();
    const auto line = line_;
    auto fields = first_line();
    if (names(fields)) {
      header_ = fields;
      made_.names.resize(static_cast<std::size_t>(made_.cols));
      for (std::size_t f = 0; f < fields.size(); ++f)
        if (targets_[f] >= 0) made_.names[static_cast<std::size_t>(targets_[f])] = fields[f];
    } else {
      at_ = 0;
      line_ = line;
    }
    while (!over()) row();
    made_.rows = made_.cols == 0 ? 0 : static_cast<smelt::index>(made_.values.size()) / made_.cols;
  }
  void row() {
    const auto start = at_;
    const auto line = line_;
    const auto width = static_cast<smelt::index>(targets_.size());
    const auto base = made_.values.size();
    made_.values.resize(base + static_cast<std::size_t>(made_.cols));
    bool last = false;
    for (smelt::index f = 0; f < width; ++f) {
      const auto from = line_;
      const auto text = field(f, last);
      const auto target = targets_[static_cast<std::size_t>(f)];
      if (target >= 0) made_.values[base + static_cast<std::size_t>(target)] = value(text, from, f);
      if (last == (f + 1 == width)) continue;
      at_ = start;
      line_ = line;
      smelt::index count = 0;
      bool blank = true;
      for (last = false; !last; ++count)
        blank = field(count, last).empty() && text_[start] != '"' && count == 0;
      if (blank)
        fail(line, -1, "blank line, " + std::to_string(width) + " fields expected");
      fail(line, -1, std::to_string(count) + (count == 1 ? " field, " : " fields, ") +
                         std::to_string(width) + " expected");
    }
  }

  std::string text_;
  const smelt::csv_options& options_;
  std::size_t at_ = 0;
  smelt::index line_ = 1;
  std::vector<std::string> header_;
  std::vector<smelt::index> targets_;
  csv_outcome<T> made_;
};

}  // namespace smelt_test
