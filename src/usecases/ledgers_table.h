// A ledger as a file: its rows for a spreadsheet, and the empty table that an import takes.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "usecases/ledgers.h"
#include "usecases/office.h"

namespace anxiao::usecases {

// Heads and choices in the words of `language` (zh, en).
Result<std::string> rows_as_csv(const Office& office, const std::string& ledger,
                                const std::vector<LedgerRow>& rows, std::string_view language);
Result<std::string> rows_as_xlsx(const Office& office, const std::string& ledger,
                                 const std::vector<LedgerRow>& rows, std::string_view language);

// The heads, a list to choose from where the pack has one, and a second sheet that says of every
// column what may stand in it. Whoever keeps the ledger for more organisations than one gets a
// column for whose a row is. Refuses `authority.forbidden` where the actor enters no rows of it and
// `import.personal_ledger`: such rows do not lie about in files.
Result<std::string> template_as_xlsx(const Office& office, const std::string& ledger,
                                     std::string_view language);
Result<std::string> template_as_csv(const Office& office, const std::string& ledger,
                                    std::string_view language);

}  // namespace anxiao::usecases
