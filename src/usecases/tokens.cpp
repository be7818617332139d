#include "usecases/tokens.h"

#include "base/hash.h"
#include "base/ids.h"
#include "base/json_map.h"
#include "usecases/organisations.h"
#include "usecases/people.h"
#include "usecases/query.h"

namespace anxiao::usecases {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::string_view kSelect =
    "SELECT t.id, t.name, t.person, t.post, t.organisation, o.name, t.began_at, t.ends_at,"
    " t.revoked_at, t.district, t.path FROM tokens t"
    " JOIN organisations o ON o.district = t.district AND o.id = t.organisation WHERE ";

MachineToken token_from(const Row& row, const Zone& zone) {
  MachineToken token{.id = std::string(row.text(0)),
                     .name = std::string(row.text(1)),
                     .person = {std::string(row.text(2)), ""},
                     .post = std::string(row.text(3)),
                     .organisation = {std::string(row.text(4)), std::string(row.text(5))},
                     .began_at = zone.format({row.integer(6)}),
                     .ends_at = zone.format({row.integer(7)}),
                     .revoked_at = std::nullopt,
                     .token = std::nullopt};
  if (auto revoked = row.maybe_integer(8)) token.revoked_at = zone.format({*revoked});
  return token;
}

void name_person(Reader& reader, MachineToken& token) {
  Query("SELECT name FROM people WHERE district = ? AND id = ?",
        {std::string(district_of(token.person.id)), token.person.id})
      .run(reader, [&](const Row& row) { token.person.name = row.text(0); });
}

struct Found {
  MachineToken token;
  std::string path;
};

std::optional<Found> find(Reader& reader, const Office& office, const std::string& id) {
  std::optional<Found> found;
  Query(std::string(kSelect) + "t.district = ? AND t.id = ?", {std::string(district_of(id)), id})
      .run(reader, [&](const Row& row) {
        found = Found{token_from(row, office.zone), std::string(row.text(10))};
      });
  if (found) name_person(reader, found->token);
  return found;
}

Entry entry_of(const Office& office, const std::string& id, const std::string& organisation,
               const std::string& path, std::string kind, boost::json::object data) {
  return {.district = std::string(district_of(id)),
          .organisation = organisation,
          .path = path,
          .holder = {},
          .kind = std::move(kind),
          .noun = "tokens",
          .subject = id,
          .actor = office.actor.person,
          .happened_at = office.now,
          .known_at = office.now,
          .data = std::move(data),
          .hash = {}};
}

Result<Instant> end_of(const NewToken& sent, Instant now) {
  auto end = parse_instant(sent.ends_at);
  if (!end || *end <= now || end->ms - now.ms > kTokenLongestMs)
    return Refusal{.why = Why::refused,
                   .key = "token.ends_at",
                   .detail = "a token ends at an instant to come, within two years",
                   .field = "ends_at"};
  return *end;
}

}  // namespace

Result<Page<MachineToken>> list_tokens(Reader& reader, const Office& office, const Paging& paging) {
  auto scopes = organisations::scopes(office.pack, office.actor, "tokens", "read");
  if (scopes.empty())
    return Refusal{.why = Why::forbidden,
                   .key = "authority.forbidden",
                   .detail = "no post of the actor may read tokens",
                   .args = {{"noun", "tokens"}, {"action", "read"}}};
  Query query(std::string(kSelect) + "TRUE");
  within(query, scopes, "t");
  if (paging.after)
    query.add(" AND (t.district, t.id) > (?, ?)", {std::string((*paging.after)[0].get_string()),
                                                   std::string((*paging.after)[1].get_string())});
  query.add(" ORDER BY t.district, t.id LIMIT ?", {static_cast<std::int64_t>(paging.limit + 1)});
  Page<MachineToken> page;
  boost::json::array keys;
  query.run(reader, [&](const Row& row) {
    if (page.items.size() == paging.limit) {
      page.next = cursor_of(keys);
      return;
    }
    page.items.push_back(token_from(row, office.zone));
    keys = {boost::json::value(row.text(9)), boost::json::value(row.text(0))};
  });
  for (auto& token : page.items) name_person(reader, token);
  return page;
}

Result<Kept<MachineToken>> make_token(Transaction& transaction, const Office& office,
                                      const NewToken& sent) {
  TRY_LET(place, living_place(transaction, sent.organisation, office.now, "organisation"));
  TRY(organisations::may(office.pack, office.actor, "tokens", "create", place.place()));
  TRY(check_id(sent.id, "id", place.district));
  auto hash = sent_hash_of(write(sent));
  TRY_LET(repeated, made_before(transaction, place.district, sent.id, "TokenMade", hash));
  if (repeated) return Kept<MachineToken>{find(transaction, office, sent.id)->token, true};
  TRY(may_give(office.pack, office.actor, sent.post, place, "tokens", "create"));
  TRY_LET(name, check_name(sent.name, "name"));
  TRY_LET(end, end_of(sent, office.now));
  std::string token = place.district + ".m" + random_token(kTokenBytes);
  Query(
      "INSERT INTO tokens (district, token_hash, id, name, person, post, organisation, path,"
      " began_at, ends_at, revoked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
      {place.district, sha256_hex(token), sent.id, name, office.actor.person, sent.post, place.id,
       place.path, office.now.ms, end.ms})
      .exec(transaction);
  transaction.record(entry_of(
      office, sent.id, place.id, place.path, "TokenMade",
      {{"person", office.actor.person}, {"name", name}, {"post", sent.post}, {"sent", hash}}));
  auto made = find(transaction, office, sent.id)->token;
  made.token = token;
  return Kept<MachineToken>{std::move(made), false};
}

Result<void> revoke_token(Transaction& transaction, const Office& office, const std::string& id) {
  auto found = find(transaction, office, id);
  if (!found) return not_found("tokens");
  TRY(organisations::may(office.pack, office.actor, "tokens", "revoke", {.path = found->path}));
  if (found->token.revoked_at) return {};
  Query("UPDATE tokens SET revoked_at = ? WHERE district = ? AND id = ?",
        {office.now.ms, std::string(district_of(id)), id})
      .exec(transaction);
  transaction.record(entry_of(office, id, found->token.organisation.id, found->path, "TokenRevoked",
                              {{"person", found->token.person.id}}));
  return {};
}

}  // namespace anxiao::usecases
