// SPDX-License-Identifier: BSL-1.0
/// \file
/// on::eigen against on::seq: the same bits for every width about those of packets, every height
/// about those of lanes, leaves and tasks, on any number of threads.

#include <smelt/policies/eigen.hpp>

#include <smelt/read/csv.hpp>

#include <support/on_both.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>

using namespace smelt;
using namespace smelt_test;

namespace {

/// Owners of threads that every chain is run with.
struct pools {
  workers one{1};
  workers two{2};
  workers five{5};
  template <class F>
  void each(F&& f) {
    f(on::eigen.on(one));
    f(on::eigen.on(two));
    f(on::eigen.on(five));
    f(on::eigen.alone());
    f(on::eigen);
  }
};

std::vector<smelt::index> widths() {
  std::vector<smelt::index> all;
  for (smelt::index w = 1; w <= 17; ++w) all.push_back(w);
  for (smelt::index w = 63; w <= 66; ++w) all.push_back(w);
  return all;
}
constexpr std::array<smelt::index, 8> heights = {0, 1, 7, 8, 9, 1023, 1024, 1025};

/// Fits and transforms with a chain over all widths and heights, and compares.
template <class T, class Chain>
void compare_all(const Chain& chain, smelt::index drops) {
  pools owners;
  for (smelt::index cols : widths()) {
    const auto most = noise<T>(1025, cols, 40);
    for (smelt::index rows : heights) {
      CAPTURE(cols);
      CAPTURE(rows);
      const auto x = most.row_range(0, rows);
      // Without rows there is nothing to learn from: the numbers of all are used.
      const auto learned = rows == 0 ? fit(on::seq, chain, most) : fit(on::seq, chain, x);
      const auto y = transform(on::seq, learned, x);
      std::string problem;
      owners.each([&](const auto& policy) {
        if (rows > 0 && !(fit(policy, chain, x) == learned)) problem += "another fit; ";
        problem += difference(transform(policy, learned, x), y);
      });
      CHECK(problem == "");
      if (drops == 0) CHECK(y.rows() == rows);
    }
  }
}

}  // namespace

TEST_CASE("the example") {
  table<float> x(2000, 8);
  for (smelt::index i = 0; i < 16000; ++i) x.data()[i] = static_cast<float>(i % 97);
  // [eigen_policy example]
  workers pool{2};                         // threads that this program owns
  auto here = on::eigen.on(pool);
  auto fitted = fit(here, standardize(), x);
  auto y = transform(here, fitted, x);     // the bits of on::seq
  // [eigen_policy example]
  CHECK(difference(y, transform(on::seq, fit(on::seq, standardize(), x), x)) == "");
}

TEST_CASE("values: fill, clip, two lines") {
  compare_all<float>(clean(fill::constant(0.5)) | clip(-3, 60) | standardize() | normalize(min_max{-1, 1}), 0);
}
TEST_CASE("rows: drops, then lengths") {
  compare_all<double>(drop::at_least(3) | fill::constant(0.5) | normalize(l2), 1);
}
TEST_CASE("whole numbers, missing by name") {
  compare_all<std::uint8_t>(sentinel(17) | fill::constant(3) | standardize(), 0);
}

TEST_CASE("large tables on the default threads and on the caller's own loop") {
  const auto x = noise<float>(70000, 5, 13);
  const auto chain = clean(fill::mean) | standardize();
  const auto f = fit(on::seq, chain, x);
  const auto y = transform(on::seq, f, x);
  CHECK(fit(on::eigen, chain, x) == f);
  CHECK(difference(transform(on::eigen, f, x), y) == "");
  // A host program's own parallel loop, here a thread for each step, started backwards.
  host_loop loop(3, [](smelt::index steps, const auto& body) {
    std::vector<std::thread> threads;
    for (smelt::index i = steps; i-- > 0;) threads.emplace_back([&body, i] { body(i); });
    for (auto& t : threads) t.join();
  });
  CHECK(fit(on::eigen.on(loop), chain, x) == f);
  CHECK(difference(transform(on::eigen.on(loop), f, x), y) == "");
}

namespace {

/// Ones that know whether another thread than the caller's has read them: the caller's waits for one
/// that does, as long as it has `patience`.
struct watched {
  using value_type = double;
  using space = host;
  smelt::index height;
  smelt::index width;
  std::chrono::milliseconds patience;
  std::atomic<bool>* elsewhere;
  std::thread::id caller = std::this_thread::get_id();
  std::chrono::steady_clock::time_point until = std::chrono::steady_clock::now() + patience;
  smelt::index rows() const { return height; }
  smelt::index cols() const { return width; }
  smelt::index first_row() const { return 0; }
  smelt::index total_rows() const { return height; }
  double operator()(smelt::index, smelt::index) const {
    if (std::this_thread::get_id() != caller)
      *elsewhere = true;
    else
      while (!*elsewhere && std::chrono::steady_clock::now() < until)
        std::this_thread::yield();
    return 1.0;
  }
};

}  // namespace

TEST_CASE("small work stays in the calling thread, large work goes to the default threads") {
  std::atomic<bool> elsewhere{false};
  const auto one = fit(on::seq, standardize(), noise(9, 1));
  transform(on::eigen, one, watched{65535, 1, std::chrono::milliseconds(200), &elsewhere});
  CHECK_FALSE(elsewhere);
  if (default_workers().size() == 1) return;
  const auto two = fit(on::seq, standardize(), noise(9, 2));
  transform(on::eigen, two, watched{32768, 2, std::chrono::seconds(20), &elsewhere});
  CHECK(elsewhere);
}

TEST_CASE("how many threads a piece of work is spread over") {
  CHECK(on::eigen.concurrency(65535) == 1);
  CHECK(on::eigen.concurrency(65536) == default_workers().size());
  int loops = 0;
  host_loop own(2, [&](smelt::index steps, const auto& body) {
    ++loops;
    for (smelt::index i = 0; i < steps; ++i) body(i);
  });
  on::eigen.on(own).for_each(5, [](smelt::index, int) {});
  CHECK(loops == 1);

  workers pool{3};
  CHECK(on::eigen.on(pool).concurrency(1) == 3);
  CHECK(on::eigen.alone().concurrency(1 << 30) == 1);
  CHECK(on::eigen.concurrency(1000) == 1);
  smelt::index sum = 0;
  on::eigen.alone().for_each(5, [&](smelt::index task, int) { sum += task; });
  CHECK(sum == 10);
  on::eigen.for_each(1, [&](smelt::index task, int worker) { sum += task + worker; });
  CHECK(sum == 10);
}

TEST_CASE("a file is read on whatever threads a policy has") {
  std::string text;  // of more bytes than it takes to wake the default threads
  for (int row = 0; text.size() < 200000; ++row)
    text += std::to_string(row) + ",\"a\n\"," + std::to_string(row) + ".25\n";
  const csv_options options{.columns = {2, 0}};
  const auto alone = read_csv_text<double>(text, options);
  CHECK(alone(10, 0) == 10.25);
  CHECK(difference(read_csv_text<double>(on::seq, text, options), alone) == "");
  pools all;
  all.each([&](const auto& policy) {
    CHECK(difference(read_csv_text<double>(policy, text, options), alone) == "");
    CHECK_THROWS_WITH_AS(read_csv_text<double>(policy, text + "7\n8\n", options, "f"),
                         ("f, line " + std::to_string(2 * alone.rows() + 1) +
                          ": 1 field, 3 expected")
                             .c_str(),
                         io_error);
  });
}
