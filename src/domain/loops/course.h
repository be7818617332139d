// The course of one matter: when it came to each stage of its chart, how long it stayed against
// the stage's term, and who held it meanwhile. Read out of the moves that were made; nothing is
// kept for it.
//
// Times are those at which things happened, not at which they became known. A stage that was
// completed on the way (a hazard found by hand is registered in the same breath) is done with a
// time of nothing.

#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "pack/pack.h"

namespace anxiao::loops {

// One move of the history, oldest first. `holder`, `level` and `due` are those after it.
struct CourseMove {
  std::string move;
  std::string from;  // empty for the opening move
  std::string to;
  std::vector<std::string> passed;
  std::string actor;  // person; empty: the system
  std::string holder;
  Instant happened_at;
  Instant known_at;
  std::string level;
  std::optional<Instant> due;
};

BOOST_DEFINE_ENUM_CLASS(StageState, done, current, skipped, ahead)

// A stage that came back after a failed acceptance is seen more than once: `entered`, `left`,
// `due` and `by` are of the latest time, `took_ms` is the sum, `late` whether any time was late.
struct CourseStage {
  std::string stage;
  StageState state = StageState::ahead;
  std::optional<Instant> entered;
  std::optional<Instant> left;
  std::string by;    // who made the move that completed it; empty: nobody yet, or
                     // the system
  std::string move;  // the move that completed it
  std::optional<double>
      term_hours;  // for the level it had then; the present level where it is ahead
  std::optional<Instant> due;
  std::optional<std::int64_t> took_ms;  // so far, for the present stage
  bool late = false;
  int visits = 0;
};

struct Holding {
  std::string holder;
  Instant from;
  std::optional<Instant> until;  // empty while it holds the matter still
  std::int64_t held_ms = 0;
};

struct Course {
  std::vector<CourseStage> stages;  // every stage of the chart that is no end, in its order
  std::vector<Holding> holdings;    // oldest first
};

Course course_of(const pack::Chart& chart, const std::vector<CourseMove>& moves, Instant now);

}  // namespace anxiao::loops
