#include "usecases/rows_seen.h"

#include "domain/facts/fields.h"

namespace anxiao::usecases {

Sight unnoted_sight(Reader& reader, const Office& office, const std::string& ledger,
                    const std::vector<LedgerRow>& rows, bool as_file) {
  const auto* kept = office.pack.ledger(ledger);
  if (!kept || !facts::has_personal(kept->fields)) return {};
  Sight sight{
      .kind = "RowsSeen", .noun = kept->noun, .key = "ledger", .of = ledger, .as_file = as_file};
  for (const auto& row : rows) sight.organisations.push_back(row.organisation.id);
  return unnoted(reader, office, std::move(sight));
}

}  // namespace anxiao::usecases
