#include "domain/organisations/codes.h"

#include <algorithm>
#include <array>

namespace anxiao::organisations {
namespace {

constexpr std::array<std::string_view, 34> kProvinces = {
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34",
    "35", "36", "37", "41", "42", "43", "44", "45", "46", "50", "51", "52",
    "53", "54", "61", "62", "63", "64", "65", "71", "81", "82"};

// GB 32100-2015, table 2: the characters by their value; I, O, S, V and Z are not used.
constexpr std::string_view kCharacters = "0123456789ABCDEFGHJKLMNPQRTUWXY";

bool digits(std::string_view text, std::size_t count) {
  return text.size() == count &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

CodeFault fault_of_school_code(const pack::Pack& pack, std::string_view code) {
  if (!digits(code, 10)) return CodeFault::shape;
  std::string_view category = code.substr(0, 2);
  bool known = std::ranges::any_of(pack.kinds, [&](const pack::Kind& kind) {
    return std::ranges::find(kind.categories, category) != kind.categories.end();
  });
  if (!known) return CodeFault::category;
  if (std::ranges::find(kProvinces, code.substr(2, 2)) == kProvinces.end())
    return CodeFault::province;
  return CodeFault::none;
}

bool is_social_credit_code(std::string_view code) {
  if (code.size() != 18) return false;
  std::size_t sum = 0;
  std::size_t weight = 1;  // 3^(i-1) modulo 31
  for (std::size_t i = 0; i < 17; ++i) {
    auto value = kCharacters.find(code[i]);
    if (value == std::string_view::npos) return false;
    sum += value * weight;
    weight = weight * 3 % 31;
  }
  return code[17] == kCharacters[(31 - sum % 31) % 31];
}

bool is_division_code(std::string_view code) { return digits(code, 6); }

const char* word_of(CodeFault fault) {
  switch (fault) {
    case CodeFault::none:
      return "none";
    case CodeFault::shape:
      return "shape";
    case CodeFault::category:
      return "category";
    case CodeFault::province:
      return "province";
  }
  return "";
}

}  // namespace anxiao::organisations
