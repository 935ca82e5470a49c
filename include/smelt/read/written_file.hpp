// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A file that is there whole or not at all: written beside its name, then renamed.

#include <smelt/core/error.hpp>

#include <fcntl.h>   // ::open
#include <unistd.h>  // ::write, ::close, ::unlink, ::getpid

#include <cerrno>
#include <cstddef>  // std::size_t
#include <cstdio>   // std::rename
#include <string>
#include <system_error>  // std::generic_category, for the words behind errno

namespace smelt::inline v0 {

/// A file being written. Nobody sees it under its own name before `commit`, which replaces a file
/// of that name in one step: who has that one mapped keeps it. Without `commit` nothing is left.
///
/// Errors: `io_error` with the path and the system's reason.
class written_file {
 public:
  SMELT_LAZY explicit written_file(const std::string& path) : path_(path) {
    // Another file of ours may be on its way to the same name.
    for (int attempt = 0; attempt < 100 && number_ < 0; ++attempt) {
      beside_ = message(path, ".", ::getpid(), ".", attempt, ".part");
      number_ = ::open(beside_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (number_ < 0 && errno != EEXIST) break;
    }
    demand(number_ >= 0, "create");
  }
  written_file(const written_file&) = delete;
  written_file& operator=(const written_file&) = delete;
  ~written_file() {
    if (number_ >= 0) ::close(number_);
    if (!beside_.empty()) ::unlink(beside_.c_str());
  }

  SMELT_LAZY void write(const char* bytes, std::size_t size) {
    while (size > 0) {
      const auto done = ::write(number_, bytes, size);
      if (done < 0 && errno == EINTR) continue;
      demand(done > 0, "write");
      bytes += done;
      size -= static_cast<std::size_t>(done);
    }
  }
  /// Gives the file its name.
  SMELT_LAZY void commit() {
    const int number = number_;
    number_ = -1;
    demand(::close(number) == 0, "write");
    demand(std::rename(beside_.c_str(), path_.c_str()) == 0, "name");
    beside_.clear();
  }

 private:
  SMELT_LAZY void demand(bool ok, const char* verb) {
    if (ok) return;
    const int reason = errno;  // before anything below can change it
    expect<io_error>(false, "cannot ", verb, " '", path_,
                     "': ", std::generic_category().message(reason));
  }

  std::string path_;
  std::string beside_;
  int number_ = -1;
};

}  // namespace smelt::inline v0
