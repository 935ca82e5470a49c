// SPDX-License-Identifier: BSL-1.0

/// \file
/// Tables given away as tensors: what TensorFlow, cuDF and all others ask of them, and memory that goes
/// with the deleter.

#include <smelt/interop/to_dlpack.hpp>

#include <doctest/doctest.h>

#include <smelt/read/npy.hpp>
#include <support/dlpack.hpp>
#include <support/tables.hpp>

#include <memory>
#include <utility>

#ifndef SMELT_TEST_DATA_DIR
#define SMELT_TEST_DATA_DIR "tests/data"
#endif

using namespace smelt;
using namespace smelt_test;

namespace {

/// A view of nothing that points somewhere.
struct empty_somewhere {
  smelt::index rows, cols;
  float memory = 0;
  matrix_view<float> view() { return {&memory, rows, cols}; }
};

/// Device memory that is none, and says when it goes.
struct there {
  std::shared_ptr<float> memory = std::make_shared<float>(0.0f);
  matrix_view<float, row_major, device> view() const { return {memory.get(), 1, 1}; }
};

}  // namespace

TEST_CASE_TEMPLATE("a table as a tensor, and back", M, DLManagedTensor, DLManagedTensorVersioned) {
  auto x = noise<float>(5, 3);
  const auto copy = x;
  const float* const where = x.data();
  M* const made = to_dlpack<M>(std::move(x));
  const DLTensor& t = made->dl_tensor;
  CHECK(t.data == where);
  CHECK(t.byte_offset == 0);
  CHECK(t.ndim == 2);
  CHECK(t.shape[0] == 5);
  CHECK(t.shape[1] == 3);
  REQUIRE(t.strides != nullptr);
  CHECK(t.strides[0] == 3);
  CHECK(t.strides[1] == 1);
  CHECK(t.dtype.code == 2);
  CHECK(t.dtype.bits == 32);
  CHECK(t.dtype.lanes == 1);
  CHECK(t.device.device_type == kDLCPU);
  CHECK(t.device.device_id == 0);
  if constexpr (dlpack_versioned<M>) {
    CHECK(made->version.major == 1);
    CHECK(made->version.minor == 0);
    CHECK(made->flags == 0);
  }
  auto back = from_dlpack<float>(made);
  CHECK(difference(back.view(), copy) == "");
  // Given away again: the tensor of a tensor.
  M* const twice = to_dlpack<M>(std::move(back));
  CHECK(twice->dl_tensor.data == where);
  twice->deleter(twice);
}

TEST_CASE("column-major, as cuDF wants it") {
  auto* const made = to_dlpack<DLManagedTensor>(laid_out<column_major>(noise<double>(4, 3)));
  CHECK(made->dl_tensor.strides[0] == 1);
  CHECK(made->dl_tensor.strides[1] == 4);
  CHECK(made->dl_tensor.dtype.bits == 64);
  made->deleter(made);
}

TEST_CASE("nothing has no memory") {
  for (const auto& [rows, cols] : {std::pair{0, 3}, {3, 0}}) {
    auto* const made = to_dlpack<DLManagedTensorVersioned>(table<std::int32_t>(rows, cols));
    CHECK(made->dl_tensor.data == nullptr);
    CHECK(made->dl_tensor.shape[0] == rows);
    CHECK(made->dl_tensor.dtype.code == 0);
    made->deleter(made);
  }
}

TEST_CASE("nothing has no memory, wherever it points") {
  for (const auto& [rows, cols] : {std::pair{0, 3}, {3, 0}}) {
    auto* const made = to_dlpack<DLManagedTensor>(empty_somewhere{rows, cols});
    CHECK(made->dl_tensor.data == nullptr);
    made->deleter(made);
  }
}

TEST_CASE("types by their codes") {
  const auto code = []<class T>(T) {
    auto* const made = to_dlpack<DLManagedTensor>(table<T>(1, 1));
    const auto is = std::pair<int, int>(made->dl_tensor.dtype.code, made->dl_tensor.dtype.bits);
    made->deleter(made);
    return is;
  };
  CHECK(code(std::int8_t{}) == std::pair(0, 8));
  CHECK(code(std::int64_t{}) == std::pair(0, 64));
  CHECK(code(std::uint16_t{}) == std::pair(1, 16));
  CHECK(code(double{}) == std::pair(2, 64));
  CHECK(code(detail::binary16{}) == std::pair(2, 16));
  CHECK(code(detail::bfloat16{}) == std::pair(4, 16));
  CHECK(code(bool{}) == std::pair(6, 8));
}

TEST_CASE("a mapped file is read-only, and stays mapped") {
  auto* const made =
      to_dlpack<DLManagedTensorVersioned>(map_npy<float>(SMELT_TEST_DATA_DIR "/npy/f4_by_row.npy"));
  CHECK(made->flags == 1);
  CHECK_THROWS_AS(from_dlpack<float>(made), type_error);  // which releases it
  const auto kept = from_dlpack<const float>(
      to_dlpack<DLManagedTensorVersioned>(map_npy<float>(SMELT_TEST_DATA_DIR "/npy/f4_by_row.npy")));
  CHECK(kept.view()(1, 1) == 4.25f);
}

TEST_CASE("memory of a device, and when it goes") {
  CHECK((detail::dl_device_of<host>() == detail::dl_device::cpu));
  CHECK((detail::dl_device_of<device>() == detail::dl_device::cuda));
  CHECK((detail::dl_device_of<pinned>() == detail::dl_device::cuda_host));
  CHECK((detail::dl_device_of<managed>() == detail::dl_device::cuda_managed));
  there x;
  const std::weak_ptr<float> memory = x.memory;
  auto* const made = to_dlpack<DLManagedTensor>(std::move(x), 2);
  CHECK(made->dl_tensor.device.device_type == kDLCUDA);
  CHECK(made->dl_tensor.device.device_id == 2);
  CHECK_FALSE(memory.expired());
  CHECK(from_dlpack<float, row_major, device>(made).device_id() == 2);
  CHECK(memory.expired());
}
