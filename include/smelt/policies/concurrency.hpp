// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// How many threads this process may use at once: what the machine has, what the affinity mask
/// allows and what the container's quota pays for.

#include <smelt/core/types.hpp>  // index

#include <algorithm>  // std::min, std::max
#include <fstream>    // the files of the control groups
#include <limits>
#include <string>
#include <thread>  // std::thread::hardware_concurrency

#if __has_include(<sched.h>)
#include <sched.h>  // sched_getaffinity; CPU_COUNT exists where it does
#endif

namespace smelt::inline v0 {

namespace detail {

/// No limit known.
inline constexpr index unlimited = std::numeric_limits<int>::max();

/// The CPU quota of one control group, in CPUs rounded up.
inline index group_cpus(const std::string& folder, bool unified) {
  index quota = 0;
  index period = 0;
  if (unified) {  // "150000 100000", or "max 100000"
    std::ifstream(folder + "/cpu.max") >> quota >> period;
  } else {  // -1 for no limit
    std::ifstream(folder + "/cpu.cfs_quota_us") >> quota;
    std::ifstream(folder + "/cpu.cfs_period_us") >> period;
  }
  return quota > 0 && period > 0 ? (quota - 1) / period + 1 : unlimited;
}

/// The least CPU quota among the control groups of this process and those above them, versions 1
/// and 2 at their usual mount points. `root` goes before every path. A group whose folder is not
/// there, as seen from inside a container, leaves those above it to speak.
inline index quota_cpus(const std::string& root) {
  index least = unlimited;
  std::ifstream groups(root + "/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {  // number:controllers:/path
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    std::string controllers(1, ',');
    controllers.append(line, first + 1, second - first - 1).append(1, ',');
    const bool unified = controllers == ",,";
    if (!unified && controllers.find(",cpu,") == std::string::npos) continue;
    const std::string mount = root + (unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpu");
    std::string group = line.substr(second + 1);
    while (true) {
      least = std::min(least, group_cpus(mount + group, unified));
      if (group.empty()) break;
      group.resize(std::min(group.find_last_of('/'), group.size() - 1));
    }
  }
  return least;
}

/// The CPUs in the affinity mask of the calling thread.
inline index affinity_cpus() noexcept {
#if defined(CPU_COUNT)
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
  return unlimited;
}

/// How many CPUs a list of the system's names, such as "0-3,8"; 0 for none.
inline index listed_cpus(std::istream& list) {
  index count = 0;
  for (index first; list >> first;) {
    index last = first;
    if (list.peek() == '-') list.ignore() >> last;
    count += last - first + 1;
    if (list.peek() == ',') list.ignore();
  }
  return count;
}

/// Bytes of the last cache before memory that a processor shares, from the system's description of it;
/// 32 MiB where there is none. (What sysconf says is the sum over all such caches.) Of a cache of more
/// than 32 MiB for each CPU that shares it, 32 MiB for each: a virtual machine is told of the whole cache
/// of its host, of which others have their parts. (Two CPUs that were told of 480 MiB stored 48 MiB as
/// fast past the caches as through them, and 96 MiB twice as fast.) `root` goes before every path.
inline index last_cache(const std::string& root) {
  constexpr index each = index{1} << 25;
  const std::string caches = root + "/sys/devices/system/cpu/cpu0/cache/index";
  index found = 0;
  for (int level = 0; level < 8; ++level) {  // "32768K"
    const std::string cache = caches + std::to_string(level);
    index kib = 0;
    std::ifstream(cache + "/size") >> kib;
    std::ifstream list(cache + "/shared_cpu_list");
    const index cpus = std::max<index>(listed_cpus(list), 1);
    found = std::max(found, std::min(kib * 1024, cpus * each));
  }
  return found > 0 ? found : each;
}
/// The same of this machine, asked once.
inline index last_cache() {
  static const index bytes = last_cache("");
  return bytes;
}

/// The least of three limits, of which the last is 0 where it is not known; 1 where none is.
inline int least_concurrency(index affinity, index quota, index machine) {
  index most = std::min(affinity, quota);
  if (machine > 0) most = std::min(most, machine);
  return most == unlimited ? 1 : static_cast<int>(std::max<index>(most, 1));
}

}  // namespace detail

/// How many threads the calling thread may keep busy: the least of the CPUs in its affinity mask,
/// the CPU quota of its control groups rounded up, and `std::thread::hardware_concurrency()`; at
/// least 1. It asks the system each time and reads no environment variable.
inline int default_concurrency() {
  return detail::least_concurrency(detail::affinity_cpus(), detail::quota_cpus(""),
                                   std::thread::hardware_concurrency());
}

}  // namespace smelt::inline v0
