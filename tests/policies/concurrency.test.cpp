// SPDX-License-Identifier: BSL-1.0
#include <smelt/policies/concurrency.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

using smelt::detail::quota_cpus;
using smelt::detail::unlimited;

namespace {

/// A made-up file system below a folder of its own, removed at the end.
class fake_root {
 public:
  fake_root() {
    static int made = 0;
    const auto self = std::to_string(std::hash<std::thread::id>{}(std::this_thread::get_id()));
    path_ = std::filesystem::temp_directory_path() /
            ("smelt-concurrency-" + self + "-" + std::to_string(made++));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  fake_root(const fake_root&) = delete;
  fake_root& operator=(const fake_root&) = delete;
  ~fake_root() { std::filesystem::remove_all(path_); }

  fake_root& file(const std::string& name, const std::string& text) {
    const auto full = path_ / name;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full) << text;
    return *this;
  }
  smelt::index cpus() const { return quota_cpus(path_.string()); }
  smelt::index last_cache() const { return smelt::detail::last_cache(path_.string()); }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("no control groups, or no limit, means unlimited") {
  CHECK(fake_root().cpus() == unlimited);
  CHECK(fake_root().file("proc/self/cgroup", "").cpus() == unlimited);
  CHECK(fake_root().file("proc/self/cgroup", "nonsense\n0:\n::::\n").cpus() == unlimited);
  CHECK(fake_root()
            .file("proc/self/cgroup", "nonsense\n0:\n")
            .file("sys/fs/cgroup/cpu.max", "100000 100000\n")
            .cpus() == unlimited);
  CHECK(fake_root()
            .file("proc/self/cgroup", "0::/a\n")
            .file("sys/fs/cgroup/a/cpu.max", "max 100000\n")
            .cpus() == unlimited);
  CHECK(fake_root()
            .file("proc/self/cgroup", "0::/a\n")
            .file("sys/fs/cgroup/a/cpu.max", "100000 0\n")
            .cpus() == unlimited);
}

TEST_CASE("version 2: the quota is rounded up, and a group above may be the tighter one") {
  const auto one = [](const std::string& limit) {
    return fake_root()
        .file("proc/self/cgroup", "0::/job\n")
        .file("sys/fs/cgroup/job/cpu.max", limit)
        .cpus();
  };
  CHECK(one("1 100000\n") == 1);
  CHECK(one("50000 100000\n") == 1);
  CHECK(one("100000 100000\n") == 1);
  CHECK(one("100001 100000\n") == 2);
  CHECK(one("400000 100000\n") == 4);

  fake_root nested;
  nested.file("proc/self/cgroup", "0::/slice/job/step\n")
      .file("sys/fs/cgroup/slice/job/step/cpu.max", "800000 100000\n")
      .file("sys/fs/cgroup/slice/job/cpu.max", "max 100000\n");
  CHECK(nested.cpus() == 8);
  nested.file("sys/fs/cgroup/slice/cpu.max", "250000 100000\n");
  CHECK(nested.cpus() == 3);
  nested.file("sys/fs/cgroup/cpu.max", "200000 100000\n");
  CHECK(nested.cpus() == 2);
}

TEST_CASE("version 1: the cpu controller, alone or with others, and nothing but it") {
  const std::string groups =
      "12:cpuset:/set\n4:cpu,cpuacct:/docker/0123\n2:memory:/docker/0123\n0::/\n";
  fake_root root;
  root.file("proc/self/cgroup", groups)
      .file("sys/fs/cgroup/cpu/docker/0123/cpu.cfs_quota_us", "-1\n")
      .file("sys/fs/cgroup/cpu/docker/0123/cpu.cfs_period_us", "100000\n")
      .file("sys/fs/cgroup/cpu/set/cpu.cfs_quota_us", "1\n")
      .file("sys/fs/cgroup/cpu/set/cpu.cfs_period_us", "1\n");
  CHECK(root.cpus() == unlimited);
  root.file("sys/fs/cgroup/cpu/docker/0123/cpu.cfs_quota_us", "350000\n");
  CHECK(root.cpus() == 4);
}

TEST_CASE("inside a container the group's own folder is missing and the mount's root speaks") {
  CHECK(fake_root()
            .file("proc/self/cgroup", "4:cpu,cpuacct:/docker/0123\n")
            .file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "150000\n")
            .file("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n")
            .cpus() == 2);
  CHECK(fake_root()
            .file("proc/self/cgroup", "0::/../../elsewhere\n")
            .file("sys/fs/cgroup/cpu.max", "300000 100000\n")
            .cpus() == 3);
}

TEST_CASE("the default is at least 1 and at most what the machine has") {
  const int most = smelt::default_concurrency();
  CHECK(most >= 1);
  if (std::thread::hardware_concurrency() > 0) {
    CHECK(most <= static_cast<int>(std::thread::hardware_concurrency()));
  }
  CHECK(most <= smelt::detail::affinity_cpus());
  CHECK(most == smelt::detail::least_concurrency(smelt::detail::affinity_cpus(), quota_cpus(""),
                                                 std::thread::hardware_concurrency()));
}

TEST_CASE("the least of what is known, and 1 where nothing is") {
  const auto least = smelt::detail::least_concurrency;
  CHECK(least(3, 5, 4) == 3);
  CHECK(least(5, 3, 4) == 3);
  CHECK(least(5, 4, 3) == 3);
  CHECK(least(5, 4, 1) == 1);
  CHECK(least(5, 4, 0) == 4);
  CHECK(least(unlimited, unlimited, 6) == 6);
  CHECK(least(unlimited, unlimited, 0) == 1);
  CHECK(least(0, unlimited, 0) == 1);
}

TEST_CASE("the last cache is the largest that the system describes, 32 MiB where it tells none") {
  fake_root root;
  CHECK(root.last_cache() == 32 << 20);
  root.file("sys/devices/system/cpu/cpu0/cache/index0/size", "48K\n");
  CHECK(root.last_cache() == 48 << 10);
  root.file("sys/devices/system/cpu/cpu0/cache/index3/size", "32768K\n")
      .file("sys/devices/system/cpu/cpu0/cache/index7/size", "1K\n");
  CHECK(root.last_cache() == 32 << 20);
  root.file("sys/devices/system/cpu/cpu0/cache/index7/size", "65536K\n")
      .file("sys/devices/system/cpu/cpu0/cache/index7/shared_cpu_list", "0-15,96-111\n");
  CHECK(root.last_cache() == 64 << 20);
  CHECK(smelt::detail::last_cache() == smelt::detail::last_cache(""));
}

TEST_CASE("of the cache of a host that others share no CPU counts on more than 32 MiB") {
  fake_root root;
  const std::string cache = "sys/devices/system/cpu/cpu0/cache/index3";
  root.file(cache + "/size", "491520K\n");
  CHECK(root.last_cache() == 32 << 20);
  root.file(cache + "/shared_cpu_list", "0-1\n");
  CHECK(root.last_cache() == 64 << 20);
  root.file(cache + "/shared_cpu_list", "0,4-6,9\n");
  CHECK(root.last_cache() == 160 << 20);
  root.file(cache + "/shared_cpu_list", "0-55\n");
  CHECK(root.last_cache() == 480 << 20);
  auto listed = [](const char* text) {
    std::istringstream list(text);
    return smelt::detail::listed_cpus(list);
  };
  CHECK(listed("") == 0);
  CHECK(listed("7") == 1);
  CHECK(listed("0-3") == 4);
  CHECK(listed("2-3,8,10-11\n") == 5);
}

#if defined(CPU_COUNT)
TEST_CASE("the default follows the affinity mask") {
  std::thread([] {  // a mask belongs to a thread; this one is thrown away
    cpu_set_t all;
    REQUIRE(sched_getaffinity(0, sizeof all, &all) == 0);
    std::size_t first = 0;
    while (!CPU_ISSET(first, &all)) ++first;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0);
    CHECK(smelt::detail::affinity_cpus() == 1);
    CHECK(smelt::default_concurrency() == 1);
  }).join();
}
#endif
