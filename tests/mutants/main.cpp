// SPDX-License-Identifier: BSL-1.0
/// \file
/// doctest's main for a program of mutants. SMELT_MUTANT chooses one; SMELT_MUTANT_ENOUGH limits how
/// often it may be asked for, SMELT_MUTANT_MILLISECONDS the time of the processor, SMELT_MUTANT_MIB the
/// memory; SMELT_MUTANT_CASES is a filter of test cases. Without a mutant every test case is followed
/// by a line: "case", its seconds, its name, and which mutants it asked for how often. The last line
/// counts the launches that were scheduled at random. Compiled with SMELT_MUTANTS_OF_HOST it includes
/// nothing of smelt, so that one object serves the mutants of any header.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <mutants/mutants.hpp>
#if !defined(SMELT_MUTANTS_OF_HOST)
#include <support/emulated_device.hpp>
#endif

#include <algorithm>  // std::fill
#include <cstdint>
#include <cstdio>
#include <cstdlib>  // std::getenv
#include <ctime>    // std::clock
#include <iterator>
#include <string>

#include <sys/resource.h>  // setrlimit
#include <sys/time.h>      // setitimer

namespace smelt_mutants {

void goes_on_for_ever() {
  std::puts("mutant: goes on for ever");
  std::fflush(stdout);
  std::_Exit(9);
}

}  // namespace smelt_mutants

namespace {

struct recorder : doctest::IReporter {
  explicit recorder(const doctest::ContextOptions&) {}
  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {}
  void test_run_end(const doctest::TestRunStats&) override {
#if !defined(SMELT_MUTANTS_OF_HOST)
    std::printf("schedules %llu\n",
                static_cast<unsigned long long>(smelt_test::emulated::grid::schedules.load()));
#endif
    std::fflush(stdout);
  }
  void test_case_start(const doctest::TestCaseData& data) override {
    name = data.m_name;
    begin = std::clock();
    if (smelt_mutants::chosen == 0)
      std::fill(std::begin(smelt_mutants::asked), std::end(smelt_mutants::asked), 0);
  }
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void test_case_end(const doctest::CurrentTestCaseStats&) override {
    if (smelt_mutants::chosen != 0) return;
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    std::printf("case\t%.6f\t%s\t", seconds, name.c_str());
    for (int i = 0; i < smelt_mutants::most; ++i)
      if (smelt_mutants::asked[i] != 0) std::printf("%d:%u ", i, smelt_mutants::asked[i]);
    std::puts("");
  }
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void log_message(const doctest::MessageData&) override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}

  std::string name;
  std::clock_t begin = 0;
};

int number_of(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

void limit_time(int milliseconds) {
  const timeval most{milliseconds / 1000, milliseconds % 1000 * 1000};
  const itimerval once{{}, most};
  if (setitimer(ITIMER_PROF, &once, nullptr) != 0) std::perror("setitimer");
}
/// Of memory of its own: what a test maps and shares, as one of a table larger than memory does, is
/// not counted.
void limit_memory(std::uint64_t bytes) {
  const rlimit both{bytes, bytes};
  if (setrlimit(RLIMIT_DATA, &both) != 0) std::perror("setrlimit");
}

}  // namespace

REGISTER_LISTENER("mutants", 1, recorder);

int main(int count, char** words) {
  smelt_mutants::chosen = number_of("SMELT_MUTANT", 0);
  if (const int enough = number_of("SMELT_MUTANT_ENOUGH", 0))
    smelt_mutants::enough = static_cast<std::uint32_t>(enough);
  if (const int time = number_of("SMELT_MUTANT_MILLISECONDS", 0)) limit_time(time);
  if (const int most = number_of("SMELT_MUTANT_MIB", 0))
    limit_memory(static_cast<std::uint64_t>(most) << 20);
  doctest::Context context(count, words);
  context.setOption("abort-after", 1);
  context.setOption("no-breaks", true);
  if (const char* text = std::getenv("SMELT_MUTANT_CASES")) context.addFilter("test-case", text);
  return context.run();
}
