// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Packed rows that a chain writes: its results become codes in the pass that makes them, and no table lies
/// between.
///
///     const auto frame = survey(on::eigen, transform(on::eigen, fitted, some), in_bits{12});
///     packed_output<float> out(frame, x.rows());       // or a packing of your own numbers
///     transform(on::eigen, fitted, x, out);
///     const packed_table<float> scaled = std::move(out).rows_written(x.rows());

#include <smelt/codecs/packed_table.hpp>
#include <smelt/codecs/packing.hpp>
#include <smelt/core/status.hpp>

#include <algorithm>  // std::min
#include <cstring>    // std::memcmp
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace smelt::inline v0 {

namespace detail {

/// The code of a value.
template <class T>
std::uint64_t code_of(const packed_column& column, double x) {
  if (missing(x)) return column.missing;
  const double code = nearest(x * column.divisor / column.factor - column.base);
  return code >= 0.0 && code <= static_cast<double>(column.mask()) ? static_cast<std::uint64_t>(code)
                                                                  : packed_column::none;
}

/// Writes codes one after another, the low bits first.
class bit_writer {
 public:
  explicit bit_writer(unsigned char* to) : to_(to) {}
  void write(std::uint64_t code, std::uint32_t bits) {
    waiting_ |= code << count_;
    count_ += bits;
    while (count_ >= 8) put();
  }
  void finish() {
    if (count_ > 0) put();
  }

 private:
  void put() {
    *to_++ = static_cast<unsigned char>(waiting_);
    waiting_ >>= 8;
    count_ -= std::min<std::uint32_t>(count_, 8);
  }
  unsigned char* to_;
  std::uint64_t waiting_ = 0;
  std::uint32_t count_ = 0;
};

/// Writes the codes of one row, `value(c)` of each column, to bytes of its own. Returns the first column
/// whose value has no code, and then has written those before it; -1 where all have one.
template <class T, class Value>
index pack_row(const std::vector<typename packing<T>::column>& columns, const Value& value, unsigned char* to) {
  bit_writer writer(to);
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const auto& column = columns[c];
    const double x = value(static_cast<index>(c));
    const std::uint64_t code = code_of<T>(column.stored, x);
    bool fits = code != packed_column::none && (missing(x) || code != column.stored.missing);
    if (fits && column.exact && !missing(x)) {
      const auto again = static_cast<double>(element<T>(column.stored.value(code)));
      fits = std::memcmp(&again, &x, sizeof x) == 0;
    }
    if (!fits) return static_cast<index>(c);
    writer.write(code, column.stored.bits);
  }
  writer.finish();
  return -1;
}

/// The first value, by rows, that had no code, whichever thread met it.
struct first_refused {
  std::mutex mutex;
  index row = -1;
  index column = -1;
  void note(index r, index c) {
    const std::lock_guard lock(mutex);
    if (row >= 0 && row <= r) return;
    row = r;
    column = c;
  }
};

/// Packed rows as an output. They begin at bytes, so that threads that write different rows write
/// different bytes.
template <class T>
class packed_writer {
 public:
  using value_type = T;
  using space = host;
  using packs_on_host = void;

  packed_writer(packed_view<T> rows, const packing<T>* frame, unsigned char* bytes, first_refused* refused)
      : rows_(rows), frame_(frame), bytes_(bytes), refused_(refused) {}
  index rows() const { return rows_.rows(); }
  index cols() const { return rows_.cols(); }
  index first_row() const { return 0; }
  index total_rows() const { return rows(); }
  std::span<const std::string> names() const { return rows_.names(); }
  detail::placed placed() const { return rows_.placed(); }
  T operator()(index r, index c) const { return rows_(r, c); }

  /// Writes row r from numbers that lie one after another, or notes the first that has no code.
  void write(index r, const T* from) const {
    const index bad = pack_row<T>(
        frame_->columns(), [&](index c) { return static_cast<double>(from[c]); },
        bytes_ + r * frame_->bytes_per_row());
    if (bad >= 0) refused_->note(r, bad);
  }
  /// What a verb asks when all rows are written: whether every value had a code.
  void check_written(status& found) const {
    const index row = std::exchange(refused_->row, -1);
    expect<value_error>(found, row < 0, "the value in row ", row, ", column ", refused_->column,
                        " of the output is not among those that its packing was surveyed for, or given");
  }

 private:
  packed_view<T> rows_;
  const packing<T>* frame_;
  unsigned char* bytes_;
  first_refused* refused_;
};

/// Rows [first, first + n) from numbers that lie one after another; see `block_output`.
template <class T>
void write_rows(const packed_writer<T>& to, index first, index n, const T* from) {
  for (index r = 0; r < n; ++r) to.write(first + r, from + r * to.cols());
}

}  // namespace detail

/// Memory for packed rows as a survey, or numbers of yours, say they are stored, to be the output of
/// `transform` and `inverse` on a host. What it then holds is `pack(policy, transform(...), frame)`, bit by
/// bit. A value that has no code is a value_error of the verb; its row is not to be used.
/// \shape rows x columns of the frame
/// \missing a code of its own, in columns that have one in the frame
template <class T>
  requires std::is_floating_point_v<T>
class packed_output {
 public:
  packed_output(packing<T> frame, index rows)
      : frame_(std::make_unique<const packing<T>>(std::move(frame))),
        refused_(std::make_unique<detail::first_refused>()),
        table_(columns_of(*frame_), rows, frame_->bytes_per_row(), frame_->names()),
        bytes_(reinterpret_cast<unsigned char*>(table_.words())) {}

  /// To be written, and read again. Its memory stays where it is when the output moves.
  detail::packed_writer<T> view() const {
    return {table_.view(), frame_.get(), bytes_, refused_.get()};
  }
  /// The first `rows` rows as a table, as many as the verb said that it has written.
  packed_table<T> rows_written(index rows) && {
    table_.shrink(rows);
    return std::move(table_);
  }

 private:
  static std::vector<packed_column> columns_of(const packing<T>& frame) {
    std::vector<packed_column> made;
    for (const auto& column : frame.columns()) made.push_back(column.stored);
    return made;
  }
  std::unique_ptr<const packing<T>> frame_;
  std::unique_ptr<detail::first_refused> refused_;
  packed_table<T> table_;
  unsigned char* bytes_;
};

static_assert(block_output<detail::packed_writer<float>>);

}  // namespace smelt::inline v0
