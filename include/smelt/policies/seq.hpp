// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// on::seq: plain loops, one value at a time. It defines what every other policy must compute, and
/// is the oracle of every test.

#include <smelt/plan/changes.hpp>
#include <smelt/plan/fold.hpp>
#include <smelt/plan/map.hpp>
#include <smelt/plan/policy.hpp>

#include <type_traits>

namespace smelt::inline v0 {

namespace detail {
inline namespace SMELT_ISA {

/// Loads one row into doubles. Infinities that the program does not let in become missing; true
/// when there was one.
template <class Program, class View>
bool load_row(const Program& p, const View& x, index r, double* row, pass_status& status) {
  bool bad = false;
  for (index c = 0; c < p.cols; ++c) {
    const auto value = static_cast<double>(x(r, c));
    row[c] = value;
    if constexpr (has_infinity<typename View::value_type>)
      if (refused<Program>(value, numbers_of_column{p.numbers + c, p.pitch})) {
        status.infinite_at(x.first_row() + r, c);
        row[c] = missing_value<double>;
        bad = true;
      }
  }
  return bad;
}

/// Folds the rows of one leaf into its open slots, row after row.
template <class Program, class View>
struct seq_folder {
  const Program& program;
  const View& x;
  const double* const* shifts;
  list<double> row;
  list<double> scratch;

  void operator()(leaf_list& list, double* open, pass_status& status) {
    list.spell_out();
    for (index i = 0; i < list.count; ++i) {
      load_row(program, x, list.rows[i], row.data(), status);
      const index lane = list.lane[i];
      run_row(program, list.rows[i], list.numbers[i], row.data(), scratch.data(),
              [&](auto mark) { note(mark, lane, open); });
    }
  }

  template <class Mark>
  void note(Mark, index lane, double* open) const {
    const index pitch = program.pitch;
    index offset = 0;
    summary<Program>::each(pitch, [&](auto mark, index at, index) {
      if constexpr (decltype(mark)::slot == Mark::slot) offset = at;
    });
    double* base = open + offset;
    base[0] += 1.0;
    const double* shift = shifts[Mark::slot];
    slot_layout<Mark>::each(base, base, pitch, [&](auto statistic, double* part, double*) {
      using Statistic = decltype(statistic);
      if constexpr (Statistic::laned) part += lane * Statistic::fields * pitch;
      for (index c = 0; c < program.cols; ++c) {
        const double value = row[static_cast<std::size_t>(c)];
        const bool present = !missing(value);
        double f[Statistic::fields];
        for (int k = 0; k < Statistic::fields; ++k) f[k] = part[k * pitch + c];
        Statistic::note(f, value, where(present, subtract(value, shift[c]), 0.0), present);
        settle<Statistic>(f);
        for (int k = 0; k < Statistic::fields; ++k) part[k * pitch + c] = f[k];
      }
    });
  }
};

/// The sequential policy.
struct seq_policy : takes_memory<seq_policy> {
  using space = host;

  constexpr seq_policy() = default;

  static constexpr int concurrency(index) { return 1; }
  template <class F>
  void for_each(index tasks, F&& f) const {
    for (index t = 0; t < tasks; ++t) f(t, 0);
  }
  template <class Program, class View>
  auto folder(const Program& p, const View& x, const double* const* shifts) const {
    const auto width = static_cast<std::size_t>(padded_width(p.cols));
    return seq_folder<Program, View>{p, x, shifts, list<double>(width, resource()),
                                     list<double>(width, resource())};
  }

  /// Bytes of the heap that a folder, and a map, take at most: two rows of doubles, and one of results.
  template <class Program, class View>
  static index folder_scratch(index cols) {
    return 2 * padded_width(cols) * bytes_of_a_double;
  }
  template <class Program, class View, class Out>
  static index map_scratch(index, index cols, bool) {
    return 3 * padded_width(cols) * bytes_of_a_double;
  }

  /// Runs a program over rows and writes the rows that stay, in order; see `map_request`. Returns
  /// the number of rows written.
  template <class Program, class View, class Out, class Written>
  index map(const Program& p, const View& x, const map_request& request, const Out& out,
            pass_status& status, const Written& written) const {
    using result = typename Out::value_type;
    const auto width = static_cast<std::size_t>(padded_width(p.cols));
    list<double> row(width, request.memory);
    list<double> scratch(width, request.memory);
    [[maybe_unused]] list<result> results(request.memory);
    index at = 0;
    for (index i = 0; i < request.rows.count(); ++i) {
      index source = 0;
      request.rows(i, 1, &source);
      list<index> spoiled(request.memory);
      if (load_row(p, x, source, row.data(), status))
        for (index c = 0; c < p.cols; ++c)
          if (refused<Program>(static_cast<double>(x(source, c)),
                      numbers_of_column{p.numbers + c, p.pitch}))
            spoiled.push_back(c);
      change_counter<Program> changes(1, p.cols, request.memory);
      auto look = [&](auto mark) { changes.look(mark, [&](index) { return row.data(); }); };
      const bool stays =
          request.marks ? run_row<true>(p, source, i, row.data(), scratch.data(), look)
                        : run_row(p, source, i, row.data(), scratch.data(), look);
      if (request.marks) request.marks[i] = stays == request.marks_stay;
      if (!stays) ++status.dropped;
      if (!stays && !request.marks) continue;
      for (index c : spoiled) row[static_cast<std::size_t>(c)] = missing_value<double>;
      changes.count(0, row.data(), request, status);
      const index outs = request.width(p.cols);
      if constexpr (block_output<Out>) {
        results.resize(static_cast<std::size_t>(outs));
        for (index c = 0; c < outs; ++c)
          results[static_cast<std::size_t>(c)] =
              narrow<result>(row[static_cast<std::size_t>(request.column(c))]);
        write_rows(out, at, index{1}, static_cast<const result*>(results.data()));
      } else {
        for (index c = 0; c < outs; ++c)
          out(at, c) = narrow<result>(row[static_cast<std::size_t>(request.column(c))]);
      }
      written(at, &source, index{1});
      ++at;
    }
    return at;
  }
};

}  // namespace SMELT_ISA
}  // namespace detail

namespace on {
/// Plain loops.
inline constexpr detail::seq_policy seq{};
}  // namespace on

static_assert(policy<detail::seq_policy>);

}  // namespace smelt::inline v0
