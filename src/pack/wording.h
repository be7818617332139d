// What a pack asks, as an English sentence made of the pack's own words: for lists that people read
// beside it, not for its pages, which have words of their own in both languages.

#pragma once

#include <string>
#include <vector>

#include "pack/pack.h"

namespace anxiao::pack {

// `at least 1 row of "Insurance policies" whose "Sort" is "School liability" is valid`
std::string in_words(const Pack& pack, const Check& check);

// `schools, district`; `department where "Which department" is "Police"`
std::string in_words(const Pack& pack, const std::vector<Selector>& selectors);

// `2 in a month`
std::string how_often(const Duty& duty);

// The word of the enumerator.
// Every kind of check as a pack writes it, in the order of the enumerators.
const std::vector<std::string>& check_kinds();
const char* word_of(CheckKind kind);

// Plain digits, without a point where there is nothing behind it.
std::string in_digits(double number);

}  // namespace anxiao::pack
