// Checklists that are due, and the answers to them.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> standing_routes();

}  // namespace anxiao::api
