// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A small file read whole, and replaced whole: who reads it meanwhile sees the old one or the new
/// one, never half of either. What the system refuses becomes a status; nothing is thrown.

#include <smelt/core/status.hpp>

#include <fcntl.h>     // ::open
#include <stdio.h>     // ::rename
#include <sys/stat.h>  // ::fstat, ::stat
#include <unistd.h>    // ::read, ::write, ::close, ::fsync, ::unlink, ::getpid

#include <cerrno>
#include <cstddef>       // std::size_t
#include <cstdlib>       // ::realpath, std::free
#include <string>
#include <string_view>
#include <system_error>  // std::generic_category, for the words behind errno

namespace smelt::inline v0 {

namespace detail {

/// An open file, closed at the end.
struct open_file {
  int number = -1;
  explicit open_file(int n) : number(n) {}
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;
  ~open_file() { close(); }
  bool close() {
    const bool well = number < 0 || ::close(number) == 0;
    number = -1;
    return well;
  }
};

/// True when the system did it; else `found` says what it refused, and why.
inline bool demand(bool done, const char* verb, const std::string& path, status& found) {
  const int reason = errno;  // before anything below can change it
  return done || expect<io_error>(found, false, "cannot ", verb, " '", path,
                                  "': ", std::generic_category().message(reason));
}

/// Every byte of a file, a pipe or the like. Memory grows with what was read.
inline std::string read_whole(const std::string& path, status& found) {
  const open_file file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  std::string text;
  if (!demand(file.number >= 0, "open", path, found)) return text;
  constexpr std::size_t step = std::size_t{1} << 16;
  for (std::size_t have = 0;;) {
    text.resize(have + step);
    const auto got = ::read(file.number, text.data() + have, step);
    if (got < 0 && errno == EINTR) continue;
    if (!demand(got >= 0, "read", path, found)) return {};
    have += static_cast<std::size_t>(got);
    text.resize(have);
    if (got == 0) return text;
  }
}

/// Where a path leads: a link is followed, so that the file behind it is replaced and not the link.
inline std::string followed(const std::string& path) {
  char* real = ::realpath(path.c_str(), nullptr);
  if (real == nullptr) return path;
  std::string made(real);
  std::free(real);
  return made;
}

inline bool write_whole(open_file& file, std::string_view text) {
  while (!text.empty()) {
    const auto put = ::write(file.number, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return ::fsync(file.number) == 0 && file.close();
}

/// Writes a file beside `path` and renames it to that name. What was there keeps its permissions; a
/// folder, device or pipe is refused. When anything fails, what was there stays as it was.
inline void replace_file(const std::string& path, std::string_view text, status& found) {
  const std::string target = followed(path);
  struct stat before {};
  const bool exists = ::stat(target.c_str(), &before) == 0;
  if (!expect<io_error>(found, !exists || S_ISREG(before.st_mode), "cannot write '", path,
                        "': it is no regular file"))
    return;
  const mode_t mode = exists ? before.st_mode & 0777 : 0666;
  std::string beside;
  int number = -1;
  // A name that exists is another thread's, or what a program left that was ended here.
  for (int k = 0; k < 1000; ++k) {
    beside = message(target, ".", index{::getpid()}, ".", k, ".new");
    number = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (number >= 0 || errno != EEXIST) break;
  }
  open_file file{number};
  if (!demand(number >= 0, "write", path, found)) return;
  // Of a new file the process's mask decides; one that was there keeps its permissions.
  const bool done = (!exists || ::fchmod(number, mode) == 0) && write_whole(file, text) &&
                    ::rename(beside.c_str(), target.c_str()) == 0;
  if (!demand(done, "write", path, found)) ::unlink(beside.c_str());
}

}  // namespace detail

}  // namespace smelt::inline v0
