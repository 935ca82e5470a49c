// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What run.py says to a peer and what it answers: one process, one peer, one work. Lines come on the
/// standard input, and each has one line of answer:
///   (at start)    "ready", or "skip <reason>" and exit status 77
///   check <path>  the work is done once and its result written: "ok <seconds>"
///   run [<n>]     n repetitions, one where none is said: "<seconds>" of each
///   memory        the most MiB since it was ready, beyond what it had then
///   quit

#include <smelt/core/error.hpp>  // value_error
#include <smelt/core/types.hpp>  // index

#include <algorithm>  // std::max, std::replace
#include <chrono>
#include <cstdio>
#include <cstdlib>  // std::atoll
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

namespace smelt_comparison {

using smelt::index;

/// What one process is asked for.
struct request {
  std::string peer{};
  std::string work{};
  std::string data{};    // a .npy file of float32
  std::string labels{};  // a .npy file of int64; empty: the numbers of the rows
  index rows = -1;       // only the first rows of the data; negative: all
  index batch = 1024;    // rows of a batch
  index batches = -1;    // of the work `batch`; negative: all there are
  int stages = 8;        // of the work `length`
};

/// A work as one peer does it.
struct task {
  task() = default;
  task(const task&) = delete;
  task& operator=(const task&) = delete;
  virtual ~task() = default;

  /// One repetition, into memory that exists.
  virtual void run() = 0;
  /// The same where the result is to be looked at: a repetition may keep the last batch only.
  virtual void run_and_keep() { run(); }
  /// The result of `run_and_keep`, as one .npy file; where rows are drawn, their labels beside it in
  /// `path` + ".ids.npy".
  virtual void write(const std::string& path) = 0;
  /// Seconds of the repetition done last by a clock of its own, as a GPU's; negative: the caller's.
  virtual double seconds() const { return -1.0; }
  /// MiB that a device holds for this work, beyond its data; negative: none.
  virtual double device_mib() { return -1.0; }
};
/// A task of functions.
struct steps : task {
  std::function<void()> step{};
  std::function<void()> keep{};
  std::function<void(const std::string&)> save{};
  void run() override { step(); }
  void run_and_keep() override { keep ? keep() : step(); }
  void write(const std::string& path) override { save(path); }
};

using made_task = std::unique_ptr<task>;

/// The most memory that this process has had, in MiB; since now, when what was before is to be forgotten.
inline double peak_mib(bool forget = false) {
  if (forget) std::ofstream("/proc/self/clear_refs") << "5";
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);)
    if (line.rfind("VmHWM:", 0) == 0)
      return static_cast<double>(std::atoll(line.c_str() + 6)) / 1024;
  return 0.0;
}

/// Of each of `count` repetitions.
template <class Step>
double seconds_of(const task& t, int count, const Step& step) {
  const auto begin = std::chrono::steady_clock::now();
  step();
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  return t.seconds() >= 0.0 ? t.seconds() : spent.count() / count;
}

/// Why a peer does not do a work with these data.
struct cannot : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Serves one work until the driver has enough of it. `make(request)`: null where the peer has no such
/// work.
template <class Make>
int serve(const request& asked, const Make& make) {
  made_task made;
  std::string why = asked.peer + " does not have the work " + asked.work;
  try {
    made = make(asked);
  } catch (const cannot& reason) {
    why = reason.what();
  } catch (const smelt::value_error& refusal) {  // a column without a value, no whole row: of a user's table
    why = refusal.what();
  }
  if (!made) {
    std::replace(why.begin(), why.end(), '\n', ' ');
    std::printf("skip %s\n", why.c_str());
    return 77;
  }
  task& t = *made;
  const double before = peak_mib(true);
  std::puts("ready");
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line) && line != "quit";) {
    if (line == "run" || line.rfind("run ", 0) == 0) {
      const int count = line == "run" ? 1 : std::max(1, std::atoi(line.c_str() + 4));
      std::printf("%.9f\n", seconds_of(t, count, [&] {
        for (int i = 0; i < count; ++i) t.run();
      }));
    } else if (line.rfind("check ", 0) == 0) {
      const double spent = seconds_of(t, 1, [&] { t.run_and_keep(); });
      t.write(line.substr(6));
      peak_mib(true);  // what a check keeps is not what the work takes
      std::printf("ok %.9f\n", spent);
    } else if (line == "memory") {
      const double there = t.device_mib();
      std::printf("%.1f\n", there >= 0.0 ? there : peak_mib() - before);
    } else {
      std::printf("what is '%s'?\n", line.c_str());
    }
    std::fflush(stdout);
  }
  return 0;
}

/// The options of a command line; false where one is not known.
inline bool read_request(int count, char** given, request& r) {
  for (int i = 1; i < count; i += 2) {
    const std::string option = given[i];
    if (i + 1 >= count) return false;
    const std::string value = given[i + 1];
    if (option == "--peer") r.peer = value;
    else if (option == "--work") r.work = value;
    else if (option == "--data") r.data = value;
    else if (option == "--labels") r.labels = value;
    else if (option == "--batches") r.batches = std::atoll(value.c_str());
    else if (option == "--rows") r.rows = std::atoll(value.c_str());
    else if (option == "--rows-per-batch") r.batch = std::atoll(value.c_str());
    else if (option == "--stages") r.stages = std::atoi(value.c_str());
    else return false;
  }
  return !r.peer.empty() && !r.work.empty() && !r.data.empty() && r.batch > 0;
}

}  // namespace smelt_comparison
