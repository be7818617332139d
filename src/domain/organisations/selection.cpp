#include "domain/organisations/selection.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "pack/asking.h"

namespace anxiao::organisations {

namespace {

namespace json = boost::json;

bool is_blank(const json::value* value) {
  return !value || value->is_null() || (value->is_string() && value->get_string().empty());
}

// What the organisation says, held against the condition.
bool holds_said(const pack::Condition& condition, const json::value& said) {
  if (condition.compare == "at_least" || condition.compare == "below") {
    if (!said.is_number()) return false;
    const double number = said.to_number<double>();
    return condition.compare == "at_least" ? number >= condition.number : number < condition.number;
  }
  if (said.is_bool()) return condition.value == (said.get_bool() ? "true" : "false");
  if (said.is_array()) {
    return std::ranges::any_of(said.get_array(), [&](const json::value& each) {
      return each.is_string() && each.get_string() == condition.value;
    });
  }
  if (!said.is_string()) return false;
  return condition.compare == "has" ? has_word(said.get_string(), condition.value)
                                    : said.get_string() == condition.value;
}

}  // namespace

bool holds(const pack::Condition& condition, const std::string& kind, const json::object& facets) {
  const auto* said = facets.if_contains(condition.facet);
  if (!is_blank(said)) return holds_said(condition, *said);
  return pack::holds_assumed(condition, kind);
}

bool is_chosen(const pack::Selector& selector, const std::string& kind,
               const json::object& facets) {
  return std::ranges::find(selector.kinds, kind) != selector.kinds.end() &&
         std::ranges::all_of(selector.where, [&](const pack::Condition& condition) {
           return holds(condition, kind, facets);
         });
}

}  // namespace anxiao::organisations
