// Who is named for which duty on which day, and where somebody is missing, before the day comes.
//
// A duty that has a roster is anybody's who is named for the day and holds a post there; where
// nobody is, it falls to the duty's posts (domain/duties/task.h). A day is a hole where the duty is
// expected and the roster that is kept for it leaves the day out: an organisation that leaves a
// duty to its posts altogether has none. A night is that of its evening.

#pragma once

#include <boost/describe.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "usecases/office.h"
#include "usecases/page.h"
#include "usecases/words.h"

namespace anxiao::usecases {

inline constexpr int kRosterDaysMost = 62;
inline constexpr int kHoleDaysMost = 14;  // of a whole district

struct RosterHole {
  const pack::Duty* duty = nullptr;
  Day day;
  Ref organisation;
};

// Of the organisation; of a district, of everything in it. A municipality has none of its own: they
// are its districts' to see to. Whoever asks has made sure that the actor may know.
std::vector<RosterHole> roster_holes(Reader& reader, const Office& office,
                                     const std::string& organisation, Day from, Day to);

struct RosterDuty {
  std::string duty;
  pack::Words name;
  std::string cycle;
};
BOOST_DESCRIBE_STRUCT(RosterDuty, (), (duty, name, cycle))

struct RosterDay {
  Ref organisation;
  std::string duty;
  std::string day;
  std::vector<Ref> people;        // after substitutes
  std::vector<std::string> rows;  // of the ledger, that name somebody
  bool expected = false;
  bool hole = false;
};
BOOST_DESCRIBE_STRUCT(RosterDay, (), (organisation, duty, day, people, rows, expected, hole))

struct Roster {
  std::vector<RosterDuty> duties;
  std::vector<RosterDay> items;
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(Roster, (), (duties, items, as_of))

// Every day of each duty of an organisation, both ends in; of a district only the holes in it.
// Wants `tasks.read`. Refuses `not_found`, `time.day_malformed`, `roster.too_long`.
Result<Roster> read_roster(Reader& reader, const Office& office, const std::string& organisation,
                           std::string_view from, std::string_view to);

}  // namespace anxiao::usecases
