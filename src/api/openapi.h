// The description of the API (OpenAPI 3.1), made from the route table, so that the two cannot
// disagree.

#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "api/route.h"

namespace anxiao::api {

boost::json::object openapi(const std::vector<Route>& routes, const std::string& version);

// True where the route's body is bytes of some other type than JSON: its schema has the format
// `binary`.
bool takes_bytes(const Route& route);

}  // namespace anxiao::api
