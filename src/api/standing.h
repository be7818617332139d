// How organisations stand with the requirements, over HTTP.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> standing_routes();

}  // namespace anxiao::api
