// What became of an occurrence, and whose it is. Both follow from what is on record and the hour:
// an answer that comes to light later changes what they say, and nothing else has to be mended.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/duties/duty.h"

namespace anxiao::duties {

// An answer to the period, whoever gave it. One that happened before the window opened counts: it
// names its period itself.
struct Given {
  Instant happened_at;
  Instant known_at;
};

// Expected: not open yet. Late: enough answers, but not in time. Missed: closed without enough.
enum class State { expected, open, done, late, missed, excused };

// The word of the enumerator.
const char* word_of(State state);

struct Outcome {
  State state = State::expected;
  int in_time = 0;  // by when they happened, not by when they became known
  int given = 0;
  bool known_late = false;  // done, but nobody could know it when the window closed
};

// What decides a state, in numbers: for whoever keeps many and reads none of them again.
struct Tally {
  int times = 1;         // answers wanted
  int given = 0;         // known
  int in_time = 0;       // of those, by when they happened
  bool let_off = false;  // excused, or not expected any more
  Instant opens_at, closes_at;
};
State state_of(const Tally& tally, Instant now);

// What is known at `now`; answers that became known later are not counted. `excused`: somebody who
// may has approved an excuse. An excuse, and what waives the occurrence (a closure declared after
// the fact as well), weigh less than enough answers in time and more than anything else.
Outcome outcome_of(const Occurrence& occurrence, const std::vector<Given>& answers, bool excused,
                   Instant now);

// A post held by a person, at the organisation or at one above it, as it stood in those days.
struct Holding {
  std::string person;
  std::string post;
  Instant since;
  std::optional<Instant> until;
};

// Somebody who stands in for another, from a day to a day, both in.
struct Substitute {
  std::string person;
  std::string absent;
  Day from, to;
};

bool held_at(const Holding& holding, Instant moment);
// Whether the person held any post at that moment.
bool holds_a_post(const std::vector<Holding>& holdings, const std::string& person, Instant moment);

// Who is there instead of `person` on that day: follows substitutes from one to the next; where
// they go round in a circle the one who is absent remains answerable.
std::string present_on(const std::string& person, const std::vector<Substitute>& substitutes,
                       Day day);

// Whose an occurrence is, and so whose a miss of it is.
struct Owner {
  std::string post;                 // empty: nobody holds any of the posts
  std::vector<std::string> people;  // each once; whoever of them answers answers for all
  std::vector<std::string> vacant;  // posts that come before it and that nobody held
};

// The first of the duty's post and its `when_vacant` that somebody held in the last moment of the
// window. Who is absent on its last day is replaced by his substitute, and that one by his.
Owner owner_of(const Occurrence& occurrence, const std::vector<Holding>& holdings,
               const std::vector<Substitute>& substitutes = {});

}  // namespace anxiao::duties
