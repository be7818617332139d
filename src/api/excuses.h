// Excuses: asking for one, the list of them, and the decision.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> excuses_routes();

}  // namespace anxiao::api
