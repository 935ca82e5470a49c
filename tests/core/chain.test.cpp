// SPDX-License-Identifier: BSL-1.0
/// \file
/// Chains are flat, joining is associative, and nothing but stages joins.

#include <smelt/core/chain.hpp>

#include <doctest/doctest.h>

#include <string>
#include <type_traits>

using namespace smelt;

namespace {

template <int Name>
struct named {
  static constexpr effect does = effect::value;
  int number = Name;
};
struct spoken {
  static constexpr effect does = effect::value;
  char name;
  std::string text() const { return std::string(1, name); }
};
struct not_a_stage {};

constexpr named<1> a{};
constexpr named<2> b{};
constexpr named<3> c{};

template <class Chain>
using plain = std::remove_cvref_t<Chain>;

}  // namespace

static_assert(std::is_same_v<decltype(a | b), chain<named<1>, named<2>>>);
static_assert(std::is_same_v<decltype((a | b) | c), decltype(a | (b | c))>, "associative");
static_assert(std::is_same_v<decltype((a | b) | (c | a)),
                             chain<named<1>, named<2>, named<3>, named<1>>>, "flat");
static_assert(decltype(a | b | c)::size == 3);
static_assert(std::is_same_v<decltype(as_chain(a)), chain<named<1>>>);
static_assert(std::is_same_v<plain<decltype(as_chain(a | b))>, decltype(a | b)>, "as it is");
static_assert(is_chain<chain<named<1>>> && !is_chain<named<1>>);
static_assert(chainable<named<1>> && chainable<chain<named<1>>> && !chainable<not_a_stage>);
static_assert(chainable<const named<1>&> && !chainable<int>);

// One poison passes through a chain without another word.
static_assert(std::is_same_v<decltype(a | poison{} | b), poison>);
static_assert(std::is_same_v<decltype(poison{} | poison{}), poison>);

TEST_CASE("stages keep their values and their order") {
  const auto made = named<1>{10} | (named<2>{20} | named<3>{30});
  CHECK(made.get<0>().number == 10);
  CHECK(made.get<1>().number == 20);
  CHECK(made.get<2>().number == 30);
  constexpr auto at_compile_time = a | b;
  static_assert(at_compile_time.get<1>().number == 2);
}

TEST_CASE("a chain in words: its stages, a bar between") {
  CHECK(detail::text_of(as_chain(spoken{'a'})) == "a");
  CHECK(detail::text_of(spoken{'a'} | spoken{'b'} | spoken{'c'}) == "a | b | c");
}

TEST_CASE("joining copies what has a name and moves what has none") {
  const auto first = a | b;
  const auto longer = first | c;
  CHECK(first.get<1>().number == longer.get<1>().number);
  CHECK(longer.get<2>().number == 3);
}
