#include "usecases/ledgers.h"

#include <algorithm>

#include "base/hash.h"
#include "base/ids.h"
#include "base/json_map.h"
#include "base/text.h"
#include "domain/facts/fields.h"
#include "usecases/attachment_uses.h"
#include "usecases/organisations.h"
#include "usecases/query.h"
#include "usecases/secrets.h"
#include "usecases/tables.h"

namespace anxiao::usecases {
namespace {

namespace json = boost::json;

constexpr std::string_view kSelect =
    "SELECT r.id, r.ledger, r.organisation, o.name, r.title, r.fields, r.since, r.until, r.version,"
    " r.district, r.path FROM ledger_rows r"
    " JOIN organisations o ON o.district = r.district AND o.id = r.organisation";
constexpr std::size_t kCsvRowsMost = 100'000;

Result<const pack::Ledger*> ledger_of(const Office& office, const std::string& id) {
  const auto* ledger = office.pack.ledger(id);
  if (!ledger) return not_found("ledgers");
  return ledger;
}

struct Found {
  LedgerRow row;
  std::string district;
  std::string path;
};

Found found_from(const Row& row, const Zone& zone) {
  json::error_code error;
  auto fields = json::parse(row.text(5), error);
  Found found{.row = {.id = std::string(row.text(0)),
                      .ledger = std::string(row.text(1)),
                      .organisation = {std::string(row.text(2)), std::string(row.text(3))},
                      .title = std::string(row.text(4)),
                      .fields = !error && fields.is_object() ? fields.get_object() : json::object{},
                      .names = {},
                      .since = zone.format({row.integer(6)}),
                      .until = std::nullopt,
                      .version = row.integer(8)},
              .district = std::string(row.text(9)),
              .path = std::string(row.text(10))};
  if (auto until = row.maybe_integer(7)) found.row.until = zone.format({*until});
  return found;
}

std::string name_of(Reader& reader, std::string_view table, const std::string& id) {
  std::string name;
  Query("SELECT name FROM " + std::string(table) + " WHERE district = ? AND id = ?",
        {std::string(district_of(id)), id})
      .run(reader, [&](const Row& row) { name = row.text(0); });
  return name;
}

// The table in which an id that a field of this type holds is found; empty for other types.
std::string_view table_of(const pack::Field& field) {
  if (field.type == "person") return "people";
  if (field.type == "organisation") return "organisations";
  return {};
}

void add_names(Reader& reader, const pack::Ledger& ledger, LedgerRow& row,
               std::map<std::string, std::string>& known) {
  for (const auto& field : ledger.fields) {
    const auto* value = row.fields.if_contains(field.id);
    if (table_of(field).empty() || !value || !value->is_string()) continue;
    std::string id(value->get_string());
    auto place = known.find(id);
    if (place == known.end()) place = known.emplace(id, name_of(reader, table_of(field), id)).first;
    row.names[id] = place->second;
  }
}

std::optional<Found> find(Reader& reader, const Office& office, const pack::Ledger& ledger,
                          const std::string& id) {
  std::optional<Found> found;
  Query(std::string(kSelect) + " WHERE r.district = ? AND r.id = ? AND r.ledger = ?",
        {std::string(district_of(id)), id, ledger.id})
      .run(reader, [&](const Row& row) { found = found_from(row, office.zone); });
  std::map<std::string, std::string> known;
  if (found) add_names(reader, ledger, found->row, known);
  return found;
}

// A person or an organisation that a field names must be there; photographs must have come.
Result<void> check_named(Reader& reader, const Office& office, const pack::Ledger& ledger,
                         const std::string& district, const json::object& fields) {
  for (const auto& field : ledger.fields) {
    const auto* value = fields.if_contains(field.id);
    if (!value) continue;
    if (field.type == "photos")
      for (const auto& each : value->get_array())
        TRY(check_photo(reader, district, office.actor.district, std::string(each.get_string()),
                        "fields." + field.id));
    if (table_of(field).empty()) continue;
    if (name_of(reader, table_of(field), std::string(value->get_string())).empty())
      return Refusal{.why = Why::refused,
                     .key = "fields.nobody",
                     .detail = "field " + field.id + " names somebody who is not there",
                     .field = "fields." + field.id,
                     .args = {{"field", field.id}}};
  }
  return {};
}

void keep_photos(Transaction& transaction, const pack::Ledger& ledger, const std::string& district,
                 const std::string& id, const json::object& fields) {
  for (const auto& field : ledger.fields) {
    const auto* value = fields.if_contains(field.id);
    if (field.type != "photos" || !value) continue;
    for (const auto& each : value->get_array())
      use_attachment(transaction, district, std::string(each.get_string()), "rows", id);
  }
}

constexpr const char* kIdentitySecret = "identity_secret";

// Of what was sent, for the journal. Papers are few enough to be tried one after another: where a
// ledger holds any, nobody without the secret may know the hash from them.
std::string sent_hash_in(Transaction& transaction, const pack::Ledger& ledger,
                         const std::string& district, const NewRow& sent) {
  auto hash = sent_hash_of(json::object{{"ledger", ledger.id}, {"row", write(sent)}});
  if (!facts::has_personal(ledger.fields)) return hash;
  return to_hex(hmac_sha256(wanted_secret(transaction, district, kIdentitySecret), hash));
}

// Papers come as their text and never as what is kept of them; sent back as they were shown, they
// are the ones that are kept.
Result<void> check_papers(const pack::Ledger& ledger, const json::object& held,
                          json::object& given) {
  const auto as_shown = facts::shown(ledger.fields, held);
  for (const auto& field : ledger.fields) {
    if (field.type != "identity") continue;
    const auto* value = given.if_contains(field.id);
    if (!value || !value->is_object()) continue;
    const auto* before = as_shown.if_contains(field.id);
    if (!before || *before != *value)
      return Refusal{.why = Why::malformed,
                     .key = "fields.malformed",
                     .detail = field.id + " is given as the text of the papers",
                     .field = "fields." + field.id,
                     .args = {{"field", field.id}, {"fault", "identity"}}};
    given.erase(field.id);
  }
  return {};
}

void seal_papers(Transaction& transaction, const pack::Ledger& ledger, const std::string& district,
                 json::object& fields) {
  for (const auto& field : ledger.fields) {
    auto* value = fields.if_contains(field.id);
    if (field.type != "identity" || !value || !value->is_string()) continue;
    *value = facts::sealed_identity(wanted_secret(transaction, district, kIdentitySecret),
                                    value->get_string());
  }
}

// The fields that differ, for the journal of a ledger some of whose values are not in it.
json::array changed_of(const pack::Ledger& ledger, const json::object& before,
                       const json::object& after) {
  json::array changed;
  for (const auto& field : ledger.fields) {
    const auto* was = before.if_contains(field.id);
    const auto* is = after.if_contains(field.id);
    if ((was && is && *was != *is) || !was != !is) changed.emplace_back(field.id);
  }
  return changed;
}

// What a journal line says of a row: everything, or all but what is personal.
json::object told_of(const pack::Ledger& ledger, const json::object& fields) {
  return facts::has_personal(ledger.fields) ? facts::without_personal(ledger.fields, fields)
                                            : fields;
}

LedgerRow as_shown(const pack::Ledger& ledger, LedgerRow row) {
  row.fields = facts::shown(ledger.fields, row.fields);
  return row;
}

std::string title_of(const pack::Ledger& ledger, const json::object& fields) {
  const auto* value = fields.if_contains(ledger.title);
  if (!value) return {};
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

Entry entry_of(const Office& office, const pack::Ledger& ledger, const Found& found,
               std::string kind, json::object data) {
  data["ledger"] = ledger.id;
  return {.district = found.district,
          .organisation = found.row.organisation.id,
          .path = found.path,
          .holder = {},
          .kind = std::move(kind),
          .noun = ledger.noun,
          .subject = found.row.id,
          .actor = office.actor.person,
          .happened_at = office.now,
          .known_at = office.now,
          .data = std::move(data),
          .hash = {}};
}

const std::string& words_in(const pack::Words& words, std::string_view language) {
  return language == "en" ? words.en : words.zh;
}

std::string choice_text(const pack::Field& field, std::string_view id, std::string_view language) {
  for (const auto& [choice, words] : field.choices)
    if (choice == id) return words_in(words, language);
  return std::string(id);
}

// A value as a person reads it: names for ids, words for choices.
std::string cell_of(const pack::Field& field, const LedgerRow& row, std::string_view language) {
  const auto* value = row.fields.if_contains(field.id);
  if (!value || value->is_null()) return {};
  if (field.type == "identity")
    return value->is_object() ? "*" + json::value_to<std::string>(value->at("last4")) : "";
  std::vector<std::string> parts;
  if (value->is_array())
    for (const auto& each : value->get_array())
      parts.emplace_back(each.is_string() ? std::string(each.get_string()) : json::serialize(each));
  else if (value->is_string() && field.type == "text" && !field.choices.empty())
    parts = split(value->get_string(), ',');
  else
    parts.emplace_back(value->is_string() ? std::string(value->get_string())
                                          : json::serialize(*value));
  std::string text;
  for (const auto& part : parts) {
    auto name = row.names.find(part);
    text += (text.empty() ? "" : "; ") +
            (name != row.names.end() ? name->second : choice_text(field, part, language));
  }
  return text;
}

}  // namespace

Result<Page<LedgerRow>> list_rows(Reader& reader, const Office& office, const std::string& id,
                                  const RowFilter& filter) {
  TRY_LET(ledger, ledger_of(office, id));
  TRY(organisations::may_somewhere(office.pack, office.actor, ledger->noun, "read"));
  auto scopes = organisations::scopes(office.pack, office.actor, ledger->noun, "read");
  Query query(std::string(kSelect) + " WHERE r.ledger = ?", {ledger->id});
  within(query, scopes, "r");
  if (!filter.organisation.empty()) {
    auto place = place_of(reader, filter.organisation, office.now);
    if (!place) return not_found("organisations");
    under(query, place->district, place->path, "r");
  }
  if (!filter.ended) query.add(" AND (r.until IS NULL OR r.until > ?)", {office.now.ms});
  if (filter.paging.after)
    query.add(" AND (r.district, r.id) > (?, ?)",
              {std::string((*filter.paging.after)[0].get_string()),
               std::string((*filter.paging.after)[1].get_string())});
  query.add(" ORDER BY r.district, r.id LIMIT ?",
            {static_cast<std::int64_t>(filter.paging.limit + 1)});
  Page<LedgerRow> page;
  json::array keys;
  query.run(reader, [&](const Row& row) {
    if (page.items.size() == filter.paging.limit) {
      page.next = cursor_of(keys);
      return;
    }
    page.items.push_back(as_shown(*ledger, found_from(row, office.zone).row));
    keys = {json::value(row.text(9)), json::value(row.text(0))};
  });
  std::map<std::string, std::string> known;
  for (auto& row : page.items) add_names(reader, *ledger, row, known);
  return page;
}

Result<LedgerRow> read_row(Reader& reader, const Office& office, const std::string& ledger_id,
                           const std::string& id) {
  TRY_LET(ledger, ledger_of(office, ledger_id));
  auto found = find(reader, office, *ledger, id);
  if (!found) return not_found("rows");
  TRY(organisations::may(office.pack, office.actor, ledger->noun, "read", {.path = found->path}));
  return as_shown(*ledger, found->row);
}

Result<Kept<LedgerRow>> create_row(Transaction& transaction, const Office& office,
                                   const std::string& ledger_id, const NewRow& sent) {
  TRY_LET(ledger, ledger_of(office, ledger_id));
  TRY_LET(place, living_place(transaction, sent.organisation, office.now, "organisation"));
  TRY(organisations::may(office.pack, office.actor, ledger->noun, "create", place.place()));
  TRY(check_id(sent.id, "id", place.district));
  auto hash = sent_hash_in(transaction, *ledger, place.district, sent);
  TRY_LET(repeated, made_before(transaction, place.district, sent.id, "RowEntered", hash));
  if (repeated) {
    // What was forgotten since cannot be given again.
    auto there = find(transaction, office, *ledger, sent.id);
    if (!there) return not_found("rows");
    return Kept<LedgerRow>{as_shown(*ledger, there->row), true};
  }
  if (!ledger->kinds.empty() && std::ranges::find(ledger->kinds, place.kind) == ledger->kinds.end())
    return Refusal{.why = Why::refused,
                   .key = "ledger.not_kept_here",
                   .detail = "a " + place.kind + " does not keep this ledger",
                   .field = "organisation",
                   .args = {{"kind", place.kind}, {"ledger", ledger_id}}};
  auto given = sent.fields;
  TRY(check_papers(*ledger, {}, given));
  TRY_LET(fields, facts::check_fields(ledger->fields, given));
  seal_papers(transaction, *ledger, place.district, fields);
  TRY(check_named(transaction, office, *ledger, place.district, fields));
  Query(
      "INSERT INTO ledger_rows (district, id, ledger, organisation, path, title, fields, since,"
      " until, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, 1)",
      {place.district, sent.id, ledger_id, place.id, place.path, title_of(*ledger, fields),
       json::serialize(fields), office.now.ms})
      .exec(transaction);
  keep_photos(transaction, *ledger, place.district, sent.id, fields);
  auto made = find(transaction, office, *ledger, sent.id);
  json::object data = {{"fields", told_of(*ledger, fields)}, {"sent", hash}};
  if (facts::has_personal(ledger->fields)) data["changed"] = changed_of(*ledger, {}, fields);
  transaction.record(entry_of(office, *ledger, *made, "RowEntered", std::move(data)));
  return Kept<LedgerRow>{as_shown(*ledger, made->row), false};
}

Result<LedgerRow> change_row(Transaction& transaction, const Office& office,
                             const std::string& ledger_id, const std::string& id,
                             std::int64_t expected_version, const RowChange& change) {
  TRY_LET(ledger, ledger_of(office, ledger_id));
  auto found = find(transaction, office, *ledger, id);
  if (!found) return not_found("rows");
  TRY(organisations::may(office.pack, office.actor, ledger->noun, "change", {.path = found->path}));
  TRY(check_version(found->row.version, expected_version));
  if (found->row.until)
    return Refusal{.why = Why::conflict, .key = "row.ended", .detail = "the row has ended"};
  // What an older pack asked for and this one does not know stays in the journal only.
  json::object wanted;
  for (const auto& field : ledger->fields)
    if (const auto* held = found->row.fields.if_contains(field.id)) wanted[field.id] = *held;
  auto given = change.fields;
  TRY(check_papers(*ledger, found->row.fields, given));
  for (const auto& each : given) wanted[each.key()] = each.value();
  TRY_LET(fields, facts::check_fields(ledger->fields, wanted));
  seal_papers(transaction, *ledger, found->district, fields);
  TRY(check_named(transaction, office, *ledger, found->district, fields));
  Query(
      "UPDATE ledger_rows SET title = ?, fields = ?, version = version + 1 WHERE district = ?"
      " AND id = ?",
      {title_of(*ledger, fields), json::serialize(fields), found->district, id})
      .exec(transaction);
  keep_photos(transaction, *ledger, found->district, id, fields);
  json::object data = {{"before", told_of(*ledger, found->row.fields)},
                       {"fields", told_of(*ledger, fields)}};
  if (facts::has_personal(ledger->fields))
    data["changed"] = changed_of(*ledger, found->row.fields, fields);
  transaction.record(entry_of(office, *ledger, *found, "RowChanged", std::move(data)));
  return as_shown(*ledger, find(transaction, office, *ledger, id)->row);
}

Result<void> end_row(Transaction& transaction, const Office& office, const std::string& ledger_id,
                     const std::string& id) {
  TRY_LET(ledger, ledger_of(office, ledger_id));
  auto found = find(transaction, office, *ledger, id);
  if (!found) return not_found("rows");
  TRY(organisations::may(office.pack, office.actor, ledger->noun, "end", {.path = found->path}));
  if (found->row.until) return {};
  Query("UPDATE ledger_rows SET until = ?, version = version + 1 WHERE district = ? AND id = ?",
        {office.now.ms, found->district, id})
      .exec(transaction);
  transaction.record(entry_of(office, *ledger, *found, "RowEnded",
                              {{"fields", told_of(*ledger, found->row.fields)}}));
  return {};
}

Result<std::vector<LedgerRow>> all_rows(Reader& reader, const Office& office,
                                        const std::string& ledger_id, const RowFilter& filter) {
  RowFilter all = filter;
  all.paging = {.limit = kCsvRowsMost, .after = std::nullopt};
  TRY_LET(page, list_rows(reader, office, ledger_id, all));
  return std::move(page.items);
}

Result<std::string> rows_as_csv(const Office& office, const std::string& ledger_id,
                                const std::vector<LedgerRow>& rows, std::string_view language) {
  TRY_LET(ledger, ledger_of(office, ledger_id));
  std::vector<std::string> heads = {"id", "organisation"};
  for (const auto& field : ledger->fields) heads.push_back(words_in(field.name, language));
  heads.insert(heads.end(), {"since", "until"});
  std::string out(kCsvMark);
  out += csv_line(heads);
  for (const auto& row : rows) {
    std::vector<std::string> cells = {row.id, row.organisation.name};
    for (const auto& field : ledger->fields) cells.push_back(cell_of(field, row, language));
    cells.insert(cells.end(), {row.since, row.until.value_or("")});
    out += csv_line(cells);
  }
  return out;
}

}  // namespace anxiao::usecases
