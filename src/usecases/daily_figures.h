// What was true when each day had ended, for trends: of every organisation and everything under it
// how many tasks were done, how many requirements are kept, how many matters are open. Taken by the
// clock in the first hours of the next day, with nobody logged in, and never changed after. A day
// on which nobody was there to take it has no figures: a trend shows a gap and guesses nothing.
//
// Up to which day a district has been settled is a row of its own, moved on in the transaction that
// writes the figures: each is taken once, however often the taking is broken off or however many do
// it at a time.

#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "usecases/calendars.h"
#include "usecases/office.h"
#include "usecases/page.h"
#include "usecases/standings.h"
#include "usecases/sums.h"
#include "usecases/task_figures.h"

namespace anxiao::usecases {

// Later in the day the figures would be those of another day: its own duties have begun.
inline constexpr std::int64_t kTakenWithinMs = 6 * kHourMs;
inline constexpr int kTrendDays = 90;  // where nobody says from when
inline constexpr int kTrendDaysMost = 1100;

// Takes what is to be taken at `now`, after the misses of the day have been found. Gives how many
// rows. Several servers over one store may do it at the same time.
std::int64_t keep_daily_figures(Store& store, const pack::Pack& pack, const Zone& zone,
                                Calendars& calendars, Standings& standings, Sums& sums,
                                Instant now);

struct StandingFigures {
  std::int64_t kept = 0, due_soon = 0, late = 0, missing = 0;
};
BOOST_DESCRIBE_STRUCT(StandingFigures, (), (kept, due_soon, late, missing))

struct LoopFigures {
  std::map<std::string, std::int64_t> open;  // by level; empty: not assessed
  std::int64_t late = 0, opened = 0, closed = 0;
};
BOOST_DESCRIBE_STRUCT(LoopFigures, (), (open, late, opened, closed))

struct TrendDay {
  std::string day;
  std::string as_of;
  TaskFigures tasks;  // of that day
  StandingFigures standing;
  // By number of the clause; where others are under the organisation.
  std::optional<std::map<std::string, StandingFigures>> clauses;
  std::map<std::string, LoopFigures> loops;  // by loop; those with nothing to say are left out
};
BOOST_DESCRIBE_STRUCT(TrendDay, (), (day, as_of, tasks, standing, clauses, loops))

// Days without figures between days that have some, both in.
struct TrendGap {
  std::string from, to;
};
BOOST_DESCRIBE_STRUCT(TrendGap, (), (from, to))

struct Trend {
  Ref organisation;
  std::string from, to;
  std::vector<TrendDay> items;  // oldest first
  std::vector<TrendGap> gaps;
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(Trend, (), (organisation, from, to, items, gaps, as_of))

// Days, both in; empty: the last so many up to yesterday. Wants `sums.read` and `standing.read` of
// the place and everything under it. Refuses `not_found`, `authority.forbidden`,
// `time.day_malformed`, `calendar.too_long`.
Result<Trend> read_trend(Reader& reader, const Office& office, const std::string& organisation,
                         const std::string& from, const std::string& to);
// The same as a CSV file: a line a day, a gap left out.
Result<std::string> trend_as_csv(Reader& reader, const Office& office,
                                 const std::string& organisation, const std::string& from,
                                 const std::string& to);

}  // namespace anxiao::usecases
