#include "usecases/organisations.h"

#include <algorithm>
#include <set>

#include "base/ids.h"
#include "base/json_map.h"
#include "base/text.h"
#include "domain/organisations/codes.h"
#include "usecases/query.h"

namespace anxiao::usecases {
namespace {

namespace json = boost::json;

constexpr std::size_t kFacetBytesMost = 8192;
constexpr std::string_view kColumns =
    "o.id, o.district, o.parent, o.kind, o.name, o.code, o.facets, o.since, o.until, o.version, "
    "o.path";

json::object object_from(std::string_view text) {
  json::error_code error;
  auto value = json::parse(text, error);
  return !error && value.is_object() ? std::move(value.get_object()) : json::object{};
}

Organisation organisation_from(const Row& row, const Zone& zone) {
  Organisation out{.id = std::string(row.text(0)),
                   .district = std::string(row.text(1)),
                   .parent = row.maybe_text(2),
                   .kind = std::string(row.text(3)),
                   .name = std::string(row.text(4)),
                   .code = row.maybe_text(5),
                   .facets = object_from(row.text(6)),
                   .since = zone.format({row.integer(7)}),
                   .until = std::nullopt,
                   .version = row.integer(9),
                   .path = std::nullopt};
  if (auto until = row.maybe_integer(8)) out.until = zone.format({*until});
  return out;
}

struct Found {
  Organisation organisation;
  std::string path;
};

std::optional<Found> find(Reader& reader, const Office& office, const std::string& id) {
  std::optional<Found> found;
  Query(
      "SELECT " + std::string(kColumns) + " FROM organisations o WHERE o.district = ? AND o.id = ?",
      {std::string(district_of(id)), id})
      .run(reader, [&](const Row& row) {
        found = Found{organisation_from(row, office.zone), std::string(row.text(10))};
      });
  return found;
}

std::vector<Ref> refs_of(Reader& reader, const std::string& path) {
  std::vector<Ref> refs;
  for (const auto& id : split(path, '/')) {
    if (id.empty()) continue;
    Ref ref{id, ""};
    Query("SELECT name FROM organisations WHERE district = ? AND id = ?",
          {std::string(district_of(id)), id})
        .run(reader, [&](const Row& row) { ref.name = row.text(0); });
    refs.push_back(std::move(ref));
  }
  return refs;
}

Organisation whole(Reader& reader, Found found) {
  found.organisation.path = refs_of(reader, found.path);
  return std::move(found.organisation);
}

bool name_taken(Reader& reader, const std::string& district, const std::string& parent,
                const std::string& name, const std::string& except) {
  bool taken = false;
  Query(
      "SELECT 1 FROM organisations WHERE district = ? AND parent = ? AND name = ? AND until IS NULL"
      " AND id <> ?",
      {district, parent, name, except})
      .run(reader, [&](const Row&) { taken = true; });
  return taken;
}

Refusal taken_name(const std::string& name) {
  return {.why = Why::conflict,
          .key = "organisation.name_taken",
          .detail = "another organisation of that name stands at the same place",
          .field = "name",
          .args = {{"name", name}}};
}

// The district a new organisation belongs to: its own where it heads one, else its parent's.
Result<std::string> district_for(Reader& reader, const NewOrganisation& sent,
                                 const OrganisationPlace& parent) {
  if (sent.kind != kDistrictKind) {
    TRY(check_id(sent.id, "id", parent.district));
    return parent.district;
  }
  TRY(check_id(sent.id, "id"));
  std::string district(district_of(sent.id));
  bool there = false;
  Query("SELECT 1 FROM districts WHERE district = ?", {district}).run(reader, [&](const Row&) {
    there = true;
  });
  if (there)
    return Refusal{.why = Why::conflict,
                   .key = "organisation.district_there",
                   .detail = "the district of these six digits is there already",
                   .field = "id",
                   .args = {{"district", district}}};
  return district;
}

Result<const pack::Kind*> kind_under(const pack::Pack& pack, const std::string& kind,
                                     const std::string& parent_kind) {
  const auto* found = pack.kind(kind);
  if (!found)
    return Refusal{.why = Why::refused,
                   .key = "organisation.unknown_kind",
                   .detail = "the pack knows no kind " + kind,
                   .field = "kind",
                   .args = {{"kind", kind}}};
  if (std::ranges::find(found->under, parent_kind) == found->under.end())
    return Refusal{.why = Why::refused,
                   .key = "organisation.wrong_parent",
                   .detail = "a " + kind + " does not stand under a " + parent_kind,
                   .field = "parent",
                   .args = {{"kind", kind}, {"parent_kind", parent_kind}}};
  return found;
}

Result<void> check_can_end(Reader& reader, const OrganisationPlace& place) {
  bool below = false;
  Query(
      "SELECT 1 FROM districts d JOIN organisations o ON o.district = d.district AND o.parent = ?"
      " AND o.until IS NULL LIMIT 1",
      {place.id})
      .run(reader, [&](const Row&) { below = true; });
  if (below)
    return Refusal{.why = Why::conflict,
                   .key = "organisation.has_under",
                   .detail = "others stand under it; they end or move first"};
  bool open = false;
  Query(
      "SELECT 1 FROM matters WHERE district = ? AND (organisation = ? OR holder = ?) AND"
      " open = TRUE LIMIT 1",
      {place.district, place.id, place.id})
      .run(reader, [&](const Row&) { open = true; });
  if (open)
    return Refusal{.why = Why::conflict,
                   .key = "organisation.has_open_matters",
                   .detail = "it still has matters that are not brought to an end"};
  return {};
}

void end_postings_at(Transaction& transaction, const Office& office,
                     const OrganisationPlace& place) {
  struct Ended {
    std::string id, person, post;
  };
  std::vector<Ended> ended;
  Query(
      "SELECT id, person, post FROM postings WHERE district = ? AND organisation = ? AND"
      " until IS NULL",
      {place.district, place.id})
      .run(transaction, [&](const Row& row) {
        ended.push_back(
            {std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2))});
      });
  for (const auto& each : ended) {
    Query("UPDATE postings SET until = ?, version = version + 1 WHERE district = ? AND id = ?",
          {office.now.ms, place.district, each.id})
        .exec(transaction);
    transaction.record({.district = place.district,
                        .organisation = place.id,
                        .path = place.path,
                        .holder = {},
                        .kind = "PostEnded",
                        .noun = "people",
                        .subject = each.id,
                        .actor = office.actor.person,
                        .happened_at = office.now,
                        .known_at = office.now,
                        .data = {{"person", each.person}, {"post", each.post}},
                        .hash = {}});
  }
}

Result<void> check_facets(const std::optional<json::object>& facets) {
  if (!facets) return {};
  bool plain = json::serialize(*facets).size() <= kFacetBytesMost;
  for (const auto& each : *facets)
    plain = plain && (each.value().is_primitive() || each.value().is_array());
  if (!plain)
    return Refusal{.why = Why::malformed,
                   .key = "organisation.facets_malformed",
                   .detail = "facets are plain values, few and short",
                   .field = "facets"};
  return {};
}

std::optional<std::string> unless_empty(const std::optional<std::string>& text) {
  return text && !text->empty() ? text : std::nullopt;
}

Value or_null(const std::optional<std::string>& text) {
  return text ? Value(*text) : Value(std::monostate{});
}

}  // namespace

std::optional<OrganisationPlace> place_of(Reader& reader, const std::string& id, Instant now) {
  std::optional<OrganisationPlace> place;
  Query(
      "SELECT id, district, parent, path, kind, name, until FROM organisations"
      " WHERE district = ? AND id = ?",
      {std::string(district_of(id)), id})
      .run(reader, [&](const Row& row) {
        place = OrganisationPlace{.id = std::string(row.text(0)),
                                  .district = std::string(row.text(1)),
                                  .parent = row.maybe_text(2).value_or(""),
                                  .path = std::string(row.text(3)),
                                  .kind = std::string(row.text(4)),
                                  .name = std::string(row.text(5)),
                                  .living = row.maybe_integer(6).value_or(INT64_MAX) > now.ms};
      });
  return place;
}

Result<OrganisationPlace> living_place(Reader& reader, const std::string& id, Instant now,
                                       std::string_view field) {
  auto place = place_of(reader, id, now);
  if (!place || !place->living) {
    auto refusal = not_found("organisations");
    refusal.field = field;
    return refusal;
  }
  return *place;
}

Result<std::string> check_name(std::string_view name, std::string_view field) {
  auto text = trimmed(name);
  auto refuse = [&](const char* key, const char* detail) {
    return Refusal{
        .why = Why::malformed, .key = key, .detail = detail, .field = std::string(field)};
  };
  if (!is_utf8(text) ||
      std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
    return refuse("text.malformed", "the text is one line of UTF-8");
  if (text.empty()) return refuse("text.empty", "the text is empty");
  if (length_of(text) > kNameCharactersMost) return refuse("text.too_long", "the text is too long");
  return std::string(text);
}

Result<void> check_codes(const pack::Pack& pack, const pack::Kind& kind, std::string_view district,
                         const std::optional<std::string>& code,
                         const std::optional<json::object>& facets) {
  auto bad = [&](std::string reason) {
    return Refusal{.why = Why::refused,
                   .key = "organisation.bad_code",
                   .detail = "the code is none: " + reason,
                   .field = "code",
                   .args = {{"code", code.value_or("")}, {"reason", reason}}};
  };
  if (auto given = unless_empty(code)) {
    if (kind.id == kDistrictKind || kind.id == kMunicipalityKind) {
      if (!organisations::is_division_code(*given) || *given != district) return bad("district");
    } else if (kind.is_school || !kind.categories.empty()) {
      auto fault = organisations::fault_of_school_code(pack, *given);
      if (fault != organisations::CodeFault::none) return bad(organisations::word_of(fault));
    } else if (!is_utf8(*given) || length_of(*given) > 32) {
      return bad("shape");
    }
  }
  if (!facets) return {};
  const auto* credit = facets->if_contains("social_credit_code");
  if (credit && !credit->is_null() &&
      !(credit->is_string() && (credit->get_string().empty() ||
                                organisations::is_social_credit_code(credit->get_string()))))
    return Refusal{.why = Why::refused,
                   .key = "organisation.bad_social_credit_code",
                   .detail = "the unified social credit code is none",
                   .field = "facets.social_credit_code"};
  return {};
}

void keep_organisation(Transaction& transaction, const Office& office, const NewOrganisation& made,
                       const std::string& parent_path, const std::string& sent_hash) {
  std::string district(district_of(made.id));
  std::string path = (parent_path.empty() ? "/" : parent_path) + made.id + "/";
  auto code = unless_empty(made.code);
  auto facets = made.facets.value_or(json::object{});
  Query(
      "INSERT INTO organisations (district, id, parent, path, kind, name, code, facets, since,"
      " until, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, 1)",
      {district, made.id, made.parent.empty() ? Value(std::monostate{}) : Value(made.parent), path,
       made.kind, made.name, or_null(code), json::serialize(facets), office.now.ms})
      .exec(transaction);
  if (made.kind == kDistrictKind || made.parent.empty())
    Query("INSERT INTO districts (district, organisation) VALUES (?, ?)", {district, made.id})
        .exec(transaction);
  transaction.record({.district = district,
                      .organisation = made.id,
                      .path = path,
                      .holder = {},
                      .kind = "OrganisationEntered",
                      .noun = "organisations",
                      .subject = made.id,
                      .actor = office.actor.person,
                      .happened_at = office.now,
                      .known_at = office.now,
                      .data = {{"parent", made.parent},
                               {"kind", made.kind},
                               {"name", made.name},
                               {"code", code.value_or("")},
                               {"facets", facets},
                               {"sent", sent_hash}},
                      .hash = {}});
}

namespace {

// Offices that anybody may find are those of the districts in which the actor holds posts, and
// those of the whole city.
void findable(Query& query, const organisations::Actor& actor) {
  std::set<std::string> districts;
  for (const auto& posting : actor.postings) {
    districts.insert(posting.district);
    districts.emplace(
        district_of(std::string_view(posting.path).substr(1, posting.path.find('/', 1) - 1)));
  }
  query.add(" AND (FALSE");
  for (const auto& district : districts) query.add(" OR o.district = ?", {district});
  query.add(")");
}

}  // namespace

Result<Page<Organisation>> list_organisations(Reader& reader, const Office& office,
                                              const OrganisationFilter& filter) {
  const auto* kind = office.pack.kind(filter.kind);
  auto scopes = organisations::scopes(office.pack, office.actor, "organisations", "read");
  if (scopes.empty())
    return Refusal{.why = Why::forbidden,
                   .key = "authority.forbidden",
                   .detail = "no post of the actor may read organisations",
                   .args = {{"noun", "organisations"}, {"action", "read"}}};
  Query query("SELECT " + std::string(kColumns) +
                  " FROM organisations o WHERE (o.until IS NULL OR o.until > ?)",
              {office.now.ms});
  if (kind && kind->findable) {
    findable(query, office.actor);
  } else {
    within(query, scopes, "o");
  }
  if (!filter.under.empty()) {
    TRY_LET(place, living_place(reader, filter.under, office.now, "under"));
    under(query, place.district, place.path, "o");
  }
  if (!filter.parent.empty()) query.add(" AND o.parent = ?", {filter.parent});
  if (!filter.kind.empty()) query.add(" AND o.kind = ?", {filter.kind});
  if (!filter.q.empty()) containing(query, filter.q, "o.name");
  if (filter.paging.after) {
    const auto& after = *filter.paging.after;
    query.add(" AND (o.district, o.path) > (?, ?)",
              {std::string(after[0].get_string()), std::string(after[1].get_string())});
  }
  query.add(" ORDER BY o.district, o.path LIMIT ?",
            {static_cast<std::int64_t>(filter.paging.limit + 1)});
  Page<Organisation> page;
  json::array keys;
  query.run(reader, [&](const Row& row) {
    if (page.items.size() == filter.paging.limit) {
      page.next = cursor_of(keys);
      return;
    }
    page.items.push_back(organisation_from(row, office.zone));
    keys = {json::value(row.text(1)), json::value(row.text(10))};
  });
  return page;
}

Result<Organisation> read_organisation(Reader& reader, const Office& office,
                                       const std::string& id) {
  auto found = find(reader, office, id);
  if (!found) return not_found("organisations");
  TRY(organisations::may(office.pack, office.actor, "organisations", "read",
                         {.path = found->path}));
  return whole(reader, std::move(*found));
}

Result<Kept<Organisation>> create_organisation(Transaction& transaction, const Office& office,
                                               const NewOrganisation& sent) {
  TRY_LET(parent, living_place(transaction, sent.parent, office.now, "parent"));
  TRY(organisations::may(office.pack, office.actor, "organisations", "create", parent.place()));
  auto hash = sent_hash_of(write(sent));
  TRY_LET(repeated,
          made_before(transaction, district_of(sent.id), sent.id, "OrganisationEntered", hash));
  if (repeated)
    return Kept<Organisation>{whole(transaction, *find(transaction, office, sent.id)), true};
  TRY_LET(kind, kind_under(office.pack, sent.kind, parent.kind));
  TRY_LET(district, district_for(transaction, sent, parent));
  NewOrganisation made = sent;
  TRY_LET(name, check_name(sent.name, "name"));
  made.name = name;
  TRY(check_facets(made.facets));
  TRY(check_codes(office.pack, *kind, district, made.code, made.facets));
  if (name_taken(transaction, district, parent.id, made.name, "")) return taken_name(made.name);
  keep_organisation(transaction, office, made, parent.path, hash);
  return Kept<Organisation>{whole(transaction, *find(transaction, office, made.id)), false};
}

Result<Organisation> change_organisation(Transaction& transaction, const Office& office,
                                         const std::string& id, std::int64_t expected_version,
                                         const OrganisationChange& change) {
  auto place = place_of(transaction, id, office.now);
  if (!place) return not_found("organisations");
  TRY(organisations::may(office.pack, office.actor, "organisations", "change", place->place()));
  auto found = find(transaction, office, id);
  TRY(check_version(found->organisation.version, expected_version));
  if (!place->living)
    return Refusal{
        .why = Why::conflict, .key = "organisation.ended", .detail = "the organisation has ended"};
  auto& organisation = found->organisation;
  const auto* kind = office.pack.kind(organisation.kind);
  if (change.name) {
    TRY_LET(name, check_name(*change.name, "name"));
    organisation.name = name;
    if (name_taken(transaction, place->district, place->parent, name, id)) return taken_name(name);
  }
  if (change.code) organisation.code = unless_empty(change.code);
  if (change.facets) organisation.facets = *change.facets;
  TRY(check_facets(change.facets));
  if (kind) TRY(check_codes(office.pack, *kind, place->district, change.code, change.facets));
  bool ends = change.end.value_or(false);
  if (ends) {
    // Nobody ends the organisation he is in: whoever stands above it does.
    auto above = place_of(transaction, place->parent, office.now);
    TRY(organisations::may(office.pack, office.actor, "organisations", "change",
                           {.path = above ? above->path : std::string{}}));
    TRY(check_can_end(transaction, *place));
    end_postings_at(transaction, office, *place);
  }
  Query(
      "UPDATE organisations SET name = ?, code = ?, facets = ?, until = ?, version = version + 1"
      " WHERE district = ? AND id = ?",
      {organisation.name, or_null(organisation.code), json::serialize(organisation.facets),
       ends ? Value(office.now.ms) : Value(std::monostate{}), place->district, id})
      .exec(transaction);
  transaction.record({.district = place->district,
                      .organisation = id,
                      .path = place->path,
                      .holder = {},
                      .kind = "OrganisationChanged",
                      .noun = "organisations",
                      .subject = id,
                      .actor = office.actor.person,
                      .happened_at = office.now,
                      .known_at = office.now,
                      .data = {{"name", organisation.name},
                               {"code", organisation.code.value_or("")},
                               {"facets", organisation.facets},
                               {"ended", ends}},
                      .hash = {}});
  return whole(transaction, *find(transaction, office, id));
}

Result<Organisation> found_root(Transaction& transaction, const Office& office,
                                const NewOrganisation& sent) {
  bool there = false;
  Query("SELECT 1 FROM districts LIMIT 1").run(transaction, [&](const Row&) { there = true; });
  if (there)
    return Refusal{.why = Why::conflict,
                   .key = "organisation.root_there",
                   .detail = "this store has its root already"};
  TRY(check_id(sent.id, "id"));
  if (!office.pack.kind(sent.kind))
    return Refusal{.why = Why::refused,
                   .key = "organisation.unknown_kind",
                   .detail = "the pack knows no kind " + sent.kind,
                   .field = "kind",
                   .args = {{"kind", sent.kind}}};
  NewOrganisation made = sent;
  made.parent.clear();
  TRY_LET(name, check_name(sent.name, "name"));
  made.name = name;
  keep_organisation(transaction, office, made, "", sent_hash_of(write(sent)));
  return whole(transaction, *find(transaction, office, made.id));
}

}  // namespace anxiao::usecases
