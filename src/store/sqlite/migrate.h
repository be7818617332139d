// Brings a SQLite database to the form the program wants, step by step, each in a transaction of
// its own with the line that says so. It knows nothing of what the steps say.

#pragma once

#include <span>

#include "base/time.h"
#include "store/sqlite/connection.h"
#include "store/steps.h"
#include "usecases/progress.h"

namespace anxiao::store::sqlite {

// Marks a file as ours, in SQLite's own header: "ANXA".
inline constexpr std::int64_t kApplicationId = 0x414E5841;

// Makes `schema_steps` where it is missing, and applies what is missing of `steps` (in order of
// number). Refuses, as DatabaseFault{other}, a database that holds a step which `steps` does not
// have (it is newer than the program) or has with another text. Interrupted between steps, the
// database is whole and the rest is applied next time.
void migrate(Connection& connection, std::span<const Step> steps, Instant now,
             const usecases::Progress& progress = {});

// The same comparison without applying anything: also refuses a database that wants steps.
void check_steps(Connection& connection, std::span<const Step> steps);

}  // namespace anxiao::store::sqlite
