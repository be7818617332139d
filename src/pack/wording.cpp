#include "pack/wording.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace anxiao::pack {

namespace {

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

template <class List>
std::string name_in(const List& list, const std::string& id) {
  for (const auto& each : list)
    if (each.id == id) return each.name.en;
  return id;
}

template <class Choices>
std::string choice_in(const Choices& choices, const std::string& value) {
  for (const auto& each : choices)
    if (each.first == value) return each.second.en;
  return value;
}

const Field* field_of(const Ledger& ledger, const std::string& id) {
  const auto found = std::ranges::find(ledger.fields, id, &Field::id);
  return found == ledger.fields.end() ? nullptr : &*found;
}

std::string value_of(const Field* field, const std::string& value) {
  if (!field || field->type == "flag") return value == "true" ? "yes" : "no";
  return quoted(choice_in(field->choices, value));
}

std::string in_words(const Ledger& ledger, const RowCondition& condition) {
  const auto* field = field_of(ledger, condition.field);
  const auto name = quoted(field ? field->name.en : condition.field);
  if (condition.compare == "filled") return name + " is filled in";
  if (condition.compare == "blank") return name + " is blank";
  if (condition.compare == "at_least") return name + " is at least " + in_digits(condition.number);
  if (condition.compare == "below") return name + " is below " + in_digits(condition.number);
  std::vector<std::string> values;
  for (const auto& value : condition.values) values.push_back(value_of(field, value));
  return fmt::format("{} {} {}", name, condition.compare == "is" ? "is" : "is not",
                     fmt::join(values, " or "));
}

std::string in_words(const Pack& pack, const Condition& condition) {
  const auto* facet = pack.facet(condition.facet);
  const auto name = quoted(facet ? facet->name.en : condition.facet);
  if (condition.compare == "at_least" || condition.compare == "below")
    return fmt::format("{} is {} {}", name, condition.compare == "below" ? "below" : "at least",
                       in_digits(condition.number));
  if (!facet || facet->type == "flag")
    return name + (condition.value == "true" ? " holds" : " does not hold");
  return fmt::format("{} {} {}", name, condition.compare,
                     quoted(choice_in(facet->choices, condition.value)));
}

template <class Conditions, class Each>
std::string all_of(const Conditions& conditions, Each each) {
  std::vector<std::string> words;
  for (const auto& condition : conditions) words.push_back(each(condition));
  return fmt::format("{}", fmt::join(words, " and "));
}

std::string period_of(const Ledger& ledger, const Check& check) {
  if (check.period.empty()) return "";
  const auto* on = field_of(ledger, check.on);
  const auto day = quoted(on ? on->name.en : check.on);
  if (check.period == "year_before") return fmt::format(" of the last twelve months (by {})", day);
  std::string period = check.period;
  std::ranges::replace(period, '_', ' ');
  return fmt::format(" of the {} (by {})", period, day);
}

std::string rows_of(const Ledger& ledger, const Check& check) {
  const std::string words = quoted(ledger.name.en) + period_of(ledger, check);
  if (check.where.empty()) return words;
  return words + " whose " + all_of(check.where, [&](const RowCondition& condition) {
           return in_words(ledger, condition);
         });
}

std::string wanted_of(const Pack& pack, const Wanted& wanted) {
  if (wanted.facet.empty()) return in_digits(wanted.number);
  std::string words = "as many as " + quoted(name_in(pack.facets, wanted.facet)) + " ask (";
  for (const auto& step : wanted.steps)
    words += fmt::format("{} below {}, ", in_digits(step.number), in_digits(step.below));
  words += "then " + in_digits(wanted.number);
  if (wanted.per > 0)
    words += fmt::format(" and one more for each begun {} above {}", in_digits(wanted.per),
                         in_digits(wanted.from));
  return words + ")";
}

std::string topics_of(const Ledger& ledger, const Check& check) {
  const auto* field = field_of(ledger, check.topics);
  if (!field) return check.topics;
  std::vector<std::string> topics;
  for (const auto& choice : field->choices)
    if (check.all_of.empty() || std::ranges::find(check.all_of, choice.first) != check.all_of.end())
      topics.push_back(quoted(choice.second.en));
  return fmt::format("{}", fmt::join(topics, ", "));
}

std::string of_rows(const Pack& pack, const Ledger& ledger, const Check& check) {
  const auto rows = rows_of(ledger, check);
  const auto wanted = wanted_of(pack, check.wanted);
  const auto field_name = [&](const std::string& id) {
    const auto* field = field_of(ledger, id);
    return quoted(field ? field->name.en : id);
  };
  switch (check.kind) {
    case CheckKind::at_most:
      return check.wanted.number == 0 ? "no row of " + rows
                                      : fmt::format("at most {} rows of {}", wanted, rows);
    case CheckKind::valid_until: {
      const auto until = field_name(check.field);
      if (!check.every) return fmt::format("{} of {} not past {}", wanted, rows, until);
      const auto none = fmt::format("no row of {} past {}", rows, until);
      return check.wanted.number == 0 ? none : fmt::format("{}, and {} there", none, wanted);
    }
    case CheckKind::coverage:
      return fmt::format("rows of {} name {}", rows, topics_of(ledger, check));
    case CheckKind::ratio:
      return fmt::format("{} of {}: at least {} percent of {}",
                         check.field.empty() ? "rows" : field_name(check.field), rows,
                         in_digits(check.wanted.number),
                         check.of_field.empty() ? quoted(name_in(pack.facets, check.of_facet))
                                                : field_name(check.of_field));
    case CheckKind::attested:
      return "a statement with its evidence that has not run out";
    default:
      return fmt::format("at least {} of {}", wanted, rows);
  }
}

// Of all the kinds of schools it says `schools`, of nearly all which are left out.
std::string kinds_in_words(const Pack& pack, const std::vector<std::string>& kinds) {
  constexpr std::size_t kLeftOutMost = 2;
  std::vector<std::string> names, out;
  std::size_t schools = 0;
  for (const auto& kind : pack.kinds) {
    const bool named = std::ranges::find(kinds, kind.id) != kinds.end();
    if (kind.is_school && !named) out.push_back(quoted(kind.name.en));
    if (kind.is_school && named) ++schools;
  }
  const bool nearly = schools > kLeftOutMost && out.size() <= kLeftOutMost;
  if (nearly)
    names.push_back(out.empty() ? "schools" : fmt::format("schools but {}", fmt::join(out, ", ")));
  for (const auto& id : kinds) {
    const auto* kind = pack.kind(id);
    if (!kind || !kind->is_school || !nearly) names.push_back(quoted(name_in(pack.kinds, id)));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::string in_digits(double number) { return fmt::format("{:.10g}", number); }

const std::vector<std::string>& check_kinds() {
  static const std::vector<std::string> kWords = {"at_least",      "at_most",  "valid_until",
                                                  "within_period", "coverage", "ratio",
                                                  "duty",          "deadline", "attested"};
  return kWords;
}

const char* word_of(CheckKind kind) {
  return check_kinds()[static_cast<std::size_t>(kind)].c_str();
}

std::string how_often(const Duty& duty) {
  std::string cycle = word_of(duty.cycle);
  if (duty.cycle == Cycle::event) cycle = duty.event;
  std::ranges::replace(cycle, '_', ' ');
  if (duty.cycle == Cycle::dates) return fmt::format("{} on each of its days", duty.times);
  return fmt::format("{} {} {}", duty.times, duty.cycle == Cycle::event ? "at each" : "in a",
                     cycle);
}

std::string in_words(const Pack& pack, const std::vector<Selector>& selectors) {
  std::vector<std::string> words;
  for (const auto& selector : selectors) {
    auto each = kinds_in_words(pack, selector.kinds);
    if (!selector.where.empty())
      each += " where " + all_of(selector.where, [&](const Condition& condition) {
                return in_words(pack, condition);
              });
    words.push_back(std::move(each));
  }
  return fmt::format("{}", fmt::join(words, "; "));
}

std::string in_words(const Pack& pack, const Check& check) {
  std::string words;
  if (check.kind == CheckKind::duty) {
    const auto* duty = pack.duty(check.duty);
    words = quoted(name_in(pack.duties, check.duty)) + " was not left out last time" +
            (duty ? " (" + how_often(*duty) + ")" : "");
  } else if (check.kind == CheckKind::deadline) {
    words = "nothing open of " + quoted(name_in(pack.charts, check.loop)) + " is past its term";
  } else if (!check.post.empty()) {
    words = fmt::format("at least {} with the post {}", wanted_of(pack, check.wanted),
                        quoted(name_in(pack.posts, check.post)));
  } else if (const auto* ledger = pack.ledger(check.ledger)) {
    words = of_rows(pack, *ledger, check);
  }
  if (check.only_for.empty()) return words;
  return words + ", where " + all_of(check.only_for, [&](const Condition& condition) {
           return in_words(pack, condition);
         });
}

}  // namespace anxiao::pack
