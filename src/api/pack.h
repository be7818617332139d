// The pack over HTTP: the definitions that pages are drawn from, the clauses, the charts' pictures.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> pack_routes();

}  // namespace anxiao::api
