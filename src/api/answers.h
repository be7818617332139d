// Checklists that are due, and the answers to them.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> answers_routes();

}  // namespace anxiao::api
