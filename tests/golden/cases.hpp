// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What a golden case is: data made from integers, a chain, an oracle, and one digest that every
/// policy, thread count, layout and batch size must give.

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>

#include "../support/oracle.hpp"
#if defined(GOLDEN_ON_DEVICE)  // the emulated device as well: its instantiations cost minutes
#include <support/on_device.hpp>
#endif

#include <algorithm>  // std::max
#include <bit>        // std::bit_cast
#include <cmath>      // std::abs
#include <cstddef>
#include <cstdint>
#include <cstring>  // std::memcmp
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <tuple>  // std::apply
#include <type_traits>
#include <vector>

namespace golden {

/// A digest of 64 bits over words, in the manner of FNV-1a with a wider step. It is part of the
/// golden file: a change of it changes every line.
class digest {
 public:
  void word(std::uint64_t w) {
    state_ = (state_ ^ w) * 0x100000001b3u;
    state_ ^= state_ >> 29;
  }
  void number(double x) { word(std::bit_cast<std::uint64_t>(x)); }
  void number(float x) { word(std::bit_cast<std::uint32_t>(x)); }
  std::uint64_t value() const { return state_ * 0x9e3779b97f4a7c15u; }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325u;
};

/// The number at (row, stream) of a seed: integer arithmetic only.
constexpr std::uint64_t draw(std::uint64_t seed, std::uint64_t row, std::uint64_t stream) {
  std::uint64_t z = seed + row * 0x9e3779b97f4a7c15u + stream * 0xd1342543de82ef95u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}
constexpr std::uint64_t seed_of(const std::string& name) {
  std::uint64_t h = 0xcbf29ce484222325u;
  for (char c : name) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return h;
}

/// Which rows a case fits.
enum class row_set { whole, offset, late, parts };

/// What a chain asks of its data.
struct traits {
  bool sentinels = false;    // -99 stands for a missing value
  bool infinities = false;   // some values are infinite
  bool lost_column = false;  // column 3 holds nothing
};

/// One case: a shape, and how its rows are taken.
struct shape {
  smelt::index rows = 0;
  smelt::index cols = 0;
  row_set taken = row_set::whole;

  std::string name() const {
    constexpr const char* taken_names[] = {"", " offset", " late", " parts"};
    return std::to_string(rows) + "x" + std::to_string(cols) +
           taken_names[static_cast<std::size_t>(taken)];
  }
};

/// Every `step`-th of 42 shapes beginning with number `first`, and shapes whose rows are a part of
/// their source.
inline std::vector<shape> shapes(std::size_t step, std::size_t first) {
  std::vector<shape> made;
  std::size_t number = first;
  for (const smelt::index rows : {1, 7, 1000, 1023, 1025, 5000})
    for (const smelt::index cols : {1, 3, 7, 8, 13, 64, 65})
      if (number++ % step == 0) made.push_back(shape{rows, cols});
  for (const shape& other : {shape{1000, 8, row_set::offset}, shape{5000, 13, row_set::offset},
                             shape{5000, 8, row_set::late}, shape{3000, 65, row_set::late},
                             shape{1000, 64, row_set::parts}, shape{5000, 7, row_set::parts}})
    made.push_back(other);
  return made;
}

/// Those of at least so many rows.
inline std::vector<shape> shapes_from(smelt::index least, std::size_t step, std::size_t first) {
  std::vector<shape> made = shapes(step, first);
  std::erase_if(made, [&](const shape& s) { return s.rows < least; });
  return made;
}

/// Source values of eight kinds of column, exact in their type: uniform, constant, mean a million
/// deviations from 0, first row an outlier, two values, bell-shaped, skewed, small integers.
template <class T>
T source_value(std::uint64_t seed, const shape& s, const traits& t, smelt::index row,
               smelt::index col) {
  const auto r = static_cast<std::uint64_t>(row);
  const auto c = static_cast<std::uint64_t>(col);
  const std::uint64_t h = draw(seed, r, c + 1);
  const auto low = [&](int bits) { return static_cast<std::int64_t>(h >> (64 - bits)); };
  const std::uint64_t kind = (c + seed) % 8;
  if constexpr (std::is_floating_point_v<T>) {
    const bool spoiled = row > 0 && draw(seed, r, 0) % 8 == 0;
    const bool late = s.taken == row_set::late && col == s.cols / 2 && row < 1030;
    if (late || (t.lost_column && col == 3)) return std::numeric_limits<T>::quiet_NaN();
    if (spoiled && h % 3 == 0) {
      if (t.infinities && h % 2 == 0)
        return h % 4 == 0 ? std::numeric_limits<T>::infinity()
                          : -std::numeric_limits<T>::infinity();
      return t.sentinels && h % 2 == 0 ? T(-99) : std::numeric_limits<T>::quiet_NaN();
    }
  }
  // Integers that T holds, times a power of two.
  constexpr bool wide = std::is_same_v<T, double>;
  constexpr bool whole = std::is_integral_v<T>;
  constexpr double step = whole ? 1.0 : wide ? 0x1p-40 : 0x1p-10;
  std::int64_t k = 0;
  double scale = step;
  switch (kind) {
    case 0:
      k = low(wide ? 50 : 20) - (std::int64_t{1} << (wide ? 49 : 19));
      break;
    case 1:
      k = whole ? 77 : 1677721, scale = whole ? 1.0 : 0x1p-24;
      break;
    case 2:
      k = (std::int64_t{1} << 23) + low(4), scale = whole ? 1.0 : 0x1p-3;
      break;
    case 3:
      k = row == 0 ? std::int64_t{1} << 20 : low(8), scale = 1.0;
      break;
    case 4:
      k = h % 2 == 0 ? 3 : -1, scale = 1.0;
      break;
    case 5:
      for (int i = 0; i < 4; ++i) k += static_cast<std::int64_t>((h >> (16 * i)) & 0xfff);
      k -= 8192;
      scale = whole ? 1.0 : 0x1p-8;
      break;
    case 6:
      k = low(12) << ((h >> 3) & 7), scale = 1.0;
      break;
    default:
      k = low(8), scale = 1.0;
  }
  if (t.sentinels && whole && row > 0 && draw(seed, r, 0) % 8 == 0 && h % 3 == 0) return T(-99);
  if constexpr (sizeof(T) == 1) return static_cast<T>(k & 0xff);
  return static_cast<T>(static_cast<double>(k) * scale);
}

/// The policies of a run.
struct machine {
  std::vector<std::unique_ptr<smelt::workers>> pools;
  struct named {
    std::string name;
    smelt::detail::eigen_policy policy;
  };
  std::vector<named> policies;

  explicit machine(const std::vector<int>& threads) {
    policies.push_back({"on::eigen", smelt::on::eigen});
    policies.push_back({"on::eigen.alone()", smelt::on::eigen.alone()});
    for (int n : threads) {
      pools.push_back(std::make_unique<smelt::workers>(n));
      policies.push_back(
          {"on::eigen.on(workers{" + std::to_string(n) + "})", smelt::on::eigen.on(*pools.back())});
    }
  }
};

/// What a case gave.
struct outcome {
  std::uint64_t digest = 0;
  std::string problem;  // empty: certified by the oracle, and every way gave the digest
  double share = 0.0;   // of the oracle's bound that was used
  double bound = 0.0;   // the oracle's bound itself, relative to the column
  int runs = 0;         // how many ways
};

struct golden_case {
  std::string name;
  std::function<outcome(const machine&)> run;
};
using catalogue = std::vector<golden_case>;

/// One table in four places: without gaps, with rows one element longer, by columns, and with gaps
/// between all elements. What lies in the gaps would be seen if it were read.
template <class T>
class laid_out {
 public:
  template <class Read>
  laid_out(smelt::index rows, smelt::index cols, Read&& read)
      : rows_(rows),
        cols_(cols),
        packed_(cells(cols), gap),
        padded_(cells(cols + 1), gap),
        columns_(cells(cols), gap),
        strided_(cells(2 * cols + 1), gap) {
    for (smelt::index r = 0; r < rows; ++r)
      for (smelt::index c = 0; c < cols; ++c) {
        const T v = read(r, c);
        packed_[at(r * cols + c)] = v;
        padded_[at(r * (cols + 1) + c)] = v;
        columns_[at(c * rows + r)] = v;
        strided_[at(r * (2 * cols + 1) + 2 * c)] = v;
      }
  }
  template <class V>
  using view = smelt::matrix_view<const T, V>;
  auto packed() const { return view<smelt::row_major>(packed_.data(), rows_, cols_); }
  auto padded() const { return view<smelt::row_major>(padded_.data(), rows_, cols_, cols_ + 1, 1); }
  auto by_columns() const { return view<smelt::column_major>(columns_.data(), rows_, cols_); }
  auto strided() const {
    return view<smelt::strided>(strided_.data(), rows_, cols_, 2 * cols_ + 1, 2);
  }

 private:
  static constexpr T gap = std::is_floating_point_v<T> ? std::numeric_limits<T>::infinity() : T(55);
  static std::size_t at(smelt::index i) { return static_cast<std::size_t>(i); }
  std::size_t cells(smelt::index width) const { return at(rows_ * width) + 1; }

  smelt::index rows_;
  smelt::index cols_;
  std::vector<T> packed_;
  std::vector<T> padded_;
  std::vector<T> columns_;
  std::vector<T> strided_;
};

/// True for the one NaN that smelt writes, and for every number.
template <class T>
bool settled(T x) {
  if (!smelt::missing(x)) return true;
  const T canonical = smelt::missing_value<T>;
  using bits = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
  return std::bit_cast<bits>(x) == std::bit_cast<bits>(canonical);
}

template <class Fitted>
void add_fitted(digest& d, const Fitted& f) {
  const auto& learned = f.learned();
  const smelt::index pitch = learned.pitch();
  d.word(static_cast<std::uint64_t>(learned.cols));
  d.word(static_cast<std::uint64_t>(learned.rows));
  d.word(static_cast<std::uint64_t>(learned.refolds));
  for (smelt::index c : learned.kept) d.word(static_cast<std::uint64_t>(c));
  for (const auto& columns : learned.fired)
    for (smelt::index c : columns) d.word(static_cast<std::uint64_t>(c));
  // The numbers of the stages; where infinities may be is no number of a stage.
  for (smelt::index k = 0; k < std::remove_cvref_t<decltype(learned)>::compiled::offsets.back(); ++k)
    for (smelt::index c = 0; c < learned.cols; ++c) {
      const double x = learned.numbers[static_cast<std::size_t>(k * pitch + c)];
      d.number(smelt::missing(x) ? smelt::missing_value<double> : x);
    }
}
template <class T>
void add_rows(digest& d, const smelt::table<T>& x) {
  d.word(static_cast<std::uint64_t>(x.rows()));
  d.word(static_cast<std::uint64_t>(x.cols()));
  const T* at = x.data();
  for (smelt::index i = 0; i < x.rows() * x.cols(); ++i) d.number(at[i]);
}

struct golden_split;
template <class View>
auto parts_of(const View& x) {
  return smelt::split<golden_split>(x, smelt::fractions{.train = 0.7, .test = 0.3},
                                    smelt::seed{11});
}

/// A fit and its transforms by one policy from one view.
template <class Out>
struct result {
  std::vector<smelt::table<Out>> tables;
  std::uint64_t digest = 0;
};

template <class Policy, class Table>
auto brought_home(const Policy& policy, Table y) {
  if constexpr (smelt::detail::asynchronous<Policy>)
    return to_host(policy, y);
  else
    return y;
}

/// Fits, and transforms the fitted rows (by themselves too, where the chain draws rows) and the
/// held-out ones.
template <class Out, class Policy, class Chain, class View>
result<Out> compute(const Policy& policy, const Chain& stages, const View& x, row_set taken) {
  result<Out> made;
  digest d;
  auto apply = [&](const auto& f, const auto& data) {
    made.tables.push_back(brought_home(policy, smelt::transform<Out>(policy, f, data)));
    add_rows(d, made.tables.back());
  };
  auto fit_on = [&](const auto& data) {
    auto f = smelt::fit(policy, stages, data);
    add_fitted(d, f);
    apply(f, data);
    constexpr auto plan = smelt::plan_of<Chain>;
    if constexpr (plan.samples && !plan.drops_rows) apply(f.values_only(), data);
    return f;
  };
  if (taken == row_set::parts) {
    const auto parts = parts_of(x);
    apply(fit_on(parts.train), parts.test);
  } else {
    fit_on(x);
  }
  made.digest = d.value();
  return made;
}

using row_list = std::vector<smelt::index>;

/// The rows that the chain's sampler draws from `members`, and whether it leaves rows out.
template <class Chain>
row_list drawn(const Chain& stages, const row_list& members, bool& leaves_out) {
  row_list made = members;
  auto one = [&](const auto& stage) {
    if constexpr (requires { stage.rows.order(smelt::index{}, std::uint64_t{}); }) {
      const auto n = static_cast<smelt::index>(members.size());
      const auto order = stage.rows.order(n, 0);
      made.clear();
      for (smelt::index i = 0; i < stage.rows.count(n); ++i)
        made.push_back(members[static_cast<std::size_t>(order(i))]);
      leaves_out = !stage.reorders_only;
    }
  };
  std::apply([&](const auto&... stage) { (one(stage), ...); }, stages.stages);
  return made;
}

/// The oracle's answer to `compute`.
template <class Chain, class View>
std::vector<oracle::sheet> expected_of(const Chain& stages, oracle::chain numbers, const View& x,
                                       row_set taken) {
  constexpr auto plan = smelt::plan_of<Chain>;
  const auto source = oracle::sheet::of(
      static_cast<std::size_t>(x.rows()), static_cast<std::size_t>(x.cols()),
      [&](std::size_t r, std::size_t c) {
        return static_cast<double>(x(static_cast<smelt::index>(r), static_cast<smelt::index>(c)));
      });
  std::vector<row_list> members(2);
  auto list = [](row_list& into, const smelt::row_map& map) {
    for (smelt::index i = 0; i < map.count(); ++i) into.push_back(map(i));
  };
  if (taken == row_set::parts) {
    const auto parts = parts_of(x);
    list(members[0], parts.train.map);
    list(members[1], parts.test.map);
  } else {
    list(members[0], smelt::row_map(x.rows()));
  }
  bool leaves_out = false;
  const row_list chosen = drawn(stages, members[0], leaves_out);
  numbers.fit(source.pick_rows(leaves_out ? chosen : members[0]));
  std::vector<oracle::sheet> made;
  made.push_back(numbers.transform(source.pick_rows(chosen)));
  if (plan.samples && !plan.drops_rows)
    made.push_back(numbers.transform(source.pick_rows(members[0])));
  if (taken == row_set::parts)
    made.push_back(numbers.transform(source.pick_rows(drawn(stages, members[1], leaves_out))));
  return made;
}

/// Bounds above this share of a column would certify too little.
inline constexpr double weakest = 5e-7;

/// Compares a result with the oracle, then shows that the comparison would have seen a change.
template <class Out>
void certify(outcome& found, const std::vector<oracle::sheet>& expected,
             std::vector<smelt::table<Out>>& got) {
  if (got.size() != expected.size()) {
    found.problem = "the oracle has another number of tables";
    return;
  }
  for (std::size_t t = 0; t < got.size() && found.problem.empty(); ++t) {
    smelt::table<Out>& x = got[t];
    const auto at = [&](std::size_t r, std::size_t c) {
      return x(static_cast<smelt::index>(r), static_cast<smelt::index>(c));
    };
    const auto compare = [&] {
      return oracle::compare<Out>(expected[t], static_cast<std::size_t>(x.rows()),
                                  static_cast<std::size_t>(x.cols()), at);
    };
    const oracle::verdict verdict = compare();
    found.problem = verdict.problem;
    found.share = std::max(found.share, verdict.share);
    found.bound = std::max(found.bound, verdict.bound);
    if (!(verdict.bound <= weakest)) found.problem += " the bound is too wide to certify anything";
    Out* largest = nullptr;
    for (smelt::index i = 0; i < x.rows() * x.cols(); ++i) {
      Out& v = x.data()[i];
      if (!settled(v)) found.problem += " a NaN that is not the canonical one";
      if (!smelt::missing(v) && v != 0 && (!largest || std::abs(v) > std::abs(*largest)))
        largest = &v;
    }
    if (largest && found.problem.empty()) {
      const Out kept = *largest;
      *largest = kept * Out(1 + 1e-6);
      if (compare().problem.empty()) found.problem = "the oracle does not see a changed element";
      *largest = kept;
    }
  }
}

/// Batches of several sizes, joined, are the rows of the transform.
template <class Out, class Policy, class Fitted, class View>
void check_batches(outcome& found, const Policy& policy, const Fitted& f, const View& x,
                   const smelt::table<Out>& whole) {
  for (const smelt::index size : {1, 7, 32, 333, 4096}) {
    smelt::index at = 0;
    bool same = true;
    for (const auto& batch : smelt::batches<Out>(policy, f, x, {.rows = size})) {
      for (smelt::index r = 0; r < batch.rows() && same; ++r, ++at)
        same = at < whole.rows() &&
               std::memcmp(&batch.x(r, 0), &whole(at, 0),
                           sizeof(Out) * static_cast<std::size_t>(whole.cols())) == 0;
    }
    if (!same || at != whole.rows())
      found.problem = "batches of " + std::to_string(size) + " rows differ from the table";
    ++found.runs;
  }
}

/// Pieces that continue one another, merged, have the numbers of the whole.
template <class Policy, class Fitted, class Chain, class View>
void check_pieces(outcome& found, const Policy& policy, const Fitted& whole, const Chain& stages,
                  const View& x) {
  const smelt::index cuts[] = {x.rows() / 3 + 100, x.rows() * 2 / 3};
  const auto a = smelt::fit(policy, stages, x.row_range(0, cuts[0]));
  const auto b = smelt::fit(policy, stages, x.row_range(cuts[0], cuts[1]), smelt::continues(a));
  const auto c = smelt::fit(policy, stages, x.row_range(cuts[1], x.rows()), smelt::continues(b));
  if (!(smelt::merge(smelt::merge(a, b), c) == whole) ||
      !(smelt::merge(a, smelt::merge(b, c)) == whole))
    found.problem = "merged pieces differ from the whole";
  found.runs += 2;
}

/// Runs a case every way there is: on::seq reads strided elements, on::eigen the other layouts.
/// Where it is `Thorough`, on::eigen reads strided elements too, and batches and pieces are tried;
/// each adds instantiations, which are what these programs cost.
template <class T, class Out, bool Thorough, class Chain, class Oracle>
outcome run(const machine& on, const Chain& stages, const Oracle& oracle_of, const shape& s,
            const traits& t, std::uint64_t seed) {
  constexpr auto plan = smelt::plan_of<Chain>;
  constexpr smelt::index skipped = 37;
  const smelt::index first = s.taken == row_set::offset ? skipped : 0;
  const laid_out<T> data(first + s.rows, s.cols, [&](smelt::index r, smelt::index c) {
    return source_value<T>(seed, s, t, r, c);
  });
  auto part = [&](const auto& view) { return view.row_range(first, first + s.rows); };

  outcome found;
  auto reference = compute<Out>(smelt::on::seq, stages, part(data.strided()), s.taken);
  found.digest = reference.digest;
  found.runs = 1;
  certify(found, expected_of(stages, oracle_of(), part(data.strided()), s.taken), reference.tables);
  auto same = [&](const machine::named& policy, const char* layout, const auto& view) {
    if (compute<Out>(policy.policy, stages, part(view), s.taken).digest != found.digest)
      found.problem += " " + policy.name + " differs on " + layout;
    ++found.runs;
  };
  for (const auto& policy : on.policies) {
    same(policy, "packed rows", data.packed());
    same(policy, "padded rows", data.padded());
    same(policy, "columns", data.by_columns());
    if constexpr (Thorough) {
      same(policy, "strided elements", data.strided());
      if (s.taken == row_set::parts) continue;
      const auto f = smelt::fit(policy.policy, stages, part(data.packed()));
      check_batches<Out>(found, policy.policy, f, part(data.padded()), reference.tables[0]);
      if constexpr (plan.fit_passes == 1)
        if (s.rows >= 1000 && s.taken == row_set::whole)
          check_pieces(found, policy.policy, f, stages, part(data.packed()));
    }
  }
#if defined(GOLDEN_ON_DEVICE)
  auto same_there = [&](const char* layout, const auto& view) {
    const smelt_test::moved there(smelt_test::on_device(), part(view));
    if (compute<Out>(smelt_test::on_device(), stages, there.view(), s.taken).digest != found.digest)
      found.problem += std::string(" the device differs on ") + layout;
    ++found.runs;
  };
  same_there("packed rows", data.packed());
  same_there("columns", data.by_columns());
#endif
  return found;
}

/// Adds the cases of one chain and one pair of types, one for each shape.
template <class T, class Out, bool Thorough = false, class Chain, class Oracle>
void add(catalogue& to, const std::string& name, Chain stages, Oracle oracle_of,
         const std::vector<shape>& shapes, traits t = {}) {
  constexpr auto type_name = []<class X>(X) -> std::string {
    return std::is_same_v<X, float>    ? "f32"
           : std::is_same_v<X, double> ? "f64"
           : sizeof(X) == 4            ? "i32"
                                       : "u8";
  };
  for (const shape& s : shapes) {
    const std::string full = name + " " + type_name(T{}) + "-" + type_name(Out{}) + " " + s.name();
    to.push_back({full, [=](const machine& on) {
                    return run<T, Out, Thorough>(on, stages, oracle_of, s, t, seed_of(full));
                  }});
  }
}

// One source file each.
void add_readme_chain(catalogue& to);
void add_value_chains(catalogue& to);
void add_row_chains(catalogue& to);
/// What is wrong with the files of fitted chains in a folder.
std::vector<std::string> problems_of_stored_chains(const std::string& folder);

}  // namespace golden
