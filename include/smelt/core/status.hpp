// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Errors by value: what a verb returns, instead of throwing, when std::nothrow is its first
/// argument.

#include <smelt/core/error.hpp>
#include <smelt/core/types.hpp>

#include <cstring>    // std::memcpy
#include <exception>  // std::exception
#include <new>        // std::bad_alloc, std::nothrow
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace smelt::inline v0 {

/// What went wrong, by the exception that says it otherwise.
enum class failure : unsigned char {
  none,
  shape,   ///< shape_error
  value,   ///< value_error
  type,    ///< type_error
  io,      ///< io_error
  cuda,    ///< cuda_error
  memory,  ///< std::bad_alloc
  other    ///< none of smelt's: of the system, of a stage or of a parallel loop of yours
};

namespace detail {
template <class Error>
inline constexpr failure kind_of_error = failure::other;
template <>
inline constexpr failure kind_of_error<shape_error> = failure::shape;
template <>
inline constexpr failure kind_of_error<value_error> = failure::value;
template <>
inline constexpr failure kind_of_error<type_error> = failure::type;
template <>
inline constexpr failure kind_of_error<io_error> = failure::io;
template <>
inline constexpr failure kind_of_error<cuda_error> = failure::cuda;
}  // namespace detail

/// How a call ended: with nothing, or with the failure that its throwing form throws, the first one
/// met; and what it counted. Trivially copyable, it owns nothing: its text is kept in it, and one
/// of more than 255 bytes, which a long column name makes, is cut and ends in "...", also where it
/// is thrown. A call that succeeds writes no text.
///
///     const status ended = transform(std::nothrow, on::eigen, fitted, rows, out);
///     if (!ended) log(ended.what());
class [[nodiscard]] status {
 public:
  status() noexcept { text_[0] = '\0'; }

  bool ok() const noexcept { return kind_ == failure::none; }
  explicit operator bool() const noexcept { return ok(); }
  failure kind() const noexcept { return kind_; }
  /// The text of the exception; empty when all is well.
  const char* what() const noexcept { return text_; }
  /// Source file and line of the check that failed; "" and 0 where that is not known.
  const char* file() const noexcept { return file_; }
  int line() const noexcept { return line_; }
  /// Throws what the throwing form throws: an exception of the same class, text, file and line.
  /// Of `failure::other` only the text is left, in an `error`. Nothing when all is well.
  void raise() const {
    if (!ok()) [[unlikely]] raise_failure();
  }

  index rows = 0;        ///< rows written, or seen by a fit; -1 while only a device knows
  index dropped = 0;     ///< rows that a stage dropped, or marked
  index infinities = 0;  ///< infinite values where none may be
  index first_row = -1;  ///< the row of the first of them in source order
  index first_col = -1;  ///< its column; or the one that a fit refuses, or that has another name
  index filled = -1;     ///< values written that a fill has put there; -1 when not `counted`
  index clipped = -1;    ///< values written that a clip has changed; -1 when not `counted`

  /// Remembers a failure, if it is the first.
  template <class Error>
  void fail(const char* text, const char* file, int line) noexcept {
    fail(detail::kind_of_error<Error>, text, file, line);
  }
  /// The exception being handled as a status.
  static status caught() noexcept;

 private:
  static constexpr std::size_t room = 256;

  void fail(failure kind, const char* text, const char* file, int line) noexcept {
    if (!ok()) return;
    kind_ = kind;
    file_ = file;
    line_ = line;
    std::size_t size = std::strlen(text);
    const bool cut = size >= room;
    if (cut) {
      size = room - sizeof "...";
      while ((text[size] & 0xc0) == 0x80) --size;  // no half UTF-8 character
    }
    std::memcpy(text_, text, size);
    std::memcpy(text_ + size, cut ? "..." : "", cut ? sizeof "..." : 1);
  }
  template <class Error>
  static status of(const Error& e) noexcept {
    status made;
    made.fail<Error>(e.what(), e.file(), e.line());
    return made;
  }
  [[gnu::cold]] void raise_failure() const {
    switch (kind_) {
      case failure::none: return;
      case failure::shape: SMELT_THROW(shape_error(text_, file_, line_));
      case failure::value: SMELT_THROW(value_error(text_, file_, line_));
      case failure::type: SMELT_THROW(type_error(text_, file_, line_));
      case failure::io: SMELT_THROW(io_error(text_, file_, line_));
      case failure::cuda: SMELT_THROW(cuda_error(text_, cuda_name_, file_, line_));
      case failure::memory: SMELT_THROW(std::bad_alloc());
      case failure::other: SMELT_THROW(error(text_, file_, line_));
    }
  }

  failure kind_ = failure::none;
  int line_ = 0;
  const char* file_ = "";
  const char* cuda_name_ = "";
  char text_[room];
};
static_assert(std::is_trivially_copyable_v<status>);

#if SMELT_EXCEPTIONS
inline status status::caught() noexcept {
  status made;
  try {
    throw;
  } catch (const shape_error& e) {
    return of(e);
  } catch (const value_error& e) {
    return of(e);
  } catch (const type_error& e) {
    return of(e);
  } catch (const io_error& e) {
    return of(e);
  } catch (const cuda_error& e) {
    made = of(e);
    made.cuda_name_ = e.name();
  } catch (const error& e) {
    return of(e);
  } catch (const std::bad_alloc& e) {
    made.fail(failure::memory, e.what(), "", 0);
  } catch (const std::exception& e) {
    made.fail(failure::other, e.what(), "", 0);
  } catch (...) {
    made.fail(failure::other, "an exception that is no std::exception", "", 0);
  }
  return made;
}
#endif

namespace detail {
/// A value without a code, in an output that is encoded.
[[gnu::cold]] inline void refuse_value(status& found, index row, index column);

template <class Error, class... Parts>
[[gnu::cold, gnu::noinline]] void refuse(status& found, const verdict& told,
                                         const Parts&... parts) {
  found.fail<Error>(message(parts...).c_str(), told.file, told.line);
}
}  // namespace detail

/// `expect` by value: remembers `Error` in `found` when `ok` is false. Returns whether it holds.
template <class Error, class... Parts>
bool expect(status& found, verdict ok, const Parts&... parts) {
  if (!ok.ok) [[unlikely]] detail::refuse<Error>(found, ok, parts...);
  return ok.ok;
}

[[gnu::cold]] inline void detail::refuse_value(status& found, index row, index column) {
  expect<value_error>(found, false, "the value in row ", row, ", column ", column,
                      " of the output is not among those that its packing was surveyed for, or given");
}

}  // namespace smelt::inline v0
