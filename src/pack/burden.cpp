#include "pack/burden.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "pack/asking.h"
#include "pack/calendar.h"

namespace anxiao::pack {

namespace {

constexpr const char* kEducation = "education";
constexpr const char* kOffice = "office";
constexpr double kDaysOfWeek = 7, kLessonsOfWeek = 5, kSeconds = 60;
constexpr double kMonths = 12, kQuarters = 4, kHalves = 2;

// The weeks of the latest school year: all of them, those in a term, and how many terms.
struct Year {
  double weeks = 0, term_weeks = 0, terms = 0;
  double part(Days days) const {
    if (days == Days::all) return 1;
    return (days == Days::vacation ? weeks - term_weeks : term_weeks) / weeks;
  }
};

Year year_of(const Pack& pack, const std::string& kind) {
  Year year;
  if (pack.school_years.empty()) return year;
  const auto& latest = pack.school_years.back();
  year.weeks = (latest.to.number - latest.from.number + 1) / kDaysOfWeek;
  for (const auto& term : terms_for(latest, kind)) {
    year.term_weeks += (term.to.number - term.from.number + 1) / kDaysOfWeek;
    ++year.terms;
  }
  return year;
}

double number_of(const Pack& pack, const std::string& term) {
  const auto found = pack.terms.find(term);
  return found == pack.terms.end() ? 0 : found->second.value;
}

double event_times(const Pack& pack, const Duty& duty, const Year& year) {
  return duty.event == "holiday_start" ? number_of(pack, "burden.holidays") : year.terms;
}

// How many periods a year has.
double periods_a_year(const Pack& pack, const Duty& duty, const Year& year) {
  const double part = year.part(duty.days);
  const double day_of_week = duty.days == Days::school ? kLessonsOfWeek : kDaysOfWeek;
  const double months =
      duty.months.empty() ? kMonths * part : static_cast<double>(duty.months.size());
  switch (duty.cycle) {
    case Cycle::school_day:
    case Cycle::day:
    case Cycle::night:
      return year.weeks * part * day_of_week * (duty.months.empty() ? 1 : months / kMonths);
    case Cycle::week:
      return year.weeks * part;
    case Cycle::month:
      return months;
    case Cycle::quarter:
      return kQuarters;
    case Cycle::half_year:
      return kHalves;
    case Cycle::year:
    case Cycle::school_year:
      return 1;
    case Cycle::term:
      return year.terms;
    case Cycle::dates:
      return static_cast<double>(duty.dates.size());
    case Cycle::event:
      return event_times(pack, duty, year);
  }
  return 0;
}

double minutes_of(const Pack& pack, const Duty& duty) {
  if (duty.minutes > 0) return duty.minutes;
  double items = 0;
  if (const auto* list = pack.checklist(duty.checklist))
    items = static_cast<double>(std::ranges::count_if(
        list->items, [](const ChecklistItem& item) { return item.same_as.empty(); }));
  return number_of(pack, "burden.answer_minutes") +
         items * number_of(pack, "burden.item_seconds") / kSeconds;
}

// How many rows a check wants, and how often in a year.
double rows_a_year(const Pack& pack, const Check& check, const Year& year) {
  double rows = 0;
  switch (check.kind) {
    case CheckKind::at_least:
    case CheckKind::within_period:
    case CheckKind::valid_until:
    case CheckKind::attested:
      rows = check.wanted.steps.empty() ? check.wanted.number : check.wanted.steps.front().number;
      if (check.every) rows = std::max(rows, 1.0);
      break;
    case CheckKind::coverage: {
      // Where a row names one choice, it wants as many rows as choices.
      const auto* ledger = pack.ledger(check.ledger);
      const auto field = ledger ? std::ranges::find(ledger->fields, check.topics, &Field::id)
                                : std::vector<Field>::const_iterator{};
      const bool one_each = ledger && field != ledger->fields.end() && field->type == "choice";
      const auto choices =
          check.all_of.empty() && one_each ? field->choices.size() : check.all_of.size();
      rows = one_each ? static_cast<double>(choices) : 1;
      break;
    }
    case CheckKind::ratio:
      rows = 1;
      break;
    case CheckKind::at_most:
    case CheckKind::duty:
    case CheckKind::deadline:
      return 0;
  }
  if (check.period == "term") return rows * year.terms;
  if (check.period == "quarter") return rows * kQuarters;
  if (check.period == "half_year") return rows * kHalves;
  return rows;
}

bool binds(const Requirement& requirement, const std::string& kind) {
  return std::ranges::any_of(requirement.binds, [&](const Selector& selector) {
    return is_chosen_assumed(selector, kind);
  });
}

bool is_asked(const Pack& pack, const Check& check, const std::string& kind) {
  return can_be_asked(pack, check, kind) &&
         std::ranges::all_of(check.only_for, [&](const Condition& condition) {
           return holds_assumed(condition, kind);
         });
}

void add_duties(const Pack& pack, const Year& year, Burden& burden) {
  for (const auto& duty : pack.duties) {
    const bool due = std::ranges::any_of(duty.at, [&](const Selector& selector) {
      return is_chosen_assumed(selector, burden.kind);
    });
    if (!due || duty.until) continue;
    burden.parts.push_back({.what = "duty/" + duty.id,
                            .office = duty.asked_by.empty() ? kEducation : duty.asked_by,
                            .minutes = minutes_of(pack, duty),
                            .times = duty.times * periods_a_year(pack, duty, year) / year.weeks});
  }
}

// Statements of different requirements are different rows.
void add_rows(const Pack& pack, const Year& year, Burden& burden) {
  std::map<std::string, double> asked;
  for (const auto& clause : pack.clauses)
    for (const auto& requirement : clause.requirements) {
      if (!binds(requirement, burden.kind)) continue;
      for (const auto& check : requirement.checks) {
        if (check.ledger.empty() || !is_asked(pack, check, burden.kind)) continue;
        const double rows = rows_a_year(pack, check, year);
        auto& most = asked[check.ledger];
        most = check.kind == CheckKind::attested ? most + rows : std::max(most, rows);
      }
    }
  for (const auto& [id, rows] : asked) {
    const auto* ledger = pack.ledger(id);
    if (!ledger || rows <= 0) continue;
    const double seconds =
        number_of(pack, "burden.field_seconds") * static_cast<double>(ledger->fields.size());
    burden.parts.push_back({.what = "ledger/" + id,
                            .office = kEducation,
                            .minutes = seconds / kSeconds,
                            .times = rows / year.weeks});
  }
}

double sum_of(const std::vector<BurdenPart>& parts, auto takes) {
  return std::accumulate(parts.begin(), parts.end(), 0.0, [&](double sum, const BurdenPart& part) {
    return takes(part) ? sum + part.weekly() : sum;
  });
}

}  // namespace

double Burden::weekly() const {
  return sum_of(parts, [](const BurdenPart&) { return true; });
}

double Burden::weekly_of(const std::string& office) const {
  return sum_of(parts, [&](const BurdenPart& part) { return part.office == office; });
}

std::vector<Burden> burdens_of(const Pack& pack) {
  std::vector<Burden> burdens;
  for (const auto& kind : pack.kinds) {
    if (!kind.is_school) continue;
    const auto year = year_of(pack, kind.id);
    if (year.weeks <= 0) continue;
    Burden burden{
        .kind = kind.id, .limit = number_of(pack, "burden.limit." + kind.id), .parts = {}};
    if (burden.limit <= 0) burden.limit = number_of(pack, "burden.limit");
    add_duties(pack, year, burden);
    add_rows(pack, year, burden);
    std::ranges::stable_sort(burden.parts, std::greater<>(), &BurdenPart::weekly);
    if (!burden.parts.empty()) burdens.push_back(std::move(burden));
  }
  return burdens;
}

std::vector<std::string> asking_offices(const Pack& pack, const std::vector<Burden>& burdens) {
  std::vector<std::string> offices;
  const auto* facet = pack.facet(kOffice);
  if (!facet) return {kEducation};
  for (const auto& [id, words] : facet->choices)
    if (std::ranges::any_of(burdens,
                            [&](const Burden& burden) { return burden.weekly_of(id) > 0; }))
      offices.push_back(id);
  return offices;
}

std::string burden_in_lines(const Pack& pack) {
  const auto burdens = burdens_of(pack);
  const auto offices = asking_offices(pack, burdens);
  std::string text = fmt::format("{:<18}", "minutes a week");
  for (const auto& office : offices) text += fmt::format("{:>12}", office);
  text += fmt::format("{:>12}{:>12}\n", "all", "limit");
  for (const auto& burden : burdens) {
    text += fmt::format("{:<18}", burden.kind);
    for (const auto& office : offices) text += fmt::format("{:>12.1f}", burden.weekly_of(office));
    text += fmt::format("{:>12.1f}{:>12.1f}\n", burden.weekly(), burden.limit);
  }
  return text;
}

}  // namespace anxiao::pack
