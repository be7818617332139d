#include "domain/standing/verdict.h"

#include <algorithm>
#include <cmath>

#include "domain/organisations/selection.h"
#include "domain/standing/checks/checks.h"

namespace anxiao::standing {

const char* word_of(State state) {
  switch (state) {
    case State::not_applicable:
      return "not_applicable";
    case State::kept:
      return "kept";
    case State::due_soon:
      return "due_soon";
    case State::late:
      return "late";
    case State::missing:
      return "missing";
  }
  return "";
}

Span Periods::quarter(Day day, int back) {
  const int first = year_of(day) * 4 + (month_of(day) - 1) / 3 - back;
  const auto begin = [](int quarter) { return day_of(quarter / 4, quarter % 4 * 3 + 1, 1); };
  return {begin(first), begin(first + 1)};
}

Span Periods::half_year(Day day, int back) {
  const int first = year_of(day) * 2 + (month_of(day) - 1) / 6 - back;
  const auto begin = [](int half) { return day_of(half / 2, half % 2 * 6 + 1, 1); };
  return {begin(first), begin(first + 1)};
}

Span Periods::year(Day day, int back) {
  const int year = year_of(day) - back;
  return {day_of(year, 1, 1), day_of(year + 1, 1, 1)};
}

bool binds(const pack::Requirement& requirement, const Subject& subject) {
  return std::ranges::any_of(requirement.binds, [&](const pack::Selector& selector) {
    return organisations::is_chosen(selector, subject.kind, subject.facets);
  });
}

bool is_asked(const pack::Check& check, const Subject& subject) {
  return std::ranges::all_of(check.only_for, [&](const pack::Condition& condition) {
    return organisations::holds(condition, subject.kind, subject.facets);
  });
}

std::uint64_t bits_in(double slot, bool many) {
  return many ? static_cast<std::uint64_t>(slot) : std::uint64_t{1} << static_cast<unsigned>(slot);
}

namespace {

bool names_one(const RowTest& test, double value) {
  if (test.many) return (test.choices & bits_in(value, true)) != 0;
  return std::ranges::find(test.places, static_cast<std::uint16_t>(value)) != test.places.end();
}

}  // namespace

bool counts(const CheckPlan& check, const double* row) {
  return std::ranges::all_of(check.where, [&](const RowTest& test) {
    const double value = row[test.slot];
    const bool blank = std::isnan(value);
    switch (test.compare) {
      case RowTest::Compare::filled:
        return !blank;
      case RowTest::Compare::blank:
        return blank;
      case RowTest::Compare::at_least:
        return !blank && value >= test.number;
      case RowTest::Compare::below:
        return !blank && value < test.number;
      case RowTest::Compare::one_of:
        return !blank && names_one(test, value);
      case RowTest::Compare::none_of:
        return blank || !names_one(test, value);
    }
    return false;
  });
}

double wanted_of(const pack::Wanted& wanted, const Subject& subject) {
  if (wanted.facet.empty()) return wanted.number;
  const auto* said = subject.facets.if_contains(wanted.facet);
  // Of what is not known the least is asked.
  const double size = said && said->is_number() ? said->to_number<double>() : 0;
  for (const auto& step : wanted.steps)
    if (size < step.below) return step.number;
  if (wanted.per <= 0) return wanted.number;
  return wanted.number + std::ceil(std::max(0.0, size - wanted.from) / wanted.per);
}

namespace {

Verdict look_by_kind(const Plan& plan, const CheckPlan& check, const Subject& subject,
                     const Hour& hour) {
  switch (check.check->kind) {
    case pack::CheckKind::at_least:
      return look_at_least(check, subject);
    case pack::CheckKind::at_most:
      return look_at_most(check, subject);
    case pack::CheckKind::valid_until:
    case pack::CheckKind::attested:
      return look_valid_until(check, subject, hour);
    case pack::CheckKind::within_period:
      return look_within_period(check, subject, hour);
    case pack::CheckKind::coverage:
      return look_coverage(check, subject, hour);
    case pack::CheckKind::ratio:
      return look_ratio(check, subject, hour);
    case pack::CheckKind::duty:
      return look_duty(plan, check, subject);
    case pack::CheckKind::deadline:
      return look_deadline(check, subject, hour);
  }
  return {};
}

}  // namespace

Verdict look(const Plan& plan, const CheckPlan& check, const Subject& subject, const Hour& hour) {
  if (!is_asked(*check.check, subject)) return {};
  auto verdict = look_by_kind(plan, check, subject, hour);
  const auto& period = check.check->period;
  if (hour.periods.changes_on && (period == "term" || period == "school_year"))
    look_again(verdict, hour, *hour.periods.changes_on);
  return verdict;
}

}  // namespace anxiao::standing
