#include "usecases/sights.h"

#include <algorithm>

#include "base/ids.h"
#include "usecases/organisations.h"
#include "usecases/query.h"

namespace anxiao::usecases {

namespace json = boost::json;

namespace {

// Of the latest lines about an organisation; a busy one writes a line more than it need.
constexpr std::int64_t kLinesLookedAt = 100;

bool is_noted(Reader& reader, const Office& office, const Sight& sight,
              const std::string& organisation) {
  bool found = false;
  Query(
      "SELECT kind, actor, happened_at, data FROM journal WHERE district = ? AND subject = ?"
      " ORDER BY seq DESC LIMIT ?",
      {std::string(district_of(organisation)), organisation, kLinesLookedAt})
      .run(reader, [&](const Row& row) {
        if (found || row.text(0) != sight.kind || row.text(1) != office.actor.person) return;
        if (row.integer(2) <= office.now.ms - kSeenOnceInMs || row.integer(2) > office.now.ms)
          return;
        const auto data = json::parse(row.text(3)).as_object();
        found = data.at(sight.key) == json::value(sight.of) &&
                data.at("as_file") == json::value(sight.as_file);
      });
  return found;
}

}  // namespace

Sight unnoted(Reader& reader, const Office& office, Sight sight) {
  auto& all = sight.organisations;
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  std::erase_if(all,
                [&](const std::string& each) { return is_noted(reader, office, sight, each); });
  return sight;
}

void note_sight(Transaction& transaction, const Office& office, const Sight& sight) {
  for (const auto& organisation : sight.organisations) {
    auto place = place_of(transaction, organisation, office.now);
    // Two requests at once find the line missing; the second finds it here.
    if (!place || is_noted(transaction, office, sight, organisation)) continue;
    transaction.record({.district = place->district,
                        .organisation = place->id,
                        .path = place->path,
                        .holder = {},
                        .kind = sight.kind,
                        .noun = sight.noun,
                        .subject = place->id,
                        .actor = office.actor.person,
                        .happened_at = office.now,
                        .known_at = office.now,
                        .data = {{sight.key, sight.of}, {"as_file", sight.as_file}},
                        .hash = {}});
  }
}

}  // namespace anxiao::usecases
