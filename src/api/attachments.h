// Files named by their hash: sent in pieces, read as working copies.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> attachments_routes();

}  // namespace anxiao::api
