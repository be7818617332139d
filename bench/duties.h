// What duties cost: the tasks of a city's day and of one person's, the figures of it, finding what
// was missed, and taking answers.

#pragma once

#include <filesystem>
#include <string>

#include "base/time.h"
#include "pack/pack.h"

namespace anxiao::bench {

// (e) For cities of growing size; what counts is that a school costs the same in each.
void days_of_cities(const std::filesystem::path& folder, const pack::Pack& pack, const Zone& zone,
                    bool quick);

// (f) Over HTTP beside the same statements in process.
void answers_taken(const std::string& binary, const std::filesystem::path& folder,
                   const pack::Pack& pack, const Zone& zone, bool quick);

}  // namespace anxiao::bench
