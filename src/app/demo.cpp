#include "app/demo.h"

#include <boost/describe.hpp>

#include <charconv>
#include <fstream>
#include <map>
#include <sstream>

#include "app/in_one.h"
#include "base/ids.h"
#include "base/json_map.h"
#include "usecases/ledgers.h"
#include "usecases/organisations.h"
#include "usecases/people.h"

namespace anxiao::app {
namespace {

using usecases::NewOrganisation;
using usecases::Office;

struct Named {
  std::string code;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Named, (), (code, name))
struct Keyed {
  std::string key;
  std::string name;
  std::optional<std::string> kind;
  std::optional<json::object> facets;
};
BOOST_DESCRIBE_STRUCT(Keyed, (), (key, name, kind, facets))
struct Invented {
  std::string key;
  std::string login;
  std::string name;
  std::string at;
  std::vector<std::string> posts;
  std::optional<bool> shown;
};
BOOST_DESCRIBE_STRUCT(Invented, (), (key, login, name, at, posts, shown))
struct Written {
  std::string ledger;
  std::string at;
  json::object fields;
};
BOOST_DESCRIBE_STRUCT(Written, (), (ledger, at, fields))
struct Demo {
  Named root;
  Named district;
  std::vector<Keyed> departments;
  std::vector<Keyed> schools;
  std::vector<Invented> people;
  std::vector<Written> rows;
};
BOOST_DESCRIBE_STRUCT(Demo, (), (root, district, departments, schools, people, rows))

Result<Demo> read_demo(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in)
    return Refusal{.why = Why::not_found,
                   .key = "demo.absent",
                   .detail = "the demonstration's file is not at " + file.string()};
  std::ostringstream text;
  text << in.rdbuf();
  return read_text<Demo>(text.str());
}

constexpr std::string_view kAdministrator = "administrator";

// Whoever keeps the rows of a school, a district and a department.
constexpr std::string_view kPrincipal = "principal";
constexpr std::string_view kDistrictOfficer = "district_safety_officer";
constexpr std::string_view kDepartmentOfficer = "department_officer";

// Whoever sets a server up acts, until there are people, with the grants of a post: as an
// administrator of the whole city, and for a place's own rows as whoever keeps them there.
organisations::Actor acting(std::string_view post, const std::string& organisation,
                            const std::string& path) {
  organisations::Actor out;
  out.district = std::string(district_of(organisation));
  out.postings.push_back({.id = {},
                          .post = std::string(post),
                          .organisation = organisation,
                          .organisation_name = {},
                          .kind = {},
                          .district = out.district,
                          .path = path});
  return out;
}

organisations::Actor founder(const std::string& root) {
  return acting(kAdministrator, root, "/" + root + "/");
}

std::string post_words(const pack::Pack& pack, const std::string& post) {
  const auto* found = pack.post(post);
  return found ? found->name.zh : post;
}

Refusal at_row(Refusal refusal, const std::string& row) {
  refusal.detail = row + ": " + refusal.detail;
  return refusal;
}

using Keys = std::map<std::string, std::string>;

// `+90d` and `-3d` count from the day of the first start, so that the demonstration is never stale;
// any other text stays as it is.
std::string day_from(std::string_view text, Day today) {
  if (text.size() < 3 || (text.front() != '+' && text.front() != '-') || text.back() != 'd')
    return std::string(text);
  int days = 0;
  const char* end = text.data() + text.size() - 1;
  const auto [stop, error] = std::from_chars(text.data() + 1, end, days);
  if (error != std::errc() || stop != end) return std::string(text);
  return format_day(today.plus(text.front() == '-' ? -days : days));
}

// A row as the use case takes it: people and places by their ids instead of their keys, and days.
Result<json::object> entered(const pack::Ledger& ledger, const Written& row, const Keys& people,
                             const Keys& places, Day today) {
  json::object fields = row.fields;
  for (const auto& field : ledger.fields) {
    auto* value = fields.if_contains(field.id);
    if (!value || !value->is_string()) continue;
    std::string text(value->get_string());
    if (field.type == "day") *value = day_from(text, today);
    if (field.type != "person" && field.type != "organisation") continue;
    const auto& keys = field.type == "person" ? people : places;
    auto found = keys.find(text);
    if (found == keys.end())
      return Refusal{.why = Why::malformed,
                     .key = "demo.malformed",
                     .detail = "no " + field.type + " has the key " + text};
    *value = found->second;
  }
  return fields;
}

}  // namespace

std::optional<organisations::Actor> city_actor(usecases::Store& store) {
  std::optional<organisations::Actor> out;
  store.read([&](usecases::Reader& reader) {
    reader.query(
        "SELECT d.organisation FROM districts d JOIN organisations o ON o.district = d.district "
        "AND o.id = d.organisation WHERE o.parent IS NULL",
        {}, [&](const usecases::Row& row) { out = founder(std::string(row.text(0))); });
  });
  return out;
}

std::optional<std::string> organisation_named(usecases::Store& store, std::string_view kind,
                                              const std::string& name) {
  std::vector<std::string> found;
  store.read([&](usecases::Reader& reader) {
    reader.query(
        "SELECT o.id FROM districts d JOIN organisations o ON o.district = d.district "
        "WHERE o.kind = $1 AND o.name = $2 AND o.until IS NULL",
        {std::string(kind), name},
        [&](const usecases::Row& row) { found.emplace_back(row.text(0)); });
  });
  return found.size() == 1 ? std::optional(found.front()) : std::nullopt;
}

bool is_empty(usecases::Store& store) {
  bool empty = true;
  store.read([&](usecases::Reader& reader) {
    reader.query("SELECT 1 FROM districts LIMIT 1", {},
                 [&](const usecases::Row&) { empty = false; });
  });
  return empty;
}

Result<std::vector<Shown>> make_demo(usecases::Store& store, const pack::Pack& pack,
                                     const Zone& zone, Instant now,
                                     const std::filesystem::path& file, std::optional<Day> today) {
  TRY_LET(demo, read_demo(file));
  std::map<std::string, usecases::OneTimePassword> passwords;
  for (const auto& person : demo.people) passwords[person.key] = usecases::make_one_time_password();

  std::string root = new_id(demo.root.code, now);
  std::string district = new_id(demo.district.code, now);
  auto actor = founder(root);
  Office office{pack, zone, now, actor};
  std::map<std::string, std::string> places{{"root", root}, {"district", district}};
  std::map<std::string, std::string> names{{"root", demo.root.name},
                                           {"district", demo.district.name}};
  std::map<std::string, std::string> people;
  std::map<std::string, std::string_view> posts_of_rows{{"district", kDistrictOfficer}};
  for (const auto& each : demo.departments) posts_of_rows[each.key] = kDepartmentOfficer;
  for (const auto& each : demo.schools) posts_of_rows[each.key] = kPrincipal;
  std::vector<Shown> out;

  auto enter_row = [&](usecases::Transaction& transaction, const Written& row) -> Result<void> {
    const std::string name = row.ledger + " of " + row.at;
    const auto* ledger = pack.ledger(row.ledger);
    auto at = places.find(row.at);
    if (!ledger || at == places.end())
      return Refusal{.why = Why::malformed,
                     .key = "demo.malformed",
                     .detail = name + ": no such ledger or place"};
    auto fields = entered(*ledger, row, people, places, today.value_or(zone.day_of(now)));
    if (!fields) return at_row(fields.error(), name);
    std::string path = "/" + root + "/" + district + "/";
    if (row.at != "district") path += at->second + "/";
    const auto keeper = acting(posts_of_rows[row.at], at->second, path);
    auto made = usecases::create_row(
        transaction, Office{pack, zone, now, keeper}, row.ledger,
        {.id = new_id(demo.district.code, now), .organisation = at->second, .fields = *fields});
    if (!made) return at_row(made.error(), name);
    return {};
  };
  auto fill = [&](usecases::Transaction& transaction) -> Result<void> {
    auto organisation = [&](const Keyed& made, const std::string& kind,
                            const std::string& parent) -> Result<void> {
      places[made.key] = new_id(demo.district.code, now);
      names[made.key] = made.name;
      auto kept = usecases::create_organisation(transaction, office,
                                                {.id = places[made.key],
                                                 .parent = parent,
                                                 .kind = kind,
                                                 .name = made.name,
                                                 .code = {},
                                                 .facets = made.facets});
      if (!kept) return at_row(kept.error(), made.key);
      return {};
    };
    auto founded = usecases::found_root(transaction, office,
                                        {.id = root,
                                         .parent = {},
                                         .kind = std::string(usecases::kMunicipalityKind),
                                         .name = demo.root.name,
                                         .code = {},
                                         .facets = {}});
    if (!founded) return founded.error();
    auto kept = usecases::create_organisation(transaction, office,
                                              {.id = district,
                                               .parent = root,
                                               .kind = std::string(usecases::kDistrictKind),
                                               .name = demo.district.name,
                                               .code = {},
                                               .facets = {}});
    if (!kept) return kept.error();
    for (const auto& each : demo.departments)
      TRY(organisation(each, each.kind.value_or("department"), district));
    for (const auto& each : demo.schools) TRY(organisation(each, each.kind.value_or(""), district));

    for (const auto& each : demo.people) {
      auto at = places.find(each.at);
      if (at == places.end())
        return Refusal{.why = Why::malformed,
                       .key = "demo.malformed",
                       .detail = each.key + ": no place " + each.at};
      std::string home(district_of(at->second));
      usecases::NewPerson person{.id = new_id(home, now),
                                 .name = each.name,
                                 .login = each.login,
                                 .organisation = at->second,
                                 .posts = {}};
      for (const auto& post : each.posts)
        person.posts.push_back({new_id(home, now), post, at->second});
      people[each.key] = person.id;
      auto made = usecases::create_person(transaction, office, person, passwords[each.key]);
      if (!made) return at_row(made.error(), each.key);
      if (each.shown.value_or(false))
        out.push_back({each.login, passwords[each.key].text, each.name,
                       post_words(pack, each.posts.front()), names[each.at]});
    }

    for (const auto& each : demo.rows) TRY(enter_row(transaction, each));
    return {};
  };
  TRY(in_one(store, fill));
  return out;
}

Result<std::vector<Shown>> make_city(usecases::Store& store, const pack::Pack& pack,
                                     const Zone& zone, Instant now, const std::string& name,
                                     const std::string& code, const std::string& login) {
  if (!is_empty(store))
    return Refusal{.why = Why::conflict,
                   .key = "city.there",
                   .detail = "there is a city in this data folder already"};
  auto password = usecases::make_one_time_password();
  std::string root = new_id(code, now);
  TRY(check_id(root, "code"));
  auto actor = founder(root);
  Office office{pack, zone, now, actor};
  auto fill = [&](usecases::Transaction& transaction) -> Result<void> {
    auto founded = usecases::found_root(transaction, office,
                                        {.id = root,
                                         .parent = {},
                                         .kind = std::string(usecases::kMunicipalityKind),
                                         .name = name,
                                         .code = {},
                                         .facets = {}});
    if (!founded) return founded.error();
    auto made =
        usecases::create_person(transaction, office,
                                {.id = new_id(code, now),
                                 .name = login,
                                 .login = login,
                                 .organisation = root,
                                 .posts = {{new_id(code, now), std::string(kAdministrator), root}}},
                                password);
    if (!made) return made.error();
    return {};
  };
  TRY(in_one(store, fill));
  return std::vector<Shown>{
      {login, password.text, login, post_words(pack, std::string(kAdministrator)), name}};
}

}  // namespace anxiao::app
