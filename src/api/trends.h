// What was true on each day, over HTTP.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> trends_routes();

}  // namespace anxiao::api
