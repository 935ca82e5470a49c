// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Structs of the shape of Arrow's C Data and C Device interfaces, and arrays of a test's own memory
/// that count how often they are released.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace smelt_test {

struct arrow_schema_struct {
  const char* format;
  const char* name;
  const char* metadata;
  std::int64_t flags;
  std::int64_t n_children;
  arrow_schema_struct** children;
  arrow_schema_struct* dictionary;
  void (*release)(arrow_schema_struct*);
  void* private_data;
};
struct arrow_array_struct {
  std::int64_t length;
  std::int64_t null_count;
  std::int64_t offset;
  std::int64_t n_buffers;
  std::int64_t n_children;
  const void** buffers;
  arrow_array_struct** children;
  arrow_array_struct* dictionary;
  void (*release)(arrow_array_struct*);
  void* private_data;
};
struct arrow_device_struct {
  arrow_array_struct array;
  std::int64_t device_id;
  std::int32_t device_type;
  void* sync_event;
  std::int64_t reserved[3];
};

/// One array with its schema; a record batch when it is given columns.
struct counted_array {
  std::string format, name;
  const void* buffers[2] = {nullptr, nullptr};
  std::vector<std::unique_ptr<counted_array>> columns;
  std::vector<arrow_schema_struct*> schema_children;
  std::vector<arrow_array_struct*> array_children;
  arrow_schema_struct schema{};
  arrow_array_struct array{};
  int released = 0, schema_released = 0;

  counted_array(std::string kind, std::string title, std::int64_t length, const void* values = nullptr,
                const void* validity = nullptr)
      : format(std::move(kind)), name(std::move(title)) {
    buffers[0] = validity;
    buffers[1] = values;
    schema.format = format.c_str();
    schema.name = name.c_str();
    schema.release = [](arrow_schema_struct* s) {
      ++static_cast<counted_array*>(s->private_data)->schema_released;
      s->release = nullptr;
    };
    schema.private_data = this;
    array.length = length;
    array.null_count = -1;
    array.n_buffers = format == "+s" ? 1 : 2;
    array.buffers = buffers;
    array.release = [](arrow_array_struct* a) {
      ++static_cast<counted_array*>(a->private_data)->released;
      a->release = nullptr;
    };
    array.private_data = this;
  }
  counted_array(const counted_array&) = delete;
  counted_array& operator=(const counted_array&) = delete;

  /// Appends a column; returns it.
  counted_array& column(std::string kind, std::string title, std::int64_t length, const void* values = nullptr,
                        const void* validity = nullptr) {
    columns.push_back(std::make_unique<counted_array>(std::move(kind), std::move(title), length, values, validity));
    schema_children.push_back(&columns.back()->schema);
    array_children.push_back(&columns.back()->array);
    schema.n_children = array.n_children = static_cast<std::int64_t>(columns.size());
    schema.children = schema_children.data();
    array.children = array_children.data();
    return *columns.back();
  }
};

}  // namespace smelt_test
