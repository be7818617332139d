#include "usecases/ledgers.h"

#include <algorithm>

#include "base/hash.h"
#include "base/ids.h"
#include "base/json_map.h"
#include "domain/facts/fields.h"
#include "domain/facts/row_guards.h"
#include "usecases/ledgers_rows.h"
#include "usecases/organisations.h"
#include "usecases/query.h"
#include "usecases/secrets.h"

namespace anxiao::usecases {
namespace {

namespace json = boost::json;

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

}  // namespace

Result<LedgerRow> read_row(Reader& reader, const Office& office, const std::string& ledger_id,
                           const std::string& id) {
  TRY_LET(ledger, ledger_named(office, ledger_id));
  auto found = find_row(reader, office, *ledger, id);
  if (!found) return not_found("rows");
  TRY(organisations::may(office.pack, office.actor, ledger->noun, "read", {.path = found->path}));
  return as_shown(*ledger, found->row);
}

Result<Kept<LedgerRow>> create_row(Transaction& transaction, const Office& office,
                                   const std::string& ledger_id, const NewRow& sent) {
  TRY_LET(ledger, ledger_named(office, ledger_id));
  TRY_LET(place, living_place(transaction, sent.organisation, office.now, "organisation"));
  TRY(organisations::may(office.pack, office.actor, ledger->noun, "create", place.place()));
  TRY(check_id(sent.id, "id", place.district));
  auto hash = sent_hash_in(transaction, *ledger, place.district, sent);
  TRY_LET(repeated, made_before(transaction, place.district, sent.id, "RowEntered", hash));
  if (repeated) {
    // What was forgotten since cannot be given again.
    auto there = find_row(transaction, office, *ledger, sent.id);
    if (!there) return not_found("rows");
    return Kept<LedgerRow>{as_shown(*ledger, there->row), true};
  }
  TRY(check_kept_by(*ledger, place.kind));
  auto given = sent.fields;
  TRY(check_papers(*ledger, {}, given));
  TRY_LET(fields, facts::check_fields(ledger->fields, given));
  TRY(facts::check_guards(*ledger, fields));
  seal_papers(transaction, *ledger, place.district, fields);
  TRY(check_named(transaction, office, *ledger, place.district, fields));
  auto made = keep_row(transaction, office, *ledger, place, sent.id, fields, {{"sent", hash}});
  std::map<std::string, std::string> known;
  add_names(transaction, *ledger, made.row, known);
  return Kept<LedgerRow>{as_shown(*ledger, std::move(made.row)), false};
}

Result<LedgerRow> change_row(Transaction& transaction, const Office& office,
                             const std::string& ledger_id, const std::string& id,
                             std::int64_t expected_version, const RowChange& change) {
  TRY_LET(ledger, ledger_named(office, ledger_id));
  auto found = find_row(transaction, office, *ledger, id);
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
  TRY(facts::check_guards(*ledger, fields));
  seal_papers(transaction, *ledger, found->district, fields);
  TRY(check_named(transaction, office, *ledger, found->district, fields));
  Query(
      "UPDATE ledger_rows SET title = ?, fields = ?, version = version + 1 WHERE district = ?"
      " AND id = ?",
      {title_of(*ledger, fields), json::serialize(fields), found->district, id})
      .exec(transaction);
  use_photos(transaction, *ledger, found->district, id, fields);
  json::object data = {{"before", told_of(*ledger, found->row.fields)},
                       {"fields", told_of(*ledger, fields)}};
  if (facts::has_personal(ledger->fields))
    data["changed"] = changed_of(*ledger, found->row.fields, fields);
  transaction.record(entry_of(office, *ledger, *found, "RowChanged", std::move(data)));
  return as_shown(*ledger, find_row(transaction, office, *ledger, id)->row);
}

Result<void> end_row(Transaction& transaction, const Office& office, const std::string& ledger_id,
                     const std::string& id) {
  TRY_LET(ledger, ledger_named(office, ledger_id));
  auto found = find_row(transaction, office, *ledger, id);
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

}  // namespace anxiao::usecases
