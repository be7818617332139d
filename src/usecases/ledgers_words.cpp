#include "usecases/ledgers_words.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace anxiao::usecases {
namespace {

namespace json = boost::json;

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c < 0x80; });
}

bool is_same(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  });
}

std::string choice_text(const pack::Field& field, std::string_view id, std::string_view language) {
  for (const auto& [choice, words] : field.choices)
    if (choice == id) return words_in(words, language);
  return std::string(id);
}

}  // namespace

const std::string& words_in(const pack::Words& words, std::string_view language) {
  return language == "en" ? words.en : words.zh;
}

std::string table_word(const pack::Pack& pack, const std::string& list, std::string_view language) {
  const auto found = pack.columns.find(list);
  if (found != pack.columns.end())
    for (const auto& word : found->second)
      if (is_ascii(word) == (language == "en") && !word.empty() &&
          !std::isdigit(static_cast<unsigned char>(word.front())))
        return word;
  return list;
}

bool is_table_word(const pack::Pack& pack, const std::string& list, std::string_view text) {
  const auto found = pack.columns.find(list);
  if (found == pack.columns.end()) return is_same(list, text);
  return std::ranges::any_of(found->second,
                             [&](const std::string& word) { return is_same(word, text); });
}

std::string cell_of(const pack::Pack& pack, const pack::Field& field, const LedgerRow& row,
                    std::string_view language) {
  const auto* value = row.fields.if_contains(field.id);
  if (!value || value->is_null()) return {};
  if (value->is_bool()) return table_word(pack, value->get_bool() ? "yes" : "no", language);
  if (field.type == "identity")
    return value->is_object() ? "*" + json::value_to<std::string>(value->at("last4")) : "";
  if (field.type == "photos")
    return value->is_array() && !value->get_array().empty()
               ? std::to_string(value->get_array().size())
               : "";
  std::vector<std::string> parts;
  if (value->is_array())
    for (const auto& each : value->get_array())
      parts.emplace_back(each.is_string() ? std::string(each.get_string()) : json::serialize(each));
  else if (value->is_string() && field.type == "text" && !field.choices.empty())
    parts = split(value->get_string(), ',');
  else
    parts.emplace_back(value->is_string() ? std::string(value->get_string())
                                          : json::serialize(*value));
  std::string text;
  for (const auto& part : parts) {
    const auto name = row.names.find(part);
    text += (text.empty() ? "" : "; ") +
            (name != row.names.end() ? name->second : choice_text(field, part, language));
  }
  return text;
}

}  // namespace anxiao::usecases
