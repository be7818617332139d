// A task: one occurrence of a duty at one place, whose it is and what became of it. A duty with a
// checklist is due at every point of the organisation that lists the checklist, each by itself;
// where no point lists it, and of a duty without one, it is due once for the whole organisation.
//
// Everything it follows from is handed in as the ground of an organisation. Nothing here reads a
// store or knows a name that people read.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/duties/calendar.h"
#include "domain/duties/duty.h"
#include "domain/duties/outcome.h"
#include "pack/pack.h"

namespace anxiao::duties {

// A point of inspection while it is on the list.
struct Place {
  std::string id;
  std::vector<std::string> checklists;
  std::string person;  // answers for it; may be empty
  Instant since;
  std::optional<Instant> until;
};

// An answer to an occurrence, as far as outcomes need it.
struct AnswerOnRecord {
  std::string id;
  std::string duty, period, place;
  Instant happened_at, known_at;
  std::string person;
};

// Approved.
struct ExcuseOnRecord {
  std::string id;
  std::string duty, period, place;
};

// People named for a duty on days, both ends in.
struct Rostered {
  std::string duty;
  std::string person;
  Day from, to;
  std::vector<int> weekdays;  // 1 = Monday; empty: every day
};

// What is known of one organisation.
struct Ground {
  std::string organisation;
  Subject subject;  // opened: the first whole day
  Instant since;    // when it came to be
  std::vector<Place> places;
  std::vector<Holding> holdings;  // at the organisation and at those above it
  std::vector<Substitute> substitutes;
  std::vector<Rostered> rosters;
  std::vector<AnswerOnRecord> answers;
  std::vector<ExcuseOnRecord> excuses;
};

struct Task {
  Occurrence occurrence;
  std::string place;  // empty: the whole organisation
  Owner owner;
  Outcome outcome;
  std::vector<const AnswerOnRecord*> answers;  // in order of happening; of the ground
  const ExcuseOnRecord* excuse = nullptr;
  // It came up on the first, broken day of the organisation or of the point: it may be done, and
  // nobody missed it.
  bool optional = false;
};

// The tasks whose windows are open at some time of the days from `from` to `to`, both in, as they
// stand at `now`; in the order of the duties, of the calendar and of the places. Optional ones are
// left out once they have closed without an answer. Waived ones are left out unless answered.
//
// The ground outlives the tasks. Whose they are is found only where `with_owners`: whoever only
// counts need not know.
std::vector<Task> tasks_of(const std::vector<pack::Duty>& duties, const Ground& ground,
                           const SchoolCalendar& calendar, Day from, Day to, Instant now,
                           bool with_owners = true);

// Those that closed after `after` and not after `until`, as they stood at `until`; never optional
// or waived ones. Two stretches that meet have none in common and leave none out. Whose they are is
// found only for those that were missed or late.
std::vector<Task> closed_tasks(const std::vector<pack::Duty>& duties, const Ground& ground,
                               const SchoolCalendar& calendar, Instant after, Instant until);

// One occurrence at one place, also where `tasks_of` leaves it out: what was missed and is waived or
// off the list since is still asked about. `optional` is not found.
Task task_at(const Occurrence& occurrence, const std::string& place, const Ground& ground,
             const SchoolCalendar& calendar, Instant now);

// Whose a task is: at a point, the person who answers for it while he holds a post; else those on
// the roster; else by the duty's posts. Substitutes stand in for each of them.
Owner owner_at(const Occurrence& occurrence, const Place* place, const Ground& ground);

// The periods of the duty that `tasks_of` would look at, expected or not: under these the answers
// and excuses of the ground are found.
std::vector<std::string> periods_of(const pack::Duty& duty, const SchoolCalendar& calendar,
                                    Day from, Day to);

// Who is named for the duty on a day, after substitutes; empty: a hole.
std::vector<std::string> rostered_on(const std::vector<Rostered>& rosters,
                                     const std::vector<Substitute>& substitutes,
                                     const std::string& duty, Day day);

}  // namespace anxiao::duties
