#include "usecases/journal.h"

#include <algorithm>

#include "usecases/kept.h"
#include "usecases/query.h"

namespace anxiao::usecases {
namespace {

std::vector<organisations::Scope> journal_scopes(const Office& office) {
  return organisations::scopes(office.pack, office.actor, "journal", "read");
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
  within(query, scopes, "j", true);
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
  within(query, scopes, "j", true);
  query.run(reader, [&](const Row&) { found = true; });
  if (!found) return not_found("journal");
  return {};
}

}  // namespace anxiao::usecases
