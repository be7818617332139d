#include "usecases/people.h"

#include <algorithm>
#include <array>

#include "base/ids.h"
#include "base/json_map.h"
#include "base/text.h"
#include "usecases/query.h"
#include "usecases/sessions.h"

namespace anxiao::usecases {
namespace {

namespace json = boost::json;

constexpr std::string_view kColumns =
    "p.id, p.name, p.login, p.organisation, o.name, p.active, p.version, p.district, p.path";
constexpr std::string_view kTables =
    " FROM people p JOIN organisations o ON o.district = p.district AND o.id = p.organisation";
constexpr std::size_t kLoginCharactersLeast = 2;
constexpr std::size_t kLoginCharactersMost = 64;

// Nouns whose actions are power over others' rights rather than work.
constexpr std::array<std::string_view, 4> kPowers = {"people", "organisations", "tokens", "state"};

Person person_from(const Row& row) {
  return {.id = std::string(row.text(0)),
          .name = std::string(row.text(1)),
          .login = std::string(row.text(2)),
          .organisation = {std::string(row.text(3)), std::string(row.text(4))},
          .active = row.flag(5),
          .postings = {},
          .version = row.integer(6),
          .one_time_password = std::nullopt};
}

std::vector<HeldPost> posts_of(Reader& reader, const Office& office, const std::string& person) {
  std::vector<HeldPost> held;
  Query(
      "SELECT q.id, q.post, q.organisation, o.name, q.since, q.until FROM districts d"
      " JOIN postings q ON q.district = d.district AND q.person = ?"
      " JOIN organisations o ON o.district = q.district AND o.id = q.organisation"
      " ORDER BY q.since, q.id",
      {person})
      .run(reader, [&](const Row& row) {
        HeldPost post{.id = std::string(row.text(0)),
                      .post = std::string(row.text(1)),
                      .organisation = {std::string(row.text(2)), std::string(row.text(3))},
                      .since = office.zone.format({row.integer(4)}),
                      .until = std::nullopt};
        if (auto until = row.maybe_integer(5)) post.until = office.zone.format({*until});
        held.push_back(std::move(post));
      });
  return held;
}

struct Found {
  Person person;
  std::string district;
  std::string path;
};

std::optional<Found> find(Reader& reader, const Office& office, const std::string& id) {
  std::optional<Found> found;
  Query("SELECT " + std::string(kColumns) + std::string(kTables) +
            " WHERE p.district = ? AND p.id = ?",
        {std::string(district_of(id)), id})
      .run(reader, [&](const Row& row) {
        found = Found{person_from(row), std::string(row.text(7)), std::string(row.text(8))};
      });
  if (found) found->person.postings = posts_of(reader, office, id);
  return found;
}

Result<void> may_see(const Office& office, const Found& found) {
  if (found.person.id == office.actor.person &&
      organisations::may_of_self(office.pack, office.actor, "people", "read"))
    return {};
  return organisations::may(office.pack, office.actor, "people", "read", {.path = found.path});
}

Entry entry_of(const Office& office, const OrganisationPlace& place, std::string kind,
               std::string subject, json::object data) {
  return {.district = place.district,
          .organisation = place.id,
          .path = place.path,
          .holder = {},
          .kind = std::move(kind),
          .noun = "people",
          .subject = std::move(subject),
          .actor = office.actor.person,
          .happened_at = office.now,
          .known_at = office.now,
          .data = std::move(data),
          .hash = {}};
}

Entry entry_of(const Office& office, const Found& found, std::string kind, json::object data) {
  data["person"] = found.person.id;
  return entry_of(office,
                  {.id = found.person.organisation.id,
                   .district = found.district,
                   .parent = {},
                   .path = found.path,
                   .kind = {},
                   .name = {}},
                  std::move(kind), found.person.id, std::move(data));
}

Result<std::string> check_login(Reader& reader, const std::string& typed) {
  std::string login = login_from(typed);
  auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  if (login.size() < kLoginCharactersLeast || login.size() > kLoginCharactersMost ||
      !std::ranges::all_of(login, plain))
    return Refusal{.why = Why::malformed,
                   .key = "person.login_malformed",
                   .detail = "a login is 2 to 64 of a-z, 0-9, dot, underscore and hyphen",
                   .field = "login",
                   .args = {{"least", kLoginCharactersLeast}, {"most", kLoginCharactersMost}}};
  bool taken = false;
  Query("SELECT 1 FROM districts d JOIN people p ON p.district = d.district AND p.login = ?",
        {login})
      .run(reader, [&](const Row&) { taken = true; });
  if (taken)
    return Refusal{.why = Why::conflict,
                   .key = "person.login_taken",
                   .detail = "somebody has this login already",
                   .field = "login",
                   .args = {{"login", login}}};
  return login;
}

bool reaches_subtree(const pack::Pack& pack, const organisations::Actor& actor,
                     std::string_view noun, std::string_view action, const std::string& path) {
  auto scopes = organisations::scopes(pack, actor, noun, action);
  return std::ranges::any_of(scopes, [&](const organisations::Scope& scope) {
    return !scope.exact && !scope.held && path.starts_with(scope.path);
  });
}

Refusal above_yours(const std::string& post) {
  return {.why = Why::forbidden,
          .key = "people.post_above_yours",
          .detail = "the post " + post + " allows more than the actor's own",
          .args = {{"post", post}}};
}

// Puts down a posting; everything was checked.
void keep_post(Transaction& transaction, const Office& office, const std::string& person,
               const NewPost& made, const OrganisationPlace& place, const std::string& sent_hash) {
  Query(
      "INSERT INTO postings (district, id, person, person_district, post, organisation, path,"
      " since, until, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, 1)",
      {place.district, made.id, person, std::string(district_of(person)), made.post, place.id,
       place.path, office.now.ms})
      .exec(transaction);
  transaction.record(entry_of(office, place, "PostGiven", made.id,
                              {{"person", person}, {"post", made.post}, {"sent", sent_hash}}));
}

Result<OrganisationPlace> check_post(Reader& reader, const Office& office, const NewPost& sent,
                                     const std::string& field) {
  TRY_LET(place, living_place(reader, sent.organisation, office.now, field + "organisation"));
  TRY(check_id(sent.id, field + "id", place.district));
  TRY(may_give(office.pack, office.actor, sent.post, place));
  return place;
}

// What the actor does to somebody's account he must be able to do to every post that is reached
// by it; else a reset password would be a way upwards.
Result<void> may_govern(Reader& reader, const Office& office, const Found& found) {
  TRY(organisations::may(office.pack, office.actor, "people", "change", {.path = found.path}));
  for (const auto& held : found.person.postings) {
    if (held.until) continue;
    auto place = place_of(reader, held.organisation.id, office.now);
    if (!place || !place->living || !office.pack.post(held.post)) continue;
    TRY(may_give(office.pack, office.actor, held.post, *place, "people", "change"));
  }
  return {};
}

std::string hash_of_post(const std::string& person, const NewPost& sent) {
  return sent_hash_of(json::object{{"person", person}, {"posting", write(sent)}});
}

}  // namespace

OneTimePassword make_one_time_password() {
  std::string text = random_password();
  return {text, password_hash(text)};
}

Result<void> may_give(const pack::Pack& pack, const organisations::Actor& actor,
                      const std::string& post, const OrganisationPlace& place,
                      std::string_view noun, std::string_view action) {
  TRY(organisations::may(pack, actor, noun, action, place.place()));
  const auto* given = pack.post(post);
  if (!given)
    return Refusal{.why = Why::refused,
                   .key = "people.unknown_post",
                   .detail = "the pack knows no post " + post,
                   .field = "post",
                   .args = {{"post", post}}};
  if (std::ranges::find(given->at, place.kind) == given->at.end())
    return Refusal{.why = Why::refused,
                   .key = "people.post_not_here",
                   .detail = "the post " + post + " is not held at a " + place.kind,
                   .field = "post",
                   .args = {{"post", post}, {"kind", place.kind}}};
  for (const auto& grant : given->grants) {
    bool subtree = grant.reach == "subtree";
    if (subtree && !reaches_subtree(pack, actor, noun, action, place.path))
      return above_yours(post);
    if (grant.reach == "self" || std::ranges::find(kPowers, grant.noun) == kPowers.end()) continue;
    for (const auto& each : grant.actions) {
      if (each == "read") continue;
      bool within_own =
          subtree ? reaches_subtree(pack, actor, grant.noun, each, place.path)
                  : organisations::may(pack, actor, grant.noun, each, place.place()).has_value();
      if (!within_own) return above_yours(post);
    }
  }
  return {};
}

Result<Page<Person>> list_people(Reader& reader, const Office& office, const PersonFilter& filter) {
  auto scopes = organisations::scopes(office.pack, office.actor, "people", "read");
  bool self = organisations::may_of_self(office.pack, office.actor, "people", "read").has_value();
  if (scopes.empty() && !self)
    return Refusal{.why = Why::forbidden,
                   .key = "authority.forbidden",
                   .detail = "no post of the actor may read people",
                   .args = {{"noun", "people"}, {"action", "read"}}};
  Query query("SELECT " + std::string(kColumns) + std::string(kTables) + " WHERE ((TRUE");
  within(query, scopes, "p");
  query.add(") OR p.id = ?)", {self ? office.actor.person : std::string{}});
  if (!filter.under.empty()) {
    TRY_LET(place, living_place(reader, filter.under, office.now, "under"));
    under(query, place.district, place.path, "p");
  }
  if (!filter.q.empty()) {
    query.add(" AND ((TRUE");
    containing(query, filter.q, "p.name");
    query.add(") OR (TRUE");
    containing(query, filter.q, "p.login");
    query.add("))");
  }
  if (filter.paging.after) {
    const auto& after = *filter.paging.after;
    query.add(" AND (p.district, p.id) > (?, ?)",
              {std::string(after[0].get_string()), std::string(after[1].get_string())});
  }
  query.add(" ORDER BY p.district, p.id LIMIT ?",
            {static_cast<std::int64_t>(filter.paging.limit + 1)});
  Page<Person> page;
  json::array keys;
  query.run(reader, [&](const Row& row) {
    if (page.items.size() == filter.paging.limit) {
      page.next = cursor_of(keys);
      return;
    }
    page.items.push_back(person_from(row));
    keys = {json::value(row.text(7)), json::value(row.text(0))};
  });
  for (auto& person : page.items) person.postings = posts_of(reader, office, person.id);
  return page;
}

Result<Person> read_person(Reader& reader, const Office& office, const std::string& id) {
  auto found = find(reader, office, id);
  if (!found) return not_found("people");
  TRY(may_see(office, *found));
  return found->person;
}

Result<Kept<Person>> create_person(Transaction& transaction, const Office& office,
                                   const NewPerson& sent, const OneTimePassword& password) {
  TRY_LET(home, living_place(transaction, sent.organisation, office.now, "organisation"));
  TRY(organisations::may(office.pack, office.actor, "people", "create", home.place()));
  TRY(check_id(sent.id, "id", home.district));
  auto hash = sent_hash_of(write(sent));
  TRY_LET(repeated, made_before(transaction, home.district, sent.id, "PersonEntered", hash));
  if (repeated) return Kept<Person>{find(transaction, office, sent.id)->person, true};
  TRY_LET(name, check_name(sent.name, "name"));
  TRY_LET(login, check_login(transaction, sent.login));
  std::vector<OrganisationPlace> places;
  for (std::size_t i = 0; i < sent.posts.size(); ++i) {
    TRY_LET(place,
            check_post(transaction, office, sent.posts[i], "posts[" + std::to_string(i) + "]."));
    places.push_back(place);
  }
  Query(
      "INSERT INTO people (district, id, name, login, organisation, path, password, must_change,"
      " active, since, version) VALUES (?, ?, ?, ?, ?, ?, ?, TRUE, TRUE, ?, 1)",
      {home.district, sent.id, name, login, home.id, home.path, password.hash, office.now.ms})
      .exec(transaction);
  transaction.record(
      entry_of(office, home, "PersonEntered", sent.id, {{"person", sent.id}, {"sent", hash}}));
  for (std::size_t i = 0; i < sent.posts.size(); ++i) {
    auto post_hash = hash_of_post(sent.id, sent.posts[i]);
    TRY_LET(there,
            made_before(transaction, places[i].district, sent.posts[i].id, "PostGiven", post_hash));
    if (!there) keep_post(transaction, office, sent.id, sent.posts[i], places[i], post_hash);
  }
  auto person = find(transaction, office, sent.id)->person;
  person.one_time_password = password.text;
  return Kept<Person>{std::move(person), false};
}

Result<Person> change_person(Transaction& transaction, const Office& office, const std::string& id,
                             std::optional<std::int64_t> expected_version,
                             const PersonChange& change) {
  auto found = find(transaction, office, id);
  if (!found) return not_found("people");
  TRY(may_govern(transaction, office, *found));
  if (expected_version) TRY(check_version(found->person.version, *expected_version));
  auto& person = found->person;
  if (change.name) {
    TRY_LET(name, check_name(*change.name, "name"));
    person.name = name;
  }
  if (change.active && !*change.active && id == office.actor.person)
    return Refusal{.why = Why::refused,
                   .key = "people.yourself",
                   .detail = "nobody shuts himself out; another one does",
                   .field = "active"};
  bool active = change.active.value_or(person.active);
  Query(
      "UPDATE people SET name = ?, active = ?, version = version + 1 WHERE district = ? AND"
      " id = ?",
      {person.name, active, found->district, id})
      .exec(transaction);
  if (!active)
    Query("DELETE FROM sessions WHERE district = ? AND person = ?", {found->district, id})
        .exec(transaction);
  transaction.record(entry_of(office, *found, "PersonChanged",
                              {{"named", change.name.has_value()}, {"active", active}}));
  return find(transaction, office, id)->person;
}

Result<void> reset_password(Transaction& transaction, const Office& office, const std::string& id,
                            const OneTimePassword& password) {
  auto found = find(transaction, office, id);
  if (!found) return not_found("people");
  TRY(may_govern(transaction, office, *found));
  Query(
      "UPDATE people SET password = ?, must_change = TRUE, version = version + 1"
      " WHERE district = ? AND id = ?",
      {password.hash, found->district, id})
      .exec(transaction);
  Query("DELETE FROM sessions WHERE district = ? AND person = ?", {found->district, id})
      .exec(transaction);
  Query("DELETE FROM throttles WHERE district = ? AND subject = ?",
        {found->district, "person:" + id})
      .exec(transaction);
  transaction.record(entry_of(office, *found, "PasswordReset", {}));
  return {};
}

Result<Kept<Person>> give_post(Transaction& transaction, const Office& office,
                               const std::string& person, const NewPost& sent) {
  auto found = find(transaction, office, person);
  if (!found) return not_found("people");
  TRY(may_see(office, *found));
  TRY_LET(place, check_post(transaction, office, sent, ""));
  if (person == office.actor.person)
    return Refusal{.why = Why::forbidden,
                   .key = "people.yourself",
                   .detail = "nobody gives a post to himself",
                   .field = "post"};
  auto hash = hash_of_post(person, sent);
  TRY_LET(repeated, made_before(transaction, place.district, sent.id, "PostGiven", hash));
  if (repeated) return Kept<Person>{found->person, true};
  bool holds = std::ranges::any_of(found->person.postings, [&](const HeldPost& held) {
    return !held.until && held.post == sent.post && held.organisation.id == sent.organisation;
  });
  if (holds)
    return Refusal{.why = Why::conflict,
                   .key = "people.post_held",
                   .detail = "the person holds this post there already",
                   .field = "post"};
  keep_post(transaction, office, person, sent, place, hash);
  return Kept<Person>{find(transaction, office, person)->person, false};
}

Result<void> end_post(Transaction& transaction, const Office& office, const std::string& person,
                      const std::string& posting) {
  std::string post, organisation;
  bool ended = false;
  Query(
      "SELECT post, organisation, until FROM postings WHERE district = ? AND id = ? AND"
      " person = ?",
      {std::string(district_of(posting)), posting, person})
      .run(transaction, [&](const Row& row) {
        post = row.text(0);
        organisation = row.text(1);
        ended = !row.is_null(2);
      });
  if (organisation.empty()) return not_found("postings");
  auto place = place_of(transaction, organisation, office.now);
  expect(place.has_value(), "a posting is at an organisation that is there");
  if (office.pack.post(post))
    TRY(may_give(office.pack, office.actor, post, *place));
  else
    TRY(organisations::may(office.pack, office.actor, "people", "post", place->place()));
  if (ended) return {};
  Query("UPDATE postings SET until = ?, version = version + 1 WHERE district = ? AND id = ?",
        {office.now.ms, place->district, posting})
      .exec(transaction);
  transaction.record(
      entry_of(office, *place, "PostEnded", posting, {{"person", person}, {"post", post}}));
  return {};
}

}  // namespace anxiao::usecases
