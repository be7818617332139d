// What a person finds in the morning.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> today_routes();

}  // namespace anxiao::api
