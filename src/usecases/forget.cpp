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

// --- matters ---

void erase_uses(Transaction& transaction, const pack::Chart& chart, const Overdue& matter,
                const json::object& fields) {
  for (const auto& field : chart.fields) {
    const auto* photos = fields.if_contains(field.id);
    if (!field.personal || field.type != "photos" || !photos || !photos->is_array()) continue;
    for (const auto& photo : photos->get_array())
      Query("DELETE FROM attachment_uses WHERE district = ? AND sha256 = ? AND subject = ?",
            {matter.district, std::string(photo.as_string()), matter.id})
          .exec(transaction);
  }
}

// What was sent is known by its hash; of little that was personal it could be found by trying.
void empty_moves(Transaction& transaction, const pack::Chart& chart, const Overdue& matter) {
  std::vector<std::pair<std::int64_t, json::object>> moves;
  Query("SELECT number, fields FROM moves WHERE district = ? AND matter = ?",
        {matter.district, matter.id})
      .run(transaction, [&](const Row& row) {
        auto fields = object_of(row.text(1));
        if (!personal_in(chart, fields).empty()) moves.emplace_back(row.integer(0), fields);
      });
  for (const auto& [number, fields] : moves) {
    erase_uses(transaction, chart, matter, fields);
    Query(
        "UPDATE moves SET fields = ?, sent_hash = '' WHERE district = ? AND matter = ?"
        " AND number = ?",
        {json::serialize(without_personal(chart, fields)), matter.district, matter.id, number})
        .exec(transaction);
  }
}

// Whoever empties the matter writes the line.
bool forget_matter(Transaction& transaction, const pack::Chart& chart, const Overdue& matter,
                   Instant now) {
  json::object fields;
  Query("SELECT fields FROM matters WHERE district = ? AND id = ?", {matter.district, matter.id})
      .run(transaction, [&](const Row& row) { fields = object_of(row.text(0)); });
  const auto emptied =
      Query(
          "UPDATE matters SET fields = ?, sent_hash = '', forgotten_at = ?"
          " WHERE district = ? AND id = ? AND forgotten_at IS NULL",
          {json::serialize(without_personal(chart, fields)), now.ms, matter.district, matter.id})
          .exec(transaction);
  if (emptied == 0) return false;
  erase_uses(transaction, chart, matter, fields);
  empty_moves(transaction, chart, matter);
  transaction.record({.district = matter.district,
                      .organisation = matter.organisation,
                      .path = matter.path,
                      .holder = {},
                      .kind = "MatterForgotten",
                      .noun = chart.noun,
                      .subject = matter.id,
                      .actor = {},
                      .happened_at = now,
                      .known_at = now,
                      .data = {{"loop", chart.id}},
                      .hash = {}});
  return true;
}

std::int64_t forget_of(Store& store, const pack::Chart& chart, Instant before, Instant now) {
  std::vector<Overdue> matters;
  store.read([&](Reader& reader) {
    for (const auto& district : districts_of(reader))
      Query(
          "SELECT id, organisation, path FROM matters WHERE district = ? AND loop = ?"
          " AND closed_at < ? AND forgotten_at IS NULL",
          {district, chart.id, before.ms})
          .run(reader, [&](const Row& row) {
            matters.push_back({district, std::string(row.text(0)), std::string(row.text(1)),
                               std::string(row.text(2))});
          });
  });
  std::int64_t forgotten = 0;
  for (std::size_t from = 0; from < matters.size(); from += kRowsAtOnce) {
    const auto to = std::min(matters.size(), from + kRowsAtOnce);
    store.write([&](Transaction& transaction) {
      for (std::size_t i = from; i < to; ++i)
        forgotten += forget_matter(transaction, chart, matters[i], now) ? 1 : 0;
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
  const auto forget_what_ended = [&](const auto& kept) {
    const auto days = kept.keep.empty() ? std::nullopt : days_of(pack, kept.keep);
    if (!days) return;
    // Whole days: what ended on a day is kept to the end of the last day of the term.
    forgotten += forget_of(store, kept, zone.start_of(zone.day_of(now).plus(-*days)), now);
  };
  for (const auto& ledger : pack.ledgers) forget_what_ended(ledger);
  for (const auto& chart : pack.charts) forget_what_ended(chart);
  last_ = now;
  return forgotten;
}

}  // namespace anxiao::usecases
