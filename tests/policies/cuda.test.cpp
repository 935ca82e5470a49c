// SPDX-License-Identifier: BSL-1.0
/// \file
/// The policy of on::cuda on the emulated device, watched: races, deadlocks and wrong addresses
/// would be reported. What comes out has the bits of on::seq.

#include <doctest/doctest.h>

#include <policies/cuda/test_device.hpp>

#if !SMELT_NVCC
#include <sys/mman.h>  // mmap
#endif

using namespace smelt;
using namespace smelt_test;

TEST_CASE("the program that everyone reads first, on a device") {
  const auto digits = noise(300, 9, 0);
  const std::vector<std::int64_t> ids = [] {
    std::vector<std::int64_t> made;
    for (int i = 0; i < 300; ++i) made.push_back(1000 + i);
    return made;
  }();
  const auto gpu = device_of(5, 3, 64);
  const auto there = to_device(gpu, digits);
  const auto number = to_device(gpu, ids);
  const auto host_data = labelled(digits.columns(0, 8), ids);
  const auto data = labelled(there.columns(0, 8), number.column(0));
  const auto host_parts =
      split<struct digits_split>(host_data, {.train = 0.8, .test = 0.2}, seed{7});
  const auto parts = split<struct digits_split>(data, {.train = 0.8, .test = 0.2}, seed{7});
  const auto chain =
      clean(fill::mean) | standardize() | normalize(min_max{-1, 1}) | sample(shuffled{seed{42}});
  const auto fitted = fit(gpu, chain, parts.train);
  const auto expected = fit(on::seq, chain, host_parts.train);
  CHECK(fitted == expected);

  auto range = batches(on::seq, expected, host_parts.train, {.rows = 32, .last = last::pad});
  auto here = range.begin();
  for (auto& batch : batches(gpu, fitted, parts.train, {.rows = 32, .last = last::pad})) {
    REQUIRE(here != std::default_sentinel);
    CHECK(difference(to_host(gpu, batch.x), here->x) == "");
    std::vector<std::int64_t> labels(static_cast<std::size_t>(batch.rows()));
    gpu.runtime().copy(labels.data(), batch.y.data(), labels.size() * 8);
    gpu.runtime().wait();
    for (smelt::index i = 0; i < batch.rows(); ++i)
      CHECK(labels[static_cast<std::size_t>(i)] == here->y[i]);
    CHECK(batch.valid == here->valid);
    ++here;
  }
  CHECK(here == std::default_sentinel);

  const auto test = transform(gpu, fitted.values_only(), parts.test);
  const auto host_test = transform(on::seq, expected.values_only(), host_parts.test);
  CHECK(difference(to_host(gpu, test.x), host_test.x) == "");
  CHECK(gpu.fetch(test.y) == host_test.y);
  CHECK(describe(fitted) == describe(expected));
}

TEST_CASE("a call tells of its own data, check of those that nobody waited for, each with its place") {
  const auto gpu = device_of(6, 2, 64);
  auto five = noise(100, 5, 0);
  auto three = noise(80, 3, 0);
  const auto f = fit(on::seq, standardize(), five);
  const auto g = fit(on::seq, standardize(), three);
  const auto clean_there = to_device(gpu, five);
  five(60, 2) = endless;
  const auto wild = to_device(gpu, five);
  const auto narrow = to_device(gpu, three);
  auto out = gpu.make_table<double>(100, 5);
  auto small = gpu.make_table<double>(80, 3);
  transform(gpu, f, wild, out);
  transform(gpu, g, narrow, small);
  // Neither is theirs: they return.
  CHECK(fit(gpu, standardize(), clean_there) == f);
  CHECK(transform(gpu, f, clean_there).rows() == 100);
  CHECK(thrown_by([&] { check(gpu); })
            .find("transform: 1 infinite value(s), the first in row 60, column 2") == 0);
  CHECK(thrown_by([&] { check(gpu); }) == "");
  // An epoch of batches tells at its end.
  const auto here = thrown_by([&] {
    for (const auto& batch : batches(on::seq, f, five, {.rows = 32})) static_cast<void>(batch);
  });
  CHECK(here.find("batches: 1 infinite value(s), the first in row 60, column 2") == 0);
  CHECK(thrown_by([&] {
          for (const auto& batch : batches(gpu, f, wild, {.rows = 32})) static_cast<void>(batch);
        }) == here);
}

TEST_CASE("pieces are known by their open leaves, whoever folded them and whatever lay in memory") {
  const auto gpu = device_of(7, 2, 64, false);
  const auto x = noise(3000, 5);
  const auto other = noise(2500, 5, 3);
  const auto there = to_device(gpu, x);
  const auto a = fit(gpu, standardize(), there.row_range(0, 1500));
  const auto b = fit(gpu, standardize(), there.row_range(1500, 3000), continues(a));
  fit(gpu, standardize(), to_device(gpu, other));
  const auto again = fit(gpu, standardize(), there.row_range(0, 1500));
  const auto whole = fit(on::seq, standardize(), x);
  CHECK(merge(again, b) == whole);
  const auto on_host = fit(on::seq, standardize(), x.row_range(0, 1500));
  CHECK(merge(on_host, b) == whole);
  CHECK(merge(a, fit(on::seq, standardize(), x.row_range(1500, 3000), continues(on_host))) == whole);
}

TEST_CASE("pinned and managed tables are read and written by both sides") {
  const auto gpu = device_of(12, 2, 64, false);
  const auto x = noise(400, 6);
  const auto chain = clean(fill::mean) | standardize() | sample(shuffled{seed{3}});
  const auto f = fit(on::seq, chain, x);
  const auto expected = transform(on::seq, f, x);
  auto both_sides = [&](auto from, auto to) {
    for (smelt::index r = 0; r < 400; ++r)
      for (smelt::index c = 0; c < 6; ++c) from(r, c) = x(r, c);
    // The device reads and writes them as its own.
    CHECK(fit(gpu, chain, from) == fit(on::seq, chain, from));
    CHECK(transform(gpu, f, from, to) == 400);
    check(gpu);
    CHECK(difference(std::as_const(to).view(), expected) == "");
    CHECK(difference(to_host(gpu, to_device(gpu, from)), x) == "");
    CHECK(difference(to_host(gpu, to), expected) == "");
    // So does the host.
    CHECK(transform(on::seq, f, from.row_range(0, 400), to) == 400);
    CHECK(std::as_const(to)(7, 3) == expected(7, 3));
    // Its views know their space, its names, and its rows.
    using space = typename decltype(from)::space;
    static_assert(std::is_same_v<typename decltype(from.view())::space, space>);
    static_assert(std::is_same_v<typename decltype(from.columns(0, 2))::space, space>);
    static_assert(std::is_same_v<typename decltype(from.column(0))::space, space>);
    CHECK(from.names()[5] == "f");
    CHECK(from.columns(2, 5).names()[0] == "c");
    const auto labels = from.column(2);
    CHECK(&labels[9] == &from(9, 2));
    const auto followed = transform(gpu, f, labelled(from.view(), labels));
    const auto on_host = transform(on::seq, f, labelled(from.view(), labels));
    CHECK(gpu.fetch(followed.y) == on_host.y);
    auto moved = std::move(to);
    CHECK(moved(399, 5) == expected(399, 5));
    moved.shrink(10);
    CHECK(moved.rows() == 10);
  };
  const std::vector<std::string> names{"a", "b", "c", "d", "e", "f"};
  both_sides(gpu.make_pinned<double>(400, 6, names), gpu.make_pinned<double>(400, 6));
  both_sides(gpu.make_managed<double>(400, 6, names), gpu.make_managed<double>(400, 6));
  both_sides(gpu.make_managed<double>(400, 6, names), gpu.make_pinned<double>(400, 6));
  auto turned = gpu.make_managed<double, column_major>(3, 2);
  turned(2, 1) = 5;
  CHECK(turned.data()[5] == 5);
#if !SMELT_NVCC
  auto small = gpu.make_pinned<double>(1, 6);
  gpu.runtime().settings().device = 1;
  CHECK(transform(gpu, f, gpu.make_managed<double>(1, 6), small) == 1);
#endif
}

TEST_CASE("memory that is to be zeroed is zero when it goes back: of tables, columns and passes") {
  const auto x = noise(700, 5, 30);
  const auto chain = clean(drop::all) | standardize();
  const auto f = fit(on::seq, chain, x);
  const auto expected = transform(on::seq, f, x);
  const std::vector<std::int64_t> ids(700, 1);
  auto use = [&](const auto& gpu) {
    const auto there = to_device(gpu, x);
    const auto number = to_device(gpu, ids);
    const auto set = to_device(gpu, select(x, columns{3, 1}));
    CHECK(fit(gpu, chain, there) == f);
    CHECK(fit(gpu, standardize(), set).cols() == 2);
    auto made = transform(gpu, f, labelled(there, number.column(0)));
    CHECK(difference(to_host(gpu, made.x), expected) == "");
    auto pinned = gpu.template make_pinned<double>(700, 5);
    auto managed = gpu.template make_managed<double>(700, 5);
    const auto placed = place(gpu, f);
    CHECK(transform(gpu, placed, there, pinned) == expected.rows());
    CHECK(transform(gpu, f, there, managed) == expected.rows());
    made.x.shrink(3);
    auto moved = std::move(made.x);
    moved = gpu.template make_table<double>(2, 2);
    check(gpu);
  };
  for (const bool zeroed : {true, false}) {
    const auto plain = device_of(17, 2, 64);
    {
      const auto gpu = zeroed ? plain.zero_on_release() : plain;
      CHECK(gpu.resource().zeroes() == zeroed);
      use(gpu);
    }
#if !SMELT_NVCC
    int released = 0;
    int zeros = 0;
    for (const auto& call : plain.runtime().log())
      if (call.what == device_call::release) {
        ++released;
        zeros += call.zeros;
      }
    CHECK(released > 5);
    CHECK((zeros == released) == zeroed);
#endif
  }
}

TEST_CASE("pointers that the device cannot follow are refused before anything is launched") {
  const auto gpu = device_of(9, 2, 64, false);
  const auto x = noise(60, 4, 0);
  const auto f = fit(on::seq, standardize(), x);
  const auto there = to_device(gpu, x);
  auto out = gpu.make_table<double>(60, 4);
  table<double> mine(60, 4);
  using input = matrix_view<const double, row_major, device>;
  const input on_the_host(x.data(), 60, 4);
  const matrix_view<double, row_major, device> host_output(mine.data(), 60, 4);
  const column_view<const double, device> host_labels(x.data(), 60);
  if (SMELT_NVCC && gpu.runtime().reach_of(x.data()).leads == detail::reach::here)
    return;  // a GPU that reads all memory of the host: nothing here is wrong
  check(gpu);
  gpu.runtime().forget_log();
  const auto refused = [](const std::string& what) {
    return "on::cuda: the " + what +
           " lies in plain host memory, or in memory given back, which device 0"
           " cannot reach; copy it with to_device";
  };
  CHECK(thrown_by([&] { transform(gpu, f, on_the_host, out); }) == refused("input"));
  CHECK(thrown_by([&] { transform(gpu, f, there, host_output); }) == refused("output"));
  CHECK(thrown_by([&] { transform(gpu, f, on_the_host); }) == refused("input"));
  CHECK(thrown_by([&] { fit(gpu, standardize(), on_the_host); }) == refused("input"));
  CHECK(thrown_by([&] { batches(gpu, f, on_the_host, {.rows = 8}); }) ==
        refused("input"));
  CHECK(thrown_by([&] { transform(gpu, f, labelled(there.view(), host_labels)); }) ==
        refused("companion"));
  CHECK_THROWS_AS(transform(gpu, f, on_the_host, out), type_error);
  CHECK(gpu.runtime().count(device_call::launch) == 0);
  CHECK(gpu.runtime().count(device_call::allocate) == 0);
  // Where there is no row, there is no pointer to follow.
  auto none = gpu.make_table<double>(0, 4);
  CHECK(transform(gpu, f, on_the_host.row_range(3, 3), none) == 0);
}

#if !SMELT_NVCC
namespace {

/// More memory than there is, of zeros: pages exist where something has been written.
class mapped_zeros {
 public:
  explicit mapped_zeros(std::size_t bytes)
      : bytes_(bytes),
        at_(mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
    REQUIRE(at_ != MAP_FAILED);
  }
  ~mapped_zeros() { munmap(at_, bytes_); }
  mapped_zeros(const mapped_zeros&) = delete;
  mapped_zeros& operator=(const mapped_zeros&) = delete;
  std::uint8_t* data() const { return static_cast<std::uint8_t*>(at_); }
  std::size_t size() const { return bytes_; }

 private:
  std::size_t bytes_;
  void* at_;
};

/// What a run is cut by, without a program or data.
struct run_arguments {
  using in_type = float;
  using out_type = float;
  static constexpr int vector = 4;
  struct {
    smelt::index cols;
  } program;
  smelt::index count;
  struct {
    smelt::index first() const { return 0; }
  } rows;
  struct {
    const float* data;
    smelt::index row_stride;
  } x;
  struct {
    float* data;
  } y;
  bool locked;
  int head;
  smelt::index vectors;
  unsigned turns;
  unsigned last_turn;
  unsigned rest_column;
};

}  // namespace

TEST_CASE("more than 2^31, 2^32 and 2^33 rows") {
  const smelt::index rows = (smelt::index{1} << 33) + 6000;
  const mapped_zeros memory(static_cast<std::size_t>(rows * 3));
  const matrix_view<std::uint8_t> all(memory.data(), rows, 3);
  for (smelt::index at : {smelt::index{1} << 31, smelt::index{1} << 32, rows - 3000})
    for (smelt::index r = at - 3000; r < at + 3000; ++r)
      for (smelt::index c = 0; c < 3; ++c) all(r, c) = noise_at<std::uint8_t>(r, c, 0);
  const matrix_view<const std::uint8_t> x = all;
  const matrix_view<const std::uint8_t, row_major, device> there(memory.data(), rows, 3);
  const auto gpu = device_of(10, 2, 64, false);
  gpu.runtime().lend(memory.data(), memory.size());
  for (smelt::index end : {(smelt::index{1} << 31) + 2000, (smelt::index{1} << 32) + 2000, rows}) {
    CAPTURE(end);
    const auto piece = x.row_range(end - 4500, end);
    const auto piece_there = there.row_range(end - 4500, end);
    const auto f = fit(on::seq, standardize(), piece);
    CHECK(fit(gpu, standardize(), piece_there) == f);
    CHECK(difference(to_host(gpu, transform(gpu, f, piece_there)), transform(on::seq, f, piece)) == "");
  }
  // Rows drawn from all of them.
  const take some{3000, seed{4}};
  const row_map drawn(some.order(rows, 0), 0, 3000);
  for (smelt::index i = 0; i < 3000; ++i)
    for (smelt::index c = 0; c < 3; ++c) all(drawn(i), c) = noise_at<std::uint8_t>(i, c, 0, 7);
  const auto chain = sample(some) | standardize();
  const auto f = fit(on::seq, chain, x);
  CHECK(fit(gpu, chain, there) == f);
  CHECK(difference(to_host(gpu, transform(gpu, f, there)), transform(on::seq, f, x)) == "");
}

TEST_CASE("a run of more elements than 2^31, 2^32 and 2^40 is cut without a gap") {
  alignas(16) float here[4];
  for (smelt::index cols : {1, 7, 64, 1000, 65537})
    for (int power : {31, 32, 40})
      for (smelt::index more : {-1, 0, 1}) {
        CAPTURE(cols);
        CAPTURE(power);
        CAPTURE(more);
        const smelt::index rows = ((smelt::index{1} << power) + cols - 1) / cols + more;
        run_arguments p{{cols}, rows, {}, {here + 1, cols}, {here + 1}, false, -1, -1, 0, 0, 0};
        const int blocks = detail::plan_run(p, 128, 660);
        CHECK(p.head == 3);
        const smelt::index rest = rows * cols - p.head - p.vectors * 4;
        CHECK(rest >= 0);
        CHECK(rest < 4);
        CHECK(p.rest_column == static_cast<unsigned>((p.head + p.vectors * 4) % cols));
        CHECK(blocks >= 627);  // a twentieth may be idle
        CHECK(blocks <= 16 * 660);  // so that threads are counted in 32 bits
        CHECK(smelt::index{p.turns} * blocks * 128 + p.last_turn == p.vectors);
        CHECK(smelt::index{p.last_turn} < smelt::index{blocks} * 128);
        CHECK(p.locked == (smelt::index{blocks} * 128 * 4 % cols == 0));
      }
}

// One GPU has no other beside it.
TEST_CASE("memory of another device is refused") {
  const auto gpu = device_of(9, 2, 64, false);
  const auto x = noise(60, 4, 0);
  const auto f = fit(on::seq, standardize(), x);
  const auto there = to_device(gpu, x);
  auto out = gpu.make_table<double>(60, 4);
  gpu.runtime().settings().device = 1;
  auto at_home = gpu.make_table<double>(60, 4);
  gpu.runtime().forget_log();
  CHECK(thrown_by([&] { transform(gpu, f, there, at_home); }) ==
        "on::cuda: the input lies on device 0, the policy runs on device 1");
  CHECK(thrown_by([&] { transform(gpu, f, at_home, out); }) ==
        "on::cuda: the output lies on device 0, the policy runs on device 1");
  CHECK(thrown_by([&] { fit(gpu, standardize(), there); }) ==
        "on::cuda: the input lies on device 0, the policy runs on device 1");
  CHECK(thrown_by([&] { inverse(gpu, f, there); }) ==
        "on::cuda: the input lies on device 0, the policy runs on device 1");
  CHECK(thrown_by([&] { inverse(gpu, f, at_home, out); }) ==
        "on::cuda: the output lies on device 0, the policy runs on device 1");
  CHECK(thrown_by([&] { transform(gpu, f, select(there, columns{2, 0, 1, 3})); }) ==
        "on::cuda: the input lies on device 0, the policy runs on device 1");
  CHECK(gpu.runtime().log().empty());
}

TEST_CASE("numbers and masks that were placed on another device are refused") {
  const auto gpu = device_of(9, 2, 64, false);
  const auto x = noise(60, 200, 0);
  const std::vector<unsigned char> mask(60, 0);
  const auto wide = place(gpu, fit(on::seq, standardize(), x));
  const auto masked = place(gpu, fit(on::seq, drop::where(mask), x.columns(0, 4)));
  gpu.runtime().settings().device = 1;
  const auto there = to_device(gpu, x);
  auto out = gpu.make_table<double>(60, 200);
  CHECK(thrown_by([&] { transform(gpu, wide, there, out); }) ==
        "on::cuda: the block of numbers that were placed lies on device 0, the policy runs on device 1");
  CHECK(thrown_by([&] {
          transform(gpu, masked, there.columns(0, 4), out.view().columns(0, 4));
        }) == "on::cuda: the array that was placed lies on device 0, the policy runs on device 1");
  CHECK(gpu.runtime().count(device_call::launch) == 0);
}

TEST_CASE("column sets of host memory under the name of device memory are refused, their bits too") {
  const auto gpu = device_of(9, 2, 64, false);
  const auto x = noise(60, 2, 0);
  const auto there = to_device(gpu, x);
  const auto f = fit(on::seq, standardize(), x);
  const std::vector<std::uint8_t> bits(8, 255);
  auto of_host = [&](const double* data, const std::uint8_t* validity) {
    device_column_set made(60);
    made.add(column_view<const double, device>(there.data(), 60, 2));
    made.add(column_view<const double, device>(data, 60, 2), {}, validity);
    return thrown_by([&] { transform(gpu, f, made); });
  };
  CHECK(of_host(there.data() + 1, nullptr) == "");
  CHECK(of_host(x.data() + 1, nullptr).find("on::cuda: the input lies in plain host memory") == 0);
  CHECK(of_host(there.data() + 1, bits.data()).find("on::cuda: the input lies in plain host memory") == 0);
}
#endif

TEST_CASE("sizes that overflow") {
  const auto gpu = device_of(8, 2, 64, false);
  CHECK(thrown_by([&] { gpu.make_table<double>(smelt::index{1} << 61, 8); }) ==
        "a table of 2305843009213693952 x 8 elements has too many to count");
  CHECK(thrown_by([&] { gpu.make_table<float>(-1, 8); }) ==
        "a table cannot have -1 rows and 8 columns");
}

namespace {

/// Columns of every kind, some with nulls, some with gaps between their elements.
struct mixed_columns {
  std::vector<double> wide;
  std::vector<float> spread;  // each third element counts
  std::vector<std::int32_t> counts;
  std::vector<std::uint8_t> small;
  std::vector<std::uint8_t> present;

  explicit mixed_columns(std::size_t rows) : present((rows + 7) / 8) {
    for (std::size_t r = 0; r < rows; ++r) {
      const auto row = static_cast<smelt::index>(r);
      wide.push_back(noise_at<double>(row, 0, 7));
      for (smelt::index k = 0; k < 3; ++k) spread.push_back(noise_at<float>(row, 10 + k, 0));
      counts.push_back(noise_at<std::int32_t>(row, 2, 0));
      small.push_back(noise_at<std::uint8_t>(row, 3, 0));
      if (r % 5 != 2) present[r / 8] = static_cast<std::uint8_t>(present[r / 8] | 1u << r % 8);
    }
  }
  /// The four columns `times` times over.
  column_set set(int times) const {
    const auto rows = static_cast<smelt::index>(wide.size());
    column_set made(rows);
    for (int i = 0; i < times; ++i)
      made.add(wide)
          .add(column_view<const float>(spread.data() + i % 3, rows, 3), {}, present.data())
          .add(counts, {}, i % 2 == 1 ? present.data() : nullptr)
          .add(column_view<const std::uint8_t>(small.data() + small.size() - 1, rows, -1));
    return made;
  }
};

}  // namespace

TEST_CASE("column sets on a device: every kind, nulls and strides; few columns and many") {
  const auto gpu = device_of(8, 3, 32);
  const auto chain = clean(fill::mean) | standardize();
  for (int cols : {4, 8, 9, 20}) {
    CAPTURE(cols);
    const mixed_columns columns(cols == 4 ? 1100 : 90);
    auto x = columns.set(cols / 4);
    if (cols == 9) x.add(columns.wide);
    const auto there = to_device(gpu, x);
    const auto expected = fit(on::seq, chain, x);
    const auto fitted = fit(gpu, chain, there);
    CHECK(fitted == expected);
    CHECK(difference(to_host(gpu, transform(gpu, fitted, there)), transform(on::seq, expected, x)) ==
          "");
    // Eight columns are arguments of the kernel; more are copied to the device first.
    auto out = gpu.make_table<double>(x.rows(), x.cols());
    gpu.runtime().forget_log();
    transform(gpu, fitted, there, out);
    CHECK(gpu.runtime().count(device_call::launch) == 1);
    CHECK(gpu.runtime().count(device_call::copy) == (cols > 8 ? 1 : 0));
    check(gpu);
  }
}

TEST_CASE("column sets on a device: companions, splits, batches, selections") {
  const auto gpu = device_of(9, 2, 32);
  const mixed_columns columns(130);
  const auto x = columns.set(1);
  const auto there = to_device(gpu, x);
  const auto labels = to_device(gpu, columns.counts);
  const auto chain = clean(fill::mean) | standardize();
  const auto host_parts = split<struct mixed_split>(labelled(x, columns.counts),
                                                    {.train = 0.7, .test = 0.3}, seed{3});
  const auto parts = split<struct mixed_split>(labelled(there, labels.column(0)),
                                               {.train = 0.7, .test = 0.3}, seed{3});
  const auto fitted = fit(gpu, chain, parts.train);
  const auto expected = fit(on::seq, chain, host_parts.train);
  CHECK(fitted == expected);
  auto range = batches(on::seq, expected, host_parts.test, {.rows = 16});
  auto here = range.begin();
  for (auto& batch : batches(gpu, fitted, parts.test, {.rows = 16})) {
    REQUIRE(here != std::default_sentinel);
    CHECK(difference(to_host(gpu, batch.x), here->x) == "");
    std::vector<std::int32_t> told(static_cast<std::size_t>(batch.rows()));
    gpu.runtime().copy(told.data(), batch.y.data(), told.size() * sizeof(std::int32_t));
    gpu.runtime().wait();
    for (smelt::index i = 0; i < batch.rows(); ++i)
      CHECK(told[static_cast<std::size_t>(i)] == here->y[i]);
    ++here;
  }
  CHECK(here == std::default_sentinel);

  // Columns of a table, chosen on the device, in another order.
  const auto dense = noise(70, 5, 9);
  const auto dense_there = to_device(gpu, dense);
  const auto some = select(dense_there, smelt::columns{3, 0});
  static_assert(std::is_same_v<decltype(some), const device_column_set>);
  const auto chosen = select(dense, smelt::columns{3, 0});
  const auto f = fit(on::seq, chain, chosen);
  CHECK(fit(gpu, chain, some) == f);
  CHECK(difference(to_host(gpu, transform(gpu, f, some)), transform(on::seq, f, chosen)) == "");
  auto over = to_device(gpu, dense);
  CHECK(thrown_by([&] {
          transform(gpu, f, select(over, smelt::columns{3, 0}), over.view().columns(2, 4));
        }).find("the output overlaps the input") == 0);
}

TEST_CASE("an infinity in a column set is told with its place") {
  const auto gpu = device_of(10, 2, 32, false);
  mixed_columns columns(50);
  const auto f = fit(on::seq, clean(fill::mean) | standardize(), columns.set(1));
  columns.wide[31] = endless;
  const auto x = columns.set(1);
  CHECK(thrown_by([&] { transform(gpu, f, to_device(gpu, x)); }) ==
        thrown_by([&] { transform(on::seq, f, x); }));
  CHECK(thrown_by([&] { transform(gpu, f, to_device(gpu, x)); })
            .find("transform: 1 infinite value(s), the first in row 31, column 0") == 0);
}
