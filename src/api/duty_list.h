// Who answers for what, over HTTP.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> duty_list_routes();

}  // namespace anxiao::api
