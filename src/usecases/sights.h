// Who saw what only few may see: a line of the journal for each actor, thing and organisation, not
// more often than every ten minutes. It is written before what is seen is handed out; which of the
// rows or matters there were it does not say.

#pragma once

#include <string>
#include <vector>

#include "usecases/office.h"

namespace anxiao::usecases {

inline constexpr std::int64_t kSeenOnceInMs = 10 * kMinuteMs;

struct Sight {
  std::string kind;  // of the line: RowsSeen, MattersSeen
  std::string noun;
  std::string key;  // what `of` is: ledger, loop
  std::string of;
  bool as_file = false;  // taken away, and not only looked at: put on record by itself
  std::vector<std::string> organisations = {};
};

// The same without the organisations of which it stands in the journal already; each once.
Sight unnoted(Reader& reader, const Office& office, Sight sight);

void note_sight(Transaction& transaction, const Office& office, const Sight& sight);

}  // namespace anxiao::usecases
