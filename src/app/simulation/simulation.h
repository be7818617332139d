// A city that lives: simulated people do, late or not at all, what the pack asks of them, day after
// day on a running clock, through the same use cases by which anybody does it. Nothing is written
// into a table that a person could not have written.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/simulation/behaviour.h"
#include "base/result.h"
#include "base/time.h"
#include "pack/calendar.h"
#include "pack/pack.h"
#include "usecases/attachments.h"
#include "usecases/ports.h"
#include "usecases/progress.h"

namespace anxiao::app::simulation {

struct SimulationPlan {
  Day from;       // its first day
  Instant until;  // the second is no more part of it
  std::uint64_t seed = 1;
};

// What came of it.
struct Simulated {
  std::int64_t days = 0, people = 0, answers = 0, rows = 0, opened = 0, moves = 0;
  std::int64_t misses = 0, lapses = 0;
  std::map<std::string, std::int64_t> refused;  // what of which duty, ledger or loop it was
};

// Lives the days over a store with a city in it that nothing else listens to. Where it was stopped
// what was done by then stays. Refuses `simulation.malformed`, `city.absent`.
Result<Simulated> simulate(usecases::Store& store, usecases::AttachmentFiles& files,
                           const pack::Pack& pack, std::vector<pack::HolidayYear> years,
                           const Zone& zone, const Script& script, const SimulationPlan& plan,
                           const usecases::Progress& progress = {});

// From the first day of the term that runs at `now` or, in its first weeks and in the vacation, of
// the one before.
Day first_day_of_term(const pack::Pack& pack, const Zone& zone, Instant now);

}  // namespace anxiao::app::simulation
