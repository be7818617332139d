// A consistent copy of a database that may be in use: one state of it, taken while others go on
// reading and writing.

#pragma once

#include <filesystem>

#include "usecases/progress.h"

namespace anxiao::store::sqlite {

// Writes the copy to `to`, which must not exist, readable by its owner only, and checks it.
// Throws DatabaseFault (damaged where the original is) and Interrupted; `to` is then not whole.
void copy_database(const std::filesystem::path& from, const std::filesystem::path& to,
                   const usecases::Progress& progress = {});

}  // namespace anxiao::store::sqlite
