// What it costs to know how every organisation of a city stands: building it from the rows, one
// fact more, the pages that show it, and the memory it takes.

#pragma once

#include <filesystem>

#include "base/time.h"
#include "pack/pack.h"

namespace anxiao::bench {

// (g) For cities of growing size, beside a few of the same checks as plain SQL on the same rows.
void standing_of_cities(const std::filesystem::path& folder, const pack::Pack& pack,
                        const Zone& zone, bool quick);

}  // namespace anxiao::bench
