#include "domain/duties/duty.h"

#include <algorithm>

#include "domain/duties/period.h"
#include "domain/organisations/selection.h"

namespace anxiao::duties {

using pack::Cycle;

namespace {

bool is_a_day(Cycle cycle) {
  return cycle == Cycle::day || cycle == Cycle::school_day || cycle == Cycle::night;
}

bool in_its_months(const pack::Duty& duty, Day day) {
  return duty.months.empty() || std::ranges::find(duty.months, month_of(day)) != duty.months.end();
}

// The minute of its day at which the window of a day or night has had `round` of its rounds.
std::int64_t minute_after(const pack::Duty& duty, int round) {
  const std::int64_t length = duty.to_minute - duty.from_minute;
  return duty.from_minute + length * round / duty.times;
}

// Hours of the day are counted from its midnight.
Instant instant_of(const WorkingDays& country, Day day, std::int64_t minute) {
  return minute == kDayMs / kMinuteMs ? country.start_of(day.plus(1))
                                      : country.start_of(day).plus_ms(minute * kMinuteMs);
}

void open_within_day(const pack::Duty& duty, const SchoolCalendar& calendar, const Period& period,
                     Occurrence& occurrence) {
  std::int64_t from = duty.from_minute, to = duty.to_minute;
  if (duty.cycle == Cycle::night) {
    to = minute_after(duty, period.round);
    from = minute_after(duty, period.round - 1);
    occurrence.times = 1;
  }
  occurrence.opens_at = calendar.country().start_of(period.first).plus_ms(from * kMinuteMs);
  occurrence.closes_at = instant_of(calendar.country(), period.first, to);
}

// The last day of which a part belongs to the window.
Day end_of(const pack::Duty& duty, const Period& period) {
  return duty.cycle == Cycle::night ? period.last.plus(1) : period.last;
}

// Of a night before lessons it is the morning that counts.
Waiver waived_by_calendar(const pack::Duty& duty, const SchoolCalendar& calendar, Day first,
                          Day last) {
  if (duty.cycle == Cycle::night && duty.days == pack::Days::school) {
    first = first.plus(1);
    last = last.plus(1);
  }
  if (calendar.count(duty.days, first, last) >= duty.least_days) return Waiver::none;
  return calendar.count(duty.days, first, last, false) >= duty.least_days ? Waiver::closure
                                                                          : Waiver::vacation;
}

// A period begun without the duty or the organisation is shortened, one that outlasts either is
// not expected.
Waiver shorten(const pack::Duty& duty, const Subject& subject, Period& period) {
  const Day end = end_of(duty, period);
  if (end < duty.since || (duty.until && end >= *duty.until)) return Waiver::not_in_force;
  if (end < subject.opened || (subject.ended && end >= *subject.ended)) return Waiver::not_there;
  const bool whole = is_a_day(duty.cycle);
  if (whole && period.first < duty.since) return Waiver::not_in_force;
  if (whole && period.first < subject.opened) return Waiver::not_there;
  period.first = std::max({period.first, duty.since, subject.opened});
  return Waiver::none;
}

// Everything but the name and whether the duty is for the subject at all.
Occurrence judged(const pack::Duty& duty, const Subject& subject, const SchoolCalendar& calendar,
                  Period period) {
  Occurrence occurrence{.duty = &duty,
                        .period = {},
                        .first = {},
                        .last = {},
                        .opens_at = {},
                        .closes_at = {},
                        .times = duty.times,
                        .waived = Waiver::none};
  occurrence.waived =
      in_its_months(duty, period.anchor) ? shorten(duty, subject, period) : Waiver::not_for_it;
  if (occurrence.waived == Waiver::none) {
    occurrence.waived = waived_by_calendar(duty, calendar, period.first, period.last);
  }
  occurrence.first = period.first;
  occurrence.last = period.last;
  if (is_a_day(duty.cycle)) {
    open_within_day(duty, calendar, period, occurrence);
  } else {
    occurrence.opens_at = calendar.country().start_of(period.first);
    occurrence.closes_at = calendar.country().start_of(period.last.plus(1));
  }
  return occurrence;
}

void append(const pack::Duty& duty, const Subject& subject, const SchoolCalendar& calendar,
            Day from, Day to, std::vector<Occurrence>& into) {
  if (to < from || !applies(duty, subject)) return;
  const Instant begins = calendar.country().start_of(from);
  const Instant ends = calendar.country().start_of(to.plus(1));
  // The night before reaches into the first day.
  const Day first = duty.cycle == Cycle::night ? from.plus(-1) : from;
  each_period(duty, calendar, first, to, [&](const Period& period) {
    Occurrence occurrence = judged(duty, subject, calendar, period);
    if (occurrence.waived != Waiver::none) return;
    if (occurrence.opens_at >= ends || occurrence.closes_at <= begins) return;
    occurrence.period = text_of(duty, period);
    into.push_back(std::move(occurrence));
  });
}

}  // namespace

Day first_whole_day(Instant since, const Zone& zone) {
  const Day day = zone.day_of(since);
  return zone.start_of(day) == since ? day : day.plus(1);
}

bool applies(const pack::Duty& duty, const Subject& subject) {
  return std::ranges::any_of(duty.at, [&](const pack::Selector& selector) {
    return organisations::is_chosen(selector, subject.kind, subject.facets);
  });
}

const char* word_of(Waiver waiver) {
  switch (waiver) {
    case Waiver::none:
      return "none";
    case Waiver::not_for_it:
      return "not_for_it";
    case Waiver::not_in_force:
      return "not_in_force";
    case Waiver::not_there:
      return "not_there";
    case Waiver::vacation:
      return "vacation";
    case Waiver::closure:
      return "closure";
  }
  return "";
}

std::vector<Occurrence> expected(const pack::Duty& duty, const Subject& subject,
                                 const SchoolCalendar& calendar, Day from, Day to) {
  std::vector<Occurrence> found;
  append(duty, subject, calendar, from, to, found);
  return found;
}

std::vector<Occurrence> expected(const std::vector<pack::Duty>& duties, const Subject& subject,
                                 const SchoolCalendar& calendar, Day from, Day to) {
  std::vector<Occurrence> found;
  for (const auto& duty : duties) append(duty, subject, calendar, from, to, found);
  return found;
}

std::vector<Occurrence> closed_between(const std::vector<pack::Duty>& duties,
                                       const Subject& subject, const SchoolCalendar& calendar,
                                       Instant after, Instant until) {
  auto found = expected(duties, subject, calendar, calendar.country().day_of(after),
                        calendar.country().day_of(until));
  std::erase_if(found, [&](const Occurrence& occurrence) {
    return occurrence.closes_at <= after || occurrence.closes_at > until;
  });
  return found;
}

bool may_close(const std::vector<pack::Duty>& duties, const WorkingDays& country, Instant after,
               Instant until) {
  // Minutes of the day on which a window begins; longer ones close at midnight.
  std::vector<std::int64_t> minutes;
  for (const auto& duty : duties) {
    if (!is_a_day(duty.cycle)) {
      minutes.push_back(kDayMs / kMinuteMs);
    } else if (duty.cycle == Cycle::night) {
      for (int round = 1; round <= duty.times; ++round)
        minutes.push_back(minute_after(duty, round));
    } else {
      minutes.push_back(duty.to_minute);
    }
  }
  std::ranges::sort(minutes);
  minutes.erase(std::ranges::unique(minutes).begin(), minutes.end());
  // A window that crosses midnight began the day before.
  for (Day day = country.day_of(after).plus(-2); day <= country.day_of(until); day = day.plus(1))
    for (auto minute : minutes) {
      const Instant closing = instant_of(country, day, minute);
      if (after < closing && closing <= until) return true;
    }
  return false;
}

Result<Occurrence> occurrence_of(const pack::Duty& duty, const Subject& subject,
                                 const SchoolCalendar& calendar, std::string_view period) {
  TRY_LET(parsed, parse_period(duty, calendar, period));
  Occurrence occurrence = judged(duty, subject, calendar, parsed);
  if (!applies(duty, subject)) occurrence.waived = Waiver::not_for_it;
  occurrence.period = std::string(period);
  return occurrence;
}

}  // namespace anxiao::duties
