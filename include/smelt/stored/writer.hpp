// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A fitted chain as text: docs/fitted_chains.md describes it line by line.

#include <smelt/core/arithmetic.hpp>  // missing
#include <smelt/stored/chain.hpp>
#include <smelt/stored/checksum.hpp>

#include <charconv>  // std::to_chars
#include <string>
#include <string_view>

namespace smelt::inline v0 {

namespace detail {

/// The shortest decimal that names this double and no other.
inline void write_number(std::string& text, double x) {
  if (missing(x)) {
    text += "nan";  // the one that smelt knows
    return;
  }
  char digits[32];
  text.append(digits, std::to_chars(digits, digits + sizeof digits, x).ptr);
}

/// In quotes; quotes, backslashes and control characters escaped, all other bytes as they are.
inline void write_quoted(std::string& text, std::string_view words) {
  constexpr const char* hex = "0123456789abcdef";
  text += '"';
  for (const char c : words) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      text += "\\x";
      text += hex[byte >> 4];
      text += hex[byte & 15];
    } else {
      text += c;
    }
  }
  text += '"';
}

inline std::string hex8(std::uint32_t x) {
  std::string text(8, '0');
  for (int k = 7; k >= 0; --k, x >>= 4) text[static_cast<std::size_t>(k)] = "0123456789abcdef"[x & 15];
  return text;
}

/// A text with its last line: "end" and the checksum of all before the checksum.
inline std::string sealed(std::string body) {
  body += "end ";
  body += hex8(crc32c(body));
  body += '\n';
  return body;
}

/// One line: a word, and numbers after it.
template <class Numbers>
void write_list(std::string& text, std::string_view word, std::size_t stage, const Numbers& list) {
  text += word;
  text += ' ' + std::to_string(stage + 1);
  for (const auto x : list) text += ' ' + std::to_string(x);
  text += '\n';
}

inline void write_stage(std::string& text, const stored_chain& chain, std::size_t i) {
  const stage_description& stage = chain.told.stages[i];
  if (stage.chosen) write_list(text, "on", i, *stage.chosen);
  if (const auto& given = chain.given[i])
    text += "given " + std::to_string(i + 1) + ' ' + std::to_string(given->count) + ' ' +
            hex8(given->checksum) + '\n';
  if (!stage.numbers.empty()) {
    text += "numbers " + std::to_string(i + 1);
    for (const auto& meaning : stage.meanings) text += ' ' + meaning;
    text += '\n';
    for (index c = 0; c < chain.told.cols; ++c) {
      text += std::to_string(c);
      for (const auto& number : stage.numbers) {
        text += ' ';
        write_number(text, number[static_cast<std::size_t>(c)]);
      }
      text += '\n';
    }
  }
  if (!stage.fired.empty()) write_list(text, "fired", i, stage.fired);
}

/// All of a file.
inline std::string stored_text(const stored_chain& chain) {
  const description& told = chain.told;
  std::string text(stored_magic);
  text += std::to_string(stored_version) + '\n';
  text += "origin ";
  text += origin_names[static_cast<std::size_t>(told.origin)];
  text += ' ' + std::to_string(told.split_id) + '\n';
  text += "rows " + std::to_string(told.rows) + '\n';
  text += "repeated " + std::to_string(told.repeated_passes) + '\n';
  text += "stages " + std::to_string(told.stages.size()) + '\n';
  for (std::size_t i = 0; i < told.stages.size(); ++i) {
    text += "stage " + std::to_string(i + 1) + ' ' +
            effect_names[static_cast<std::size_t>(told.stages[i].does)] + ' ';
    write_quoted(text, told.stages[i].text);
    text += '\n';
  }
  text += "columns " + std::to_string(told.cols) + '\n';
  for (index c = 0; c < told.cols; ++c) {
    text += "column " + std::to_string(c);
    if (!told.names.empty()) {
      text += ' ';
      write_quoted(text, told.names[static_cast<std::size_t>(c)]);
    }
    text += '\n';
  }
  for (std::size_t i = 0; i < told.stages.size(); ++i) write_stage(text, chain, i);
  return sealed(std::move(text));
}

}  // namespace detail

}  // namespace smelt::inline v0
