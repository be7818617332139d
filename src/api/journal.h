// The journal over HTTP: reading on from a sequence, the signed roots, the proof of one entry.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> journal_routes();

}  // namespace anxiao::api
