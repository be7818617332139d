#include "usecases/ledgers_rows.h"

#include <algorithm>

#include "base/ids.h"
#include "domain/facts/fields.h"
#include "usecases/attachment_uses.h"
#include "usecases/query.h"

namespace anxiao::usecases {

namespace json = boost::json;

StoredRow stored_row(const Row& row, const Zone& zone) {
  json::error_code error;
  auto fields = json::parse(row.text(5), error);
  StoredRow found{
      .row = {.id = std::string(row.text(0)),
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

std::optional<StoredRow> find_row(Reader& reader, const Office& office, const pack::Ledger& ledger,
                                  const std::string& id) {
  std::optional<StoredRow> found;
  Query(std::string(kSelectRows) + " WHERE r.district = ? AND r.id = ? AND r.ledger = ?",
        {std::string(district_of(id)), id, ledger.id})
      .run(reader, [&](const Row& row) { found = stored_row(row, office.zone); });
  std::map<std::string, std::string> known;
  if (found) add_names(reader, ledger, found->row, known);
  return found;
}

Result<const pack::Ledger*> ledger_named(const Office& office, const std::string& id) {
  const auto* ledger = office.pack.ledger(id);
  if (!ledger) return not_found("ledgers");
  return ledger;
}

Result<void> check_no_personal(const pack::Ledger& ledger) {
  if (!facts::has_personal(ledger.fields)) return {};
  return Refusal{.why = Why::refused,
                 .key = "import.personal_ledger",
                 .detail = "rows about people who are no staff are entered one by one",
                 .args = {{"ledger", ledger.id}}};
}

Result<void> check_kept_by(const pack::Ledger& ledger, const std::string& kind) {
  if (ledger.kinds.empty() || std::ranges::find(ledger.kinds, kind) != ledger.kinds.end())
    return {};
  return Refusal{.why = Why::refused,
                 .key = "ledger.not_kept_here",
                 .detail = "a " + kind + " does not keep this ledger",
                 .field = "organisation",
                 .args = {{"kind", kind}, {"ledger", ledger.id}}};
}

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

void use_photos(Transaction& transaction, const pack::Ledger& ledger, const std::string& district,
                const std::string& id, const json::object& fields) {
  for (const auto& field : ledger.fields) {
    const auto* value = fields.if_contains(field.id);
    if (field.type != "photos" || !value) continue;
    for (const auto& each : value->get_array())
      use_attachment(transaction, district, std::string(each.get_string()), "rows", id);
  }
}

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

Entry entry_of(const Office& office, const pack::Ledger& ledger, const StoredRow& found,
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

StoredRow keep_row(Transaction& transaction, const Office& office, const pack::Ledger& ledger,
                   const OrganisationPlace& place, const std::string& id,
                   const json::object& fields, json::object more) {
  StoredRow made{.row = {.id = id,
                         .ledger = ledger.id,
                         .organisation = {place.id, place.name},
                         .title = title_of(ledger, fields),
                         .fields = fields,
                         .names = {},
                         .since = office.zone.format(office.now),
                         .until = std::nullopt,
                         .version = 1},
                 .district = place.district,
                 .path = place.path};
  Query(
      "INSERT INTO ledger_rows (district, id, ledger, organisation, path, title, fields, since,"
      " until, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, 1)",
      {place.district, id, ledger.id, place.id, place.path, made.row.title, json::serialize(fields),
       office.now.ms})
      .exec(transaction);
  use_photos(transaction, ledger, place.district, id, fields);
  more["fields"] = told_of(ledger, fields);
  if (facts::has_personal(ledger.fields)) {
    json::array given;
    for (const auto& field : ledger.fields)
      if (fields.contains(field.id)) given.emplace_back(field.id);
    more["changed"] = std::move(given);
  }
  transaction.record(entry_of(office, ledger, made, "RowEntered", std::move(more)));
  return made;
}

}  // namespace anxiao::usecases
