#include "usecases/rows_seen.h"

#include <algorithm>

#include "base/ids.h"
#include "domain/facts/fields.h"
#include "usecases/organisations.h"
#include "usecases/query.h"

namespace anxiao::usecases {

namespace json = boost::json;

namespace {

constexpr const char* kKind = "RowsSeen";
// Of the latest lines about an organisation; a busy one writes a line more than it need.
constexpr std::int64_t kLinesLookedAt = 100;

bool is_noted(Reader& reader, const Office& office, const std::string& organisation,
              const std::string& ledger, bool as_file) {
  bool found = false;
  Query(
      "SELECT kind, actor, happened_at, data FROM journal WHERE district = ? AND subject = ?"
      " ORDER BY seq DESC LIMIT ?",
      {std::string(district_of(organisation)), organisation, kLinesLookedAt})
      .run(reader, [&](const Row& row) {
        if (found || row.text(0) != kKind || row.text(1) != office.actor.person) return;
        if (row.integer(2) <= office.now.ms - kSeenOnceInMs || row.integer(2) > office.now.ms)
          return;
        const auto data = json::parse(row.text(3)).as_object();
        found =
            data.at("ledger") == json::value(ledger) && data.at("as_file") == json::value(as_file);
      });
  return found;
}

}  // namespace

RowsSight unnoted_sight(Reader& reader, const Office& office, const std::string& ledger,
                        const std::vector<LedgerRow>& rows, bool as_file) {
  RowsSight sight{.ledger = ledger, .as_file = as_file, .organisations = {}};
  const auto* kept = office.pack.ledger(ledger);
  if (!kept || !facts::has_personal(kept->fields)) return sight;
  for (const auto& row : rows) sight.organisations.push_back(row.organisation.id);
  auto& all = sight.organisations;
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  std::erase_if(all, [&](const std::string& each) {
    return is_noted(reader, office, each, ledger, as_file);
  });
  return sight;
}

void note_rows_seen(Transaction& transaction, const Office& office, const RowsSight& sight) {
  const auto* ledger = office.pack.ledger(sight.ledger);
  for (const auto& organisation : sight.organisations) {
    auto place = place_of(transaction, organisation, office.now);
    // Two requests at once find the line missing; the second finds it here.
    if (!ledger || !place ||
        is_noted(transaction, office, organisation, sight.ledger, sight.as_file))
      continue;
    transaction.record({.district = place->district,
                        .organisation = place->id,
                        .path = place->path,
                        .holder = {},
                        .kind = kKind,
                        .noun = ledger->noun,
                        .subject = place->id,
                        .actor = office.actor.person,
                        .happened_at = office.now,
                        .known_at = office.now,
                        .data = {{"ledger", sight.ledger}, {"as_file", sight.as_file}},
                        .hash = {}});
  }
}

}  // namespace anxiao::usecases
