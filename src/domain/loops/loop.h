// A loop carries one matter from the moment it is noticed to the moment it is closed with
// everything on record.
//
// Which stages there are, who may move a matter, what must be in hand first and how long a stage
// may last are not written here: they are in the pack, read into a Chart. This file knows only
// how a chart is walked. Nothing here reads a clock, a database or a setting: the hour and the
// actor come in with the step, what happened goes out as a Moved.

#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "pack/pack.h"

namespace anxiao::loops {

// Who acts: the person, and the posts by which this person reaches this matter (already filtered
// by authority: a post held elsewhere is not in the list).
struct Actor {
  std::string person;
  std::vector<std::string> posts;
};

// One move that was made: enough of the history for the guards.
struct Made {
  std::string move;
  std::string actor;
  std::string from;
  std::string to;
  Instant at;
};

// One matter at one stage. A value: copy it, compare it, print it.
struct Matter {
  std::string id;
  std::string chart;
  std::string organisation;  // where it is
  std::string holder;        // who holds it now; the organisation itself unless passed on
  std::string stage;         // empty before it is opened
  std::string level;         // preliminary until assessed; empty where unknown
  bool assessed = false;
  Instant opened;
  Instant entered;             // when it came to this stage
  std::optional<Instant> due;  // when it must leave; empty where the stage has no term
  int lapses = 0;              // terms lapsed at this stage
  boost::json::object fields;  // what is on record
  std::vector<Made> made;      // oldest first
};

// What someone asks for.
struct Step {
  std::string move;
  Actor actor;
  Instant at;                  // when it happened
  boost::json::object fields;  // given with the move
  // Posts of the chart's `tells` that somebody holds here, for the guard `told`.
  std::vector<std::string> filled_posts = {};
  // Whose calendar the days among the fields are in; UTC where none is given.
  const Zone* zone = nullptr;
  // Fields of the matter and of the step that name a matter which has ended, for the guard
  // `settled`.
  std::vector<std::string> settled = {};
};

// What came of it; goes to the journal as it stands.
struct Moved {
  std::string matter;
  std::string move;
  std::string from;  // empty for an opening move
  std::string to;
  std::vector<std::string> passed;  // stages completed by it, the one left among them
  Step step;
  std::string level;  // after
  bool assessed = false;
  std::string holder;          // after
  std::optional<Instant> due;  // after
  bool late = false;           // the stage left had outlasted its term
  boost::json::object fields;  // the matter's fields after
};

// Walks `matter` one step along `chart`; an opening move wants a matter whose stage is empty.
//
// Refused, with nothing changed:
//   loops.unknown_move       the chart has no such move
//   loops.wrong_stage        not from this stage; args.stage
//   loops.not_yours          not by this actor's posts, or the holder's alone; args.posts
//   loops.field_malformed    `field` is `fields.deadline`, args.fault what is wrong with it:
//                            unknown, past, or a word of facts::fault_of
//   loops.guard_unmet        `wants` the fields, posts or moves; args.guard its kind, args.why its
//                            words, args.whys the words of each wanted field; `clause`
//   loops.same_actor         this person made a move whose maker must differ; args.move
//   loops.level_not_allowed  args.level, args.levels
//   loops.holder_unchanged   passed on to who holds it, or given back by nobody
// A late step is taken and marked late: the record is to be true, not tidy.
//
// While another organisation holds the matter, a forward move that the first of the stage's
// `answers_held` may make is that post's alone; who else may record does so as before.
//
// A field `level` given with a move is the preliminary level, until an assessment has found one.
// A field of null is as if it were not given. A field a move requires must come with it; a guard
// on fields is content with what is on record. Whoever made one of the moves of a `differs_from`,
// at any time since the matter was opened, is the one who must differ.
//
// The stage's term runs from the move that came to it. A move that stays keeps the term, also when
// it passes the matter on: a stage does not grow longer by changing hands. `due_from` moves it to
// the end of the day named.
Result<Moved> walk(const pack::Chart& chart, const Matter& matter, const Step& step);

// What follows by itself from where the matter stands: the first automatic move whose guards are
// met, made by the system (no person) at `at`. Empty where nothing does. Ask again after each.
std::optional<Moved> follow(const pack::Chart& chart, const Matter& matter, Instant at,
                            const std::vector<std::string>& filled_posts,
                            const std::vector<std::string>& settled = {});

// The matter as it stands after `moved`; a journal folded through this gives the present.
Matter after(const pack::Chart& chart, Matter matter, const Moved& moved);

// A move as the page offers it: allowed, or what it still wants. Every move of this stage that the
// actor's posts make is offered, in the chart's order. Guards on fields that the move itself asks
// for do not refuse it here, nor does the lack of what comes with it.
struct Offer {
  const pack::Move* move;
  std::optional<Refusal> refusal;
};
std::vector<Offer> offers(const pack::Chart& chart, const Matter& matter,
                          const Step& step_of_actor);

// The level by an assessment: product of the factors, and the level whose threshold it reaches;
// the lowest level where it reaches none. Refuses a factor that is missing (`loops.guard_unmet`)
// or not one of its choices (`loops.field_malformed`).
struct Assessed {
  double product = 0;
  std::string level;
};
Result<Assessed> assess(const pack::Assessment& method, const boost::json::object& fields);

// The hours a stage may last at `level`: the level's own, else those for any level (`*`). Where
// the level is not known yet, those for any level, else the strictest: nobody gains time by not
// assessing. Empty where the stage has no term.
std::optional<double> term_hours_of(const pack::Stage& stage, const std::string& level);

// When the stage must be left, entered at `entered` with `level`; empty where it has no term.
std::optional<Instant> due_of(const pack::Chart& chart, const std::string& stage,
                              const std::string& level, Instant entered);

// The post that answers at the `lapse`-th lapse (1 = first escalation) for a matter held by its
// own organisation or by another. Posts that nobody holds (`vacant`) are passed over; past the
// last one the last answers again. Empty where nobody is left.
std::string answerable_after(const pack::Stage& stage, bool held_elsewhere, int lapse,
                             const std::vector<std::string>& vacant);

}  // namespace anxiao::loops
