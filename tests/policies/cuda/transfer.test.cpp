// SPDX-License-Identifier: BSL-1.0
/// \file
/// Copies, the wait and the verbs of on::cuda by value, on the emulated device: what it refuses and
/// what it meets as a status.

#include <smelt/policies/cuda/transfer.hpp>

#include <doctest/doctest.h>

#include <support/on_device.hpp>

#include <string>
#include <type_traits>

using namespace smelt;
using namespace smelt_test;

namespace {

using device_policy = cuda_policy<emulated_stream<32>>;

device_policy device_with(std::size_t memory) {
  return device_policy(emulated_stream<32>({.memory = memory}), 64);
}

}  // namespace

TEST_CASE("a transform is not waited for: what it meets is told by check, once") {
  const auto gpu = device_with(std::size_t{1} << 24);
  auto x = noise(100, 5, 0);
  const auto f = fit(on::seq, standardize(), x);
  x(60, 2) = endless;
  x(60, 1) = -endless;
  const auto there = to_device(std::nothrow, gpu, x);
  REQUIRE(there);
  auto out = gpu.make_table<double>(100, 5);
  static_assert(noexcept(transform(std::nothrow, gpu, f, *there, out)));
  static_assert(noexcept(check(std::nothrow, gpu))&& noexcept(to_device(std::nothrow, gpu, x)));
  const status asked = transform(std::nothrow, gpu, f, *there, out);
  CHECK(asked);
  CHECK(asked.rows == 100);
  CHECK(asked.infinities == 0);
  const status met = check(std::nothrow, gpu);
  CHECK(met.kind() == failure::value);
  CHECK(std::string(met.what())
            .find("transform: 2 infinite value(s), the first in row 60, column 1") == 0);
  CHECK(met.infinities == 2);
  CHECK(met.first_row == 60);
  CHECK(met.first_col == 1);
  CHECK(check(std::nothrow, gpu));
  const auto back = to_host(std::nothrow, gpu, out);
  static_assert(noexcept(to_host(std::nothrow, gpu, out)));
  REQUIRE(back);
  CHECK(missing((*back)(60, 2)));
  // A call that makes its table is waited for.
  const auto made = transform(std::nothrow, gpu, f, *there);
  CHECK(std::string(made.what()) == met.what());
  CHECK(made.first_col == 1);
  const auto learned = fit(std::nothrow, gpu, standardize(), *there);
  CHECK(std::string(learned.what()).find("fit: 2 infinite value(s)") == 0);
  CHECK(check(std::nothrow, gpu));
}

TEST_CASE("rows that drop on a device: their number is there when it is asked for") {
  const auto gpu = device_with(std::size_t{1} << 24);
  const auto x = noise(300, 4, 9);
  const auto f = fit(on::seq, clean(drop::any) | standardize(), x);
  const auto right = transform(on::seq, f, x);
  const auto there = to_device(gpu, x);
  auto out = gpu.make_table<double>(300, 4);
  const auto asked = transform(std::nothrow, gpu, f, there, out);
  static_assert(std::is_same_v<std::remove_const_t<decltype(asked)>,
                               outcome<row_count<emulated_stream<32>>>>);
  REQUIRE(asked);
  CHECK(asked.rows == -1);
  CHECK(asked->get() == right.rows());
  static_assert(noexcept(asked->get(std::nothrow)));
  CHECK(*asked->get(std::nothrow) == right.rows());
  const status met = check(std::nothrow, gpu);
  CHECK(met);
  CHECK(met.dropped == 300 - right.rows());
  const auto made = transform(std::nothrow, gpu, f, there);
  REQUIRE(made);
  CHECK(made.rows == right.rows());
  CHECK(made.dropped == 300 - right.rows());
  CHECK(difference(to_host(gpu, *made), right) == "");
  const auto refused = transform(std::nothrow, gpu, f, there, out.view().row_range(0, 299));
  CHECK(refused.kind() == failure::shape);
  CHECK(refused.rows == 0);
  for (int more = 0; more < 64; ++more) CHECK(transform(std::nothrow, gpu, f, there, out));
  const auto late = asked->get(std::nothrow);
  CHECK(late.kind() == failure::value);
  CHECK(thrown_by([&] { asked->get(); }) == late.what());
}

TEST_CASE("epochs and inverses by value") {
  const auto gpu = device_with(std::size_t{1} << 24);
  auto x = noise(100, 5, 0);
  const auto f = fit(on::seq, standardize(), x);
  const auto fine = to_device(gpu, x);
  x(60, 2) = endless;
  const auto wild = to_device(gpu, x);
  auto epoch = batches(std::nothrow, gpu, f, wild, {.rows = 32});
  smelt::index seen = 0;
  for (auto& batch : epoch) seen += batch.rows();
  CHECK(seen == 100);  // a device tells at the end of its epoch
  CHECK(epoch.ended().first_row == 60);
  CHECK(std::string(epoch.ended().what()).find("batches: 1 infinite value(s)") == 0);
  auto good = batches(std::nothrow, gpu, f, fine, {.rows = 32});
  for (auto& batch : good) static_cast<void>(batch);
  CHECK(good.ended());
  CHECK(good.ended().rows == 100);
  auto out = gpu.make_table<double>(100, 5);
  CHECK(inverse(std::nothrow, gpu, f, fine, out).rows == 100);
  CHECK(difference(to_host(gpu, out), inverse(on::seq, f, to_host(gpu, fine))) == "");
  CHECK(inverse(std::nothrow, gpu, f, fine).ok());
  CHECK(place(std::nothrow, gpu, f).ok());
}

TEST_CASE("a device without memory, and a pointer it cannot follow") {
  const auto gpu = device_with(20000);
  const auto x = noise(100, 20, 0);
  const auto f = fit(on::seq, standardize(), x);
  const auto there = to_device(gpu, x);
  const auto made = transform(std::nothrow, gpu, f, there);
  CHECK(made.kind() == failure::cuda);
  CHECK(std::string(made.what()).find("allocate 16000 bytes: out of memory") == 0);
  try {
    made.raise();
    FAIL("nothing was thrown");
  } catch (const cuda_error& e) {
    CHECK(e.name() == std::string("cudaErrorMemoryAllocation"));
  }
  CHECK(to_device(std::nothrow, gpu, x).kind() == failure::cuda);
  double host_memory[20] = {};
  const matrix_view<double, row_major, device> astray(host_memory, 1, 20);
  const status lost = transform(std::nothrow, gpu, f, astray, astray);
  CHECK(lost.kind() == failure::type);
  CHECK(thrown_by([&] { transform(gpu, f, astray, astray); }) == lost.what());
}
