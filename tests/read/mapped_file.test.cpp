// SPDX-License-Identifier: BSL-1.0

/// \file
/// A mapped file has the bytes of the file, whether they were mapped or read.

#include <smelt/read/mapped_file.hpp>

#include <doctest/doctest.h>
#include <fcntl.h>     // ::fcntl
#include <sys/stat.h>  // ::mkfifo
#include <unistd.h>    // ::dup, ::dup2, ::close

#include <cerrno>
#include <cstdio>      // std::fopen
#include <filesystem>  // a directory of our own
#include <string>
#include <thread>
#include <utility>  // std::move

namespace {

/// A directory that goes when the test ends.
struct scratch {
  std::filesystem::path folder;
  explicit scratch(const std::string& name)
      : folder(std::filesystem::temp_directory_path() /
               ("smelt_mapped_file_" + name + "_" + std::to_string(::getpid()))) {
    std::filesystem::create_directory(folder);
  }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  ~scratch() { std::filesystem::remove_all(folder); }
  std::string path(const std::string& name) const { return (folder / name).string(); }
};

void write(const std::string& path, const std::string& bytes) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  REQUIRE(file != nullptr);
  REQUIRE(std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size());
  REQUIRE(std::fclose(file) == 0);
}

/// Bytes of every value, with a length that is no multiple of anything.
std::string many_bytes(std::size_t size) {
  std::string made;
  made.reserve(size);
  for (std::size_t i = 0; i < size; ++i) made += static_cast<char>((i * 131 + i / 251) & 0xff);
  return made;
}

}  // namespace

TEST_CASE("a regular file is mapped, byte for byte") {
  const scratch here("regular");
  // One page exactly, one byte beside it, and more than one read of the fallback.
  for (const std::size_t size : {1u, 4095u, 4096u, 4097u, 3'000'001u}) {
    const auto bytes = many_bytes(size);
    write(here.path("file"), bytes);
    const smelt::mapped_file file(here.path("file"));
    CHECK(file.mapped());
    CHECK(file.text() == bytes);
    file.read_in_any_order();
    CHECK(file.text() == bytes);
  }
}

TEST_CASE("what cannot be mapped is read to its end") {
  const scratch here("fifo");
  for (const std::size_t size : {1u, 1'048'576u, 3'000'001u}) {
    const auto bytes = many_bytes(size);
    const auto path = here.path("fifo" + std::to_string(size));
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    std::thread writer([&] { write(path, bytes); });
    const smelt::mapped_file file(path);
    writer.join();
    CHECK_FALSE(file.mapped());
    CHECK(file.text() == bytes);
  }
}

TEST_CASE("an empty file is empty, not an error") {
  const scratch here("empty");
  write(here.path("file"), "");
  CHECK(smelt::mapped_file(here.path("file")).text().empty());
  smelt::mapped_file(here.path("file")).read_in_any_order();
  CHECK(smelt::mapped_file("/dev/null").text().empty());
  errno = EINTR;  // of an earlier call: it says nothing of this one
  CHECK(smelt::mapped_file("/dev/null").text().empty());
}

TEST_CASE("a regular file whose system maps no pages of it is read") {
  const std::string path = "/sys/devices/system/cpu/online";
  if (!std::filesystem::exists(path)) return;
  CHECK_FALSE(smelt::mapped_file(path).text().empty());
}

TEST_CASE("pages and file numbers are given back") {
  const scratch here("given_back");
  const auto path = here.path("file");
  write(path, "bytes");
  const auto is_mapped = [&] {
    return smelt::mapped_file("/proc/self/maps").text().find(path) != std::string_view::npos;
  };
  if (std::filesystem::exists("/proc/self/maps")) {
    {
      const smelt::mapped_file file(path);
      CHECK(is_mapped());
    }
    CHECK_FALSE(is_mapped());
  }
  // The number 0 is one like any other, where nobody has it.
  const int input = ::dup(0);
  ::close(0);
  CHECK(smelt::mapped_file(path).text() == "bytes");
  const bool closed = ::fcntl(0, F_GETFD) == -1;
  if (input >= 0) {
    ::dup2(input, 0);
    ::close(input);
  }
  CHECK(closed);
}

TEST_CASE("a moved file keeps its bytes, and the one moved from is empty") {
  const scratch here("moved");
  write(here.path("a"), "first");
  write(here.path("b"), "second");
  smelt::mapped_file first(here.path("a"));
  smelt::mapped_file second(std::move(first));
  CHECK(second.text() == "first");
  CHECK(first.text().empty());  // NOLINT: what is left is empty
  second = smelt::mapped_file(here.path("b"));
  CHECK(second.text() == "second");
  static_assert(!std::is_copy_constructible_v<smelt::mapped_file>);
}

TEST_CASE("the text outlives the name of the file") {
  const scratch here("removed");
  write(here.path("file"), "still here");
  const smelt::mapped_file file(here.path("file"));
  std::filesystem::remove(here.path("file"));
  CHECK(file.text() == "still here");
}

TEST_CASE("errors name the path and the reason") {
  const scratch here("errors");
  CHECK_THROWS_WITH_AS(smelt::mapped_file("no/such/file.csv"),
                       "cannot open 'no/such/file.csv': No such file or directory",
                       smelt::io_error);
  const auto folder = here.folder.string();
  CHECK_THROWS_WITH_AS(smelt::mapped_file{folder},
                       ("cannot read '" + folder + "': Is a directory").c_str(), smelt::io_error);
}
