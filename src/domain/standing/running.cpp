#include "domain/standing/running.h"

#include <algorithm>

namespace anxiao::standing {

namespace {

constexpr int kDaysLookedAhead = 400;

// The day and the hour from which terms run until the next begins.
struct Runs {
  Span now, before;
  std::optional<Day> next;
};

Runs running(const std::vector<Stretch>& stretches, Day day) {
  Runs runs;
  for (std::size_t place = 0; place < stretches.size(); ++place) {
    if (stretches[place].first > day) {
      runs.next = stretches[place].first;
      break;
    }
    const Day until =
        place + 1 < stretches.size() ? stretches[place + 1].first : stretches[place].last.plus(1);
    runs.now = {stretches[place].first, until};
    if (place > 0) runs.before = {stretches[place - 1].first, stretches[place].first};
  }
  return runs;
}

// The first day on which the calendar knows what it does not know now, or the other way round.
Day other_knowledge(const std::function<bool(Day)>& knows, Day day) {
  const bool known = knows(day);
  for (int ahead = 1; ahead <= kDaysLookedAhead; ++ahead)
    if (knows(day.plus(ahead)) != known) return day.plus(ahead);
  return day.plus(kDaysLookedAhead);
}

}  // namespace

Periods running_on(Day day, const std::vector<Stretch>& terms, const std::vector<Stretch>& years,
                   const std::function<bool(Day)>& knows) {
  const auto term = running(terms, day), year = running(years, day);
  Day changes_on = other_knowledge(knows, day);
  for (const auto& next : {term.next, year.next})
    if (next) changes_on = std::min(changes_on, *next);
  return {.term = term.now,
          .term_before = term.before,
          .school_year = year.now,
          .school_year_before = year.before,
          .in_known_years = knows(day),
          .changes_on = changes_on};
}

}  // namespace anxiao::standing
