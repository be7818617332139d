// What is expected of an organisation: for each duty that is for it, a window of time in each of
// the duty's periods. Occurrences are computed and never kept; what is kept is answers, misses and
// excuses, under the name of the period. Names mean the same whatever the calendar becomes.
//
// Nothing here knows a duty, a number or an hour: those are in the pack. Nothing knows who answers:
// that is in outcome.h.

#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/duties/calendar.h"
#include "pack/pack.h"

namespace anxiao::duties {

// What duties are chosen by. Facets are those of now; whoever asks about a past period hands in
// what was true then.
struct Subject {
  std::string kind;
  boost::json::object facets;
  Day opened;                // the first whole day of its life
  std::optional<Day> ended;  // the first day on which it is no more
};

// The first day that an organisation that came to be at `since` lives from its beginning on.
Day first_whole_day(Instant since, const Zone& zone);

// Whether the duty is for such an organisation, whatever the day.
bool applies(const pack::Duty& duty, const Subject& subject);

// Why a period that has a name is not expected.
enum class Waiver {
  none,
  not_for_it,    // the duty is not for such an organisation, or not in this month
  not_in_force,  // the duty was not there yet, or no more
  not_there,     // the organisation was not there yet, or did not live to the end of the period
  vacation,      // too few days that count
  closure,       // there would be enough but for closures
};

// The word of the enumerator.
const char* word_of(Waiver waiver);

struct Occurrence {
  const pack::Duty* duty = nullptr;
  std::string period;  // `2026-03-02`, `2026-03-02N1`, `2026-W10`, … `term_start:2026-S1`
  // The days of the window. Of a night both are the evening's.
  Day first, last;
  Instant opens_at, closes_at;  // the second is no more part of it
  int times = 1;                // answers that are wanted
  Waiver waived = Waiver::none;
};

// What is expected of `subject` in windows that are open at some time of the days from `from` to
// `to`, both in; each period once, in the order of the calendar.
std::vector<Occurrence> expected(const pack::Duty& duty, const Subject& subject,
                                 const SchoolCalendar& calendar, Day from, Day to);
// The same of all duties, in their order.
std::vector<Occurrence> expected(const std::vector<pack::Duty>& duties, const Subject& subject,
                                 const SchoolCalendar& calendar, Day from, Day to);

// What closed after `after` and not after `until`: where misses are looked for. Two such stretches
// that meet have no occurrence in common and leave none out.
std::vector<Occurrence> closed_between(const std::vector<pack::Duty>& duties,
                                       const Subject& subject, const SchoolCalendar& calendar,
                                       Instant after, Instant until);

// Whether any of the duties has a window that could close in that stretch, whatever the
// organisation and its calendar: where none has, nobody need look for misses.
bool may_close(const std::vector<pack::Duty>& duties, const WorkingDays& country, Instant after,
               Instant until);

// The occurrence that a period names, expected or `waived`: answers given before a closure are
// still shown. Refused: duty.period_malformed (no period of the duty's cycle), duty.period_unknown
// (a term, holiday or date that the calendar does not have); args.period.
Result<Occurrence> occurrence_of(const pack::Duty& duty, const Subject& subject,
                                 const SchoolCalendar& calendar, std::string_view period);

}  // namespace anxiao::duties
