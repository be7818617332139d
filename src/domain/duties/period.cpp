#include "domain/duties/period.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace anxiao::duties {

using pack::Cycle;

namespace {

constexpr int kDaysOfWeek = 7;
constexpr int kMonthsOfYear = 12;
constexpr std::string_view kHolidayStart = "holiday_start";

struct Span {
  Day first, last;
};

// 0 for the cycles that are no run of months.
int months_of(Cycle cycle) {
  switch (cycle) {
    case Cycle::month:
      return 1;
    case Cycle::quarter:
      return kMonthsOfYear / 4;
    case Cycle::half_year:
      return kMonthsOfYear / 2;
    case Cycle::year:
      return kMonthsOfYear;
    default:
      return 0;
  }
}

// `month` from 1, and beyond 12 into the next year.
Day first_of_month(int year, int month) {
  return day_of(year + (month - 1) / kMonthsOfYear, (month - 1) % kMonthsOfYear + 1, 1);
}

// The `place`-th run of `months` of the year, from 1.
Span run_of_months(int year, int place, int months) {
  const int month = (place - 1) * months + 1;
  return {first_of_month(year, month), first_of_month(year, month + months).plus(-1)};
}

Day monday_of(Day day) { return day.plus(1 - weekday_of(day)); }

// The window within a period of many days.
Period within(const pack::Duty& duty, const Span& span, std::string_view name = {}) {
  const Day last =
      duty.to_day > 0 ? std::min(span.last, span.first.plus(duty.to_day - 1)) : span.last;
  return {.anchor = span.first,
          .first = span.first.plus(duty.from_day - 1),
          .last = last,
          .round = 0,
          .name = name};
}

// The window around a day.
Period around(const pack::Duty& duty, Day day, std::string_view name = {}) {
  return {.anchor = day,
          .first = day.plus(duty.from_day),
          .last = day.plus(duty.to_day),
          .round = 0,
          .name = name};
}

Period on(Day day, int round = 0) {
  return {.anchor = day, .first = day, .last = day, .round = round, .name = {}};
}

// Empty for a fifth weekday that the month does not have.
std::optional<Day> date_in(const pack::YearDay& rule, int year) {
  const Span month = run_of_months(year, rule.month, 1);
  if (rule.weekday == 0) return month.first.plus(rule.day - 1);
  if (rule.nth < 0) {
    return month.last.plus(-((weekday_of(month.last) - rule.weekday + kDaysOfWeek) % kDaysOfWeek));
  }
  const Day day =
      month.first.plus((rule.weekday - weekday_of(month.first) + kDaysOfWeek) % kDaysOfWeek +
                       (rule.nth - 1) * kDaysOfWeek);
  return day <= month.last ? std::optional(day) : std::nullopt;
}

// The day of a term by which an event is called.
Day day_of_event(const std::string& event, const pack::SchoolTerm& term) {
  if (event == "term_start") return term.from;
  return event == "term_end" ? term.to : term.to.plus(1);
}

void each_event(const pack::Duty& duty, const SchoolCalendar& calendar,
                const std::function<void(const Period&)>& take) {
  if (duty.event == kHolidayStart) {
    for (const auto& holiday : calendar.country().holidays()) {
      take(around(duty, holiday.day, holiday.name));
    }
    return;
  }
  for (const auto& term : calendar.terms()) {
    take(around(duty, day_of_event(duty.event, term), term.id));
  }
}

void each_date(const pack::Duty& duty, Day from, Day to,
               const std::function<void(const Period&)>& take) {
  const int first = year_of(from.plus(-duty.to_day)), last = year_of(to.plus(-duty.from_day));
  std::vector<Day> days;
  for (int year = first; year <= last; ++year) {
    for (const auto& rule : duty.dates) {
      if (const auto day = date_in(rule, year)) days.push_back(*day);
    }
  }
  std::ranges::sort(days);
  const auto twice = std::ranges::unique(days);
  days.erase(twice.begin(), twice.end());
  for (Day day : days) take(around(duty, day));
}

void each_run(const pack::Duty& duty, int months, Day from, Day to,
              const std::function<void(const Period&)>& take) {
  int year = year_of(from), place = (month_of(from) - 1) / months + 1;
  while (true) {
    const Span span = run_of_months(year, place, months);
    if (span.first > to) return;
    take(within(duty, span));
    if (++place > kMonthsOfYear / months) place = 1, ++year;
  }
}

// The digits of `text` from `at` on, `count` of them, as a number; -1 where they are none.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int number = 0;
  for (const char each : text.substr(at, count)) {
    if (each < '0' || each > '9') return -1;
    number = number * 10 + (each - '0');
  }
  return number;
}

Refusal malformed(const pack::Duty& duty, std::string_view text) {
  return {.why = Why::malformed,
          .key = "duty.period_malformed",
          .detail = fmt::format("`{}` is no period of the duty {}", text, duty.id),
          .field = "period",
          .args = {{"period", std::string(text)}}};
}

Refusal unknown(const pack::Duty& duty, std::string_view text) {
  return {.why = Why::not_found,
          .key = "duty.period_unknown",
          .detail = fmt::format("the calendar has no `{}` for the duty {}", text, duty.id),
          .field = "period",
          .args = {{"period", std::string(text)}}};
}

Result<Period> parse_night(const pack::Duty& duty, std::string_view text) {
  const auto mark = text.find('N');
  const auto day = parse_day(text.substr(0, std::min(mark, text.size())));
  if (!day || mark == std::string_view::npos) return malformed(duty, text);
  const std::string_view rest = text.substr(mark + 1);
  const int round =
      rest.size() <= 3 && !rest.empty() && rest[0] != '0' ? digits(rest, 0, rest.size()) : -1;
  if (round < 1) return malformed(duty, text);
  if (round > duty.times) return unknown(duty, text);
  return on(*day, round);
}

Result<Period> parse_week(const pack::Duty& duty, std::string_view text) {
  const int year = digits(text, 0, 4), week = digits(text, 6, 2);
  if (text.size() != 8 || text.substr(4, 2) != "-W" || year < 1 || week < 1) {
    return malformed(duty, text);
  }
  // The fourth of January is in the first week.
  const Day monday = monday_of(day_of(year, 1, 4)).plus((week - 1) * kDaysOfWeek);
  if (year_of(monday.plus(3)) != year) return malformed(duty, text);
  return within(duty, {monday, monday.plus(kDaysOfWeek - 1)});
}

// `2026-03`, `2026-Q1`, `2026-H1`, `2026`.
Result<Period> parse_run(const pack::Duty& duty, int months, std::string_view text) {
  const std::string_view mark = duty.cycle == Cycle::month     ? "-"
                                : duty.cycle == Cycle::quarter ? "-Q"
                                                               : "-H";
  const int year = digits(text, 0, 4);
  int place = 1;
  bool whole = text.size() == 4;
  if (duty.cycle != Cycle::year) {
    const std::size_t count = duty.cycle == Cycle::month ? 2 : 1;
    place = digits(text, 4 + mark.size(), count);
    whole = text.size() == 4 + mark.size() + count && text.substr(4, mark.size()) == mark;
  }
  if (!whole || year < 1 || place < 1 || place > kMonthsOfYear / months) {
    return malformed(duty, text);
  }
  return within(duty, run_of_months(year, place, months));
}

Result<Period> parse_date(const pack::Duty& duty, std::string_view text) {
  const auto day = parse_day(text);
  if (!day) return malformed(duty, text);
  for (const auto& rule : duty.dates) {
    if (date_in(rule, year_of(*day)) == *day) return around(duty, *day);
  }
  return unknown(duty, text);
}

Result<Period> parse_event(const pack::Duty& duty, const SchoolCalendar& calendar,
                           std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || text.substr(0, colon) != duty.event) {
    return malformed(duty, text);
  }
  std::optional<Period> found;
  each_event(duty, calendar, [&](const Period& period) {
    if (period.name == text.substr(colon + 1)) found = period;
  });
  if (!found) return unknown(duty, text);
  return *found;
}

}  // namespace

void each_period(const pack::Duty& duty, const SchoolCalendar& calendar, Day from, Day to,
                 const std::function<void(const Period&)>& take) {
  const auto if_there = [&](const Period& period) {
    if (period.first <= period.last && period.first <= to && period.last >= from) take(period);
  };
  switch (duty.cycle) {
    case Cycle::school_day:
    case Cycle::day:
      for (Day day = from; day <= to; day = day.plus(1)) take(on(day));
      return;
    case Cycle::night:
      for (Day day = from; day <= to; day = day.plus(1)) {
        for (int round = 1; round <= duty.times; ++round) take(on(day, round));
      }
      return;
    case Cycle::week:
      for (Day day = monday_of(from); day <= to; day = day.plus(kDaysOfWeek)) {
        if_there(within(duty, {day, day.plus(kDaysOfWeek - 1)}));
      }
      return;
    case Cycle::term:
      for (const auto& term : calendar.terms()) {
        if_there(within(duty, {term.from, term.to}, term.id));
      }
      return;
    case Cycle::school_year:
      for (const auto& year : calendar.school_years()) {
        if_there(within(duty, {year.from, year.to}, year.id));
      }
      return;
    case Cycle::dates:
      return each_date(duty, from, to, if_there);
    case Cycle::event:
      return each_event(duty, calendar, if_there);
    default:
      return each_run(duty, months_of(duty.cycle), from, to, if_there);
  }
}

std::string text_of(const pack::Duty& duty, const Period& period) {
  const int year = year_of(period.anchor), month = month_of(period.anchor);
  switch (duty.cycle) {
    case Cycle::night:
      return fmt::format("{:04}-{:02}-{:02}N{}", year, month, day_of_month(period.anchor),
                         period.round);
    case Cycle::week:
      return iso_week_of(period.anchor);
    case Cycle::month:
      return fmt::format("{:04}-{:02}", year, month);
    case Cycle::quarter:
      return fmt::format("{:04}-Q{}", year, (month - 1) / months_of(duty.cycle) + 1);
    case Cycle::half_year:
      return fmt::format("{:04}-H{}", year, (month - 1) / months_of(duty.cycle) + 1);
    case Cycle::year:
      return fmt::format("{:04}", year);
    case Cycle::term:
    case Cycle::school_year:
      return std::string(period.name);
    case Cycle::event:
      return fmt::format("{}:{}", duty.event, period.name);
    default:
      return fmt::format("{:04}-{:02}-{:02}", year, month, day_of_month(period.anchor));
  }
}

Result<Period> parse_period(const pack::Duty& duty, const SchoolCalendar& calendar,
                            std::string_view text) {
  switch (duty.cycle) {
    case Cycle::school_day:
    case Cycle::day: {
      const auto day = parse_day(text);
      if (!day) return malformed(duty, text);
      return on(*day);
    }
    case Cycle::night:
      return parse_night(duty, text);
    case Cycle::week:
      return parse_week(duty, text);
    case Cycle::term: {
      const auto* term = calendar.term(text);
      if (!term) return unknown(duty, text);
      return within(duty, {term->from, term->to}, term->id);
    }
    case Cycle::school_year: {
      const auto* year = calendar.school_year(text);
      if (!year) return unknown(duty, text);
      return within(duty, {year->from, year->to}, year->id);
    }
    case Cycle::dates:
      return parse_date(duty, text);
    case Cycle::event:
      return parse_event(duty, calendar, text);
    default:
      return parse_run(duty, months_of(duty.cycle), text);
  }
}

}  // namespace anxiao::duties
