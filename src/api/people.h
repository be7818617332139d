// People, their posts and their one-time passwords over HTTP.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> people_routes();

}  // namespace anxiao::api
