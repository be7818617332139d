// Who saw matters of a confidential loop: a line of the journal, MattersSeen.

#pragma once

#include <string>
#include <vector>

#include "usecases/sights.h"

namespace anxiao::usecases {

// What must be put on record of matters of these organisations being seen; of a loop that is for
// everybody nothing, and nothing that stands there already.
Sight unnoted_matters(Reader& reader, const Office& office, const std::string& loop,
                      std::vector<std::string> organisations, bool as_file = false);

}  // namespace anxiao::usecases
