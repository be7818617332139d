// Sessions over HTTP: log in, who am I, log out, and the change of one's password.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> session_routes();

}  // namespace anxiao::api
