// SPDX-License-Identifier: BSL-1.0
/// \file
/// A call whose shapes, types or parts do not fit writes nothing: every byte of the output, and of
/// what lies around it, is what it was. Thrown and by value.

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/both_ways.hpp>

#include <cstring>
#include <string>
#include <utility>  // std::pair

using namespace smelt;
using smelt_test::both_said;
using smelt_test::both_say;

namespace {

table<float> counting(smelt::index rows, smelt::index cols, std::vector<std::string> names = {}) {
  table<float> t(rows, cols, std::move(names));
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < cols; ++c) t(r, c) = static_cast<float>((r * 7 + c * 3) % 11);
  return t;
}

/// Memory with a pattern, in the middle of which outputs lie.
class patterned {
 public:
  float* data() { return floats_.data() + 64; }
  bool untouched() const {
    const auto* bytes = reinterpret_cast<const unsigned char*>(floats_.data());
    for (std::size_t i = 0; i < floats_.size() * sizeof(float); ++i)
      if (bytes[i] != pattern) return false;
    return true;
  }

 private:
  static constexpr unsigned char pattern = 0x5a;
  std::vector<float> floats_ = [] {
    std::vector<float> made(1024);
    std::memset(made.data(), pattern, made.size() * sizeof(float));
    return made;
  }();
};

/// The call is refused with the text both ways, and the memory is as it was.
template <class Error, class Call>
void refuses_unwritten(const std::string& text, const Call& call) {
  patterned memory;
  const status said =
      both_said<Error>(text, [&](auto... quiet) { return call(memory.data(), quiet...); });
  CHECK(said.rows == 0);
  CHECK(memory.untouched());
}

}  // namespace

TEST_CASE_TEMPLATE("shapes and names that do not fit", Policy, detail::seq_policy,
                   detail::eigen_policy) {
  const Policy policy;
  const table<float> x = counting(8, 2, {"a", "b"});
  const table<float> wide = counting(8, 3);
  const table<float> others = counting(8, 2, {"a", "c"});
  const auto fitted = fit(policy, standardize(), x);
  // Into so many rows and columns.
  auto into = [&](const table<float>& from, smelt::index rows, smelt::index cols) {
    return [&, rows, cols](float* out, auto... quiet) {
      return transform(quiet..., policy, fitted, from, matrix_view<float>(out, rows, cols));
    };
  };
  refuses_unwritten<shape_error>("the chain was fitted on 2 columns, this view has 3",
                                 into(wide, 8, 3));
  refuses_unwritten<shape_error>("the chain writes 2 columns, the output has 3", into(x, 8, 3));
  refuses_unwritten<shape_error>("up to 8 rows come out, the output has 7", into(x, 7, 2));
  refuses_unwritten<type_error>("column 1 was 'b' in the fit, here it is 'c'", into(others, 8, 2));
  CHECK(transform(std::nothrow, policy, fitted, others).first_col == 1);
}

TEST_CASE("an inverse whose output does not fit") {
  const table<float> x = counting(8, 2);
  const table<float> wide = counting(8, 3);
  const auto fitted = fit(on::seq, standardize(), x);
  auto into = [&](const auto& from, smelt::index rows, smelt::index cols) {
    return [&, rows, cols](float* out, auto... quiet) {
      return inverse(quiet..., on::seq, fitted, from, matrix_view<float>(out, rows, cols));
    };
  };
  refuses_unwritten<shape_error>("the inverse has 2 columns, the output has 3", into(x, 8, 3));
  refuses_unwritten<shape_error>("8 rows are undone, the output has 7", into(x, 7, 2));
  refuses_unwritten<shape_error>("the chain writes 2 columns, this view has 3", into(wide, 8, 2));
  refuses_unwritten<shape_error>(
      "the output overlaps the input; give other memory, or the input itself to a chain that keeps "
      "every row and column in its place",
      [&](float* m, auto... quiet) {
        return inverse(quiet..., on::seq, fitted, matrix_view<float>(m, 7, 2),
                       matrix_view<float>(m + 1, 7, 2));
      });
}

TEST_CASE("an output that overlaps the input elsewhere than element for element") {
  const std::string overlap =
      "the output overlaps the input; give other memory, or the input itself to a chain that keeps "
      "every row and column in its place";
  // Input and output in one memory: the pattern is finite as floats, so only the overlap is wrong.
  const auto fitted = fit(on::seq, standardize(), counting(8, 2));
  auto refuses = [&](const auto& policy, const auto& f, auto&& cut) {
    refuses_unwritten<shape_error>(overlap, [&](float* m, auto... quiet) {
      const auto [x, out] = cut(m);
      return transform(quiet..., policy, f, x, out);
    });
  };
  using view = matrix_view<float>;
  refuses(on::seq, fitted, [](float* m) { return std::pair(view(m, 8, 2), view(m + 1, 8, 2)); });
  refuses(on::eigen, fitted,
          [](float* m) { return std::pair(view(m, 8, 2, 3, 1), view(m, 8, 2)); });
  refuses(on::seq, fitted, [](float* m) {
    const view x(m, 8, 2);
    return std::pair(x.row_range(0, 4), x.row_range(3, 7));
  });
  // Rows that move, and columns that leave, even onto the input itself.
  const auto drops = fit(on::seq, clean(drop::any) | standardize(), counting(8, 2));
  const auto shuffles = fit(on::seq, standardize() | sample(shuffled{seed{1}}), counting(8, 2));
  const auto narrows = fit(on::seq, clean(drop::columns(columns{0})), counting(8, 2));
  const auto itself = [](float* m) { return std::pair(view(m, 8, 2), view(m, 8, 2)); };
  refuses(on::seq, drops, itself);
  refuses(on::seq, shuffles, itself);
  refuses(on::seq, narrows, [](float* m) { return std::pair(view(m, 8, 2), view(m, 8, 1)); });
  refuses_unwritten<shape_error>(
      "the chain writes 1 columns, the output has 2", [&](float* m, auto... quiet) {
        return transform(quiet..., on::seq, narrows, in_place(view(m, 8, 2)));
      });
}

TEST_CASE("parts of another split, masks and samples of another size") {
  const table<float> x = counting(8, 2);
  const table<float> six = counting(6, 2);
  const auto cut = [&](std::uint64_t order) {
    return split<struct one_tag>(x, {.train = 0.75, .test = 0.25}, seed{order});
  };
  const auto parts = cut(1), others = cut(2);
  CHECK(parts.train.split_id != others.test.split_id);
  // Every way to transform.
  auto refuses = [](auto error, const std::string& text, const auto& f, const auto& data) {
    using error_type = decltype(error);
    refuses_unwritten<error_type>(text, [&](float* out, auto... quiet) {
      return transform(quiet..., on::seq, f, data, matrix_view<float>(out, 7, 2));
    });
    both_say<error_type>(text,
                         [&](auto... quiet) { return transform(quiet..., on::seq, f, data); });
    both_say<error_type>(text, [&](auto... quiet) { return batches(quiet..., on::seq, f, data); });
  };
  refuses(value_error(""),
          message("the chain was fitted in split ", parts.train.split_id,
                  ", this part is of split ", others.test.split_id),
          fit(on::seq, standardize(), parts.train), others.test);
  const std::vector<unsigned char> mask(8);
  refuses(shape_error(""), "drop::where was given a mask of 8 rows for data of 6 rows",
          fit(on::seq, clean(drop::where(mask)), x), six);
  refuses(value_error(""), "take{7}: there are only 6 rows to take without replacement",
          fit(on::seq, standardize() | sample(take{7, seed{1}}), x), six);
}

TEST_CASE("a fit that throws leaves its data, its policy and its threads as they were") {
  workers pool{3};
  const auto policy = on::eigen.on(pool);
  table<float> x = counting(5000, 3);
  const auto before = fit(policy, standardize(), x);
  x(4000, 1) = std::numeric_limits<float>::infinity();
  const std::vector<float> bytes(x.data(), x.data() + 15000);
  CHECK_THROWS_AS(fit(policy, standardize(), x), value_error);
  CHECK(std::memcmp(bytes.data(), x.data(), bytes.size() * sizeof(float)) == 0);
  x(4000, 1) = static_cast<float>((4000 * 7 + 3) % 11);
  CHECK(fit(policy, standardize(), x) == before);
}
