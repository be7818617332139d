#include "usecases/forget.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "usecases/matter_rows.h"
#include "usecases/query.h"

namespace anxiao::usecases {

namespace json = boost::json;

namespace {

constexpr std::int64_t kEveryMs = kHourMs;
// A transaction is short, so that nobody waits long for the writer.
constexpr std::size_t kRowsAtOnce = 100;

struct Overdue {
  std::string district, id, organisation, path;
  std::int64_t version = 0;
};

std::vector<std::string> districts_of(Reader& reader) {
  std::vector<std::string> districts;
  Query("SELECT district FROM districts ORDER BY district").run(reader, [&](const Row& row) {
    districts.emplace_back(row.text(0));
  });
  return districts;
}

// From when on the row is kept its term; nothing where it has not ended.
std::optional<Instant> ended_at(const pack::Ledger& ledger, const json::object& fields,
                                Instant since, std::optional<Instant> until, Instant now) {
  std::optional<Instant> ended = until;
  for (const auto& field : ledger.keep_from) {
    auto moment = parse_instant(text_at(fields, field));
    if (!moment) continue;
    ended = *moment > now ? since : *moment;
    break;
  }
  return ended ? std::optional(std::max(*ended, since)) : std::nullopt;
}

std::vector<Overdue> overdue_in(Reader& reader, const std::string& district,
                                const pack::Ledger& ledger, Instant before, Instant now) {
  std::vector<Overdue> rows;
  Query(
      "SELECT id, organisation, path, version, fields, since, until FROM ledger_rows"
      " WHERE district = ? AND ledger = ? AND since < ?",
      {district, ledger.id, before.ms})
      .run(reader, [&](const Row& row) {
        std::optional<Instant> until;
        if (const auto ms = row.maybe_integer(6)) until = Instant{*ms};
        const auto ended =
            ended_at(ledger, json::parse(row.text(4)).as_object(), {row.integer(5)}, until, now);
        if (!ended || *ended >= before) return;
        rows.push_back({district, std::string(row.text(0)), std::string(row.text(1)),
                        std::string(row.text(2)), row.integer(3)});
      });
  return rows;
}

// Whoever deletes the row writes the line; a row that changed meanwhile waits for the next round.
bool forget_row(Transaction& transaction, const pack::Ledger& ledger, const Overdue& row,
                Instant now) {
  const auto deleted =
      Query("DELETE FROM ledger_rows WHERE district = ? AND id = ? AND version = ?",
            {row.district, row.id, row.version})
          .exec(transaction);
  if (deleted == 0) return false;
  Query("DELETE FROM attachment_uses WHERE district = ? AND noun = 'rows' AND subject = ?",
        {row.district, row.id})
      .exec(transaction);
  transaction.record({.district = row.district,
                      .organisation = row.organisation,
                      .path = row.path,
                      .holder = {},
                      .kind = "RowForgotten",
                      .noun = ledger.noun,
                      .subject = row.id,
                      .actor = {},
                      .happened_at = now,
                      .known_at = now,
                      .data = {{"ledger", ledger.id}},
                      .hash = {}});
  return true;
}

std::int64_t forget_of(Store& store, const pack::Ledger& ledger, Instant before, Instant now) {
  std::vector<Overdue> rows;
  store.read([&](Reader& reader) {
    for (const auto& district : districts_of(reader))
      std::ranges::move(overdue_in(reader, district, ledger, before, now),
                        std::back_inserter(rows));
  });
  std::int64_t forgotten = 0;
  for (std::size_t from = 0; from < rows.size(); from += kRowsAtOnce) {
    const auto to = std::min(rows.size(), from + kRowsAtOnce);
    store.write([&](Transaction& transaction) {
      for (std::size_t i = from; i < to; ++i)
        forgotten += forget_row(transaction, ledger, rows[i], now) ? 1 : 0;
      return true;
    });
  }
  return forgotten;
}

// The days of the term, or nothing where the pack has it no longer: rows stay then.
std::optional<int> days_of(const pack::Pack& pack, const std::string& term) {
  const auto found = pack.terms.find(term);
  if (found == pack.terms.end()) return std::nullopt;
  return static_cast<int>(found->second.value);
}

}  // namespace

std::int64_t Forgetting::forget_rows(Store& store, const pack::Pack& pack, const Zone& zone,
                                     Instant now) {
  if (last_ <= now && now < last_.plus_ms(kEveryMs)) return 0;
  std::int64_t forgotten = 0;
  for (const auto& ledger : pack.ledgers) {
    if (ledger.keep.empty()) continue;
    const auto days = days_of(pack, ledger.keep);
    if (!days) continue;
    // Whole days: what ended on a day is kept to the end of the last day of the term.
    const auto before = zone.start_of(zone.day_of(now).plus(-*days));
    forgotten += forget_of(store, ledger, before, now);
  }
  last_ = now;
  return forgotten;
}

}  // namespace anxiao::usecases
