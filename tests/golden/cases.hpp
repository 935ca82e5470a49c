// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What a golden case is: data made from integers, a chain, an oracle, and one digest that every
/// policy, thread count, layout and batch size must give.

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>

#include "../support/oracle.hpp"

#include <bit>  // std::bit_cast
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
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
enum class rows { whole, offset, late, parts };

/// What a chain asks of its data.
struct traits {
  bool sentinels = false;   // -99 stands for a missing value
  bool infinities = false;  // some values are infinite
  bool lost_column = false; // column 3 holds nothing
};

/// One case: a shape, and how its rows are taken.
struct shape {
  smelt::index rows = 0;
  smelt::index cols = 0;
  golden::rows taken = golden::rows::whole;

  std::string name() const {
    constexpr const char* taken_names[] = {"", " offset", " late", " parts"};
    return std::to_string(rows) + "x" + std::to_string(cols) +
           taken_names[static_cast<std::size_t>(taken)];
  }
};

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
    const bool late = s.taken == rows::late && col == s.cols / 2 && row < 1030;
    if (late || (t.lost_column && col == 3)) return std::numeric_limits<T>::quiet_NaN();
    if (spoiled && h % 3 == 0) {
      if (t.infinities && h % 2 == 0)
        return h % 4 == 0 ? std::numeric_limits<T>::infinity() : -std::numeric_limits<T>::infinity();
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
    case 0: k = low(wide ? 50 : 20) - (std::int64_t{1} << (wide ? 49 : 19)); break;
    case 1: k = whole ? 77 : 1677721, scale = whole ? 1.0 : 0x1p-24; break;
    case 2: k = (std::int64_t{1} << 23) + low(4), scale = whole ? 1.0 : 0x1p-3; break;
    case 3: k = row == 0 ? std::int64_t{1} << 20 : low(8), scale = 1.0; break;
    case 4: k = h % 2 == 0 ? 3 : -1, scale = 1.0; break;
    case 5:
      for (int i = 0; i < 4; ++i) k += static_cast<std::int64_t>((h >> (16 * i)) & 0xfff);
      k -= 8192;
      scale = whole ? 1.0 : 0x1p-8;
      break;
    case 6: k = low(12) << ((h >> 3) & 7), scale = 1.0; break;
    default: k = low(8), scale = 1.0;
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
      policies.push_back({"on::eigen.on(workers{" + std::to_string(n) + "})",
                          smelt::on::eigen.on(*pools.back())});
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
      : rows_(rows), cols_(cols), packed_(cells(cols), gap), padded_(cells(cols + 1), gap),
        columns_(cells(cols), gap), strided_(cells(2 * cols + 1), gap) {
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
  auto packed() const {
    return view<smelt::row_major>(packed_.data(), rows_, cols_);
  }
  auto padded() const {
    return view<smelt::row_major>(padded_.data(), rows_, cols_, cols_ + 1, 1);
  }
  auto by_columns() const {
    return view<smelt::column_major>(columns_.data(), rows_, cols_);
  }
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
  const auto size = static_cast<smelt::index>(learned.numbers.size());
  for (smelt::index k = 0; k < size / pitch; ++k)
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

/// A fit and its transforms by one policy from one view.
template <class Out>
struct result {
  std::vector<smelt::table<Out>> tables;  // of the fitted rows; of the held-out rows, with parts
  std::uint64_t digest = 0;
};

/// Fits and transforms. With `values`, the rows are transformed without row stages too.
template <class Out, class Policy, class Chain, class View>
result<Out> compute(const Policy& policy, const Chain& stages, const View& x, rows taken) {
  constexpr auto plan = smelt::plan_of<Chain>;
  result<Out> made;
  digest d;
  auto apply = [&](const auto& f, const auto& data) {
    made.tables.push_back(smelt::transform<Out>(policy, f, data));
    add_rows(d, made.tables.back());
  };
  auto fitted_on = [&](const auto& data) {
    auto f = smelt::fit(policy, stages, data);
    add_fitted(d, f);
    apply(f, data);
    if constexpr (plan.samples && !plan.drops_rows) apply(f.values_only(), data);
    return f;
  };
  if (taken == rows::parts) {
    const auto parts =
        smelt::split<golden_split>(x, smelt::fractions{.train = 0.7, .test = 0.3}, smelt::seed{11});
    const auto f = fitted_on(parts.train);
    apply(f, parts.test);
  } else {
    fitted_on(x);
  }
  made.digest = d.value();
  return made;
}

/// Source rows of a part of `n` rows, as a transform reads them.
using row_list = std::vector<smelt::index>;
template <class Chain>
row_list drawn(const Chain& stages, const row_list& members) {
  row_list made;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    auto one = [&](const auto& stage) {
      if constexpr (requires { stage.rows.order(smelt::index{}, std::uint64_t{}); }) {
        const auto n = static_cast<smelt::index>(members.size());
        const auto order = stage.rows.order(n, 0);
        for (smelt::index i = 0; i < stage.rows.count(n); ++i)
          made.push_back(members[static_cast<std::size_t>(order(i))]);
      }
    };
    (one(stages.template get<I>()), ...);
  }(std::make_index_sequence<Chain::size>{});
  return plan_of_samples<Chain> ? made : members;
}

}  // namespace golden
