// SPDX-License-Identifier: BSL-1.0
/// \file
/// Memory by a policy's choice: all that a call learns and holds lies in the caller's resource, goes back to it as
/// it was asked for, and is zero by then where that was said; the results are those of the heap.

#include <smelt/core/memory.hpp>

#include <doctest/doctest.h>

#include <pthread.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <map>
#include <memory_resource>
#include <mutex>
#include <new>
#include <optional>

#include <smelt/codecs.hpp>
#include <smelt/eigen.hpp>
#include <smelt/pack.hpp>
#include <smelt/scratch.hpp>
#include <smelt/smelt.hpp>
#include <support/allocation_hook.hpp>
#include <support/tables.hpp>

using namespace smelt;
using smelt_test::allocations;
using smelt_test::blocks_of;
using smelt_test::laid_out;
using smelt_test::noise;

namespace {

/// Memory whose blocks are known while they are out. It takes its own notes from malloc, so that the hook sees
/// what others take.
class watched {
 public:
  static constexpr int dirt = 0xAB;
  ~watched() { CHECK(out_.empty()); }

  void* allocate(std::size_t bytes, std::size_t alignment) {
    const std::lock_guard lock(mutex_);
    void* const block = std::aligned_alloc(64, (bytes + 63) / 64 * 64);
    if (block == nullptr) throw std::bad_alloc();
    wrong = wrong || alignment > 64 || (alignment & (alignment - 1)) != 0;
    std::memset(block, dirt, bytes);
    out_[block] = {bytes, alignment};
    held += static_cast<smelt::index>(bytes);
    most_held = std::max(most_held, held);
    ++blocks;
    return block;
  }
  void deallocate(void* block, std::size_t bytes, std::size_t alignment) {
    const std::lock_guard lock(mutex_);
    const auto at = out_.find(block);
    const bool is_out = at != out_.end() && at->second == std::pair(bytes, alignment);
    wrong = wrong || !is_out;
    if (!is_out) return;
    const auto* const first = static_cast<const unsigned char*>(block);
    zeroed += std::all_of(first, first + bytes, [](unsigned char c) { return c == 0; });
    held -= static_cast<smelt::index>(bytes);
    ++back;
    out_.erase(at);
    std::free(block);
  }

  smelt::index blocks = 0;
  smelt::index back = 0;
  smelt::index zeroed = 0;  // of those that are back
  smelt::index held = 0;
  smelt::index most_held = 0;
  bool wrong = false;

 private:
  template <class T>
  struct from_malloc {
    using value_type = T;
    from_malloc() = default;
    template <class U>
    from_malloc(const from_malloc<U>&) {}
    T* allocate(std::size_t n) { return static_cast<T*>(std::malloc(n * sizeof(T))); }
    void deallocate(T* p, std::size_t) { std::free(p); }
    bool operator==(const from_malloc&) const { return true; }
  };
  using known = std::pair<std::size_t, std::size_t>;
  std::mutex mutex_;
  std::map<void*, known, std::less<>, from_malloc<std::pair<void* const, known>>> out_;
};

template <class A, class B>
bool same_bits(const A& a, const B& b) {
  if (a.rows() != b.rows() || a.cols() != b.cols()) return false;
  for (smelt::index r = 0; r < a.rows(); ++r)
    for (smelt::index c = 0; c < a.cols(); ++c)
      if (const auto left = a(r, c), right = b(r, c); std::memcmp(&left, &right, sizeof left) != 0) return false;
  return true;
}

/// A fit and transforms on `plain` and on the same policy with memory of its own. `Listed`: what leaves is listed
/// on the heap.
template <bool Listed = false, class Policy, class Chain, class View>
void check_call(const Policy& plain, const Chain& chain, const View& x) {
  CAPTURE(x.rows());
  CAPTURE(x.cols());
  const auto expected = fit(plain, chain, x);
  const auto result = transform(plain, expected, x);
  for (const bool zeroes : {false, true}) {
    CAPTURE(zeroes);
    watched own;
    const auto policy = zeroes ? plain.zero_on_release().memory(own) : plain.memory(own);
    std::optional<std::remove_const_t<decltype(expected)>> fitted;
    const auto heap = blocks_of([&] { fitted = fit(policy, chain, x); });
    CHECK(heap.blocks <= (Listed ? 64u : 0u));
    CHECK(*fitted == expected);
    const auto known = scratch_bytes<View, matrix_view<double>>(policy, chain, x.rows(), x.cols());
    CHECK(own.most_held <= known.fit);
    CHECK(own.held > 0);
    const auto blocks = own.blocks;
    std::optional<std::remove_const_t<decltype(result)>> made;
    const auto more = blocks_of([&] { made = transform(policy, *fitted, x); });
    CHECK(more.blocks <= (Listed ? 64u : 0u));
    CHECK(own.blocks > blocks);
    CHECK(same_bits(*made, result));
    const auto copy = *made;
    CHECK(same_bits(copy, result));
    table<double> given(x.rows(), result.cols());
    const auto none = blocks_of([&] { given.shrink(transform(policy, *fitted, x, given)); });
    CHECK(none.blocks <= (Listed ? 64u : 0u));
    CHECK(same_bits(given, result));
    CHECK_FALSE(own.wrong);
    if (zeroes)
      CHECK(own.zeroed == own.back);
    else
      CHECK(own.zeroed < own.back);
  }
}

template <bool Listed = false, class Chain>
void check_chain(const Chain& chain) {
  static workers pool{3};
  fit(on::eigen.on(pool), standardize(), noise<double>(9000, 5, 9));  // the threads are there from here on
  for (const auto& [rows, cols] : {std::pair{70, 1}, {3000, 5}, {70, 1100}, {40, 2500}}) {
    const auto x = noise<double>(rows, cols, 50);
    if (cols < 2000) check_call<Listed>(on::seq, chain, x.view());
    check_call<Listed>(on::eigen.on(pool), chain, x.view());
    const auto turned = laid_out<column_major>(x);
    check_call<Listed>(on::eigen.on(pool), chain, std::as_const(turned).view());
  }
}

}  // namespace

TEST_CASE("values, one pass") { check_chain(clean(fill::mean) | standardize() | normalize(min_max{-1, 1})); }
TEST_CASE("two passes") { check_chain(standardize() | clip(-1, 1) | standardize()); }
TEST_CASE("rows that drop, row norms") { check_chain(clean(drop::all) | standardize() | normalize(l2)); }
TEST_CASE("columns that leave, rows that are drawn: lists of them are the heap's") {
  check_chain<true>(drop::constant_columns | fill::mean | sample(shuffled{seed{1}}));
}

TEST_CASE("encoded rows, columns in different places, an inverse, batches, pieces") {
  workers pool{2};
  const auto x = noise<double>(4000, 6, 50);
  const auto chain = clean(fill::mean) | standardize();
  const auto rest = std::as_const(x).view();
  fit(on::eigen.on(pool), chain, x);
  watched own;
  const auto policy = on::eigen.on(pool).memory(own).zero_on_release();
  {
    affine_table<std::int16_t> codes(4000, std::vector<double>(6, 0.01), std::vector<double>(6, 3.0));
    transform(on::seq, fit(on::seq, chain, x), x, codes);
    const auto set = select(x, columns{4, 1, 2});
    std::optional<decltype(fit(policy, chain, x))> of_codes, of_set, first, second, both;
    const auto heap = blocks_of([&] {
      of_codes = fit(policy, chain, std::as_const(codes).view());
      first = fit(policy, chain, rest.row_range(0, 1500));
      second = fit(policy, chain, rest.row_range(1500, 4000), continues(*first));
      both = merge(*first, *second);
    });
    CHECK(heap.blocks == 0);
    CHECK(*of_codes == fit(on::seq, chain, std::as_const(codes).view()));
    CHECK(*both == fit(on::seq, chain, x));
    of_set = fit(policy, chain, set);
    CHECK(*of_set == fit(on::seq, chain, set));
    const auto y = transform(policy, *both, x);
    CHECK(same_bits(inverse(policy, *both, y), inverse(on::seq, *both, y)));
    smelt::index rows = 0;
    for (const auto& batch : batches(policy, *both, x, {.rows = 512})) rows += batch.x.rows();
    CHECK(rows == 4000);
    // Rows that are packed, or quantized, lie there too.
    const auto some = own.blocks;
    const auto packed = pack(policy, x, in_bits{12});
    const auto in_steps = quantize<std::int8_t>(policy, x);
    CHECK(own.blocks == some + 2);
    CHECK(same_bits(packed.view(), pack(on::seq, x, in_bits{12}).view()));
    CHECK(same_bits(in_steps.view(), quantize<std::int8_t>(on::seq, x).view()));
    // A piece on the heap goes on from one in the resource, and is the heap's alone.
    const auto before = own.blocks;
    const auto on_heap = fit(on::eigen.on(pool), chain, rest.row_range(1500, 4000), continues(*first));
    CHECK(on_heap == *second);
    CHECK(own.blocks == before);
  }
  CHECK(own.blocks == own.back);
  CHECK(own.zeroed == own.back);
  CHECK_FALSE(own.wrong);
}

TEST_CASE("blocks of the heap go back to it, of any alignment") {
  for (const auto alignment : {std::size_t{1}, std::size_t{16}, std::size_t{32}, std::size_t{64}}) {
    const auto held = [&] {
      void* blocks[8];  // one by itself may happen to be aligned
      for (void*& block : blocks) {
        block = resource_ref().allocate(100, alignment);
        CHECK(reinterpret_cast<std::uintptr_t>(block) % alignment == 0);
      }
      for (void* block : blocks) resource_ref().deallocate(block, 100, alignment);
    };
    blocks_of(held);
    CHECK(allocations::held == 0);
  }
}

TEST_CASE("on the heap, zeros are there before the heap has a block back") {
  const auto x = noise<double>(3000, 7, 50);
  const auto chain = clean(fill::mean) | standardize();
  const auto policy = on::eigen.alone().zero_on_release();
  CHECK(policy.resource().is_heap());
  CHECK(policy.resource().zeroes());
  CHECK_FALSE(on::eigen.resource().zeroes());
  CHECK(fit(policy, chain, x) == fit(on::seq, chain, x));
  // Chosen once, a policy zeroes whatever memory it has later.
  watched own;
  CHECK(policy.memory(own).resource().zeroes());
}

namespace {

/// How many doubles of some, or bytes that are `byte`, a call leaves on the stack of its thread.
template <class F>
std::pair<std::ptrdiff_t, std::ptrdiff_t> left_on_stack(const table<double>& known, unsigned char byte, F f) {
  constexpr std::size_t size = std::size_t{1} << 22;
  auto* const stack = static_cast<unsigned char*>(std::aligned_alloc(65536, size));
  std::memset(stack, 0xEE, size);
  pthread_attr_t on_it;
  pthread_t thread;
  REQUIRE(pthread_attr_init(&on_it) == 0);
  REQUIRE(pthread_attr_setstack(&on_it, stack, size) == 0);
  const auto call = [](void* g) -> void* { return (*static_cast<F*>(g))(), nullptr; };
  REQUIRE(pthread_create(&thread, &on_it, call, &f) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&on_it);
  std::vector<double> sorted(known.data(), known.data() + known.rows() * known.cols());
  std::sort(sorted.begin(), sorted.end());
  std::ptrdiff_t doubles = 0;
  for (std::size_t i = 0; i < size; i += sizeof(double)) {
    double x = 0.0;
    std::memcpy(&x, stack + i, sizeof x);
    if (sorted.front() <= x && x <= sorted.back()) doubles += std::binary_search(sorted.begin(), sorted.end(), x);
  }
  const auto bytes = std::count(stack, stack + size, byte);
  std::free(stack);
  return {doubles, bytes};
}

}  // namespace

TEST_CASE("what was made of rows is no longer on the stack, where the rows can be told by it") {
  // The norm of a row of one value is the value; the least of a column of equal bytes is the byte.
  const auto positive = [](auto x) {
    for (smelt::index r = 0; r < x.rows(); ++r) x(r, 0) = static_cast<double>(r) + 1000.7;
    return x;
  };
  const auto rows = positive(table<double>(900, 1));
  const auto columns = positive(table<double, column_major>(900, 1));
  const auto norm = fit(on::seq, as_chain(normalize(l1)), rows);
  table<double> y(900, 1);
  table<std::uint8_t> bytes(1024, 1024);
  std::fill_n(bytes.data(), 1024 * 1024, std::uint8_t{0xC7});
  const auto left = [&](auto&& call) {
    const auto alone = on::eigen.alone();
    return std::pair(left_on_stack(rows, 0xC7, [&] { call(alone); }),
                     left_on_stack(rows, 0xC7, [&] { call(alone.zero_on_release()); }));
  };
  // Copies of registers may be left, and a compiler may have had no such block on that stack.
  const auto gone = [](std::ptrdiff_t plain, std::ptrdiff_t swept, std::ptrdiff_t block) {
    CAPTURE(plain);
    CAPTURE(swept);
    CHECK((plain < block || swept + block <= plain));
  };
  const auto of_rows = left([&](const auto& policy) { transform(policy, norm, rows, y); });
  gone(of_rows.first.first, of_rows.second.first, 900);
  const auto of_columns = left([&](const auto& policy) { transform(policy, norm, columns, y); });
  gone(of_columns.first.first, of_columns.second.first, 16);
  const auto of_bytes = left([&](const auto& policy) { fit(policy, as_chain(normalize(max_abs)), bytes); });
  gone(of_bytes.first.second, of_bytes.second.second, 500);
}

TEST_CASE("resources of the standard library, and one that has no more") {
  const auto x = noise<float>(3000, 7, 50);
  const auto chain = clean(fill::mean) | standardize();
  std::vector<std::byte> bytes(std::size_t{1} << 22);
  std::pmr::monotonic_buffer_resource arena(bytes.data(), bytes.size(), std::pmr::null_memory_resource());
  std::pmr::synchronized_pool_resource own(&arena);
  workers pool{2};
  CHECK(fit(on::eigen.on(pool).memory(own), chain, x) == fit(on::seq, chain, x));

  auto* const none = std::pmr::null_memory_resource();
  CHECK_THROWS_AS(fit(on::seq.memory(*none), chain, x), std::bad_alloc);
  const auto refused = fit(std::nothrow, on::eigen.alone().memory(*none), chain, x);
  CHECK_FALSE(refused);
  CHECK(refused.kind() == failure::memory);
  // A transform of values from rows to rows takes nothing.
  const auto fitted = fit(on::seq, chain, x);
  table<float> y(3000, 7);
  CHECK(transform(std::nothrow, on::eigen.alone().memory(*none), fitted, x, y));
}

TEST_CASE("what a resource is") {
  struct half {
    void* allocate(std::size_t, std::size_t) { return nullptr; }
  };
  CHECK_FALSE(memory_resource<half>);
  CHECK_FALSE(memory_resource<const watched>);
  CHECK(memory_resource<watched>);
  CHECK(memory_resource<std::pmr::memory_resource>);
  CHECK(std::is_trivially_copyable_v<resource_ref>);
  watched one, two;
  CHECK(resource_ref(one) == resource_ref(one));
  CHECK_FALSE(resource_ref(one) == resource_ref(two));
  CHECK_FALSE(resource_ref(one) == resource_ref(one).zeroed());
  CHECK(resource_ref().is_heap());
}

TEST_CASE("what stands on a stack is swept at the end of its scope, where that is asked") {
  for (const bool zeroed : {false, true}) {
    double block[4] = {1, 2, 3, 4};
    const resource_ref heap;
    { const detail::swept gone(block, zeroed ? heap.zeroed() : heap); }
    CHECK(std::count(block, block + 4, 0.0) == (zeroed ? 4 : 0));
  }
}
