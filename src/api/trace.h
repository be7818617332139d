// What of the notice the pack holds and what it asks of whom, over HTTP: the trace of every
// requirement, and the minutes a week that each kind of school is asked for.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> trace_routes();

}  // namespace anxiao::api
