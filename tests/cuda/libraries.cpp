// SPDX-License-Identifier: BSL-1.0
/// \file
/// Loads libraries and runs each twice, in turns.
///   libraries local|global <library> ...
/// global: the later ones use what they have in common with the first of them.

#include <dlfcn.h>  // dlopen

#include <cstdio>
#include <cstring>
#include <vector>

int main(int count, char** given) {
  std::vector<const char* (*)()> libraries;
  const bool local = count > 1 && std::strcmp(given[1], "local") == 0;
  for (int i = 2; i < count; ++i) {
    void* const library = dlopen(given[i], RTLD_NOW | (local ? RTLD_LOCAL : RTLD_GLOBAL));
    void* const found = library ? dlsym(library, "run_library") : nullptr;
    if (found == nullptr) {
      std::printf("%s: %s\n", given[i], dlerror());
      return 1;
    }
    libraries.push_back(reinterpret_cast<const char* (*)()>(found));
  }
  bool wrong = libraries.empty();
  for (int turn = 0; turn < 2; ++turn)
    for (std::size_t i = 0; i < libraries.size(); ++i) {
      const char* const said = libraries[i]();
      std::printf("library %d: %s\n", static_cast<int>(i + 1), said);
      wrong = wrong || std::strncmp(said, "wrong", 5) == 0;
    }
  return wrong ? 1 : 0;
}
