#include "base/text.h"

namespace anxiao {

bool is_utf8(std::string_view s) {
  std::size_t i = 0;
  while (i < s.size()) {
    auto c = static_cast<unsigned char>(s[i]);
    if (c == 0) return false;
    int more = c < 0x80             ? 0
               : (c & 0xe0) == 0xc0 ? 1
               : (c & 0xf0) == 0xe0 ? 2
               : (c & 0xf8) == 0xf0 ? 3
                                    : -1;
    if (more < 0 || i + more >= s.size() + (more == 0 ? 1 : 0)) return false;
    unsigned long point = more == 0 ? c : c & (0x3f >> more);
    for (int k = 1; k <= more; ++k) {
      auto next = static_cast<unsigned char>(s[i + k]);
      if ((next & 0xc0) != 0x80) return false;
      point = point << 6 | (next & 0x3f);
    }
    static constexpr unsigned long kLeast[] = {0, 0x80, 0x800, 0x10000};
    if (point < kLeast[more] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
      return false;
    i += more + 1;
  }
  return true;
}

std::size_t length_of(std::string_view s) {
  std::size_t count = 0;
  for (char c : s) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return count;
}

std::string_view trimmed(std::string_view s) {
  static constexpr std::string_view kBlanks[] = {" ",  "\t",           "\r",
                                                 "\n", "\xe3\x80\x80", "\xef\xbb\xbf"};
  bool again = true;
  while (again) {
    again = false;
    for (auto blank : kBlanks) {
      if (s.starts_with(blank)) s.remove_prefix(blank.size()), again = true;
      if (s.ends_with(blank)) s.remove_suffix(blank.size()), again = true;
    }
  }
  return s;
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> out;
  std::size_t from = 0;
  for (std::size_t i = 0; i <= text.size(); ++i)
    if (i == text.size() || text[i] == at) {
      out.emplace_back(text.substr(from, i - from));
      from = i + 1;
    }
  return out;
}

bool has_word(std::string_view words, std::string_view wanted) {
  while (true) {
    const auto comma = words.find(',');
    if (words.substr(0, comma) == wanted) return true;
    if (comma == std::string_view::npos) return false;
    words.remove_prefix(comma + 1);
  }
}

}  // namespace anxiao
