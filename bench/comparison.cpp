// SPDX-License-Identifier: BSL-1.0
/// \file
/// The peers of the comparison that are C++ on a CPU. run.py starts it, one process for each peer and work;
/// comparison/protocol.hpp has what they say to each other.
///   comparison --peer NAME --work NAME --data x.npy [--labels y.npy] [--rows N] [--rows-per-batch N]
///              [--batches N] [--stages N]
///   comparison --convert FILE.csv x.npy    the table of a file, as peers are given it
///   comparison --peers                     the names of them

#include "comparison/data.hpp"
#include "comparison/peers.hpp"

#include <exception>
#include <map>

namespace {

const std::map<std::string, smelt_comparison::made_task (*)(const smelt_comparison::request&)> peers = {
    {"smelt", smelt_comparison::smelt_task},       {"smelt_one", smelt_comparison::smelt_one_task},
    {"unfused", smelt_comparison::unfused_task},   {"by_hand", smelt_comparison::by_hand_task},
    {"eigen", smelt_comparison::eigen_task},       {"copy", smelt_comparison::ceiling_task},
    {"streamed_copy", smelt_comparison::ceiling_task}, {"read", smelt_comparison::ceiling_task},
};

}  // namespace

int main(int count, char** given) try {
  using namespace smelt_comparison;
  if (count == 2 && std::string(given[1]) == "--peers") {
    for (const auto& [name, make] : peers) std::puts(name.c_str());
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
  const auto found = peers.find(r.peer);
  if (found == peers.end()) {
    std::printf("skip there is no peer %s\n", r.peer.c_str());
    return 77;
  }
  return serve(r, found->second);
} catch (const std::exception& problem) {
  std::fprintf(stderr, "comparison: %s\n", problem.what());
  return 1;
}
