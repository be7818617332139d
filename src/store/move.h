// Carries a city from one store to another, whatever their engines: every table row by row in the
// order of its key, in portions, so that a move that was broken off goes on where it was. Meanwhile
// nobody else may write to either. It does not know what any table means.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/steps.h"
#include "usecases/ports.h"
#include "usecases/progress.h"

namespace anxiao::store {

struct MovedTable {
  std::string name;
  std::int64_t rows = 0;   // in it now
  std::int64_t moved = 0;  // by this run
  std::string sha256;      // over every row in the order of the key, the same in both
};

struct Moved {
  std::vector<MovedTable> tables;
  std::int64_t rows = 0, moved = 0;
};

// The name under which the settings of a store say that a move into it has begun and not ended.
inline constexpr const char* kMoving = "moving";

// Refuses `move.not_empty` where the other holds a city that no move brought, `move.differs` where
// a table is not the same in both afterwards (args.table). Both stores are of the program's form.
Result<Moved> move_city(usecases::Store& from, usecases::Store& to,
                        const usecases::Progress& progress = {});

// Whether a move into the store has begun and not ended: then it is not to be served.
bool is_being_moved_into(usecases::Store& store);

}  // namespace anxiao::store
