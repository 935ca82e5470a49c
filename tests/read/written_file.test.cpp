// SPDX-License-Identifier: BSL-1.0

/// \file
/// A written file is there whole, or not at all.

#include <smelt/read/written_file.hpp>

#include <doctest/doctest.h>

#include <support/scratch.hpp>
#include <sys/resource.h>  // ::setrlimit
#include <sys/stat.h>      // ::stat, ::umask

#include <cerrno>
#include <csignal>
#include <string>

using smelt::written_file;
using namespace smelt_test;

TEST_CASE("a file has its name when it is committed, and permissions as any other") {
  const scratch here("written");
  {
    written_file file(here.path("a"));
    file.write("hello, ", 7);
    CHECK(here.count() == 1);
    CHECK_FALSE(std::filesystem::exists(here.path("a")));
    written_file other(here.path("a"));  // on its way to the same name
    other.write("other", 5);
    file.write("world", 5);
    file.commit();
    CHECK(bytes_of_file(here.path("a")) == "hello, world");
    other.commit();
  }
  CHECK(bytes_of_file(here.path("a")) == "other");
  CHECK(here.count() == 1);
  struct stat facts {};
  REQUIRE(::stat(here.path("a").c_str(), &facts) == 0);
  const auto mask = ::umask(0);
  ::umask(mask);
  CHECK((facts.st_mode & 0777) == (0666 & ~mask));
}

TEST_CASE("without a commit nothing is left") {
  const scratch here("not_written");
  write_bytes(here.path("a"), "before");
  { written_file(here.path("a")).write("after", 5); }
  CHECK(bytes_of_file(here.path("a")) == "before");
  CHECK(here.count() == 1);
}

TEST_CASE("a hundred files may be on their way to one name") {
  const scratch here("written_hundred");
  const auto path = here.path("a");
  const auto beside = [&](int k) {
    return path + "." + std::to_string(::getpid()) + "." + std::to_string(k) + ".part";
  };
  for (int k = 0; k < 99; ++k) write_bytes(beside(k), "theirs");
  {
    written_file last(path);
    CHECK(std::filesystem::exists(beside(99)));
    last.write("last", 4);
    CHECK_THROWS_WITH_AS(written_file{path}, ("cannot create '" + path + "': File exists").c_str(),
                         smelt::io_error);
    last.commit();
  }
  CHECK(bytes_of_file(path) == "last");
  std::filesystem::remove(beside(0));
  { written_file first(path); CHECK(std::filesystem::exists(beside(0))); }
  CHECK(bytes_of_file(beside(5)) == "theirs");
}

TEST_CASE("no descriptor is left open") {
  const scratch here("written_descriptors");
  const int before = ::dup(0);
  ::close(before);
  for (const bool committed : {true, false}) {
    written_file file(here.path("a"));
    file.write("x", 1);
    if (committed) file.commit();
  }
  const int after = ::dup(0);
  ::close(after);
  CHECK(before == after);
}

TEST_CASE("a program without an input has a file of number 0") {
  const scratch here("written_zero");
  const int kept = ::dup(0);
  ::close(0);
  {
    written_file file(here.path("a"));
    file.write("zero", 4);
    file.commit();
  }
  { written_file(here.path("b")).write("gone", 4); }
  const int next = ::dup(kept);  // the lowest that is free: both have been closed
  CHECK(next == 0);
  if (next != 0) ::dup2(kept, 0);
  ::close(kept);
  CHECK(bytes_of_file(here.path("a")) == "zero");
  CHECK(here.count() == 1);
}

TEST_CASE("errors name the path and the reason") {
  const scratch here("written_errors");
  CHECK_THROWS_WITH_AS(written_file("no/such/file.npy"),
                       "cannot create 'no/such/file.npy': No such file or directory", smelt::io_error);

  std::filesystem::create_directory(here.path("folder"));
  write_bytes(here.path("folder/full"), "");
  const auto folder = here.path("folder");
  const auto onto_a_folder = [&] {
    written_file file(folder);
    file.commit();
  };
  CHECK_THROWS_WITH_AS(onto_a_folder(), ("cannot name '" + folder + "': Is a directory").c_str(),
                       smelt::io_error);

  const auto old = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limits{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &limits) == 0);
  const rlimit few{1000, limits.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &few) == 0);
  const auto path = here.path("large");
  const auto too_much = [&] {
    written_file file(path);
    const std::string bytes(1001, 'x');
    file.write(bytes.data(), bytes.size());
  };
  CHECK_THROWS_WITH_AS(too_much(), ("cannot write '" + path + "': File too large").c_str(),
                       smelt::io_error);
  {
    written_file once(here.path("once"));
    errno = EINTR;  // of an earlier call: it says nothing of this one
    once.write("bytes", 5);
    once.commit();
  }
  CHECK(bytes_of_file(here.path("once")) == "bytes");
  std::filesystem::remove(here.path("once"));
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &limits) == 0);
  std::signal(SIGXFSZ, old);
  CHECK(here.count() == 1);
}
