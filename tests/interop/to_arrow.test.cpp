// SPDX-License-Identifier: BSL-1.0

/// \file
/// Column-major tables given away as record batches: what is read back are the same columns, and memory
/// goes when both structs are released.

#include <smelt/interop/to_arrow.hpp>

#include <doctest/doctest.h>

#include <smelt/codecs.hpp>
#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/arrow.hpp>
#include <support/tables.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

using namespace smelt;
using namespace smelt_test;

static_assert(!detail::arrow_owner<table<detail::bfloat16, column_major>>);  // Arrow has no such numbers
static_assert(!detail::arrow_owner<nullable_table<bf16>> && !detail::arrow_owner<nullable_table<f8_e4m3>>);

namespace {

struct filled {
  arrow_schema_struct schema;
  arrow_array_struct array;
};
template <class X>
filled given(X&& x) {
  filled made;
  to_arrow(std::forward<X>(x), &made.schema, &made.array);
  return made;
}

/// A table that says when it goes.
struct watched {
  std::shared_ptr<int> alive = std::make_shared<int>(0);
  table<double, column_major> held{2, 1};
  matrix_view<double, column_major> view() { return held.view(); }
};

}  // namespace

TEST_CASE("a table as a record batch, and back") {
  table<double, column_major> x(5, 3, {"a", "b", "c"});
  const auto values = noise<double>(5, 3, 4);
  for (smelt::index r = 0; r < 5; ++r)
    for (smelt::index c = 0; c < 3; ++c) x(r, c) = values(r, c);
  const double* const where = x.data();
  filled batch = given(std::move(x));
  CHECK(batch.schema.format == std::string("+s"));
  CHECK(batch.schema.name == std::string());
  CHECK(batch.schema.metadata == nullptr);
  CHECK(batch.schema.flags == 0);
  CHECK(batch.schema.n_children == 3);
  CHECK(batch.schema.children[1]->name == std::string("b"));
  CHECK(batch.schema.children[1]->format == std::string("g"));
  CHECK(batch.schema.children[2]->n_children == 0);
  CHECK(batch.array.length == 5);
  CHECK(batch.array.null_count == 0);
  CHECK(batch.array.offset == 0);
  CHECK(batch.array.n_buffers == 1);
  CHECK(batch.array.buffers[0] == nullptr);
  const auto& second = *batch.array.children[1];
  CHECK(second.length == 5);
  CHECK(second.n_buffers == 2);
  CHECK(second.buffers[0] == nullptr);
  CHECK(second.buffers[1] == where + 5);
  const auto back = from_arrow(&batch.schema, &batch.array);
  CHECK(back.names()[2] == "c");
  table<double> seen(5, 3);
  for (smelt::index r = 0; r < 5; ++r)
    for (smelt::index c = 0; c < 3; ++c) seen(r, c) = back.view()(r, c);
  CHECK(difference(seen, values) == "");
}

TEST_CASE("formats of every type, and columns without names") {
  const auto format = []<class T>(T) {
    filled batch = given(table<T, column_major>(1, 2));
    const std::string said = batch.schema.children[1]->format;
    CHECK(batch.schema.children[1]->name == std::string("1"));
    batch.schema.release(&batch.schema);
    batch.array.release(&batch.array);
    return said;
  };
  CHECK(format(double{}) == "g");
  CHECK(format(float{}) == "f");
  CHECK(format(detail::binary16{}) == "e");
  CHECK(format(std::int8_t{}) == "c");
  CHECK(format(std::uint8_t{}) == "C");
  CHECK(format(std::int16_t{}) == "s");
  CHECK(format(std::uint16_t{}) == "S");
  CHECK(format(std::int32_t{}) == "i");
  CHECK(format(std::uint32_t{}) == "I");
  CHECK(format(std::int64_t{}) == "l");
  CHECK(format(std::uint64_t{}) == "L");
}

TEST_CASE("each struct is released by itself") {
  watched x;
  const std::weak_ptr<int> alive = x.alive;
  filled batch = given(std::move(x));
  batch.schema.children[0]->release(batch.schema.children[0]);
  CHECK((batch.schema.children[0]->release == nullptr));
  batch.schema.release(&batch.schema);
  CHECK((batch.schema.release == nullptr));
  CHECK_FALSE(alive.expired());
  batch.array.children[0]->release(batch.array.children[0]);
  CHECK_FALSE(alive.expired());
  batch.array.release(&batch.array);
  CHECK((batch.array.release == nullptr));
  CHECK(alive.expired());
}

TEST_CASE("a column that is taken out outlives the rest") {
  watched x;
  x.held(1, 0) = 7;
  const std::weak_ptr<int> alive = x.alive;
  filled batch = given(std::move(x));
  auto column = *batch.array.children[0];
  batch.array.children[0]->release = nullptr;
  auto words = *batch.schema.children[0];
  batch.schema.children[0]->release = nullptr;
  batch.array.release(&batch.array);
  batch.schema.release(&batch.schema);
  CHECK_FALSE(alive.expired());
  CHECK(from_arrow(&words, &column).view()(1, 0) == 7);
  CHECK(alive.expired());
}

TEST_CASE("nothing") {
  for (const auto& [rows, cols] : {std::pair{0, 3}, {3, 0}}) {
    filled batch = given(table<float, column_major>(rows, cols));
    const auto back = from_arrow(&batch.schema, &batch.array);
    CHECK(back.rows() == rows);
    CHECK(back.cols() == cols);
  }
}

TEST_CASE("nulls that a chain has written, and back") {
  auto check = [](auto zero, const char* format) {
    using element = decltype(zero);
    CAPTURE(format);
    const auto x = noise<double>(1000, 3, 4);
    const auto f = fit(on::seq, clean(drop::at_least(2)) | clip(0, 100), x);
    nullable_table<element> out(1000, 3, {"a", "b", "c"});
    const auto rows = transform(on::eigen, f, x, out);
    out.shrink(rows);
    const auto right = out;
    const auto* const where = out.view().values().data();
    filled batch = given(std::move(out));
    CHECK(batch.schema.children[1]->format == std::string(format));
    CHECK(batch.schema.children[1]->flags == 2);
    CHECK(batch.schema.children[1]->name == std::string("b"));
    CHECK(batch.array.length == rows);
    CHECK(batch.array.null_count == 0);  // of rows
    CHECK(batch.array.children[1]->null_count == right.nulls(1));
    CHECK(right.nulls(1) > 0);
    CHECK(batch.array.children[0]->offset == 0);
    CHECK(batch.array.children[0]->buffers[1] == where);
    const auto back = from_arrow(&batch.schema, &batch.array);
    CHECK(back.names()[2] == "c");
    smelt::index wrong = 0;
    for (smelt::index r = 0; r < rows; ++r)
      for (smelt::index c = 0; c < 3; ++c) {
        wrong += !same_bits(back.view()(r, c), static_cast<double>(right.view()(r, c)));
        wrong += (back.view().stored()[static_cast<std::size_t>(c)].validity[r / 8] >> (r % 8) & 1) !=
                 right.view().present(r, c);
      }
    CHECK(wrong == 0);
  };
  check(double{}, "g");
  check(float{}, "f");
  check(f16(0.0), "e");
  check(std::int8_t{}, "c");
  check(std::uint64_t{}, "L");
  filled batch = given(nullable_table<float>(0, 2));
  CHECK(from_arrow(&batch.schema, &batch.array).cols() == 2);
}
