// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A directory for the files of a test, which goes when the test ends.

#include <unistd.h>  // ::getpid

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace smelt_test {

struct scratch {
  std::filesystem::path folder;
  explicit scratch(const std::string& name)
      : folder(std::filesystem::temp_directory_path() /
               ("smelt_" + name + "_" + std::to_string(::getpid()))) {
    std::filesystem::create_directory(folder);
  }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  ~scratch() { std::filesystem::remove_all(folder); }
  std::string path(const std::string& name) const { return (folder / name).string(); }
  /// Files in it.
  int count() const {
    int found = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++found;
    return found;
  }
};

inline std::string bytes_of_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
inline void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace smelt_test
