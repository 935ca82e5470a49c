// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Laws of memory: sizes, layouts, element types, widths that do not fit.

#include <smelt/check/trial.hpp>
#include <smelt/policies/seq.hpp>

#include <cstdint>
#include <utility>  // std::as_const

namespace smelt::inline v0 {
namespace detail {

inline constexpr const char* law_input = "The input is left as it is";
inline constexpr const char* law_layouts =
    "Equal elements give equal bits, however they lie in memory";
inline constexpr const char* law_types =
    "Equal numbers give equal bits, whatever type they are stored as";
inline constexpr const char* law_output =
    "A result in given memory, in place or of floats is the same, rounded once";
inline constexpr const char* law_sizes =
    "Tables of every size come out with the bits of on::seq, or are refused in the same words";
inline constexpr const char* law_width =
    "Data of another width are refused with both widths in the message";

/// A trial of a copy with this layout, gap and offset, on every policy.
template <class Layout, class Exam, class Trial>
void examine_copy(const Exam& exam, const Trial& first, const table<double>& x, index gap,
                  index off, const std::string& layout) {
  const laid_out_copy<double, Layout> copy(x, gap, off);
  exam.each_policy([&](const auto& policy, const std::string& name) {
    if constexpr (can_read<std::remove_cvref_t<decltype(policy)>,
                           matrix_view<const double, Layout>>) {
      const std::string here =
          message(layout, ", ", gap, " elements between, ", off, " elements off, ", name);
      exam.note(law_layouts, here,
                trial_difference(first, tried(policy, exam.stages, copy.view())));
      exam.note(law_input, here, copy.untouched() ? "" : "its memory has changed");
    }
  });
}

template <class Exam>
void examine_layouts(const Exam& exam) {
  const auto x = exam.main_table();
  const auto first = tried(on::seq, exam.stages, x.view());
  examine_copy<row_major>(exam, first, x, 0, 1, "row-major");
  examine_copy<row_major>(exam, first, x, 3, 0, "row-major");
  examine_copy<column_major>(exam, first, x, 0, 1, "column-major");
  examine_copy<column_major>(exam, first, x, 5, 0, "column-major");
  examine_copy<strided>(exam, first, x, 1, 1, "strided");
  column_set columns(x.rows());
  for (index c = 0; c < x.cols(); ++c) columns.add(x.column(c));
  exam.each_policy([&](const auto& policy, const std::string& name) {
    exam.note(law_layouts, "a column set, " + name,
              trial_difference(first, tried(policy, exam.stages, columns)));
  });
}

template <class Exam, class View>
void examine_type(const Exam& exam, const table<double>& same, const View& x,
                  const std::string& type) {
  const auto first = tried(on::seq, exam.stages, same.view());
  exam.each_policy([&](const auto& policy, const std::string& name) {
    exam.note(law_types, type + ", " + name,
              trial_difference(first, tried(policy, exam.stages, x)));
  });
}
template <class Type, class Exam>
void examine_columns_of(const Exam& exam, const std::string& type) {
  const auto x = counted_table<Type>(exam.example.rows, exam.example.cols);
  column_set columns(x.rows());
  table<double> same(x.rows(), x.cols());
  for (index c = 0; c < x.cols(); ++c) {
    columns.add(x.column(c));
    for (index r = 0; r < x.rows(); ++r) same(r, c) = static_cast<double>(x(r, c));
  }
  examine_type(exam, same, columns, type);
}

/// A table of floats, and columns of whole numbers, each against the same numbers as doubles.
template <class Exam>
void examine_types(const Exam& exam) {
  const auto x = exam.main_table();
  table<float> floats(x.rows(), x.cols());
  for (index r = 0; r < x.rows(); ++r)
    for (index c = 0; c < x.cols(); ++c) floats(r, c) = static_cast<float>(x(r, c));
  examine_type(exam, x, std::as_const(floats).view(), "float");
  examine_columns_of<std::int32_t>(exam, "int32");
  examine_columns_of<std::uint8_t>(exam, "uint8");
}

template <class Exam>
void examine_outputs(const Exam& exam) {
  const auto x = exam.main_table();
  const auto first = tried(on::seq, exam.stages, x.view());
  if (!first.refused.empty()) return;
  exam.each_policy([&](const auto& policy, const std::string& name) {
    if constexpr (!asynchronous<std::remove_cvref_t<decltype(policy)>>) {
      exam.notes(law_output, "floats, " + name, [&] {
        table<float> rounded(first.made.rows(), first.made.cols());
        for (index r = 0; r < rounded.rows(); ++r)
          for (index c = 0; c < rounded.cols(); ++c)
            rounded(r, c) = narrow<float>(first.made(r, c));
        table<float> out(x.rows(), first.fit->cols_out());
        out.shrink(transform(policy, *first.fit, x.view(), out.view()));
        return table_difference(rounded, out);
      });
      if constexpr (Exam::keeps_rows && !Exam::plan.drops_columns)
        exam.notes(law_output, "in place, " + name, [&] {
          auto both = x;
          transform(policy, *first.fit, std::as_const(both).view(), both.view());
          return table_difference(first.made, both);
        });
    }
  });
}

template <class Exam>
void examine_sizes(const Exam& exam) {
  const auto x = exam.main_table();
  const auto main = tried(on::seq, exam.stages, x.view());
  auto examine = [&](index rows, index cols) {
    const auto some = example_table(exam.example, rows, cols, 11);
    const auto first = tried(on::seq, exam.stages, some.view());
    const std::string size = message(rows, " x ", cols, " elements");
    if constexpr (Exam::keeps_rows)
      if (first.refused.empty())
        exam.note(law_sizes, size,
                  first.made.rows() == rows ? "" : message(first.made.rows(), " rows come out"));
    exam.each_policy([&](const auto& policy, const std::string& name) {
      exam.note(law_sizes, size + ", " + name,
                trial_difference(first, tried(policy, exam.stages, some.view())));
      // Without rows there is nothing to learn from, and nothing to transform.
      if constexpr (!Exam::plan.samples && !numbers_rows<typename Exam::chain_type>)
        if (main.refused.empty() && cols == exam.example.cols && rows == 0)
          exam.notes(law_sizes, size + " transformed, " + name, [&] {
            const auto none = transformed(policy, *main.fit, some.view());
            return none.rows() == 0 && none.cols() == main.fit->cols_out()
                       ? std::string()
                       : message(none.rows(), " x ", none.cols(), " elements come out");
          });
    });
  };
  for (const index rows : {0, 1, 2, 3, 7, 8, 9, 1023, 1024, 1025}) examine(rows, exam.example.cols);
  for (const index cols : {1, 2, 3, 4, 8, 9, 17}) examine(37, cols);
}

template <class Exam>
void examine_width(const Exam& exam) {
  const auto x = exam.main_table();
  const auto first = tried(on::seq, exam.stages, x.view());
  if (!first.refused.empty()) return;
  const index cols = exam.example.cols;
  for (const index other : {cols - 1, cols + 1}) {
    const auto wrong = example_table(exam.example, exam.example.rows, other, 11);
    exam.each_policy([&](const auto& policy, const std::string& name) {
      std::string said;
      try {
        transformed(policy, *first.fit, wrong.view());
      } catch (const shape_error& e) {
        said = e.what();
      } catch (const std::exception&) {  // not the right one
      }
      const bool told = said.find(message(cols)) != std::string::npos &&
                        said.find(message(other)) != std::string::npos;
      exam.note(law_width, message(other, " columns for ", cols, ", ", name),
                told ? "" : "the shape_error says '" + said + "' (empty: none)");
    });
  }
}

}  // namespace detail
}  // namespace smelt::inline v0
