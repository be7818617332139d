// What is printed and hung up at a point: its code, and the QR code that leads to it.

#pragma once

#include <vector>

#include "api/route.h"

namespace anxiao::api {

std::vector<Route> sheets_routes();

}  // namespace anxiao::api
