// Who is on duty, over HTTP.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> rosters_routes();

}  // namespace anxiao::api
