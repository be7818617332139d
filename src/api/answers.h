// Answers to duties: giving one, and reading one.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> answers_routes();

}  // namespace anxiao::api
