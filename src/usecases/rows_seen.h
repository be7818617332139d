// Who saw rows that hold something personal: a line of the journal, RowsSeen, for each actor,
// ledger and organisation, not more often than every ten minutes. It is written before the rows are
// handed out; which rows there were it does not say.

#pragma once

#include <string>
#include <vector>

#include "usecases/ledgers.h"
#include "usecases/office.h"

namespace anxiao::usecases {

inline constexpr std::int64_t kSeenOnceInMs = 10 * kMinuteMs;

struct RowsSight {
  std::string ledger;
  bool as_file = false;  // taken away, and not only looked at: put on record by itself
  std::vector<std::string> organisations;  // each once
};

// What must be put on record of these rows being seen; of a ledger without personal fields nothing,
// and nothing that stands there already.
RowsSight unnoted_sight(Reader& reader, const Office& office, const std::string& ledger,
                        const std::vector<LedgerRow>& rows, bool as_file = false);

void note_rows_seen(Transaction& transaction, const Office& office, const RowsSight& sight);

}  // namespace anxiao::usecases
