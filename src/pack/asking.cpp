#include "pack/asking.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace anxiao::pack {

namespace {

// A list that names nobody is for everybody.
bool is_for(const std::vector<std::string>& kinds, const std::string& kind) {
  return kinds.empty() || std::ranges::find(kinds, kind) != kinds.end();
}

// Whether organisations of the kind may have such under them, however far down.
bool is_above(const Pack& pack, const std::string& kind, const std::string& under) {
  std::vector<std::string> way{under};
  for (std::size_t at = 0; at < way.size(); ++at) {
    const auto* below = pack.kind(way[at]);
    if (!below) continue;
    for (const auto& each : below->under) {
      if (each == kind) return true;
      if (std::ranges::find(way, each) == way.end()) way.push_back(each);
    }
  }
  return false;
}

}  // namespace

// Numbers are written in plain digits.
bool holds_assumed(const Condition& condition, const std::string& kind) {
  auto assumed = condition.assumed.find(kind);
  if (assumed == condition.assumed.end()) assumed = condition.assumed.find("any");
  if (assumed == condition.assumed.end()) return false;
  if (condition.compare == "has") return has_word(assumed->second, condition.value);
  if (condition.compare == "is") return assumed->second == condition.value;
  const double number = std::stod(assumed->second);
  return condition.compare == "at_least" ? number >= condition.number : number < condition.number;
}

bool is_chosen_assumed(const Selector& selector, const std::string& kind) {
  return std::ranges::find(selector.kinds, kind) != selector.kinds.end() &&
         std::ranges::all_of(selector.where, [&](const Condition& condition) {
           return holds_assumed(condition, kind);
         });
}

bool may_hold(const Chart& chart, const std::string& kind) {
  return std::ranges::any_of(chart.moves, [&](const Move& move) {
    const auto field = std::ranges::find(chart.fields, move.holder, &Field::id);
    return field != chart.fields.end() && is_for(field->kinds, kind);
  });
}

bool sees_matters(const Pack& pack, const Chart& chart, const std::string& kind) {
  return is_for(chart.kinds, kind) || may_hold(chart, kind) ||
         std::ranges::any_of(chart.kinds,
                             [&](const std::string& each) { return is_above(pack, kind, each); });
}

bool can_be_asked(const Pack& pack, const Check& check, const std::string& kind) {
  if (const auto* ledger = pack.ledger(check.ledger)) return is_for(ledger->kinds, kind);
  if (const auto* post = pack.post(check.post)) return is_for(post->at, kind);
  if (const auto* chart = pack.chart(check.loop)) return sees_matters(pack, *chart, kind);
  const auto* duty = pack.duty(check.duty);
  return !duty || std::ranges::any_of(
                      duty->at, [&](const Selector& each) { return is_for(each.kinds, kind); });
}

std::string answers_at(const Pack& pack, const Requirement& requirement, const std::string& kind) {
  for (const auto& id : requirement.answers)
    if (const auto* post = pack.post(id); post && is_for(post->at, kind)) return id;
  return {};
}

}  // namespace anxiao::pack
