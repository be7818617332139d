#include "usecases/reach.h"

#include <algorithm>

namespace anxiao::usecases {
namespace {

bool is_root(const OrganisationPlace& place) { return place.parent.empty(); }

std::vector<std::string> districts_of(Reader& reader, const Reach& reach) {
  std::vector<std::string> districts;
  if (reach.at && !is_root(*reach.at)) return {reach.at->district};
  if (std::ranges::any_of(reach.scopes, organisations::is_root)) {
    reader.query("SELECT district FROM districts ORDER BY district", {},
                 [&](const Row& row) { districts.emplace_back(row.text(0)); });
    return districts;
  }
  for (const auto& scope : reach.scopes)
    if (!scope.held) districts.push_back(scope.district);
  std::ranges::sort(districts);
  districts.erase(std::ranges::unique(districts).begin(), districts.end());
  return districts;
}

}  // namespace

Result<Reach> reach_of(Reader& reader, const Office& office, std::string_view noun,
                       std::string_view action, const std::string& organisation) {
  TRY(organisations::may_somewhere(office.pack, office.actor, noun, action));
  Reach reach{.scopes = organisations::scopes(office.pack, office.actor, noun, action),
              .at = std::nullopt,
              .districts = {}};
  if (!organisation.empty()) {
    reach.at = place_of(reader, organisation, office.now);
    if (!reach.at) return not_found("organisations");
    TRY(organisations::may(office.pack, office.actor, noun, action, reach.at->place()));
  }
  reach.districts = districts_of(reader, reach);
  return reach;
}

Result<void> may_read_whole(Reader& reader, const Office& office, std::string_view noun,
                            const OrganisationPlace& place) {
  TRY(organisations::may(office.pack, office.actor, noun, "read", place.place()));
  for (const auto& scope : organisations::scopes(office.pack, office.actor, noun, "read"))
    if (!scope.exact && !scope.held && organisations::covers(scope, place.place())) return {};
  bool is_alone = true;
  reader.query(
      "SELECT 1 FROM districts d JOIN organisations o ON o.district = d.district"
      " WHERE o.parent = $1 LIMIT 1",
      {place.id}, [&](const Row&) { is_alone = false; });
  if (is_alone) return {};
  return Refusal{.why = Why::forbidden,
                 .key = "authority.forbidden",
                 .detail = "no post of the actor reads what is under this organisation",
                 .args = {{"noun", noun}, {"action", "read"}}};
}

void within(Query& query, const Reach& reach, const std::string& district, std::string_view alias) {
  query.add(" AND " + std::string(alias) + ".district = ?", {district});
  within(query, reach.scopes, alias);
  if (reach.at && !is_root(*reach.at)) under(query, district, reach.at->path, alias);
}

}  // namespace anxiao::usecases
