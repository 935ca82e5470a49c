// SPDX-License-Identifier: BSL-1.0

/// \file
/// Tensors of others, legacy and versioned: strides, offsets, emptiness, each refusal by its text, and
/// one call of the deleter whatever happens.

#include <smelt/interop/dlpack.hpp>

#include <smelt/codecs/bf16.hpp>
#include <smelt/codecs/f16.hpp>
#include <support/dlpack.hpp>
#include <support/on_both.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

using namespace smelt;
using namespace smelt_test;

static_assert(dlpack_managed<DLManagedTensor> && !dlpack_versioned<DLManagedTensor>);
static_assert(dlpack_versioned<DLManagedTensorVersioned>);
static_assert(!dlpack_managed<DLTensor>);

namespace {

using legacy = counted_tensor<DLManagedTensor>;
using versioned = counted_tensor<DLManagedTensorVersioned>;

std::vector<float> counted_up(std::size_t n) {
  std::vector<float> made(n);
  for (std::size_t k = 0; k < n; ++k) made[k] = static_cast<float>(k);
  return made;
}

/// The call ends with the error, and the tensor has been released.
template <class Error, class T = const float, class Layout = row_major, class Space = host, class Tensor>
void refuses(Tensor& t, const std::string& text) {
  CHECK_THROWS_WITH_AS((from_dlpack<T, Layout, Space>(&t.tensor)), text.c_str(), Error);
  CHECK(t.released == 1);
  const auto said = from_dlpack<T, Layout, Space>(std::nothrow, &t.tensor);
  CHECK(said.what() == text);
  CHECK(t.released == 2);
}

}  // namespace

TEST_CASE_TEMPLATE("rows, columns and neither", Tensor, legacy, versioned) {
  auto numbers = counted_up(12);
  {
    Tensor t(numbers.data(), f32, {3, 4});  // no strides: without gaps, by row
    {
      const auto x = from_dlpack<const float>(&t.tensor);
      CHECK(difference(x.view(), rows<float>({{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9, 10, 11}})) == "");
      CHECK(x.rows() == 3);
      CHECK(x.cols() == 4);
      CHECK(x.view().data() == numbers.data());
      CHECK(x.device_id() == 0);
      CHECK(t.released == 0);
    }
    CHECK(t.released == 1);
  }
  Tensor turned(numbers.data(), f32, {4, 3}, {1, 4});
  CHECK(from_dlpack<const float, column_major>(&turned.tensor).view()(3, 2) == 11);
  CHECK(from_dlpack<const float, strided>(&turned.tensor).view()(1, 2) == 9);
  Tensor padded(numbers.data(), f32, {3, 2}, {4, 1});
  padded.tensor.dl_tensor.byte_offset = 8;
  CHECK(difference(from_dlpack<const float>(&padded.tensor).view(), rows<float>({{2, 3}, {6, 7}, {10, 11}})) == "");
  Tensor back(numbers.data() + 11, f32, {3, 2}, {-4, -2});
  CHECK(difference(from_dlpack<const float, strided>(&back.tensor).view(), rows<float>({{11, 9}, {7, 5}, {3, 1}})) ==
        "");
  Tensor one(numbers.data(), f32, {4}, {3});
  CHECK(difference(from_dlpack<const float>(&one.tensor).view(), rows<float>({{0}, {3}, {6}, {9}})) == "");
  Tensor plain(numbers.data(), f32, {4});
  CHECK(difference(from_dlpack<const float, column_major>(&plain.tensor).view(), rows<float>({{0}, {1}, {2}, {3}})) ==
        "");
  Tensor repeated(numbers.data(), f32, {2, 3}, {0, 1});
  CHECK(difference(from_dlpack<const float>(&repeated.tensor).view(), rows<float>({{0, 1, 2}, {0, 1, 2}})) == "");
}

TEST_CASE("strides of what is one row, one column or nothing say nothing") {
  auto numbers = counted_up(6);
  const std::int64_t odd = -7;
  const auto same = [&](std::vector<std::int64_t> shape, std::vector<std::int64_t> strides) {
    legacy t(numbers.data(), f32, shape, strides);
    const auto by_row = from_dlpack<const float>(&t.tensor);
    const auto by_column = from_dlpack<const float, column_major>(&t.tensor);
    const auto either = from_dlpack<const float, strided>(&t.tensor);
    CHECK(difference(by_row.view(), by_column.view()) == "");
    CHECK(difference(by_row.view(), either.view()) == "");
    return table<float>(by_row.view().rows(), 0).rows() == shape[0];
  };
  CHECK(same({1, 1}, {odd, odd}));
  CHECK(same({0, 3}, {odd, odd}));
  CHECK(same({3, 0}, {odd, odd}));
  legacy row(numbers.data(), f32, {1, 6}, {odd, 1});
  CHECK(from_dlpack<const float>(&row.tensor).view()(0, 5) == 5);
  CHECK(from_dlpack<const float, column_major>(&row.tensor).view()(0, 5) == 5);
  legacy column(numbers.data(), f32, {6, 1}, {1, odd});
  CHECK(from_dlpack<const float>(&column.tensor).view()(5, 0) == 5);
  CHECK(from_dlpack<const float, column_major>(&column.tensor).view()(5, 0) == 5);
  legacy nothing(nullptr, f32, {0, 3});
  nothing.tensor.dl_tensor.byte_offset = 3;
  CHECK(from_dlpack<float>(&nothing.tensor).cols() == 3);
  legacy no_columns(nullptr, f32, {3, 0});
  CHECK(from_dlpack<float>(&no_columns.tensor).rows() == 3);
  CHECK(from_dlpack<const float>(&row.tensor).view().row_stride() == 6);
}

TEST_CASE("elements of every type") {
  const auto held = [](auto x, std::uint8_t code) {
    using T = decltype(x);
    legacy t(&x, {code, static_cast<std::uint8_t>(8 * sizeof x), 1}, {1});
    return static_cast<double>(from_dlpack<const T>(&t.tensor).view()(0, 0));
  };
  CHECK(held(std::int8_t{-3}, 0) == -3);
  CHECK(held(std::int16_t{-3}, 0) == -3);
  CHECK(held(std::int32_t{-3}, 0) == -3);
  CHECK(held(std::int64_t{-3}, 0) == -3);
  CHECK(held(std::uint8_t{200}, 1) == 200);
  CHECK(held(std::uint16_t{200}, 1) == 200);
  CHECK(held(std::uint32_t{200}, 1) == 200);
  CHECK(held(std::uint64_t{200}, 1) == 200);
  CHECK(held(1.5f, 2) == 1.5);
  CHECK(held(1.5, 2) == 1.5);
  CHECK(held(true, 6) == 1);
  CHECK(held(std::uint8_t{1}, 6) == 1);
}

TEST_CASE("a tensor is data for every verb, and memory to write into") {
  auto numbers = noise<float>(1025, 5, 9);
  versioned t(numbers.data(), f32, {1025, 5}, {5, 1});
  t.tensor.flags = 1;
  const auto x = from_dlpack<const float>(&t.tensor);
  const auto chain = clean(fill::mean) | standardize();
  const auto expected = fit(on::seq, chain, numbers);
  CHECK(fitted_on_both(chain, x) == expected);
  const auto y = transform(on::seq, expected, numbers);
  CHECK(difference(transformed_on_both(expected, x), y) == "");
  table<float> out(1025, 5);
  legacy to(out.data(), f32, {1025, 5});
  auto there = from_dlpack<float>(&to.tensor);
  transform(on::eigen, expected, x, there.view());
  CHECK(difference(out, y) == "");
}

TEST_CASE("who has the tensor releases it, once") {
  auto numbers = counted_up(6);
  legacy a(numbers.data(), f32, {2, 3}), b(numbers.data(), f32, {3, 2});
  {
    b.tensor.dl_tensor.device = {kDLCUDAHost, 3};
    auto first = from_dlpack<const float>(&a.tensor);
    auto second = from_dlpack<const float>(&b.tensor);
    auto third = std::move(first);
    CHECK(third.view().cols() == 3);
    CHECK(first.view().cols() == 0);  // NOLINT: what is left is empty
    CHECK(first.device_id() == 0);
    third = std::move(second);
    CHECK(third.view().cols() == 2);
    CHECK(third.device_id() == 3);
    CHECK(b.released == 0);
  }
  CHECK(a.released == 1);
  CHECK(b.released == 1);
  legacy nobody(numbers.data(), f32, {6});
  nobody.tensor.deleter = nullptr;
  CHECK(from_dlpack<const float>(&nobody.tensor).rows() == 6);
  using table_type = decltype(from_dlpack<const float>(&a.tensor));
  static_assert(!std::is_copy_constructible_v<table_type> && detail::owning<table_type>);
}

TEST_CASE("memory of other kinds") {
  auto numbers = counted_up(4);
  versioned t(numbers.data(), f32, {4});
  const auto reaches = [&]<class Space>(Space, DLDeviceType kind) {
    t.tensor.dl_tensor.device = {kind, 3};
    const auto x = from_dlpack<const float, row_major, Space>(std::nothrow, &t.tensor);
    if (x.ok()) CHECK(x->device_id() == 3);
    return x.ok();
  };
  CHECK(reaches(host{}, kDLCPU));
  CHECK(reaches(host{}, kDLCUDAHost));
  CHECK(reaches(host{}, kDLCUDAManaged));
  CHECK(reaches(pinned{}, kDLCUDAHost));
  CHECK(reaches(managed{}, kDLCUDAManaged));
  CHECK(reaches(device{}, kDLCUDA));
  CHECK(reaches(device{}, kDLCUDAManaged));
  CHECK_FALSE(reaches(host{}, kDLCUDA));
  CHECK_FALSE(reaches(device{}, kDLCPU));
  CHECK_FALSE(reaches(device{}, kDLCUDAHost));
  CHECK_FALSE(reaches(pinned{}, kDLCUDAManaged));
  CHECK_FALSE(reaches(managed{}, kDLCUDAHost));

  const auto says = [&](DLDeviceType kind, const std::string& text) {
    versioned other(numbers.data(), f32, {4});
    other.tensor.dl_tensor.device = {kind, 3};
    refuses<type_error>(other, "this tensor lies in " + text + ", which a view of space 'host' does not reach");
  };
  says(kDLCUDA, "CUDA device 3");
  says(kDLROCM, "a device of kind 10");
  const auto says_of_device = [&](DLDeviceType kind, const std::string& text) {
    versioned other(numbers.data(), f32, {4});
    other.tensor.dl_tensor.device = {kind, 3};
    refuses<type_error, const float, row_major, device>(
        other, "this tensor lies in " + text + ", which a view of space 'device' does not reach");
  };
  says_of_device(kDLCUDAHost, "pinned memory");
  versioned far(numbers.data(), f32, {4});
  far.tensor.dl_tensor.device = {kDLCUDAManaged, 0};
  refuses<type_error, const float, row_major, pinned>(
      far, "this tensor lies in managed memory, which a view of space 'pinned' does not reach");
  versioned near(numbers.data(), f32, {4});
  refuses<type_error, const float, row_major, managed>(
      near, "this tensor lies in host memory, which a view of space 'managed' does not reach");
  versioned here(numbers.data(), f32, {4});
  refuses<type_error, const float, row_major, device>(
      here, "this tensor lies in host memory, which a view of space 'device' does not reach");
}

TEST_CASE("tensors of another version, or read-only") {
  auto numbers = counted_up(4);
  versioned other(numbers.data(), f32, {4});
  other.tensor.version = {2, 1};
  other.tensor.dl_tensor.shape = nullptr;  // nothing but the deleter may be looked at
  refuses<type_error>(other, "this tensor is of DLPack version 2.1, smelt knows 1");
  versioned kept(numbers.data(), f32, {4});
  kept.tensor.flags = 1 | 2;
  refuses<type_error, float>(
      kept, "this tensor is read-only: ask for const elements, from_dlpack<const float>");
  versioned shared(numbers.data(), f32, {2, 2}, {0, 1});
  refuses<shape_error, float>(shared, "this tensor has elements that share their memory: it can be read, "
                                      "as const elements, but not written");
  versioned sliding(numbers.data(), f32, {3, 2}, {1, 1});
  refuses<shape_error, float>(sliding, "this tensor has elements that share their memory: it can be read, "
                                       "as const elements, but not written");
  for (const auto& strides : {std::vector<std::int64_t>{0, 0}, {1, 0}, {0, 2}, {-1, 1}}) {
    versioned t(numbers.data() + 1, f32, {2, 2}, strides);
    CHECK_THROWS_AS((from_dlpack<float, strided>(&t.tensor)), shape_error);
  }
  for (const auto& strides : {std::vector<std::int64_t>{2, 1}, {1, 2}, {-2, 1}, {1, -2}, {3, 1}}) {
    versioned t(numbers.data() + 2, f32, {2, 2}, strides);
    CHECK((from_dlpack<float, strided>(std::nothrow, &t.tensor).ok()));
  }
  versioned turned(numbers.data(), f32, {2, 2}, {1, 2});
  CHECK(from_dlpack<float, column_major>(&turned.tensor).view()(1, 1) == 3);
  CHECK_THROWS_WITH_AS(from_dlpack<const float>(static_cast<DLManagedTensor*>(nullptr)),
                       "from_dlpack was given no tensor", value_error);
}

TEST_CASE("other elements") {
  auto numbers = counted_up(4);
  const auto says = [&](DLDataType dtype, const std::string& text) {
    legacy t(numbers.data(), dtype, {2});
    refuses<type_error>(t, "this tensor holds " + text + ", not float32");
  };
  says({2, 64, 1}, "float64");
  says({2, 16, 1}, "float16");
  says({0, 32, 1}, "int32");
  says({1, 8, 1}, "uint8");
  says({6, 8, 1}, "bool");
  says({6, 1, 1}, "bool1");
  says({4, 16, 1}, "bfloat16");
  says({5, 64, 1}, "complex64");
  says({3, 64, 1}, "elements of code 3, 64 bits and 1 lane(s)");
  says({2, 32, 4}, "elements of code 2, 32 bits and 4 lane(s)");
  legacy natural(numbers.data(), {1, 32, 1}, {2});
  refuses<type_error, const std::int32_t>(natural, "this tensor holds uint32, not int32");
  legacy byte(numbers.data(), {1, 8, 1}, {2});
  refuses<type_error, const bool>(byte, "this tensor holds uint8, not bool");
  legacy whole(numbers.data(), {0, 8, 1}, {2});
  refuses<type_error, const std::uint8_t>(whole, "this tensor holds int8, not uint8");
  legacy truth(numbers.data(), {6, 8, 1}, {2});
  refuses<type_error, const std::int8_t>(truth, "this tensor holds bool, not int8");
}

TEST_CASE("half precision, of either kind") {
  const std::uint16_t bits[] = {0x3e00, 0xc000, 0x7e00};  // 1.5, -2 and NaN; of bfloat16 0.125, -2 and 4e37
  std::uint16_t numbers[] = {bits[0], bits[1], bits[2]};
  versioned half(numbers, {2, 16, 1}, {3});
  const auto x = from_dlpack<const f16>(&half.tensor);
  CHECK(double{x.view()(0, 0)} == 1.5);
  CHECK(double{x.view()(1, 0)} == -2);
  CHECK(missing(double{x.view()(2, 0)}));
  CHECK(fitted_on_both(standardize(), x) == fit(on::seq, standardize(), rows({{1.5}, {-2}, {gone}})));
  legacy brain(numbers, {4, 16, 1}, {1, 3});
  CHECK(double{from_dlpack<bf16>(&brain.tensor).view()(0, 0)} == 0.125);
  legacy other(numbers, {4, 16, 1}, {3});
  refuses<type_error, const f16>(other, "this tensor holds bfloat16, not float16");
  legacy whole(numbers, {0, 16, 1}, {3});
  refuses<type_error, const bf16>(whole, "this tensor holds int16, not bfloat16");
}

TEST_CASE("other shapes and orders") {
  auto numbers = counted_up(12);
  legacy three(numbers.data(), f32, {2, 3, 2});
  refuses<shape_error>(three, "this tensor has 3 dimensions; a table has one (one column) or two");
  legacy none(numbers.data(), f32, {});
  refuses<shape_error>(none, "this tensor has 0 dimensions; a table has one (one column) or two");
  legacy negative(numbers.data(), f32, {2, -3});
  refuses<shape_error>(negative, "this tensor has shape (2, -3)");
  legacy below(numbers.data(), f32, {-2, 3});
  refuses<shape_error>(below, "this tensor has shape (-2, 3)");
  legacy turned(numbers.data(), f32, {4, 3}, {1, 4});
  refuses<type_error>(turned, "the columns of this tensor are 4 elements apart, not 1: it is not row-major; "
                              "column_major or strided may read it");
  legacy straight(numbers.data(), f32, {4, 3});
  refuses<type_error, const float, column_major>(
      straight, "the rows of this tensor are 3 elements apart, not 1: it is not column-major; row_major or "
                "strided may read it");
  legacy empty(nullptr, f32, {4, 3});
  refuses<shape_error>(empty, "this tensor of 4 x 3 elements has no memory");
  legacy odd(numbers.data(), f32, {2});
  odd.tensor.dl_tensor.byte_offset = 2;
  refuses<type_error>(odd, "the elements of this tensor are not aligned to 4 bytes");
}

TEST_CASE("sizes and strides that no memory has") {
  auto numbers = counted_up(4);
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max(), least = -most - 1;
  const auto says = [&](std::vector<std::int64_t> shape, std::vector<std::int64_t> strides,
                        std::uint64_t offset = 0) {
    legacy t(numbers.data(), f32, shape, strides);
    t.tensor.dl_tensor.byte_offset = offset;
    refuses<shape_error, const float, strided>(t, "this tensor of " + std::to_string(shape[0]) + " x " +
                                                      std::to_string(shape[1]) +
                                                      " elements does not lie in memory");
  };
  says({2, 2}, {most, 1});
  says({2, 2}, {1, least});
  says({most, 1}, {1, 1});
  says({1, most}, {1, most});
  says({std::int64_t{1} << 33, 2}, {std::int64_t{1} << 31, 1});
  says({2, 2}, {2, 1}, std::numeric_limits<std::uint64_t>::max());
  says({2, 2}, {2, 1}, std::uint64_t{1} << 60);
  says({2, 2}, {2, 1}, std::uint64_t{1} << 57);
  says({2, 2}, {-(std::int64_t{1} << 50), 1});  // before address 0
  says({2, 2}, {1, -(std::int64_t{1} << 50)});

  // What just fits is taken; nobody looks at it here.
  const auto takes = [&](std::vector<std::int64_t> shape, std::vector<std::int64_t> strides,
                         std::uint64_t offset = 0) {
    legacy t(numbers.data(), f32, shape, strides);
    t.tensor.dl_tensor.byte_offset = offset;
    return from_dlpack<const float, strided>(std::nothrow, &t.tensor).ok();
  };
  constexpr std::int64_t reach = most / 64 / 4;
  const auto below = static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(numbers.data()) / 4);
  CHECK(takes({2, 1}, {reach / 2, 1}));
  CHECK_FALSE(takes({2, 1}, {reach / 2 + 1, 1}));
  CHECK(takes({1, 2}, {1, reach / 2}));
  CHECK_FALSE(takes({1, 2}, {1, reach / 2 + 1}));
  CHECK(takes({2, 1}, {-below, 1}));
  CHECK_FALSE(takes({2, 1}, {-below - 1, 1}));
  CHECK(takes({1, 2}, {1, -below}));
  CHECK_FALSE(takes({1, 2}, {1, -below - 1}));
  CHECK(takes({1, 1}, {1, 1}, static_cast<std::uint64_t>(most / 64 / 4 * 4)));
  CHECK(detail::dl_in_memory(4096, 0, 1, most, 2, 1, 4));  // of one row no stride counts
  CHECK(detail::dl_in_memory(4096, 0, 2, 1, 1, least, 4));
  CHECK(detail::dl_in_memory(4096, most / 64, 1, 1, 1, 1, 4));
  CHECK(detail::dl_in_memory(most, 0, 2, -(reach / 2), 1, 1, 4));
  CHECK(detail::dl_in_memory(4, 0, 2, -1, 1, 1, 4));
  CHECK_FALSE(detail::dl_in_memory(3, 0, 2, -1, 1, 1, 4));
  CHECK_FALSE(detail::dl_in_memory(3, 0, 2, -1, 2, 1, 4));
  CHECK_FALSE(detail::dl_in_memory(3, 0, 2, 1, 2, -1, 4));
}

TEST_CASE("elements that share no memory: every shape and pair of strides, against their places") {
  for (int rows = 1; rows <= 4; ++rows)
    for (int cols = 1; cols <= 4; ++cols)
      for (int down = -6; down <= 6; ++down)
        for (int along = -6; along <= 6; ++along) {
          std::vector<int> places;
          for (int r = 0; r < rows; ++r)
            for (int c = 0; c < cols; ++c) places.push_back(r * down + c * along);
          std::sort(places.begin(), places.end());
          const bool apart = std::adjacent_find(places.begin(), places.end()) == places.end();
          // One of the two orders must be nested: what is woven into one another is not written either.
          const int d = std::abs(down), a = std::abs(along);
          const bool nested = rows == 1 || cols == 1 || d > (cols - 1) * a || a > (rows - 1) * d;
          CHECK(detail::dl_apart(rows, down, cols, along) == (apart && nested));
        }
}
