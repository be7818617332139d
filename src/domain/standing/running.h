// Which school term and school year run on a day, from what a calendar says of its stretches. From
// the last day of lessons until the next term begins, the term before still runs: what it asked is
// asked until then.

#pragma once

#include <functional>
#include <vector>

#include "domain/standing/verdict.h"

namespace anxiao::standing {

// As calendars write them: both ends in.
struct Stretch {
  Day first, last;
};

// Both lists in order. `knows`: whether the calendar knows the day at all.
Periods running_on(Day day, const std::vector<Stretch>& terms, const std::vector<Stretch>& years,
                   const std::function<bool(Day)>& knows);

}  // namespace anxiao::standing
