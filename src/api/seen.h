// Whoever sees matters that only few may see is on record before he sees them.

#pragma once

#include <boost/json.hpp>
#include <map>
#include <string>
#include <vector>

#include "api/route.h"

namespace anxiao::api {

// By loop, of which organisations: matters that are about to be shown.
using MattersShown = std::map<std::string, std::vector<std::string>>;

// Those among these lines (each with `loop` and `organisation`) that are shown at all.
void add_shown(MattersShown& shown, const boost::json::array& lines);

void note_seen(const Call& call, MattersShown shown, bool as_file = false);

}  // namespace anxiao::api
