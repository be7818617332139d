// What a chart must prove before anyone relies on it. Pure; complaints are sentences with the key
// of the chart they are about, the loader adds file and line.

#pragma once

#include <string>
#include <vector>

#include "pack/pack.h"

namespace anxiao::pack {

struct ChartComplaint {
  std::string key;  // `stages.monitoring`, `moves.accept.guards`
  std::string what;
  std::string remedy;
};

// Every stage reachable from an opening move; an end reachable from every stage; every open stage
// has a term and somebody who can act and answers; no move is left to the one person who must
// differ (for a guard `differs_from`, whichever single post made the other move, another post may
// make this one); every move from, to, guard and field names something that exists.
std::vector<ChartComplaint> check(const Chart& chart);

}  // namespace anxiao::pack
