// SPDX-License-Identifier: BSL-1.0
/// \file
/// Small files read whole and replaced whole: what is there before, after, and when it fails.

#include <smelt/stored/file.hpp>

#include <doctest/doctest.h>

#include <signal.h>
#include <sys/resource.h>

#include <dirent.h>

#include <cerrno>
#include <cstdlib>  // ::mkdtemp
#include <string>
#include <thread>
#include <vector>

using namespace smelt;
using namespace smelt::detail;

namespace {

/// A folder that goes with what is in it.
struct folder {
  std::string path = "/tmp/smelt-file-XXXXXX";
  folder() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
  ~folder() {
    for (const auto& name : names()) ::unlink((path + "/" + name).c_str());
    ::rmdir((path + "/sub").c_str());
    ::rmdir(path.c_str());
  }
  std::string operator/(const char* name) const { return path + "/" + name; }
  std::vector<std::string> names() const {
    std::vector<std::string> made;
    DIR* at = ::opendir(path.c_str());
    while (const dirent* entry = ::readdir(at))
      if (std::string_view(entry->d_name).find_first_not_of('.') != std::string_view::npos)
        made.push_back(entry->d_name);
    ::closedir(at);
    return made;
  }
};

std::string read(const std::string& path) {
  status found;
  std::string text = read_whole(path, found);
  CHECK_MESSAGE(found.ok(), found.what());
  return text;
}
std::string replaced(const std::string& path, std::string_view text) {
  status found;
  replace_file(path, text, found);
  CHECK((found.ok() || found.kind() == failure::io));
  return found.what();
}
mode_t mode_of(const std::string& path) {
  struct stat facts {};
  REQUIRE(::stat(path.c_str(), &facts) == 0);
  return facts.st_mode & 0777;
}

}  // namespace

TEST_CASE("what was written is read; nothing else is left") {
  const folder here;
  const std::string path = here / "a";
  for (const std::size_t size : {0u, 1u, 65535u, 65536u, 65537u, 300000u}) {
    std::string text(size, 'x');
    if (size > 2) text[size / 2] = '\0';
    CHECK(replaced(path, text) == "");
    CHECK(read(path) == text);
  }
  CHECK(here.names() == std::vector<std::string>{"a"});
}

TEST_CASE("what cannot be read or written is said with its path and reason") {
  const folder here;
  status found;
  CHECK(read_whole(here / "b", found).empty());
  CHECK(found.what() == "cannot open '" + (here / "b") + "': No such file or directory");
  found = {};
  CHECK(read_whole(here.path, found).empty());
  CHECK(found.what() == "cannot read '" + here.path + "': Is a directory");
  CHECK(replaced(here / "no/b", "x") == "cannot write '" + (here / "no/b") + "': No such file or directory");
  CHECK(replaced(here.path, "x") == "cannot write '" + here.path + "': it is no regular file");
  CHECK(replaced("/dev/null", "x") == "cannot write '/dev/null': it is no regular file");
  CHECK(here.names().empty());
}

TEST_CASE("a write that fails leaves the file that was there, and nothing beside it") {
  const folder here;
  const std::string path = here / "a";
  CHECK(replaced(path, "old") == "");
  rlimit was{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &was) == 0);
  rlimit small = was;
  small.rlim_cur = 1000;
  auto* const handler = ::signal(SIGXFSZ, SIG_IGN);
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  const std::string said = replaced(path, std::string(5000, 'x'));
  ::setrlimit(RLIMIT_FSIZE, &was);
  ::signal(SIGXFSZ, handler);
  CHECK(said == "cannot write '" + path + "': File too large");
  CHECK(read(path) == "old");
  CHECK(here.names() == std::vector<std::string>{"a"});
}

TEST_CASE("permissions stay; a new file has those of the process") {
  const folder here;
  const std::string path = here / "a";
  const mode_t mask = ::umask(027);
  CHECK(replaced(path, "x") == "");
  CHECK(mode_of(path) == 0640);
  REQUIRE(::chmod(path.c_str(), 0664) == 0);
  CHECK(replaced(path, "y") == "");
  CHECK(mode_of(path) == 0664);
  ::umask(mask);
}

TEST_CASE("behind a link lies the file that is replaced") {
  const folder here;
  CHECK(replaced(here / "file", "old") == "");
  REQUIRE(::symlink("file", (here / "link").c_str()) == 0);
  CHECK(replaced(here / "link", "new") == "");
  CHECK(read(here / "file") == "new");
  struct stat facts {};
  REQUIRE(::lstat((here / "link").c_str(), &facts) == 0);
  CHECK(S_ISLNK(facts.st_mode));
}

TEST_CASE("what an ended program left beside is passed over") {
  const folder here;
  const std::string left = message(here / "a", ".", smelt::index{::getpid()}, ".0.new");
  CHECK(replaced(left.c_str(), "half") == "");
  CHECK(replaced(here / "a", "whole") == "");
  CHECK(read(here / "a") == "whole");
  CHECK(read(left) == "half");
}

TEST_CASE("a thousand such names, and no more") {
  const folder here;
  const std::string path = here / "a";
  const auto beside = [&](int k) { return message(path, ".", smelt::index{::getpid()}, ".", k, ".new"); };
  const auto make = [&](int k) { ::close(::creat(beside(k).c_str(), 0600)); };
  for (int k = 1; k < 1000; ++k) make(k);
  CHECK(replaced(path, "x") == "");
  make(0);
  CHECK(replaced(path, "y") == "cannot write '" + path + "': File exists");
  CHECK(read(path) == "x");
  CHECK(here.names().size() == 1001);
  REQUIRE(::unlink(beside(999).c_str()) == 0);
  CHECK(replaced(path, "y") == "");
  CHECK(read(path) == "y");
}

TEST_CASE("the file may get the number 0; what errno was before does not matter") {
  const folder here;
  const std::string path = here / "a";
  CHECK(replaced(path, "old") == "");
  const int input = ::dup(0);
  ::close(0);
  errno = EINTR;
  const std::string wrote = replaced(path, "new");
  errno = EINTR;
  const std::string seen = read(path);
  if (input >= 0) {
    ::dup2(input, 0);
    ::close(input);
  }
  CHECK(wrote == "");
  CHECK(seen == "new");
  CHECK(here.names() == std::vector<std::string>{"a"});
}

TEST_CASE("a reader beside writers sees a whole file") {
  const folder here;
  const std::string path = here / "a";
  const auto text = [](char c) { return std::string(20000, c); };
  CHECK(replaced(path, text('a')) == "");
  std::vector<std::thread> writers;
  std::vector<int> failed(3);
  for (std::size_t k = 0; k < 3; ++k)
    writers.emplace_back([&, k] {
      for (int i = 0; i < 20; ++i) {
        status found;
        replace_file(path, text(static_cast<char>('a' + k)), found);
        failed[k] += !found.ok();
      }
    });
  bool whole = true;
  for (int i = 0; i < 200; ++i) {
    const std::string seen = read(path);
    whole = whole && seen.size() == 20000 && seen.find_first_not_of(seen[0]) == std::string::npos;
  }
  for (auto& writer : writers) writer.join();
  CHECK(whole);
  CHECK(failed == std::vector<int>{0, 0, 0});
  CHECK(here.names() == std::vector<std::string>{"a"});
}
