// What the cases of a chart leave unproved, read from the chart itself: a move never made, a
// guard never unmet, a guard never waived, a field never missed, a level never found, a term
// never lapsed.

#pragma once

#include <string>
#include <vector>

#include "case_run.h"

namespace anxiao::cases {

// A sentence for each gap; empty where there is none. `seen` are the cases of this chart.
std::vector<std::string> gaps(const pack::Chart& chart, const std::vector<Seen>& seen);

}  // namespace anxiao::cases
