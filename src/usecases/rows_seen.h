// Who saw rows that hold something personal: a line of the journal, RowsSeen.

#pragma once

#include <string>
#include <vector>

#include "usecases/ledgers.h"
#include "usecases/sights.h"

namespace anxiao::usecases {

// What must be put on record of these rows being seen; of a ledger without personal fields nothing,
// and nothing that stands there already.
Sight unnoted_sight(Reader& reader, const Office& office, const std::string& ledger,
                    const std::vector<LedgerRow>& rows, bool as_file = false);

}  // namespace anxiao::usecases
