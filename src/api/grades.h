// Grades of schools, over HTTP, for those who supervise them.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> grades_routes();

}  // namespace anxiao::api
