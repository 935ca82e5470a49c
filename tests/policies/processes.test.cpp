// SPDX-License-Identifier: BSL-1.0
/// \file
/// Many processes on one machine, as an MPI launcher starts them: which of them have threads, and
/// that all of them come to the same bits.

#include <smelt/eigen.hpp>
#include <smelt/fit.hpp>
#include <smelt/policies.hpp>
#include <smelt/stages.hpp>
#include <smelt/transform.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <vector>

#if __has_include(<sched.h>)
#include <sched.h>  // CPU_COUNT exists where affinity masks do
#endif

#if defined(CPU_COUNT)
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace smelt;

namespace {

/// Threads of this process.
int threads() {
  return static_cast<int>(std::distance(std::filesystem::directory_iterator("/proc/self/task"),
                                        std::filesystem::directory_iterator()));
}

/// Fits and transforms a small and a middle table; a hash of all bits that come out.
template <class Policy>
std::uint64_t work(const Policy& policy) {
  std::uint64_t hash = 14695981039346656037u;
  for (const smelt::index rows : {100, 20000}) {
    table<float> x(rows, 8);
    for (smelt::index i = 0; i < rows * 8; ++i)
      x.data()[i] = i % 29 == 0 ? missing_value<float> : static_cast<float>(i % 97);
    const auto fitted = fit(policy, clean(fill::mean) | standardize(), x);
    const auto y = transform(policy, fitted, x);
    for (smelt::index i = 0; i < rows * 8; ++i) {
      std::uint32_t bits = 0;
      std::memcpy(&bits, y.data() + i, sizeof bits);
      hash = (hash ^ bits) * 1099511628211u;
    }
  }
  return hash;
}

/// What a child saw: threads it has started, and its hash.
struct report {
  int started;
  std::uint64_t hash;
};

/// Forks `count` children that run at the same time, each `body(i)`; what they reported. A child
/// that hangs or fails leaves {-1, 0}.
template <class Body>
std::vector<report> in_processes(int count, Body&& body) {
  const std::size_t bytes = static_cast<std::size_t>(count) * sizeof(report);
  void* shared = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  REQUIRE(shared != MAP_FAILED);
  auto* reports = static_cast<report*>(shared);
  std::vector<pid_t> children;
  for (int i = 0; i < count; ++i) {
    reports[i] = {-1, 0};
    const pid_t child = fork();
    if (child == 0) {
      alarm(120);
      const int before = threads();
      const std::uint64_t hash = body(i);
      reports[i] = {threads() - before, hash};
      _exit(0);
    }
    if (child > 0) children.push_back(child);
  }
  for (const pid_t child : children) waitpid(child, nullptr, 0);
  std::vector<report> all(reports, reports + count);
  munmap(shared, bytes);
  return all;
}

/// Gives the calling thread one CPU of those it has, as a launcher does before a program begins.
void pin(int turn) {
  cpu_set_t mine;
  if (sched_getaffinity(0, sizeof mine, &mine) != 0) _exit(1);
  int left = turn % CPU_COUNT(&mine);
  std::size_t cpu = 0;
  while (!CPU_ISSET(cpu, &mine) || left-- > 0) ++cpu;
  CPU_ZERO(&mine);
  CPU_SET(cpu, &mine);
  if (sched_setaffinity(0, sizeof mine, &mine) != 0) _exit(1);
}

void check_all(const std::vector<report>& all, int started) {
  const std::uint64_t expected = work(on::seq);
  for (const report& each : all) {
    CHECK(each.started == started);
    CHECK(each.hash == expected);
  }
}

}  // namespace

TEST_CASE("64 processes of one CPU each start no thread") {
  check_all(in_processes(64,
                         [](int i) {
                           pin(i);
                           return work(on::eigen);
                         }),
            0);
}

TEST_CASE("64 processes that share the CPUs start no thread where the host says alone") {
  check_all(in_processes(64, [](int) { return work(on::eigen.alone()); }), 0);
}

TEST_CASE("a process without a mask of its own takes all CPUs, and one pool") {
  check_all(in_processes(2,
                         [](int) {
                           const auto first = work(on::eigen);
                           return work(on::eigen) == first ? first : 0;
                         }),
            default_concurrency() - 1);
}

TEST_CASE("children of a process that has started its threads work on without any") {
  const auto all = in_processes(1, [](int) {  // a child itself: this process starts none
    const std::uint64_t mine = work(on::eigen);
    workers pool{3};
    if (work(on::eigen.on(pool)) != mine) return std::uint64_t{0};
    for (const report& each : in_processes(
             8, [&](int i) { return i % 2 == 0 ? work(on::eigen) : work(on::eigen.on(pool)); }))
      if (each.started != 0 || each.hash != mine) return std::uint64_t{0};
    return work(on::eigen) == mine ? mine : 0;
  });
  check_all(all, default_concurrency() - 1);
}
#endif
