// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What smelt throws. A message names both sides and the numbers, so that a user can act on it
/// without a debugger; the file and line are those of the check that failed.

#include <smelt/core/config.hpp>

#include <charconv>   // std::to_chars, std::from_chars
#include <concepts>
#include <cstdlib>    // abort, without exceptions
#include <stdexcept>  // std::runtime_error
#include <string>
#include <string_view>

namespace smelt::inline v0 {

/// Base of every exception of smelt.
class error : public std::runtime_error {
 public:
  explicit error(const std::string& what, const char* file = __builtin_FILE(),
                 int line = __builtin_LINE())
      : std::runtime_error(what), file_(file), line_(line) {}
  /// Source file of the check that failed.
  const char* file() const noexcept { return file_; }
  /// Line of that check.
  int line() const noexcept { return line_; }

 private:
  const char* file_;
  int line_;
};

/// Sizes, strides or overlaps that do not fit.
class shape_error : public error {
 public:
  explicit shape_error(const std::string& what, const char* file = __builtin_FILE(),
                       int line = __builtin_LINE())
      : error(what, file, line) {}
};

/// Numbers that have no meaning here: infinities, a range turned round, a negative count.
class value_error : public error {
 public:
  explicit value_error(const std::string& what, const char* file = __builtin_FILE(),
                       int line = __builtin_LINE())
      : error(what, file, line) {}
};

/// An element type, column, role or kind of memory that does not fit.
class type_error : public error {
 public:
  explicit type_error(const std::string& what, const char* file = __builtin_FILE(),
                      int line = __builtin_LINE())
      : error(what, file, line) {}
};

/// Files that cannot be read or are malformed.
class io_error : public error {
 public:
  explicit io_error(const std::string& what, const char* file = __builtin_FILE(),
                    int line = __builtin_LINE())
      : error(what, file, line) {}
};

/// What CUDA refused, with the name of its error: "cudaErrorMemoryAllocation".
class cuda_error : public error {
 public:
  /// `name` must live as long as the program, as the names that CUDA gives out do.
  cuda_error(const std::string& what, const char* name, const char* file = __builtin_FILE(),
             int line = __builtin_LINE())
      : error(what, file, line), name_(name) {}
  /// The error's name as CUDA spells it.
  const char* name() const noexcept { return name_; }

 private:
  const char* name_;
};

namespace detail {
// What a part of a message adds to its text. A stream could do it too: overloads of `<<` are so many
// that the messages of smelt cost a compiler more than its algorithms.
inline void say(std::string& text, const char* part) { text += part; }
inline void say(std::string& text, std::string_view part) { text += part; }
inline void say(std::string& text, char part) { text += part; }
/// The fewest digits, from 15 on, that name no other double, with a point in every locale: files know
/// stages by such texts.
inline void say(std::string& text, double part) {
  char digits[32];
  const char* end = digits;
  for (int precision = 15; precision <= 17; ++precision) {
    end = std::to_chars(digits, digits + sizeof digits, part, std::chars_format::general, precision)
              .ptr;
    double named = 0.0;
    std::from_chars(digits, end, named);
    if (named == part) break;
  }
  text.append(static_cast<const char*>(digits), end);
}
/// (`std::to_string` would have a compiler make functions of std::string that nothing else here calls.)
inline void say_digits(std::string& text, bool negative, unsigned long long magnitude) {
  char digits[24];
  char* at = digits + sizeof digits;
  do *--at = static_cast<char>('0' + magnitude % 10);
  while ((magnitude /= 10) != 0);
  if (negative) *--at = '-';
  text.append(at, static_cast<std::size_t>(digits + sizeof digits - at));
}
template <std::integral Part>
void say(std::string& text, Part part) {
  bool negative = false;
  if constexpr (std::is_signed_v<Part>) negative = part < 0;
  const auto bits = static_cast<unsigned long long>(part);
  say_digits(text, negative, negative ? 0 - bits : bits);
}
/// What says itself.
template <class Part>
  requires requires(const Part& part) { part.text(); }
void say(std::string& text, const Part& part) {
  text += part.text();
}
}  // namespace detail

/// A message from its parts: text, characters, numbers, and what has a `text()`:
/// `message("row ", 3, " of ", 10)`. A double in a message is the double that was meant, and 0.1 is
/// "0.1".
template <class... Parts>
std::string message(const Parts&... parts) {
  std::string text;
  (detail::say(text, parts), ...);
  return text;
}

namespace detail {
/// Names of columns as messages list them.
template <class Names>
struct listed_names {
  const Names& names;
  std::string text() const {
    std::string all;
    for (const auto& name : names) all += (all.empty() ? "'" : ", '") + name + "'";
    return all.empty() ? "none (the data have no names)" : all;
  }
};
template <class Names>
listed_names(const Names&) -> listed_names<Names>;
}  // namespace detail

/// What `expect` is told, and the line that told it.
struct verdict {
  constexpr verdict(bool holds, const char* in = __builtin_FILE(), int at = __builtin_LINE())
      : ok(holds), file(in), line(at) {}
  bool ok;
  const char* file;
  int line;
};

/// Throws `Error` when `ok` is false; the parts become the message and are not looked at before.
template <class Error, class... Parts>
void expect(verdict ok, const Parts&... parts) {
  if (!ok.ok) [[unlikely]] SMELT_THROW(Error(message(parts...), ok.file, ok.line));
}

}  // namespace smelt::inline v0
