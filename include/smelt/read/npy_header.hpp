// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What a .npy file says of itself before its elements: format version, element type, order, shape.
///
/// The header is a Python dictionary, `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`,
/// and is read by a grammar of its own: keys in any order, quotes of either kind, the `L` of numbers
/// written by Python 2. Nothing in it is run. It is at most 64 KiB long and names at most 8
/// dimensions, and the bytes behind it are exactly those of its shape.

#include <smelt/core/error.hpp>
#include <smelt/core/types.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace smelt::inline v0 {

/// Kinds of elements, by NumPy's letters.
enum class npy_kind : char { boolean = 'b', signed_integer = 'i', unsigned_integer = 'u', real = 'f' };

/// The element type of a file: its kind, its bytes and their order.
struct npy_dtype {
  npy_kind kind = npy_kind::real;
  int bytes = 8;
  bool big_endian = false;  ///< false for single bytes

  /// NumPy's name: "float64", "uint8", "bool".
  SMELT_LAZY std::string name() const {
    const char* const family = kind == npy_kind::boolean            ? "bool"
                               : kind == npy_kind::signed_integer   ? "int"
                               : kind == npy_kind::unsigned_integer ? "uint"
                                                                    : "float";
    return kind == npy_kind::boolean ? family : message(family, 8 * bytes);
  }
  /// As a header has it: "<f8", ">i4", "|u1".
  SMELT_LAZY std::string text() const {
    return message(bytes == 1 ? '|' : big_endian ? '>' : '<', static_cast<char>(kind), bytes);
  }
  friend bool operator==(const npy_dtype&, const npy_dtype&) = default;
};

/// The header of a .npy file.
struct npy_header {
  int version = 1;             ///< 1, 2 or 3
  npy_dtype dtype;             ///< what the elements are
  bool fortran_order = false;  ///< the first index runs fastest, as in a column-major table
  std::vector<index> shape;    ///< empty for a single number
  index offset = 0;            ///< bytes before the first element

  /// The shape as Python writes it: "(3, 4)", "(3,)", "()".
  SMELT_LAZY std::string shape_text() const {
    std::string said = "(";
    for (std::size_t k = 0; k < shape.size(); ++k) said += message(k == 0 ? "" : ", ", shape[k]);
    return said + (shape.size() == 1 ? ",)" : ")");
  }
};

namespace detail {

/// The element type that a header calls `descr`; `name` stands for the file in messages.
SMELT_LAZY npy_dtype npy_dtype_of(std::string_view descr, std::string_view name) {
  const char order = descr.empty() ? ' ' : descr[0];
  const bool ordered = order == '<' || order == '>' || order == '|' || order == '=';
  const std::string_view rest = descr.substr(ordered ? 1 : 0);
  const char kind = rest.empty() ? ' ' : rest[0];
  const std::string_view bytes = rest.substr(rest.empty() ? 0 : 1);
  const auto known = [&](std::string_view kinds) {
    return kinds.find(kind) != std::string_view::npos;
  };
  expect<type_error>(kind != 'O', name, " holds Python objects (dtype '", descr,
                     "'): they are pickles, which smelt does not run; save plain numbers");
  const bool text = known("SaUV"), time = known("Mm");
  expect<type_error>(!text, name, " holds text or raw bytes (dtype '", descr,
                     "'), smelt reads numbers");
  expect<type_error>(!time, name, " holds times (dtype '", descr,
                     "'), smelt reads numbers: save x.astype('int64')");
  expect<type_error>(kind != 'c', name, " holds complex numbers (dtype '", descr,
                     "'), smelt reads real ones: save x.real and x.imag");
  expect<type_error>(kind != 'f' || (bytes != "16" && bytes != "12"), name,
                     " holds long doubles (dtype '", descr,
                     "'), which differ between machines: save x.astype('float64')");
  const int size = bytes == "1" ? 1 : bytes == "2" ? 2 : bytes == "4" ? 4 : bytes == "8" ? 8 : 0;
  const bool fits = (kind == 'b' && size == 1) || (known("iu") && size > 0) ||
                    (kind == 'f' && size > 1);
  // Of several bytes their order must be said; of one it does not matter what is.
  expect<type_error>(fits && ordered && order != '=' && (size == 1 || order != '|'), name,
                     " holds elements of an unknown dtype '", descr,
                     "'; smelt reads bool, int8 to int64, uint8 to uint64, float16 to float64, "
                     "with < or > or | before them");
  return {static_cast<npy_kind>(kind), size, order == '>' && size > 1};
}

/// The dictionary of a header, read from left to right; nothing in it nests but the shape. (A template, so
/// that a source that reads no file compiles none of it.)
template <class = void>
class npy_grammar {
 public:
  /// `text` is the dictionary and what pads it; `before` are the bytes of the file before it.
  npy_grammar(std::string_view text, std::size_t before, std::string_view name)
      : text_(text), before_(before), name_(name) {}

  void read(npy_header& into) {
    bool has_descr = false, has_order = false, has_shape = false;
    take('{');
    while (!next_is('}')) {
      const std::string_view key = quoted();
      bool& has = key == "descr" ? has_descr : key == "fortran_order" ? has_order : has_shape;
      expect<io_error>(key == "descr" || key == "fortran_order" || key == "shape", place(),
                       "the key '", printable(key),
                       "' is none of 'descr', 'fortran_order' and 'shape'");
      expect<io_error>(!has, place(), "the key '", key, "' stands there twice");
      has = true;
      take(':');
      if (key == "descr") {
        expect<type_error>(!next_is('['), name_,
                           " holds a structured dtype (records of fields): save its fields one by one");
        into.dtype = npy_dtype_of(printable(quoted()), name_);
      } else if (key == "shape") {
        into.shape = shape();
      } else {
        into.fortran_order = truth();
      }
      if (!next_is('}')) take(',');
    }
    take('}');
    skip_spaces();
    expect<io_error>(at_ == text_.size(), place(), "nothing may follow the dictionary, found ",
                     found());
    expect<io_error>(has_descr && has_order && has_shape, name_, ": the header has no '",
                     !has_descr ? "descr" : !has_order ? "fortran_order" : "shape", "'");
  }

 private:
  static constexpr std::size_t most_dimensions = 8;

  static bool digit(char c) { return '0' <= c && c <= '9'; }
  /// Text of a file for a message: no control characters, and not much of it.
  static std::string printable(std::string_view text) {
    std::string made(text.substr(0, 40));
    for (char& c : made)
      if (c < ' ' || c > '~') c = '.';
    return text.size() > made.size() ? made + "..." : made;
  }
  // Parts of messages, made into text only where one is thrown.
  struct place_here {
    const npy_grammar& in;
    std::string text() const { return message(in.name_, ", byte ", in.before_ + in.at_, ": "); }
  };
  struct found_here {
    const npy_grammar& in;
    std::string text() const {
      if (in.at_ >= in.text_.size()) return "the end of the header";
      return "'" + printable(in.text_.substr(in.at_, 1)) + "'";
    }
  };
  place_here place() const { return {*this}; }
  found_here found() const { return {*this}; }
  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' ||
                                  text_[at_] == '\r' || text_[at_] == '\f'))
      ++at_;
  }
  bool next_is(char c) {
    skip_spaces();
    return at_ < text_.size() && text_[at_] == c;
  }
  void take(char c) {
    expect<io_error>(next_is(c), place(), "expected '", c, "' in the header, found ", found());
    ++at_;
  }
  /// What stands between quotes; escapes have no use in it.
  std::string_view quoted() {
    const char quote = next_is('"') ? '"' : '\'';
    expect<io_error>(next_is(quote), place(), "expected a text in quotes, found ", found());
    const std::size_t end = text_.find(quote, at_ + 1);
    expect<io_error>(end != std::string_view::npos, place(),
                     "a text in quotes does not end within the header");
    const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return inside;
  }
  bool truth() {
    skip_spaces();
    for (const std::string_view word : {std::string_view("True"), std::string_view("False")})
      if (text_.substr(at_, word.size()) == word) {
        at_ += word.size();
        return word == "True";
      }
    expect<io_error>(false, place(), "expected True or False, found ", found());
    return false;
  }
  /// (), (3,) or (3, 4): a number in parentheses is no tuple.
  std::vector<index> shape() {
    std::vector<index> made;
    take('(');
    while (!next_is(')')) {
      expect<io_error>(made.size() < most_dimensions, place(), "the shape has more than ",
                       most_dimensions, " dimensions");
      made.push_back(size());
      if (made.size() == 1 || !next_is(')')) take(',');
    }
    take(')');
    return made;
  }
  index size() {
    skip_spaces();
    expect<io_error>(at_ < text_.size() && digit(text_[at_]), place(),
                     "expected a size of the shape, found ", found());
    index made = 0;
    for (; at_ < text_.size() && digit(text_[at_]); ++at_) {
      const int one = text_[at_] - '0';
      expect<io_error>(made <= (std::numeric_limits<index>::max() - one) / 10, place(),
                       "a size of the shape is too large to count");
      made = 10 * made + one;
    }
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;
    return made;
  }

  std::string_view text_;
  std::size_t before_;
  std::string_view name_;
  std::size_t at_ = 0;
};

/// Bytes of all elements of a shape; an error when they cannot be counted.
SMELT_LAZY index npy_bytes(const npy_header& header, std::string_view name) {
  for (const index size : header.shape)
    if (size == 0) return 0;
  index bytes = header.dtype.bytes;
  for (const index size : header.shape) {
    expect<io_error>(size <= std::numeric_limits<index>::max() / bytes, name, ": shape ",
                     header.shape_text(), " of ", header.dtype.name(), " has too many bytes to count");
    bytes *= size;
  }
  return bytes;
}

}  // namespace detail

/// The header of a .npy file that lies in memory, checked against the bytes that follow it; `name`
/// stands for the file in messages.
/// \errors io_error where the bytes are no .npy file, or more or fewer than the header says;
/// type_error for elements that are no numbers, pickles first
SMELT_LAZY npy_header npy_info_bytes(std::string_view bytes, std::string_view name = "bytes") {
  constexpr std::string_view magic = "\x93NUMPY";
  constexpr std::size_t most = std::size_t{1} << 16;
  expect<io_error>(bytes.substr(0, magic.size()) == magic, name,
                   " is no .npy file: it does not begin with \\x93NUMPY");
  const auto byte = [&](std::size_t at) {
    expect<io_error>(at < bytes.size(), name, " ends within its header, after ", bytes.size(), " bytes");
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at]));
  };
  const std::size_t major = byte(6), minor = byte(7);
  expect<io_error>(1 <= major && major <= 3 && minor == 0, name, " is of format version ", major, ".",
                   minor, "; smelt reads 1.0, 2.0 and 3.0");
  std::size_t size = byte(8) | byte(9) << 8;
  if (major > 1) size |= byte(10) << 16 | byte(11) << 24;
  const std::size_t before = major > 1 ? 12 : 10;
  expect<io_error>(size <= most, name, " has a header of ", size, " bytes; smelt reads at most ", most);
  expect<io_error>(size <= bytes.size() - before, name, " ends within its header of ", before + size,
                   " bytes, after ", bytes.size());

  npy_header made;
  made.version = static_cast<int>(major);
  made.offset = static_cast<index>(before + size);
  detail::npy_grammar<>(bytes.substr(before, size), before, name).read(made);
  const index needed = detail::npy_bytes(made, name);
  const index there = static_cast<index>(bytes.size()) - made.offset;
  expect<io_error>(needed == there, name, ": shape ", made.shape_text(), " of ", made.dtype.name(),
                   " is ", needed, " bytes, behind the header there are ", there);
  return made;
}

}  // namespace smelt::inline v0
