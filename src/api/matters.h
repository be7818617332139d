// Matters going round their loops: opened, moved, listed, counted, exported.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> matters_routes();

}  // namespace anxiao::api
