// SPDX-License-Identifier: BSL-1.0

/// \file
/// Golden digests: each case is run by every policy, on several pools, from every layout; its one
/// digest is certified by an oracle and compared with the file.
///   golden --check digests.txt [--threads n] [--only text] [--stored folder]
///   golden --write digests.txt
/// Fitted chains of every format version lie in the folder, tests/data/fitted: each must be read, and
/// must do what it did.

#include "cases.hpp"

#include <charconv>  // std::from_chars
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>

namespace {

std::string hex(std::uint64_t x) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(x));
  return text;
}

/// Lines of 16 hexadecimal digits, a space and the name of a case.
std::map<std::string, std::string> read_digests(const std::string& path) {
  std::map<std::string, std::string> made;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (line.size() > 17 && line[0] != '#') made[line.substr(17)] = line.substr(0, 16);
  return made;
}

int usage() {
  std::cerr << "golden (--check | --write) <file> [--threads <n>] [--only <text>] "
               "[--stored <folder>]\n";
  return 2;
}

}  // namespace

int main(int count, char** words) {
  std::string path;
  std::string only;
  std::string stored;
  bool write = false;
  std::vector<int> threads = {1, 2, 3, 8, 16};
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string option = words[i];
    const std::string value = words[i + 1];
    if (option == "--check" || option == "--write") {
      path = value;
      write = option == "--write";
    } else if (option == "--threads") {
      int n = 0;
      std::from_chars(value.data(), value.data() + value.size(), n);
      if (n < 1) return usage();
      threads = {n};
    } else if (option == "--only") {
      only = value;
    } else if (option == "--stored") {
      stored = value;
    } else {
      return usage();
    }
  }
  if (path.empty() || count % 2 == 0) return usage();

  golden::catalogue cases;
  golden::add_readme_chain(cases);
  golden::add_value_chains(cases);
  golden::add_row_chains(cases);
  const golden::machine machine(threads);
  auto known = read_digests(path);
  std::ofstream file;
  if (write) {
    file.open(path);
    file << "# Written by `golden --write`; one digest for every policy, pool, layout and batch "
            "size.\n";
  }
  int equal = 0;
  int certified = 0;
  int run = 0;
  long ways = 0;
  double share = 0.0;
  double bound = 0.0;
  for (const auto& c : cases) {
    if (c.name.find(only) == std::string::npos) continue;
    ++run;
    golden::outcome found;
    try {
      found = c.run(machine);
    } catch (const std::exception& e) {
      found.problem = e.what();
    }
    const std::string digest = hex(found.digest);
    ways += found.runs;
    share = std::max(share, found.share);
    bound = std::max(bound, found.bound);
    if (found.problem.empty())
      ++certified;
    else
      std::cout << c.name << ": " << found.problem << "\n";
    if (write && found.problem.empty()) {
      file << digest << " " << c.name << "\n";
      ++equal;
    } else if (!write) {
      const bool same = known[c.name] == digest;
      equal += same;
      if (!same)
        std::cout << c.name << ": digest " << digest << ", the file says '" << known[c.name]
                  << "'\n";
    }
    known.erase(c.name);
  }
  std::vector<std::string> unlike;
  if (!stored.empty()) unlike = golden::problems_of_stored_chains(stored);
  for (const auto& problem : unlike) std::cout << problem << "\n";
  const bool complete = write || !only.empty() || known.empty();
  if (!complete) std::cout << "the file has " << known.size() << " cases that are not run\n";
  std::cout << equal << " of " << run << " digests " << (write ? "written" : "equal") << ", "
            << certified << " certified, " << ways << " fits; at most " << share
            << " of the oracle's bound, which is at most " << bound << " of a column\n";
  return equal == run && certified == run && run > 0 && complete && unlike.empty() ? 0 : 1;
}
