#include "app/simulation/town.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "app/demo.h"
#include "app/in_one.h"
#include "base/ids.h"
#include "usecases/organisations.h"
#include "usecases/people.h"

namespace anxiao::app::simulation {

namespace json = boost::json;

namespace {

using usecases::Office;
using usecases::Reader;
using usecases::Row;
using usecases::Transaction;

constexpr int kFirstDistrict = 500201;
constexpr const char* kRootCode = "500000";
constexpr const char* kDepartmentKind = "department";
constexpr const char* kOfficeFacet = "office";
constexpr std::int64_t kPlacesToCommit = 200;

// The word, with each {} replaced in turn.
std::string filled(std::string pattern, const std::vector<std::string>& parts) {
  for (const auto& part : parts)
    if (const auto at = pattern.find("{}"); at != std::string::npos) pattern.replace(at, 2, part);
  return pattern;
}

// What an office is called now; behind it, in wide brackets, stands what the notice calls it.
std::string name_now(const std::string& name) { return name.substr(0, name.find("\xef\xbc\x88")); }

// One character of UTF-8 text.
std::string letter_of(const std::string& letters, std::size_t number) {
  std::vector<std::string> all;
  for (std::size_t at = 0; at < letters.size();) {
    const auto lead = static_cast<unsigned char>(letters[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    all.push_back(letters.substr(at, length));
    at += length;
  }
  return all[number % all.size()];
}

bool is_held_at(const pack::Post& post, const std::string& kind) {
  return std::ranges::find(post.at, kind) != post.at.end();
}

// Whoever keeps accounts is somebody real.
bool keeps_accounts(const pack::Post& post) {
  return std::ranges::any_of(post.grants, [](const pack::Grant& grant) {
    return grant.noun == "tokens" || grant.noun == "state";
  });
}

struct Vacancy {
  std::string place, name, kind, district;
  const pack::Post* post;
};

std::vector<Vacancy> vacancies(Reader& reader, const pack::Pack& pack) {
  std::set<std::pair<std::string, std::string>> held;
  reader.query(
      "SELECT q.organisation, q.post FROM districts d JOIN postings q ON q.district = d.district"
      " WHERE q.until IS NULL",
      {}, [&](const Row& row) { held.emplace(row.text(0), row.text(1)); });
  std::vector<Vacancy> out;
  reader.query(
      "SELECT o.id, o.name, o.kind, o.district FROM districts d JOIN organisations o"
      " ON o.district = d.district WHERE o.until IS NULL ORDER BY o.district, o.name",
      {}, [&](const Row& row) {
        for (const auto& post : pack.posts)
          if (is_held_at(post, std::string(row.text(2))) && !keeps_accounts(post) &&
              !held.contains({std::string(row.text(0)), post.id}))
            out.push_back({std::string(row.text(0)), std::string(row.text(1)),
                           std::string(row.text(2)), std::string(row.text(3)), &post});
      });
  return out;
}

}  // namespace

Town::Town(usecases::Store& store, const pack::Pack& pack, const Script& script, const Dice& dice) {
  store.read([&](Reader& reader) {
    reader.query(
        "SELECT o.id, o.name, o.kind, o.path, o.district, o.facets FROM districts d"
        " JOIN organisations o ON o.district = d.district WHERE o.until IS NULL ORDER BY "
        "o.district, o.name",
        {}, [&](const Row& row) {
          auto place = std::make_unique<Place>();
          place->id = row.text(0);
          place->name = row.text(1);
          place->kind = row.text(2);
          place->path = row.text(3);
          place->district = row.text(4);
          place->facets = json::parse(row.text(5)).as_object();
          const auto* kind = pack.kind(place->kind);
          place->behaviour =
              kind && kind->is_school ? &behaviour_of(script, dice, place->name) : &script.above;
          named_[place->district][place->kind].push_back(place->id);
          by_id_[place->id] = place.get();
          places_.push_back(std::move(place));
        });
    reader.query(
        "SELECT p.id, p.name, q.id, q.post, q.organisation FROM districts d JOIN people p"
        " ON p.district = d.district JOIN postings q ON q.district = d.district"
        " AND q.person = p.id WHERE q.until IS NULL AND p.active ORDER BY p.login, q.post",
        {}, [&](const Row& row) {
          const auto found = by_id_.find(std::string(row.text(4)));
          if (found == by_id_.end()) return;
          auto& place = *found->second;
          const std::string person(row.text(0));
          auto& actor = actors_[person];
          actor.person = person;
          actor.name = row.text(1);
          actor.district = std::string(district_of(person));
          actor.postings.push_back({.id = std::string(row.text(2)),
                                    .post = std::string(row.text(3)),
                                    .organisation = place.id,
                                    .organisation_name = place.name,
                                    .kind = place.kind,
                                    .district = place.district,
                                    .path = place.path});
          if (std::ranges::find(place.people, person) == place.people.end())
            place.people.push_back(person);
        });
  });
}

const Place* Town::place(const std::string& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

std::vector<std::string> Town::who_may_act(const Place& place, const std::string& holder) const {
  std::vector<std::string> out;
  const auto add = [&](const Place* from) {
    if (!from) return;
    for (const auto& person : from->people)
      if (std::ranges::find(out, person) == out.end()) out.push_back(person);
  };
  add(this->place(holder));
  add(&place);
  // A path ends with its own id: from the nearest above on.
  auto path = place.path;
  while (path.size() > 1) {
    path.pop_back();
    const auto slash = path.rfind('/');
    const auto id = path.substr(slash + 1);
    path = path.substr(0, slash + 1);
    add(this->place(id));
  }
  return out;
}

const organisations::Actor& Town::actor(const std::string& person) const {
  return actors_.at(person);
}

const std::map<std::string, std::vector<std::string>>& Town::named_in(
    const std::string& district) const {
  static const std::map<std::string, std::vector<std::string>> kNone;
  const auto found = named_.find(district);
  return found == named_.end() ? kNone : found->second;
}

std::vector<std::string> Town::districts() const {
  std::vector<std::string> out;
  for (const auto& [district, kinds] : named_) out.push_back(district);
  return out;
}

Result<std::int64_t> staff(usecases::Store& store, const pack::Pack& pack, const Zone& zone,
                           const Script& script, const Dice& dice, Instant now) {
  const auto actor = city_actor(store);
  if (!actor)
    return Refusal{.why = Why::not_found, .key = "city.absent", .detail = "there is no city"};
  const Office office{pack, zone, now, *actor};
  std::vector<Vacancy> all;
  store.read([&](Reader& reader) { all = vacancies(reader, pack); });
  // Nobody is told it: these people never log in.
  const auto password = usecases::make_one_time_password();
  std::int64_t made = 0;
  while (made < static_cast<std::int64_t>(all.size())) {
    TRY(in_one(store, [&](Transaction& transaction) -> Result<void> {
      for (std::int64_t i = 0; i < kPlacesToCommit && made < std::ssize(all); ++i, ++made) {
        const auto& vacancy = all[static_cast<std::size_t>(made)];
        const auto id = new_id(vacancy.district, now);
        const auto surname = letter_of(
            script.surnames, dice.one_of(997, vacancy.name + vacancy.post->id + "surname"));
        const auto given =
            filled(script.person, {surname, vacancy.post->name.zh, fmt::format("{}", made + 1)});
        auto done = usecases::create_person(
            transaction, office,
            {.id = id,
             .name = given,
             .login = fmt::format("sim-{}-{}", vacancy.district, made + 1),
             .organisation = vacancy.place,
             .posts = {{new_id(vacancy.district, now), vacancy.post->id, vacancy.place}}},
            password);
        if (!done) return done.error();
      }
      return {};
    }));
  }
  return made;
}

Result<void> found_simulated_city(usecases::Store& store, const pack::Pack& pack, const Zone& zone,
                                  const Script& script, const Dice& dice, Instant now,
                                  std::int64_t schools) {
  if (!is_empty(store))
    return Refusal{.why = Why::conflict,
                   .key = "city.there",
                   .detail = "there is a city in this data folder already"};
  auto made_city = make_city(store, pack, zone, now, script.mark, kRootCode, "simulation");
  if (!made_city) return made_city.error();
  const auto actor = city_actor(store);
  const Office office{pack, zone, now, *actor};
  std::string root = actor->postings.front().organisation;
  std::string district, code;
  std::int64_t made = 0;
  const auto create = [&](Transaction& transaction, const std::string& id,
                          const std::string& parent, const std::string& kind,
                          const std::string& name, json::object facets) -> Result<void> {
    auto kept = usecases::create_organisation(transaction, office,
                                              {.id = id,
                                               .parent = parent,
                                               .kind = kind,
                                               .name = name,
                                               .code = {},
                                               .facets = std::move(facets)});
    if (!kept) return kept.error();
    return {};
  };
  const auto next_district = [&](Transaction& transaction) -> Result<void> {
    const auto number = made / script.schools.in_a_district;
    code = std::to_string(kFirstDistrict + number);
    district = new_id(code, now);
    TRY(create(transaction, district, root, std::string(usecases::kDistrictKind),
               filled(script.district.name, {fmt::format("{:02}", number + 1)}), {}));
    const auto* offices = pack.facet(kOfficeFacet);
    if (!offices) return {};
    for (const auto& [id, words] : offices->choices)
      TRY(create(
          transaction, new_id(code, now), district, kDepartmentKind,
          filled(script.district.name, {fmt::format("{:02}", number + 1)}) + name_now(words.zh),
          {{kOfficeFacet, id}}));
    return {};
  };
  const auto some = [&](Transaction& transaction) -> Result<void> {
    for (std::int64_t i = 0; i < kPlacesToCommit && made < schools; ++i, ++made) {
      if (made % script.schools.in_a_district == 0) TRY(next_district(transaction));
      const auto number = made % script.schools.in_a_district;
      const auto* kind = pack.kind(
          script.schools.kinds[static_cast<std::size_t>(number) % script.schools.kinds.size()]);
      if (!kind) continue;
      const auto name =
          filled(script.district.school,
                 {filled(script.district.name,
                         {fmt::format("{:02}", made / script.schools.in_a_district + 1)}),
                  fmt::format("{}", number + 1)}) +
          kind->name.zh;
      const auto pupils = 60 + static_cast<std::int64_t>(dice.throw_for(name + "pupils") * 1800);
      TRY(create(transaction, new_id(code, now), district, kind->id, name,
                 {{"pupils", pupils}, {"staff", pupils / 14 + 3}}));
    }
    return {};
  };
  while (made < schools) TRY(in_one(store, some));
  return {};
}

}  // namespace anxiao::app::simulation
