// SPDX-License-Identifier: BSL-1.0
/// \file
/// The peers of the comparison that are C++ on a CPU. run.py starts it, one process for each peer and work;
/// comparison/protocol.hpp has what they say to each other.
///   comparison --peer NAME --work NAME --data x.npy [--labels y.npy] [--rows N] [--rows-per-batch N]
///              [--batches N] [--stages N]
///   comparison --convert FILE.csv x.npy    the table of a file, as peers are given it
///   comparison --version                   what it was compiled by and with
///   comparison --list                      works and who does them, a pair a line

#include "comparison/data.hpp"
#include "comparison/peers.hpp"

#include <Eigen/Core>

#include <exception>
#include <vector>

namespace {

#if defined(__clang__)
constexpr const char* compiler = __VERSION__;
#else
constexpr const char* compiler = "g++ " __VERSION__;
#endif

struct peer {
  const char* name;
  smelt_comparison::made_task (*make)(const smelt_comparison::request&);
  std::vector<const char*> works;
};
const std::vector<const char*> all = {"scale", "norm", "fit",  "fit_transform", "drop",
                                      "sample", "full", "batch", "break_even"};
const std::vector<const char*> all_and_length = [] {
  auto works = all;
  works.push_back("length");
  return works;
}();
const peer peers[] = {
    {"smelt", smelt_comparison::smelt_task, all_and_length},
    {"smelt_one", smelt_comparison::smelt_one_task, all},
    {"unfused",
     smelt_comparison::unfused_task,
     {"scale", "norm", "fit", "fit_transform", "drop", "sample", "full", "length"}},
    {"by_hand", smelt_comparison::by_hand_task, all},
    {"eigen", smelt_comparison::eigen_task, all},
    {"copy", smelt_comparison::ceiling_task, {"ceiling"}},
    {"streamed_copy", smelt_comparison::ceiling_task, {"ceiling"}},
    {"read", smelt_comparison::ceiling_task, {"ceiling"}},
};

}  // namespace

int main(int count, char** given) try {
  using namespace smelt_comparison;
  if (count == 2 && std::string(given[1]) == "--list") {
    for (const auto& p : peers)
      for (const char* work : p.works) std::printf("%s %s\n", work, p.name);
    return 0;
  }
  if (count == 2 && std::string(given[1]) == "--version") {
    std::printf("compiler %s\nflags %s\neigen %d.%d.%d\nthreads %d\n", compiler, SMELT_COMPARISON_FLAGS,
                EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION, smelt::default_concurrency());
    return 0;
  }
  if (count == 4 && std::string(given[1]) == "--convert") {
    std::puts(convert_data(given[2], given[3]).c_str());
    return 0;
  }
  request r;
  if (!read_request(count, given, r)) {
    std::fputs("comparison --peer NAME --work NAME --data x.npy [options]; see the head of comparison.cpp\n", stderr);
    return 2;
  }
  for (const auto& p : peers)
    if (r.peer == p.name) return serve(r, p.make);
  std::printf("skip there is no peer %s\n", r.peer.c_str());
  return 77;
} catch (const std::exception& problem) {
  std::fprintf(stderr, "comparison: %s\n", problem.what());
  return 1;
}
