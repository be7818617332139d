// The tree of organisations over HTTP, and the import of a table into it.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> organisations_routes();

}  // namespace anxiao::api
