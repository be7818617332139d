// The periods of a cycle: their days and their names, one found from the other by arithmetic. It
// does not know whether anything is expected in them.

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "domain/duties/calendar.h"
#include "pack/pack.h"

namespace anxiao::duties {

// `anchor` is the day after which the period is called: the evening of a night, the first day of a
// month, the day of the event. `first` and `last` are the days of the duty's window in it.
struct Period {
  Day anchor;
  Day first, last;
  int round = 0;          // of a night, from 1
  std::string_view name;  // of a term, school year or event; lives as long as the calendar
};

// Every period of the duty whose window has days from `from` to `to`, in order. Of a night only
// the evening counts.
void each_period(const pack::Duty& duty, const SchoolCalendar& calendar, Day from, Day to,
                 const std::function<void(const Period&)>& take);

std::string text_of(const pack::Duty& duty, const Period& period);

// Refuses duty.period_malformed and duty.period_unknown.
Result<Period> parse_period(const pack::Duty& duty, const SchoolCalendar& calendar,
                            std::string_view text);

}  // namespace anxiao::duties
