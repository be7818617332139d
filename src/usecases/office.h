// What a use case is handed besides its input: the pack, the zone, the hour and who asks.
// A use case is a free function
//     Result<Answer> verb_noun(Transaction& or Reader&, const Office&, const Input&)
// in a file of its own; it asks the authority, changes rows, and records the journal line.

#pragma once

#include "base/time.h"
#include "domain/organisations/authority.h"
#include "pack/pack.h"
#include "usecases/ports.h"

namespace anxiao::usecases {

class Calendars;

struct Office {
  const pack::Pack& pack;
  const Zone& zone;
  Instant now;  // known_at
  const organisations::Actor& actor;
  // The calendars of schools; absent only where nothing of duties is asked.
  Calendars* calendars = nullptr;
};

}  // namespace anxiao::usecases
