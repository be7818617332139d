// The same over PostgreSQL, beside what its own load program reaches with the same statements.

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bench/raw.h"
#include "pack/pack.h"

namespace anxiao::bench {

// Creation of a hazard by 32 and by 256 clients over HTTP, beside pgbench with the statements of
// one creation in one transaction and the same number of clients. Says so and measures nothing
// where no PostgreSQL is installed.
void creation_in_postgres(const std::string& binary, const std::filesystem::path& folder,
                          const pack::Pack& pack, const Zone& zone, bool quick);

}  // namespace anxiao::bench
