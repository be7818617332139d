// The pack over HTTP: the definitions that pages are drawn from, the clauses, the charts' pictures.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> pack_routes();

// Whoever is logged in may read the pack where a post of his grants it.
Result<void> may_read_pack(const Call& call);

}  // namespace anxiao::api
