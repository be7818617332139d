// What was not done: the list and its file.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> misses_routes();

}  // namespace anxiao::api
