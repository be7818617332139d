#include "domain/standing/plan.h"

#include <algorithm>
#include <cmath>

#include "domain/organisations/selection.h"
#include "pack/asking.h"

namespace anxiao::standing {

namespace {

namespace json = boost::json;

// As bits they are kept in a double without loss.
constexpr std::size_t kChoicesMost = 52;

Slot slot_kind(const pack::Field& field) {
  if (field.type == "day" || field.type == "moment") return Slot::day;
  if (field.type == "number" || field.type == "integer" || field.type == "money")
    return Slot::number;
  if (field.type == "flag") return Slot::choice;
  if (field.choices.empty()) return Slot::filled;
  if (field.type == "choice") return Slot::choice;
  return field.choices.size() > kChoicesMost ? Slot::filled : Slot::choices;
}

std::vector<std::uint16_t> places_of(const FieldPlan& field,
                                     const std::vector<std::string>& values) {
  std::vector<std::uint16_t> places;
  for (std::size_t place = 0; place < field.choices.size(); ++place)
    if (std::ranges::find(values, field.choices[place]) != values.end())
      places.push_back(static_cast<std::uint16_t>(place));
  return places;
}

std::uint64_t bits_of(const FieldPlan& field, const std::vector<std::string>& values) {
  std::uint64_t bits = 0;
  for (const auto place : places_of(field, values))
    if (place < kChoicesMost) bits |= std::uint64_t{1} << place;
  return bits;
}

RowTest::Compare compare_of(const std::string& word) {
  if (word == "is") return RowTest::Compare::one_of;
  if (word == "is_not") return RowTest::Compare::none_of;
  if (word == "at_least") return RowTest::Compare::at_least;
  if (word == "below") return RowTest::Compare::below;
  return word == "blank" ? RowTest::Compare::blank : RowTest::Compare::filled;
}

template <class Places>
std::uint16_t found(const Places& places, std::string_view id) {
  const auto place = places.find(std::string(id));
  return place == places.end() ? kNone : place->second;
}

// The place of a name in a list that grows.
std::uint16_t placed(std::vector<std::string>& names,
                     std::unordered_map<std::string, std::uint16_t>& places,
                     std::vector<std::vector<std::uint16_t>>& readers, const std::string& name) {
  const auto [place, fresh] = places.emplace(name, static_cast<std::uint16_t>(names.size()));
  if (fresh) {
    names.push_back(name);
    readers.emplace_back();
  }
  return place->second;
}

double number_of(const FieldPlan& field, const json::value& value) {
  constexpr double kBlank = std::numeric_limits<double>::quiet_NaN();
  switch (field.slot) {
    case Slot::number:
      return value.is_number() ? value.to_number<double>() : kBlank;
    case Slot::day: {
      if (!value.is_string()) return kBlank;
      const auto day = parse_day(std::string_view(value.get_string()).substr(0, 10));
      return day ? slot_of_day(*day) : kBlank;
    }
    case Slot::choice: {
      const std::string word = value.is_bool()     ? (value.get_bool() ? "true" : "false")
                               : value.is_string() ? std::string(value.get_string())
                                                   : std::string();
      const auto place = std::ranges::find(field.choices, word);
      return place == field.choices.end() ? kBlank
                                          : static_cast<double>(place - field.choices.begin());
    }
    case Slot::choices: {
      if (!value.is_string()) return kBlank;
      std::vector<std::string> words;
      std::string_view rest = value.get_string();
      while (true) {
        const auto comma = rest.find(',');
        words.emplace_back(rest.substr(0, comma));
        if (comma == std::string_view::npos) break;
        rest.remove_prefix(comma + 1);
      }
      return static_cast<double>(bits_of(field, words));
    }
    case Slot::filled:
      break;
  }
  if (value.is_null()) return kBlank;
  if (value.is_string()) return value.get_string().empty() ? kBlank : 1;
  if (value.is_array()) return value.get_array().empty() ? kBlank : 1;
  return 1;
}

}  // namespace

Plan::Plan(std::shared_ptr<const pack::Pack> pack) : pack_(std::move(pack)) {
  for (const auto& clause : pack_->clauses)
    for (const auto& requirement : clause.requirements) {
      if (requirement.checks.empty()) continue;
      const auto place = static_cast<std::uint16_t>(requirements_.size());
      requirement_places_[requirement.id] = place;
      requirements_.push_back({&requirement, clause.number, {}});
      for (const auto& check : requirement.checks) {
        requirements_.back().checks.push_back(static_cast<std::uint16_t>(checks_.size()));
        checks_.push_back(compiled(check, place));
      }
    }
  for (const auto& kind : pack_->kinds) {
    KindPlan plan;
    plan.place_of_check.assign(checks_.size(), kNone);
    plan.loops.assign(loops_.size(), false);
    for (std::uint16_t place = 0; place < requirements_.size(); ++place) {
      const auto& requirement = requirements_[place];
      const bool bound =
          std::ranges::any_of(requirement.requirement->binds, [&](const pack::Selector& selector) {
            return std::ranges::find(selector.kinds, kind.id) != selector.kinds.end();
          });
      if (!bound) continue;
      plan.requirements.push_back(place);
      for (const auto check : requirement.checks) {
        if (!pack::can_be_asked(*pack_, *checks_[check].check, kind.id)) continue;
        plan.place_of_check[check] = static_cast<std::uint16_t>(plan.checks.size());
        plan.checks.push_back(check);
        if (checks_[check].loop != kNone) plan.loops[checks_[check].loop] = true;
      }
    }
    if (!plan.requirements.empty()) kinds_.emplace(kind.id, std::move(plan));
  }
  unbound_.place_of_check.assign(checks_.size(), kNone);
  unbound_.loops.assign(loops_.size(), false);
}

std::uint16_t Plan::slot_of(LedgerPlan& ledger, const std::string& id) const {
  if (id.empty()) return kNone;
  const auto known = std::ranges::find(ledger.fields, id, &FieldPlan::id);
  if (known != ledger.fields.end())
    return static_cast<std::uint16_t>(known - ledger.fields.begin());
  const auto* described = pack_->ledger(ledger.id);
  const auto field = std::ranges::find(described->fields, id, &pack::Field::id);
  expect(field != described->fields.end(), "a check reads fields that its ledger has");
  FieldPlan plan{.id = id, .slot = slot_kind(*field), .choices = {}};
  for (const auto& choice : field->choices) plan.choices.push_back(choice.first);
  if (field->type == "flag") plan.choices = {"false", "true"};
  ledger.fields.push_back(std::move(plan));
  return static_cast<std::uint16_t>(ledger.fields.size() - 1);
}

CheckPlan Plan::compiled(const pack::Check& check, std::uint16_t requirement) {
  const auto self = static_cast<std::uint16_t>(checks_.size());
  CheckPlan plan;
  plan.check = &check;
  plan.requirement = requirement;
  if (!check.duty.empty()) {
    plan.duty = placed(duties_, duty_places_, by_duty_, check.duty);
    by_duty_[plan.duty].push_back(self);
  }
  if (!check.loop.empty()) {
    plan.loop = placed(loops_, loop_places_, by_loop_, check.loop);
    by_loop_[plan.loop].push_back(self);
  }
  if (!check.post.empty()) {
    plan.post = placed(posts_, post_places_, by_post_, check.post);
    by_post_[plan.post].push_back(self);
  }
  if (check.ledger.empty()) return plan;
  const auto [place, fresh] =
      ledger_places_.emplace(check.ledger, static_cast<std::uint16_t>(ledgers_.size()));
  if (fresh) ledgers_.push_back({.id = check.ledger, .fields = {}, .checks = {}});
  plan.ledger = place->second;
  auto& ledger = ledgers_[plan.ledger];
  ledger.checks.push_back(self);
  plan.field = slot_of(ledger, check.field);
  plan.on = slot_of(ledger, check.on);
  plan.topics = slot_of(ledger, check.topics);
  plan.of_field = slot_of(ledger, check.of_field);
  if (plan.topics != kNone) {
    const auto& topics = ledger.fields[plan.topics];
    plan.topics_many = topics.slot == Slot::choices;
    plan.all_of =
        check.all_of.empty() ? bits_of(topics, topics.choices) : bits_of(topics, check.all_of);
  }
  for (const auto& condition : check.where) {
    RowTest test;
    test.slot = slot_of(ledger, condition.field);
    test.compare = compare_of(condition.compare);
    test.number = condition.number;
    const auto& field = ledger.fields[test.slot];
    test.many = field.slot == Slot::choices;
    test.choices = bits_of(field, condition.values);
    test.places = places_of(field, condition.values);
    plan.where.push_back(test);
  }
  return plan;
}

const KindPlan& Plan::kind(std::string_view id) const {
  const auto plan = kinds_.find(std::string(id));
  return plan == kinds_.end() ? unbound_ : plan->second;
}

std::uint16_t Plan::requirement(std::string_view id) const {
  return found(requirement_places_, id);
}
std::uint16_t Plan::ledger(std::string_view id) const { return found(ledger_places_, id); }
std::uint16_t Plan::post(std::string_view id) const { return found(post_places_, id); }
std::uint16_t Plan::duty(std::string_view id) const { return found(duty_places_, id); }
std::uint16_t Plan::loop(std::string_view id) const { return found(loop_places_, id); }

const std::vector<std::uint16_t>& Plan::checks_of_post(std::uint16_t post) const {
  return by_post_[post];
}
const std::vector<std::uint16_t>& Plan::checks_of_duty(std::uint16_t duty) const {
  return by_duty_[duty];
}
const std::vector<std::uint16_t>& Plan::checks_of_loop(std::uint16_t loop) const {
  return by_loop_[loop];
}

std::vector<double> Plan::slots_of(std::uint16_t ledger, const json::object& fields) const {
  std::vector<double> slots;
  const auto& plan = ledgers_[ledger];
  slots.reserve(plan.fields.size());
  for (const auto& field : plan.fields) {
    const auto* value = fields.if_contains(field.id);
    slots.push_back(value ? number_of(field, *value) : std::numeric_limits<double>::quiet_NaN());
  }
  return slots;
}

}  // namespace anxiao::standing
