// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Measured times, what they are held against, and where they are written.

#include "device.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace smelt_bench {

struct options {
  bool quick = false;
  std::string json{};   // empty: none
  std::string table{};  // empty: none
};

/// Of several repetitions, in milliseconds.
struct timing {
  double median = 0;
  double low = 0;
  double high = 0;
  int repetitions = 0;

  double spread() const { return median > 0 ? (high - low) / median * 100 : 0; }
};
inline timing of(std::vector<double> each) {
  std::sort(each.begin(), each.end());
  const std::size_t n = each.size();
  const double median = n % 2 == 1 ? each[n / 2] : (each[n / 2 - 1] + each[n / 2]) / 2;
  return {median, each.front(), each.back(), static_cast<int>(n)};
}

/// One line of the results.
struct figure {
  std::string what{};
  std::string type{};    // "f32", "u8 to f32"
  std::string layout{};  // "row", "column", ""
  index rows = 0;
  index cols = 0;
  double bytes = 0;  // that the plan moves in a call; 0: it is the time that counts
  timing call{};
  double kernels = 0;   // ms of its kernels alone; 0: not asked
  std::string ceiling{};  // empty: it is one itself
  double floor = 0;     // ms of the same bytes at the ceiling; 0: none
  double budget = 0;    // percent of the ceiling; 0: the design names none
  std::string wrong{};    // why it was not timed

  double percent() const { return floor > 0 && call.median > 0 ? floor / call.median * 100 : 0; }
  double kernel_percent() const { return floor > 0 && kernels > 0 ? floor / kernels * 100 : 0; }
  double gbs() const { return call.median > 0 ? bytes / call.median * 1e-6 : 0; }
};

/// Writes figures as they come: a line of JSON, a line of a Markdown table, a line of progress.
class report {
 public:
  report(const options& o, const device_facts& card)
      : json_(opened(o.json)), table_(opened(o.table)) {
    if (json_)
      std::fprintf(json_.get(),
                   "{\"context\": true, \"emulated\": %s, \"device\": \"%s\", \"processors\": %d, "
                   "\"cache_bytes\": %zu, \"free_bytes\": %zu, \"quick\": %s}\n",
                   truth(emulated), card.name.c_str(), card.processors, card.cache, card.free,
                   truth(o.quick));
    if (table_) {
      if (emulated) std::fputs("**emulated: no figure means anything**\n\n", table_.get());
      std::fprintf(table_.get(),
                   "%s, %d multiprocessors, %zu MiB of L2. Milliseconds are medians of a call; the "
                   "spread is that of all repetitions. MB are those that the plan moves.\n\n",
                   card.name.c_str(), card.processors, card.cache >> 20);
      std::fputs("| what | type | layout | rows | columns | MB | ms | spread | GB/s | of its ceiling "
                 "| its kernels alone | budget | reached |\n"
                 "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
                 table_.get());
    }
  }

  void add(const figure& f) {
    const bool timed = f.wrong.empty();
    if (!timed) ++wrong_;
    const bool reached = timed && f.percent() >= f.budget;
    const bool judged = f.budget > 0 && !emulated;
    if (judged) ++(reached ? reached_ : missed_);
    if (json_) {
      std::fprintf(json_.get(),
                   "{\"emulated\": %s, \"what\": \"%s\", \"type\": \"%s\", \"layout\": \"%s\", "
                   "\"rows\": %lld, \"cols\": %lld, \"bytes\": %.0f, ",
                   truth(emulated), f.what.c_str(), f.type.c_str(), f.layout.c_str(),
                   static_cast<long long>(f.rows), static_cast<long long>(f.cols), f.bytes);
      if (timed)
        std::fprintf(json_.get(),
                     "\"ms\": %.6g, \"ms_low\": %.6g, \"ms_high\": %.6g, \"repetitions\": %d, "
                     "\"gbs\": %.6g, \"kernels_ms\": %.6g, \"ceiling\": \"%s\", \"floor_ms\": %.6g, "
                     "\"percent\": %.4g, \"kernels_percent\": %.4g, \"budget\": %.4g, "
                     "\"reached\": %s}\n",
                     f.call.median, f.call.low, f.call.high, f.call.repetitions, f.gbs(), f.kernels,
                     f.ceiling.c_str(), f.floor, f.percent(), f.kernel_percent(), f.budget,
                     judged ? truth(reached) : "null");
      else
        std::fprintf(json_.get(), "\"wrong\": \"%s\"}\n", plain(f.wrong).c_str());
      std::fflush(json_.get());
    }
    const std::string line = row(f, reached);
    if (table_) {
      std::fputs((line + "\n").c_str(), table_.get());
      std::fflush(table_.get());
    }
    std::puts(line.c_str());
    std::fflush(stdout);
  }

  /// The last lines. Returns how many results were wrong, and so not timed.
  int close() {
    std::string said = smelt::message(reached_, " of ", reached_ + missed_, " budgets reached");
    if (wrong_ > 0) said += smelt::message("; ", wrong_, " result(s) WRONG and not timed");
    if (emulated) said += "; emulated: no figure means anything";
    if (table_) std::fputs(("\n" + said + "\n").c_str(), table_.get());
    std::puts(said.c_str());
    return wrong_;
  }

 private:
  struct closing {
    void operator()(std::FILE* f) const { std::fclose(f); }
  };
  using file = std::unique_ptr<std::FILE, closing>;

  static file opened(const std::string& path) {
    if (path.empty()) return nullptr;
    file made(std::fopen(path.c_str(), "w"));
    if (!made) throw smelt::error("cannot write " + path);
    return made;
  }
  static const char* truth(bool b) { return b ? "true" : "false"; }
  /// Without what JSON and tables give a meaning.
  static std::string plain(std::string text) {
    for (char& c : text)
      if (c == '"' || c == '\\' || c == '\n' || c == '|') c = ' ';
    return text;
  }
  static std::string text(const char* format, double x) {
    char room[64];
    std::snprintf(room, sizeof room, format, x);
    return static_cast<const char*>(room);
  }
  static std::string row(const figure& f, bool reached) {
    std::string line = smelt::message("| ", f.what, " | ", f.type, " | ", f.layout, " | ", f.rows,
                                      " | ", f.cols, " | ", text("%.1f", f.bytes * 1e-6), " | ");
    if (!f.wrong.empty()) return line + "WRONG: " + plain(f.wrong) + " | | | | | | |";
    line += text("%.4g", f.call.median) + " | " + text("%.1f %%", f.call.spread()) + " | ";
    line += (f.bytes > 0 ? text("%.0f", f.gbs()) : std::string()) + " | ";
    line += (f.floor > 0 ? text("%.1f %%", f.percent()) + " of " + f.ceiling : std::string()) + " | ";
    line += (f.kernels > 0 && f.floor > 0 ? text("%.1f %%", f.kernel_percent()) : std::string()) + " | ";
    line += (f.budget > 0 ? text("%.0f %%", f.budget) : std::string()) + " | ";
    if (f.budget > 0 && !emulated) line += reached ? "yes" : "NO";
    return line + " |";
  }

  file json_;
  file table_;
  int wrong_ = 0;
  int reached_ = 0;
  int missed_ = 0;
};

/// Times of `call(turn)`, `calls` of them at a time so that the device does not wait for the host.
template <class Call>
timing measured(int repetitions, int calls, Call&& call) {
  moment begin;
  moment end;
  int turn = 0;
  std::vector<double> each;
  for (int i = 0; i < 3; ++i) call(turn++);
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    begin.mark();
    for (int i = 0; i < calls; ++i) call(turn++);
    end.mark();
    each.push_back(begin.until(end) / calls);
  }
  return of(std::move(each));
}

/// The kernels of `call(turn)` without the host's part.
template <class Call>
double kernels_of(int repetitions, Call&& call) {
  kernel_log log;
  std::vector<double> each;
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    listening = &log;
    try {
      call(repetition);
    } catch (...) {
      listening = nullptr;
      throw;
    }
    listening = nullptr;
    each.push_back(log.take());
  }
  return of(std::move(each)).median;
}

}  // namespace smelt_bench
