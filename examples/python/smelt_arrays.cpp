// SPDX-License-Identifier: BSL-1.0
/// \file
/// What arrays.py calls: smelt behind a C interface, arrays handed over as DLPack tensors and Arrow record
/// batches, without a copy and without the headers of either. `arrays.sh` builds it.

#include <smelt/codecs/bf16.hpp>
#include <smelt/codecs/f16.hpp>
#include <smelt/eigen.hpp>
#include <smelt/interop.hpp>
#include <smelt/smelt.hpp>

#include <cstdint>
#include <string>
#include <utility>

// The structs as their specifications have them.
extern "C" {
struct DLDevice {
  int device_type;
  std::int32_t device_id;
};
struct DLDataType {
  std::uint8_t code;
  std::uint8_t bits;
  std::uint16_t lanes;
};
struct DLTensor {
  void* data;
  DLDevice device;
  std::int32_t ndim;
  DLDataType dtype;
  std::int64_t* shape;
  std::int64_t* strides;
  std::uint64_t byte_offset;
};
struct DLManagedTensor {
  DLTensor dl_tensor;
  void* manager_ctx;
  void (*deleter)(DLManagedTensor* self);
};
struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  std::int64_t flags;
  std::int64_t n_children;
  ArrowSchema** children;
  ArrowSchema* dictionary;
  void (*release)(ArrowSchema*);
  void* private_data;
};
struct ArrowArray {
  std::int64_t length;
  std::int64_t null_count;
  std::int64_t offset;
  std::int64_t n_buffers;
  std::int64_t n_children;
  const void** buffers;
  ArrowArray** children;
  ArrowArray* dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};
}

namespace {

using namespace smelt;

const auto stages = clean(fill::mean) | standardize();

thread_local std::string said;

/// Runs `f`; what it throws becomes text, for no exception may pass through C.
template <class F>
const char* tried(F&& f) {
  try {
    f();
    return nullptr;
  } catch (const std::exception& wrong) {
    said = wrong.what();
    return said.c_str();
  }
}

}  // namespace

/// A tensor of T, and one of the same shape and type back.
template <class T>
void standardize_tensor(DLManagedTensor* in, DLManagedTensor** out) {
  const auto x = from_dlpack<const T, strided>(in);  // owns it: it goes when this function ends
  *out = to_dlpack<DLManagedTensor>(fit_transform<T>(on::eigen, stages, x));
}

/// Takes a tensor of float32, float16 or bfloat16, rows side by side or not, and gives one of the same
/// shape and type back: missing values filled by their columns' means, then standardized. Null, or what is
/// wrong.
extern "C" const char* smelt_standardize_tensor(DLManagedTensor* in, DLManagedTensor** out) {
  return tried([&] {
    const auto [code, bits, lanes] = in->dl_tensor.dtype;
    if (bits == 16 && code == 2) return standardize_tensor<f16>(in, out);
    if (bits == 16 && code == 4) return standardize_tensor<bf16>(in, out);
    standardize_tensor<float>(in, out);  // which says what anything else is
  });
}

/// The same of a record batch whose columns are numbers, nulls and all.
extern "C" const char* smelt_standardize_batch(ArrowSchema* schema, ArrowArray* array,
                                               ArrowSchema* out_schema, ArrowArray* out_array) {
  return tried([&] {
    const auto x = from_arrow(schema, array);
    table<double, column_major> y(x.rows(), x.cols(), {x.names().begin(), x.names().end()});
    transform(on::eigen, fit(on::eigen, stages, x), x, y);
    to_arrow(std::move(y), out_schema, out_array);
  });
}
