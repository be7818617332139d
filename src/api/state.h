// How the server is: version, pack, journal, sizes. And the one thing that is done to it over
// HTTP: reading the pack again.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> state_routes();

}  // namespace anxiao::api
