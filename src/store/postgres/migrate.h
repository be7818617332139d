// Brings a PostgreSQL database to the form the program wants, step by step, each in a transaction
// of its own with the line that says so; of several servers that start at once one does it. It
// knows nothing of what the steps say.

#pragma once

#include <span>

#include "base/time.h"
#include "store/postgres/connection.h"
#include "store/steps.h"
#include "usecases/progress.h"

namespace anxiao::store::postgres {

// Whoever writes, or changes the form, holds this lock of the database meanwhile.
inline constexpr const char* kLockWriting = "SELECT pg_advisory_xact_lock(20171930193)";

// Refuses, as DatabaseFault{other}: a database whose texts are not ordered by their bytes (with
// what to do), that holds tables of another program, a step which `steps` does not have (it is
// newer than the program) or one with another text.
void migrate(Connection& connection, std::span<const Step> steps, Instant now,
             const usecases::Progress& progress = {});

}  // namespace anxiao::store::postgres
