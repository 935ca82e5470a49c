// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A page and the test that says the same, as texts.

#include <cstddef>
#include <fstream>
#include <iterator>
#include <string>

namespace readme {

inline std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}
/// What stands between the lines `// [name]` of a text; empty where there are none.
inline std::string marked(const std::string& text, const std::string& name) {
  const std::string mark = "// [" + name + "]\n";
  std::size_t begin = text.find(mark);
  if (begin == std::string::npos) return {};
  begin += mark.size();
  return text.substr(begin, text.find(mark, begin) - begin);
}

}  // namespace readme
