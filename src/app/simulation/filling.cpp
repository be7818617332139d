#include "app/simulation/filling.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace anxiao::app::simulation {

namespace json = boost::json;

namespace {

constexpr int kValidDaysLeast = 150;
constexpr int kValidDaysSpread = 250;
constexpr std::size_t kRowsMost = 80;

std::string text_for(const Desk& desk, const pack::Field& field) {
  if (const auto known = desk.script.texts.find(field.id);
      known != desk.script.texts.end() && !known->second.empty())
    return known->second[desk.dice.one_of(known->second.size(), desk.occasion + field.id)] +
           desk.script.mark;
  const auto number = desk.dice.one_of(900, desk.occasion + field.id) + 100;
  return fmt::format("{}{}{}", field.name.zh, number, desk.script.mark);
}

double number_for(const pack::Field& field) {
  if (field.least && field.most) return std::floor((*field.least + *field.most) / 2);
  if (field.least) return *field.least;
  return field.most ? std::floor(*field.most) : 1;
}

std::string place_for(const Desk& desk, const pack::Field& field) {
  if (!desk.places) return {};
  std::vector<std::string> all;
  for (const auto& [kind, places] : *desk.places)
    if (std::ranges::find(field.kinds, kind) != field.kinds.end() || field.kinds.empty())
      all.insert(all.end(), places.begin(), places.end());
  return all.empty() ? std::string() : all[desk.dice.one_of(all.size(), desk.occasion + field.id)];
}

json::value choice_for(const Desk& desk, const pack::Field& field) {
  if (field.choices.empty()) return nullptr;
  return json::value(
      field.choices[desk.dice.one_of(field.choices.size(), desk.occasion + field.id)].first);
}

// What a condition wants a field to say.
json::value value_of(const Desk& desk, const pack::Field& field,
                     const pack::RowCondition& condition) {
  if (condition.compare == "is") {
    const auto& value = condition.values.front();
    return field.type == "flag" ? json::value(value == "true") : json::value(value);
  }
  if (condition.compare == "is_not")
    for (const auto& [choice, words] : field.choices)
      if (std::ranges::find(condition.values, choice) == condition.values.end())
        return json::value(choice);
  if (condition.compare == "at_least") return json::value(condition.number);
  if (condition.compare == "below") return json::value(condition.number - 1);
  if (condition.compare == "blank") return nullptr;
  return value_for(desk, field);
}

const pack::Field* field_of(const pack::Ledger& ledger, const std::string& id) {
  const auto found = std::ranges::find(ledger.fields, id, &pack::Field::id);
  return found == ledger.fields.end() ? nullptr : &*found;
}

json::value later(const Desk& desk, const std::string& what) {
  const auto days =
      kValidDaysLeast + static_cast<int>(desk.dice.one_of(kValidDaysSpread, desk.occasion + what));
  return json::value(format_day(desk.today.plus(days)));
}

bool holds(const json::object& row, const pack::RowCondition& condition) {
  const auto* value = row.if_contains(condition.field);
  const bool filled = value && !value->is_null();
  if (condition.compare == "filled") return filled;
  if (condition.compare == "blank") return !filled;
  if (!filled) return condition.compare == "is_not";
  const auto text = value->is_string() ? std::string(value->get_string())
                    : value->is_bool() ? std::string(value->get_bool() ? "true" : "false")
                                       : std::string();
  const bool named = std::ranges::find(condition.values, text) != condition.values.end();
  if (condition.compare == "is") return named;
  if (condition.compare == "is_not") return !named;
  const double number = value->is_number() ? value->to_number<double>() : 0;
  return condition.compare == "at_least" ? number >= condition.number : number < condition.number;
}

void obey(const Desk& desk, const pack::Ledger& ledger, json::object& row) {
  for (const auto& guard : ledger.guards) {
    if (!std::ranges::all_of(guard.when, [&](const auto& each) { return holds(row, each); }))
      continue;
    for (const auto& wanted : guard.must)
      if (const auto* field = field_of(ledger, wanted.field); field && !holds(row, wanted))
        row[wanted.field] = value_of(desk, *field, wanted);
  }
}

// A row that says what it must and that counts for the check.
json::object row_for(const Desk& desk, const pack::Ledger& ledger, const pack::Check& check) {
  json::object row;
  for (const auto& field : ledger.fields)
    if (field.required || field.id == ledger.title) row[field.id] = value_for(desk, field);
  for (const auto& condition : check.where)
    if (const auto* field = field_of(ledger, condition.field))
      row[condition.field] = value_of(desk, *field, condition);
  if (!check.on.empty()) row[check.on] = format_day(desk.today);
  if (const auto* field = field_of(ledger, check.field); field && field->type == "day")
    row[check.field] = later(desk, check.field);
  obey(desk, ledger, row);
  return row;
}

// The least is the most frequent.
double factor_for(const Desk& desk, const pack::Field& factor) {
  std::vector<double> values;
  for (const auto& [value, words] : factor.choices) values.push_back(std::stod(value));
  std::ranges::sort(values);
  const auto at = std::pow(desk.dice.throw_for(desk.occasion + factor.id), desk.mild) *
                  static_cast<double>(values.size());
  return values[std::min(values.size() - 1, static_cast<std::size_t>(at))];
}

usecases::ItemAnswer item_for(const Desk& desk, const pack::ChecklistItem& item, bool bad) {
  usecases::ItemAnswer answer;
  answer.item = item.id;
  const auto outside = [&](double well) {
    if (!bad) return well;
    return item.most ? *item.most + 1 : item.least ? *item.least - 1 : well;
  };
  const double well = item.least && item.most ? (*item.least + *item.most) / 2
                      : item.most             ? std::floor(*item.most * 0.7)
                      : item.least            ? std::ceil(*item.least)
                                              : 1;
  switch (item.asks) {
    case pack::Asks::state:
      answer.answer = bad ? usecases::ItemState::not_in_order : usecases::ItemState::in_order;
      break;
    case pack::Asks::number:
      answer.number = outside(well);
      break;
    case pack::Asks::numbers:
      answer.numbers = {{.name = desk.script.mark, .number = outside(well)}};
      break;
    case pack::Asks::choice:
      for (const auto& choice : item.choices)
        if (choice.wrong == bad && !answer.choice) answer.choice = choice.id;
      if (!answer.choice && !item.choices.empty()) answer.choice = item.choices.front().id;
      break;
    case pack::Asks::photo:
      answer.photos = std::vector{desk.photo};
      break;
    case pack::Asks::text:
      answer.text = desk.script.mark;
      break;
    case pack::Asks::moment: {
      const int minute = desk.zone.minute_of_day(desk.now);
      answer.moment = fmt::format("{:02}:{:02}", minute / 60, minute % 60);
      break;
    }
  }
  if (!bad) return answer;
  pack::Field note;
  note.id = "note";
  answer.note = text_for(desk, note);
  if (item.photo_wanted && !answer.photos) answer.photos = std::vector{desk.photo};
  return answer;
}

}  // namespace

json::value value_for(const Desk& desk, const pack::Field& field) {
  if (field.type == "text" && !field.choices.empty()) return choice_for(desk, field);
  if (field.type == "text" || field.type == "long_text") return json::value(text_for(desk, field));
  if (field.type == "day") return json::value(format_day(desk.today));
  if (field.type == "moment") return json::value(desk.zone.format(desk.now));
  if (field.type == "money" || field.type == "integer" || field.type == "number") {
    const double number = number_for(field);
    return field.type == "number" ? json::value(number)
                                  : json::value(static_cast<std::int64_t>(number));
  }
  if (field.type == "choice") return choice_for(desk, field);
  if (field.type == "factor") {
    // Neither the best nor the worst: most of what is found is of the middle levels.
    const auto place = field.choices.size() / 2;
    return field.choices.empty() ? json::value(nullptr)
                                 : json::value(std::stod(field.choices[place].first));
  }
  if (field.type == "photos") {
    return desk.photo.empty() ? json::value(nullptr) : json::value(json::array{desk.photo});
  }
  if (field.type == "person") {
    if (desk.people.empty()) return json::value(desk.person);
    return json::value(desk.people[desk.dice.one_of(desk.people.size(), desk.occasion + field.id)]);
  }
  if (field.type == "organisation") {
    const auto place = place_for(desk, field);
    return place.empty() ? json::value(nullptr) : json::value(place);
  }
  if (field.type == "flag") return json::value(true);
  return nullptr;
}

json::object fields_for(const Desk& desk, const pack::Chart& chart, const pack::Move& move,
                        const json::object& on_record) {
  std::vector<std::string> wanted;
  for (const auto& field : move.fields)
    if (field.required) wanted.push_back(field.id);
  for (const auto& guard : move.guards)
    if (guard.kind == "fields")
      for (const auto& id : guard.of)
        if (!on_record.contains(id)) wanted.push_back(id);
  for (const auto& id : {move.holder, move.due_from})
    if (!id.empty() && !on_record.contains(id)) wanted.push_back(id);
  json::object out;
  for (const auto& field : move.fields) {
    if (std::ranges::find(wanted, field.id) == wanted.end()) continue;
    auto value = value_for(desk, field);
    // What is to be done by then lies ahead.
    if (field.type == "day" && move.forward) value = format_day(desk.today.plus(10));
    if (!value.is_null()) out[field.id] = std::move(value);
  }
  if (move.assesses && !chart.assessments.empty()) {
    const auto& method = chart.assessments.front();
    out["method"] = method.id;
    for (const auto& factor : method.factors) {
      out[factor.id] = factor_for(desk, factor);
    }
  }
  return out;
}

std::vector<json::object> rows_for(const Desk& desk, const pack::Ledger& ledger,
                                   const pack::Check& check, double missing) {
  std::vector<json::object> out;
  using Kind = pack::CheckKind;
  if (check.kind == Kind::coverage) {
    const auto* topics = field_of(ledger, check.topics);
    if (!topics) return out;
    std::vector<std::string> all = check.all_of;
    if (all.empty())
      for (const auto& [choice, words] : topics->choices) all.push_back(choice);
    std::string joined;
    for (const auto& each : all) joined += (joined.empty() ? "" : ",") + each;
    const bool many = topics->type == "text";
    for (const auto& each : many ? std::vector{joined} : all) {
      auto row = row_for(desk, ledger, check);
      row[check.topics] = each;
      obey(desk, ledger, row);
      out.push_back(std::move(row));
    }
    return out;
  }
  if (check.kind == Kind::ratio && !check.field.empty()) {
    auto row = row_for(desk, ledger, check);
    row[check.field] = static_cast<std::int64_t>(std::ceil(missing));
    out.push_back(std::move(row));
    return out;
  }
  const bool counted = check.kind == Kind::at_least || check.kind == Kind::valid_until ||
                       check.kind == Kind::within_period || check.kind == Kind::ratio ||
                       check.kind == Kind::attested;
  if (!counted || ledger.id.empty()) return out;
  const auto count =
      std::clamp<std::size_t>(static_cast<std::size_t>(std::ceil(missing)), 1, kRowsMost);
  for (std::size_t made = 0; made < count; ++made) {
    Desk desk_of_row = desk;
    desk_of_row.occasion += fmt::format("row {}", made);
    out.push_back(row_for(desk_of_row, ledger, check));
  }
  return out;
}

std::vector<usecases::ItemAnswer> items_for(const Desk& desk, const pack::Checklist& checklist,
                                            const std::vector<std::string>& bad) {
  std::vector<usecases::ItemAnswer> out;
  for (const auto& item : checklist.items)
    if (item.required || item.asks == pack::Asks::state)
      out.push_back(item_for(desk, item, std::ranges::find(bad, item.id) != bad.end()));
  return out;
}

}  // namespace anxiao::app::simulation
