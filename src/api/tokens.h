// Machines' tokens over HTTP.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> tokens_routes();

}  // namespace anxiao::api
