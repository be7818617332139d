#include "usecases/journal.h"

#include <algorithm>
#include <set>

#include "usecases/kept.h"
#include "usecases/query.h"

namespace anxiao::usecases {
namespace {

std::vector<organisations::Scope> journal_scopes(const Office& office) {
  return organisations::scopes(office.pack, office.actor, "journal", "read");
}

// Whoever reads the journal reads of matters; of those of these nouns only by their own grant.
std::set<std::string> confidential_nouns(const pack::Pack& pack) {
  std::set<std::string> nouns;
  for (const auto& chart : pack.charts) nouns.insert(chart.noun);
  // A loop that the pack has no longer has left its lines.
  for (const auto& post : pack.posts)
    for (const auto& grant : post.grants)
      if (std::ranges::find(grant.actions, "open") != grant.actions.end()) nouns.insert(grant.noun);
  nouns.erase(pack::Chart{}.noun);
  return nouns;
}

void within_reach(Query& query, const Office& office,
                  const std::vector<organisations::Scope>& scopes) {
  within(query, scopes, "j", true);
  for (const auto& noun : confidential_nouns(office.pack)) {
    query.add(" AND (j.noun <> ? OR (TRUE", {noun});
    within(query, organisations::scopes(office.pack, office.actor, noun, "read"), "j", true);
    query.add("))");
  }
}

}  // namespace

Result<JournalPage> read_journal(Reader& reader, const Office& office, std::int64_t after,
                                 std::size_t limit) {
  auto scopes = journal_scopes(office);
  if (scopes.empty())
    return Refusal{.why = Why::forbidden,
                   .key = "authority.forbidden",
                   .detail = "no post of yours reads the journal",
                   .args = {{"noun", "journal"}, {"action", "read"}}};
  limit = std::clamp<std::size_t>(limit, 1, kJournalPageMost);
  Query query(
      "SELECT j.seq, j.district, j.organisation, j.kind, j.noun, j.subject, j.actor, "
      "j.happened_at, j.known_at, j.data, j.hash "
      "FROM districts d JOIN journal j ON j.district = d.district AND j.seq > ? WHERE TRUE",
      {after});
  within_reach(query, office, scopes);
  query.add(" ORDER BY j.seq LIMIT ?", {static_cast<std::int64_t>(limit) + 1});
  JournalPage out;
  query.run(reader, [&](const Row& row) {
    out.items.push_back({.seq = row.integer(0),
                         .district = std::string(row.text(1)),
                         .organisation = std::string(row.text(2)),
                         .kind = std::string(row.text(3)),
                         .noun = std::string(row.text(4)),
                         .subject = std::string(row.text(5)),
                         .actor = std::string(row.text(6)),
                         .happened_at = office.zone.format({row.integer(7)}),
                         .known_at = office.zone.format({row.integer(8)}),
                         .data = boost::json::parse(row.text(9)).as_object(),
                         .hash = std::string(row.text(10))});
  });
  if (out.items.size() > limit) {
    out.items.pop_back();
    out.next = out.items.back().seq;
  }
  out.as_of = office.zone.format(office.now);
  return out;
}

Result<void> may_read_entry(Reader& reader, const Office& office, std::int64_t seq) {
  auto scopes = journal_scopes(office);
  bool found = false;
  Query query(
      "SELECT 1 FROM districts d JOIN journal j ON j.district = d.district AND j.seq = ? WHERE "
      "TRUE",
      {seq});
  within_reach(query, office, scopes);
  query.run(reader, [&](const Row&) { found = true; });
  if (!found) return not_found("journal");
  return {};
}

}  // namespace anxiao::usecases
