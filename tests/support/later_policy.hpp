// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A policy on the host that, as far as types tell, returns before its passes are done: what a verb
/// asks of a device, without one.

#include <smelt/plan/map.hpp>
#include <smelt/policies/seq.hpp>

#include <cstring>  // std::memset
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace smelt_test {

/// Rows that are told when they are asked for.
struct later_rows {
  smelt::index rows;
  operator smelt::index() const { return rows; }
};

struct later_policy : smelt::detail::seq_policy {
  mutable std::vector<std::string> calls;

  smelt::pass_status settle() const { return {}; }
  void expect_reach(const void*, const char*) const {}
  template <class Program, class View, class Out, class Written>
  later_rows map(const Program& p, const View& x, const smelt::map_request& request, const Out& out,
                 const Written& written) const {
    calls.push_back("map");
    smelt::pass_status met;
    return {seq_policy::map(p, x, request, out, met, written)};
  }
  template <class Program, class View, class Out, class Written>
  smelt::index map_now(const Program& p, const View& x, const smelt::map_request& request,
                       const Out& out, const Written& written, smelt::pass_status& met) const {
    calls.push_back("map_now");
    return seq_policy::map(p, x, request, out, met, written);
  }
  template <class T>
  smelt::table<T> make_table(smelt::index rows, smelt::index cols,
                             std::vector<std::string> names) const {
    calls.push_back("make_table");
    return smelt::table<T>(rows, cols, std::move(names));
  }
  template <class T>
  std::vector<T> make_column(smelt::index rows) const {
    calls.push_back("make_column");
    return std::vector<T>(static_cast<std::size_t>(rows));
  }
  std::vector<unsigned char> fetch(const std::vector<unsigned char>& marks) const {
    calls.push_back("fetch");
    return marks;
  }
  template <class Program>
  std::shared_ptr<const smelt::placed_numbers> place(const Program&, const smelt::detail::list<double>&,
                                                     const std::vector<smelt::index>&) const {
    calls.push_back("place");
    return {};
  }
  struct memory {
    void clear(void* at, std::size_t bytes) const { std::memset(at, 0, bytes); }
    void copy(void* to, const void* from, std::size_t bytes) const { std::memcpy(to, from, bytes); }
    void wait() const {}
  };
  memory runtime() const { return {}; }
  std::vector<std::string> taken() const { return std::exchange(calls, {}); }
};

}  // namespace smelt_test
