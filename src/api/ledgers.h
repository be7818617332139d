// Rows of ledgers over HTTP, as JSON and as CSV.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> ledgers_routes();

}  // namespace anxiao::api
