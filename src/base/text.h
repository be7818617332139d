// Small things about text: UTF-8 checked and counted, blanks trimmed, splitting.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace anxiao {

// True where `bytes` is well-formed UTF-8 (RFC 3629) without NUL.
bool is_utf8(std::string_view bytes);
// Characters (code points) of well-formed UTF-8.
std::size_t length_of(std::string_view utf8);
// Without blanks at both ends, the ideographic space (U+3000) and U+FEFF among them.
std::string_view trimmed(std::string_view utf8);
std::vector<std::string> split(std::string_view text, char at);
// Whether `wanted` is one of the words between the commas.
bool has_word(std::string_view words, std::string_view wanted);

}  // namespace anxiao
