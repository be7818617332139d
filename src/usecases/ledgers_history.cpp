// What became of a row, from its lines in the journal. Whoever may read the row may read this of
// it, and no other line.

#include <algorithm>

#include "domain/facts/fields.h"
#include "usecases/ledgers_rows.h"
#include "usecases/query.h"

namespace anxiao::usecases {
namespace {

namespace json = boost::json;

const json::object kNothing;

const json::object& object_in(const json::object& data, const char* key) {
  const auto* found = data.if_contains(key);
  return found && found->is_object() ? found->get_object() : kNothing;
}

json::value value_in(const json::object& fields, const std::string& id) {
  const auto* found = fields.if_contains(id);
  return found ? *found : json::value(nullptr);
}

class History {
 public:
  History(Reader& reader, const Office& office, const pack::Ledger& ledger)
      : reader_(reader), office_(office), ledger_(ledger) {}

  RowHistory of(const StoredRow& found) {
    RowHistory out;
    Query(
        "SELECT kind, actor, known_at, data FROM journal WHERE district = ? AND subject = ?"
        " AND kind IN ('RowEntered', 'RowChanged', 'RowEnded') ORDER BY seq DESC",
        {found.district, found.row.id})
        .run(reader_, [&](const Row& row) {
          json::error_code error;
          const auto data = json::parse(row.text(3), error);
          if (error || !data.is_object()) return;
          out.items.push_back(
              line(row.text(0), std::string(row.text(1)), {row.integer(2)}, data.get_object()));
        });
    for (auto& each : out.items) {
      each.by.name = named("people", each.by.id);
      for (const auto& change : each.changes) name_values(change);
    }
    out.names = std::move(names_);
    out.as_of = office_.zone.format(office_.now);
    return out;
  }

 private:
  RowChanged line(std::string_view kind, std::string actor, Instant at, const json::object& data) {
    RowChanged out{.what = kind == "RowEntered"   ? "entered"
                           : kind == "RowChanged" ? "changed"
                                                  : "ended",
                   .at = office_.zone.format(at),
                   .by = {std::move(actor), ""},
                   .file = {},
                   .changes = {}};
    if (const auto* file = data.if_contains("file"); file && file->is_string())
      out.file = file->get_string();
    if (kind == "RowEnded") return out;
    const auto& before = object_in(data, "before");
    const auto& after = object_in(data, "fields");
    const auto* named = data.if_contains("changed");
    for (const auto& field : ledger_.fields) {
      const bool is_named =
          named && named->is_array() &&
          std::ranges::find(named->get_array(), json::value(field.id)) != named->get_array().end();
      auto was = value_in(before, field.id);
      auto is = value_in(after, field.id);
      if (was != is || (is_named && field.personal))
        out.changes.push_back({field.id, std::move(was), std::move(is)});
    }
    return out;
  }

  const std::string& named(std::string_view table, const std::string& id) {
    auto place = names_.find(id);
    if (place == names_.end())
      place = names_.emplace(id, id.empty() ? "" : name_of(reader_, table, id)).first;
    return place->second;
  }

  void name_values(const FieldChange& change) {
    const auto field = std::ranges::find(ledger_.fields, change.field, &pack::Field::id);
    const auto table = table_of(*field);
    if (table.empty()) return;
    for (const auto* value : {&change.before, &change.after})
      if (value->is_string()) named(table, std::string(value->get_string()));
  }

  Reader& reader_;
  const Office& office_;
  const pack::Ledger& ledger_;
  std::map<std::string, std::string> names_;
};

}  // namespace

Result<RowHistory> row_history(Reader& reader, const Office& office, const std::string& ledger_id,
                               const std::string& id) {
  TRY_LET(ledger, ledger_named(office, ledger_id));
  const auto found = find_row(reader, office, *ledger, id);
  if (!found) return not_found("rows");
  TRY(organisations::may(office.pack, office.actor, ledger->noun, "read", {.path = found->path}));
  return History(reader, office, *ledger).of(*found);
}

}  // namespace anxiao::usecases
