// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The bytes of a file without a copy: its pages mapped into memory, or, for what cannot be mapped
/// (pipes, terminals, files that state no size), read to the end.

#include <smelt/core/error.hpp>

#include <fcntl.h>     // ::open
#include <sys/mman.h>  // ::mmap, ::munmap, ::posix_madvise
#include <sys/stat.h>  // ::fstat
#include <unistd.h>    // ::read, ::close

#include <cerrno>
#include <cstddef>  // std::size_t
#include <string>
#include <string_view>
#include <system_error>  // std::generic_category, for the words behind errno
#include <utility>       // std::exchange, std::swap

namespace smelt::inline v0 {

/// A file opened for reading; movable, not copyable. Its text is valid as long as the object lives.
///
/// A mapped file that another program shortens meanwhile cannot be read to its end: the system then
/// ends this program with SIGBUS. Replace a file (write beside it, rename) while it may be read.
///
/// Errors: `io_error` with the path and the system's reason.
class mapped_file {
 public:
  SMELT_LAZY explicit mapped_file(const std::string& path) {
    const descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    demand(file.number >= 0, "open", path);
    struct stat facts {};
    demand(::fstat(file.number, &facts) == 0, "examine", path);
    if (!S_ISREG(facts.st_mode) || facts.st_size <= 0 || !map(file, facts.st_size))
      read(file, path);
  }

  /// Every byte of the file; empty for an empty file.
  std::string_view text() const {
    return mapped() ? std::string_view(pages_.at, pages_.size) : std::string_view(read_);
  }
  /// Tells the system that bytes are read in any order and more than once. It was told that they are
  /// read from the first to the last, and need not be kept.
  void read_in_any_order() const {
    if (mapped()) ::posix_madvise(pages_.at, pages_.size, POSIX_MADV_NORMAL);
  }
  /// True when `text` is the file's own pages, false when it is a copy.
  bool mapped() const { return pages_.at != nullptr; }

 private:
  struct descriptor {
    int number;
    explicit descriptor(int n) : number(n) {}
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    ~descriptor() {
      if (number >= 0) ::close(number);
    }
  };
  struct mapping {
    char* at = nullptr;
    std::size_t size = 0;
    mapping() = default;
    mapping(char* pages, std::size_t bytes) : at(pages), size(bytes) {}
    mapping(mapping&& other) noexcept
        : at(std::exchange(other.at, nullptr)), size(std::exchange(other.size, 0)) {}
    mapping& operator=(mapping other) noexcept {
      std::swap(at, other.at);
      std::swap(size, other.size);
      return *this;
    }
    ~mapping() {
      if (at != nullptr) ::munmap(at, size);
    }
  };

  SMELT_LAZY static void demand(bool ok, const char* verb, const std::string& path) {
    if (ok) return;
    const int reason = errno;  // before anything below can change it
    expect<io_error>(false, "cannot ", verb, " '", path,
                     "': ", std::generic_category().message(reason));
  }
  SMELT_LAZY bool map(const descriptor& file, off_t length) {
    const auto size = static_cast<std::size_t>(length);
    void* pages = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number, 0);
    if (pages == MAP_FAILED) return false;
    ::posix_madvise(pages, size, POSIX_MADV_SEQUENTIAL);  // advice: what it returns changes nothing
    pages_ = mapping(static_cast<char*>(pages), size);
    return true;
  }
  SMELT_LAZY void read(const descriptor& file, const std::string& path) {
    constexpr std::size_t step = std::size_t{1} << 20;
    for (std::size_t have = 0;;) {
      read_.resize(have + step);
      const auto got = ::read(file.number, read_.data() + have, step);
      if (got < 0 && errno == EINTR) continue;
      demand(got >= 0, "read", path);
      have += static_cast<std::size_t>(got);
      read_.resize(have);
      if (got == 0) return;
    }
  }

  mapping pages_;
  std::string read_;
};

}  // namespace smelt::inline v0
