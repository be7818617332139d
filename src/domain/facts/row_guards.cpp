#include "domain/facts/row_guards.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "domain/facts/fields.h"

namespace anxiao::facts {
namespace {

namespace json = boost::json;

const pack::Field* field_of(const pack::Ledger& ledger, const std::string& id) {
  const auto found = std::ranges::find(ledger.fields, id, &pack::Field::id);
  return found == ledger.fields.end() ? nullptr : &*found;
}

bool is_several(const pack::Field& field) { return field.type == "text" && !field.choices.empty(); }

// What a value names, as texts: each of several choices, else the one.
std::vector<std::string> named_by(const pack::Field* field, const json::value& value) {
  if (value.is_bool()) return {value.get_bool() ? "true" : "false"};
  std::vector<std::string> out;
  if (value.is_array()) {
    for (const auto& each : value.get_array())
      if (each.is_string()) out.emplace_back(each.get_string());
  } else if (value.is_string() && field && is_several(*field)) {
    for (const auto& part : split(value.get_string(), ',')) out.emplace_back(trimmed(part));
  } else if (value.is_string()) {
    out.emplace_back(value.get_string());
  }
  return out;
}

std::optional<double> number_of(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool names_one(const pack::Field* field, const json::value& value,
               const std::vector<std::string>& wanted) {
  if (value.is_number())
    return std::ranges::any_of(wanted, [&](const std::string& each) {
      const auto number = number_of(each);
      return number && *number == value.to_number<double>();
    });
  return std::ranges::any_of(named_by(field, value), [&](const std::string& each) {
    return std::ranges::find(wanted, each) != wanted.end();
  });
}

std::optional<double> amount_of(const pack::Field* field, const json::value& value) {
  if (value.is_number()) return value.to_number<double>();
  if (value.is_array() || (field && is_several(*field)))
    return static_cast<double>(named_by(field, value).size());
  return std::nullopt;
}

Refusal unmet(const pack::Ledger& ledger, const pack::RowGuard& guard, const json::object& fields) {
  Refusal refusal{.why = Why::refused,
                  .key = "ledger.guard_unmet",
                  .detail = guard.why.en,
                  .clause = guard.clause,
                  .args = {{"why", {{"zh", guard.why.zh}, {"en", guard.why.en}}}}};
  json::array all;
  for (const auto& condition : guard.must) {
    if (meets(ledger, condition, fields)) continue;
    if (refusal.field.empty()) {
      refusal.field = "fields." + condition.field;
      refusal.args["field"] = condition.field;
    }
    if (condition.compare == "filled") refusal.wants.push_back(condition.field);
    all.emplace_back(condition.field);
  }
  refusal.args["fields"] = std::move(all);
  return refusal;
}

}  // namespace

bool meets(const pack::Ledger& ledger, const pack::RowCondition& condition,
           const json::object& fields) {
  const auto* field = field_of(ledger, condition.field);
  const auto* value = fields.if_contains(condition.field);
  const bool blank = !value || is_blank(*value);
  if (condition.compare == "filled") return !blank;
  if (condition.compare == "blank") return blank;
  if (condition.compare == "is") return !blank && names_one(field, *value, condition.values);
  if (condition.compare == "is_not") return blank || !names_one(field, *value, condition.values);
  const auto amount = blank ? std::nullopt : amount_of(field, *value);
  if (!amount) return false;
  return condition.compare == "below" ? *amount < condition.number : *amount >= condition.number;
}

Result<void> check_guards(const pack::Ledger& ledger, const json::object& fields) {
  const auto met = [&](const pack::RowCondition& each) { return meets(ledger, each, fields); };
  for (const auto& guard : ledger.guards)
    if (std::ranges::all_of(guard.when, met) && !std::ranges::all_of(guard.must, met))
      return unmet(ledger, guard, fields);
  return {};
}

}  // namespace anxiao::facts
