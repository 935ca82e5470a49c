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
///
/// On a device `packed_output out(on::cuda, frame, x.rows())` is the same in its memory.

#include <smelt/codecs/packed_table.hpp>
#include <smelt/codecs/packing.hpp>
#include <smelt/core/status.hpp>

#include <algorithm>  // std::min
#include <concepts>   // std::floating_point
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace smelt::inline v0 {

namespace detail {

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
    const std::uint64_t code = code_of<T>(columns[c], value(static_cast<index>(c)));
    if (code == packed_column::none) return static_cast<index>(c);
    writer.write(code, columns[c].stored.bits);
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
    if (row >= 0) refuse_value(found, row, refused_->column);
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

/// The same in the memory of a device, where a thread writes one value; and the rows as they are read.
template <class T>
class packed_put : public packed_view<T, device> {
 public:
  packed_put() = default;
  packed_put(packed_view<T, device> rows, packed_word* words, const typename packing<T>::column* frame)
      : packed_view<T, device>(rows), to_(words), frame_(frame), row_bits_(8 * rows.bytes_per_row()) {}

  /// Before a pass writes the first `rows` rows: their bits become 0, by the device's own means.
  template <class Runtime>
  void prepare(Runtime& runtime, index rows) const {
    runtime.clear(to_, static_cast<std::size_t>(rows * this->bytes_per_row()));
  }
  /// One value, by the atomics of a context: other threads write other bits of the same words. False, and
  /// nothing is written, where it has no code.
  template <class Context>
  SMELT_HD bool put(Context& ctx, index r, index c, T x) const {
    const auto& column = frame_[c];
    const std::uint64_t code = code_of<T>(column, widened(x));
    if (code == packed_column::none) return false;
    const index bit = r * row_bits_ + static_cast<index>(column.stored.first);
    const std::uint64_t bits = code << (bit % word_bits);
    packed_word* const word = to_ + bit / word_bits;
    const auto low = static_cast<packed_word>(bits);
    const auto high = static_cast<packed_word>(bits >> word_bits);
    if (low != 0) ctx.set_bits(word, low);
    if (high != 0) ctx.set_bits(word + 1, high);
    return true;
  }

 private:
  packed_word* to_ = nullptr;
  const typename packing<T>::column* frame_ = nullptr;
  index row_bits_ = 0;
};

inline std::vector<packed_column> stored_in(const auto& frame) {
  std::vector<packed_column> made;
  for (const auto& column : frame.columns()) made.push_back(column.stored);
  return made;
}

}  // namespace detail

/// Memory for packed rows as a survey, or numbers of yours, say they are stored, to be the output of
/// `transform` and `inverse`. What it then holds is `pack(policy, transform(...), frame)`, bit by bit. A value
/// that has no code is a value_error of the verb, and on a device of `check` and of `rows_written`; its row is
/// not to be used.
/// \shape rows x columns of the frame
/// \missing a code of its own, in columns that have one in the frame
template <std::floating_point T, class Policy = void>
class packed_output {
 public:
  packed_output(packing<T> frame, index rows, resource_ref memory = {})
      : frame_(std::make_unique<const packing<T>>(std::move(frame))),
        refused_(std::make_unique<detail::first_refused>()),
        table_(detail::stored_in(*frame_), rows, frame_->bytes_per_row(), frame_->names(), memory),
        bytes_(reinterpret_cast<unsigned char*>(table_.words())) {}
  /// In the memory of a policy; every one of a host writes it.
  template <class OnHost>
    requires on_host<typename OnHost::space>
  packed_output(const OnHost& policy, packing<T> frame, index rows)
      : packed_output(std::move(frame), rows, detail::memory_of(policy)) {}

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
  std::unique_ptr<const packing<T>> frame_;
  std::unique_ptr<detail::first_refused> refused_;
  packed_table<T> table_;
  unsigned char* bytes_;
};

/// The same in the memory of a device, for passes of its policy.
template <std::floating_point T, class Policy>
  requires(!on_host<typename Policy::space>)
class packed_output<T, Policy> {
 public:
  /// Waits until the frame has been copied there.
  packed_output(const Policy& policy, const packing<T>& frame, index rows)
      : policy_(policy),
        rows_(rows),
        row_bytes_(frame.bytes_per_row()),
        names_(frame.names()),
        words_(policy.template make_column<detail::packed_word>(packed_table<T>::words_for(rows, row_bytes_))),
        frame_(copied(frame.columns())),
        columns_(copied(detail::stored_in(frame))) {
    policy_.runtime().clear(words_.data(), static_cast<std::size_t>(words_.size()) * sizeof(detail::packed_word));
    policy_.runtime().wait();
  }
  /// To be written, and read again by the passes after it: `view().row_range(0, rows)`, where rows drop.
  detail::packed_put<T> view() const {
    const packed_view<T, device> all(words_.data(), columns_.data(), rows_, columns_.size(), row_bytes_);
    return {all.named(names_), words_.data(), frame_.data()};
  }
  /// The first `rows` rows as a table of the host, as many as the verb said that it has written. Waits for the
  /// device.
  /// \errors as `check(policy)`
  packed_table<T> rows_written(index rows) && {
    check(policy_);
    return to_host(policy_, view().row_range(0, rows));
  }

 private:
  template <class Column>
  auto copied(const std::vector<Column>& columns) const {
    auto made = policy_.template make_column<Column>(static_cast<index>(columns.size()));
    policy_.runtime().copy(made.data(), columns.data(), columns.size() * sizeof(Column));
    policy_.runtime().wait();  // the list may be gone after this
    return made;
  }
  template <class Element>
  using column_of = decltype(std::declval<const Policy&>().template make_column<Element>(index{}));

  Policy policy_;
  index rows_;
  index row_bytes_;
  std::vector<std::string> names_;
  column_of<detail::packed_word> words_;
  column_of<typename packing<T>::column> frame_;
  column_of<packed_column> columns_;
};

template <class Policy, class T>
  requires(!on_host<typename Policy::space>)
packed_output(const Policy&, packing<T>, index) -> packed_output<T, Policy>;

static_assert(block_output<detail::packed_writer<float>> && element_output<detail::packed_put<float>>);

}  // namespace smelt::inline v0
