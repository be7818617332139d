// Codes that organisations bear, and how a typing error in one is found.

#pragma once

#include <string_view>
#include <vector>

#include "pack/pack.h"

namespace anxiao::organisations {

// Why a school's code (学校标识码) is none; `none` where it is one.
enum class CodeFault { none, shape, category, province };

// Ten digits: two of a category that some kind of the pack names, two of a province
// (GB/T 2260), six in sequence.
CodeFault fault_of_school_code(const pack::Pack& pack, std::string_view code);

// Eighteen characters of GB 32100-2015, the last one the check character.
bool is_social_credit_code(std::string_view code);

// Six digits, as a district has.
bool is_division_code(std::string_view code);

const char* word_of(CodeFault fault);

}  // namespace anxiao::organisations
