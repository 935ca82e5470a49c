// SPDX-License-Identifier: BSL-1.0
/// \file
/// Laws of memory, tried on policies that break them: a stage cannot, for it sees values alone.

#include <smelt/check/layouts.hpp>

#include <support/checked.hpp>
#include <support/recorded.hpp>

#include <cmath>  // std::signbit
#include <string>
#include <vector>

using namespace smelt;
using namespace smelt_test;

namespace {

/// Does as on::seq, and then harm: `Harm::to(x, out)`.
template <class Harm>
struct harmful_policy : std::remove_cvref_t<decltype(on::seq)> {
  using base = std::remove_cvref_t<decltype(on::seq)>;
  template <class Program, class View, class Out, class Written>
  smelt::index map(const Program& p, const View& x, const map_request& request, const Out& out,
                   pass_status& status, const Written& written) const {
    const auto n = base::map(p, x, request, out, status, written);
    Harm::to(x, out);
    return n;
  }
};

struct writes_its_input {
  template <class View, class Out>
  static void to(const View& x, const Out&) {
    if constexpr (dense_view<View>)
      if (x.rows() > 0) const_cast<std::remove_const_t<typename View::element_type>&>(x(0, 0)) += 1;
  }
};
/// Another result of views with this property.
template <class Where>
struct spoils {
  template <class View, class Out>
  static void to(const View& x, const Out& out) {
    if (out.rows() > 0 && out.cols() > 0 && Where::template holds<View, Out>(x)) out(0, 0) = 77;
  }
};
struct column_sets {
  template <class View, class>
  static bool holds(const View&) {
    return !dense_view<View>;
  }
};
struct gapped_rows {
  template <class View, class>
  static bool holds(const View& x) {
    if constexpr (dense_view<View>)
      return x.col_stride() == 1 && x.row_stride() != x.cols();
    else
      return false;
  }
};
struct bytes {
  template <class View, class>
  static bool holds(const View& x) {
    if constexpr (dense_view<View>)
      return false;
    else
      return x.stored()[0].kind == element_kind::u8;
  }
};
struct floats_out {
  template <class, class Out>
  static bool holds(const auto&) {
    return std::is_same_v<typename Out::value_type, float>;
  }
};
/// Any value for which `Value::holds`.
template <class Value>
struct anywhere {
  template <class View, class>
  static bool holds(const View& x) {
    bool found = false;
    for (smelt::index r = 0; r < x.rows(); ++r)
      for (smelt::index c = 0; c < x.cols(); ++c)
        found = found || Value::holds(static_cast<double>(x(r, c)));
    return found;
  }
};
struct infinities {
  static bool holds(double x) { return infinite(x); }
};
struct negative_nans {
  static bool holds(double x) { return missing(x) && std::signbit(x); }
};
struct nine_rows {
  template <class View, class>
  static bool holds(const View& x) {
    return x.rows() == 9;
  }
};

template <class Harm>
std::string harmed() {
  return complaint(clip(-1, 1), harmful_policy<Harm>{});
}
template <class Where>
std::string spoiled() {
  return harmed<spoils<Where>>();
}

using list = std::vector<std::string>;
template <class Stage, class... Policies>
list looked_at(const Stage& stage, const Policies&... policies) {
  return recorded(
      [](const auto& exam) {
        smelt::detail::examine_layouts(exam);
        smelt::detail::examine_types(exam);
        smelt::detail::examine_outputs(exam);
        smelt::detail::examine_sizes(exam);
        smelt::detail::examine_width(exam);
      },
      as_chain(stage), stage_example{.cols = 4, .rows = 1030}, policies...);
}
/// Each with "on::seq" and "policy 1" behind it.
list on_both_policies(const list& places) {
  list made;
  for (const auto& place : places)
    for (const char* policy : {"on::seq", "policy 1"}) made.push_back(place + policy);
  return made;
}

}  // namespace

TEST_CASE("all that is looked at of memory") {
  const auto cases = looked_at(clip(-1, 1), on::eigen);
  const list layouts = {"row-major, 0 elements between, 1 elements off, ",
                        "row-major, 3 elements between, 0 elements off, ",
                        "column-major, 0 elements between, 1 elements off, ",
                        "column-major, 5 elements between, 0 elements off, ",
                        "strided, 1 elements between, 1 elements off, "};
  CHECK(cases_of(smelt::detail::law_input, cases) == on_both_policies(layouts));
  list with_set = layouts;
  with_set.push_back("a column set, ");
  CHECK(cases_of(smelt::detail::law_layouts, cases) == on_both_policies(with_set));
  CHECK(cases_of(smelt::detail::law_types, cases) ==
        on_both_policies({"float, ", "int32, ", "uint8, "}));
  CHECK(cases_of(smelt::detail::law_output, cases) ==
        list{"floats, on::seq", "in place, on::seq", "floats, policy 1", "in place, policy 1"});
  list sizes;
  for (const char* rows : {"0", "1", "2", "3", "7", "8", "9", "1023", "1024", "1025"}) {
    const auto size = std::string(rows) + " x 4 elements";
    sizes.push_back(size);
    for (const char* policy : {"on::seq", "policy 1"}) {
      sizes.push_back(size + ", " + policy);
      if (size[0] == '0') sizes.push_back(size + " transformed, " + policy);
    }
  }
  for (const char* cols : {"1", "2", "3", "4", "8", "9", "17"}) {
    const auto size = std::string("37 x ") + cols + " elements";
    sizes.push_back(size);
    for (const char* policy : {"on::seq", "policy 1"}) sizes.push_back(size + ", " + policy);
  }
  CHECK(cases_of(smelt::detail::law_sizes, cases) == sizes);
  CHECK(cases_of(smelt::detail::law_width, cases) ==
        on_both_policies({"3 columns for 4, ", "5 columns for 4, "}));
}

TEST_CASE("a policy that writes to its input") {
  CHECK(
      says(harmed<writes_its_input>(),
           "The input is left as it is. Not so for row-major, 0 elements between, 1 elements off, "
           "policy 1: its memory has changed"));
}

TEST_CASE("a policy that minds how elements lie") {
  const std::string law = "Equal elements give equal bits, however they lie in memory. Not so for ";
  CHECK(says(spoiled<column_sets>(), law + "a column set, policy 1: row 0, column 0: "));
  CHECK(says(spoiled<gapped_rows>(),
             law + "row-major, 3 elements between, 0 elements off, policy 1: row 0, column 0: "));
}

TEST_CASE("a policy that minds what elements are stored as, or written as") {
  CHECK(says(spoiled<bytes>(),
             "Equal numbers give equal bits, whatever type they are stored as. Not "
             "so for uint8, policy 1: row 0, column 0: "));
  CHECK(
      says(spoiled<floats_out>(),
           "A result in given memory, in place or of floats is the same, rounded once. Not so for "
           "floats, policy 1: row 0, column 0: "));
}

TEST_CASE("a policy that minds the number of rows") {
  CHECK(says(spoiled<nine_rows>(),
             "Tables of every size come out with the bits of on::seq, or are refused in the same "
             "words. Not so for 9 x 5 elements, policy 1: row 0, column 0: "));
}

TEST_CASE("a policy that spoils what stands beside an infinity, or knows more than one NaN") {
  CHECK(says(spoiled<anywhere<infinities>>(),
             "An infinity that is refused is named by its row and column, and spoils no other "
             "element. Not so for row 0, column 1 transformed, policy 1: row 0, column 0: "));
  CHECK(says(spoiled<anywhere<negative_nans>>(),
             "Every NaN is the same missing value. Not so for policy 1: row 0, column 0: "));
}
