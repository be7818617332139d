#include "bench/city.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ids.h"

namespace anxiao::bench {
namespace {

constexpr std::array<const char*, 6> kKinds{"kindergarten",  "primary",       "village_primary",
                                            "junior_middle", "senior_middle", "boarding_middle"};
constexpr std::array<const char*, 4> kOtherLists{"gate_watch", "fire_patrol,night_patrol",
                                                 "meal,samples,canteen_day", "weekly,monthly"};
constexpr std::size_t kSchoolsToCommit = 500;

class Founding {
 public:
  Founding(usecases::Transaction& transaction, Instant since)
      : transaction_(transaction), since_(since.ms) {}

  void organisation(const std::string& district, const std::string& id, const std::string& parent,
                    const std::string& path, const std::string& kind, const std::string& name) {
    transaction_.exec(
        "INSERT INTO organisations (district, id, parent, path, kind, name, code, facets, since,"
        " until, version) VALUES ($1, $2, $3, $4, $5, $6, NULL, '{}', $7, NULL, 1)",
        {district, id, parent.empty() ? usecases::Value(std::monostate{}) : usecases::Value(parent),
         path, kind, name, since_});
  }
  void heads(const std::string& district, const std::string& id) {
    transaction_.exec("INSERT INTO districts (district, organisation) VALUES ($1, $2)",
                      {district, id});
  }
  std::string person(const std::string& district, const std::string& organisation,
                     const std::string& path, const std::string& post) {
    auto id = new_id(district, {since_});
    transaction_.exec(
        "INSERT INTO people (district, id, name, login, organisation, path, password, must_change,"
        " active, since, version) VALUES ($1, $2, $3, $2, $4, $5, '', FALSE, TRUE, $6, 1)",
        {district, id, std::string("Somebody"), organisation, path, since_});
    transaction_.exec(
        "INSERT INTO postings (district, id, person, person_district, post, organisation, path,"
        " since, until, version) VALUES ($1, $2, $3, $1, $4, $5, $6, $7, NULL, 1)",
        {district, new_id(district, {since_}), id, post, organisation, path, since_});
    return id;
  }
  std::string point(const CitySchool& school, const std::string& name, const std::string& lists) {
    auto id = new_id(school.district, {since_});
    transaction_.exec(
        "INSERT INTO ledger_rows (district, id, ledger, organisation, path, title, fields, since,"
        " until, version) VALUES ($1, $2, 'points', $3, $4, $5, $6, $7, NULL, 1)",
        {school.district, id, school.id, school.path, name,
         fmt::format(R"({{"name":"{}","place":"{}","checklists":"{}"}})", name, name, lists),
         since_});
    return id;
  }

 private:
  usecases::Transaction& transaction_;
  const std::int64_t since_;
};

}  // namespace

City found_city(store::sqlite::SqliteStore& store, const CityPlan& plan) {
  City city;
  const std::string root = "500000";
  city.id = new_id(root, plan.since);
  const std::string root_path = "/" + city.id + "/";
  store.write([&](usecases::Transaction& transaction) {
    Founding founding(transaction, plan.since);
    founding.organisation(root, city.id, {}, root_path, "municipality", "City");
    founding.heads(root, city.id);
    return true;
  });
  std::string district, district_path, district_id;
  for (std::size_t made = 0; made < plan.schools;)
    store.write([&](usecases::Transaction& transaction) {
      Founding founding(transaction, plan.since);
      for (std::size_t i = 0; i < kSchoolsToCommit && made < plan.schools; ++i, ++made) {
        if (made % plan.schools_in_district == 0) {
          district = std::to_string(500101 + city.districts.size());
          district_id = new_id(district, plan.since);
          district_path = root_path + district_id + "/";
          founding.organisation(district, district_id, city.id, district_path, "district",
                                "District " + district);
          founding.heads(district, district_id);
          founding.person(district, district_id, district_path, "district_safety_officer");
          city.districts.push_back(district);
        }
        CitySchool school{.district = district,
                          .id = new_id(district, plan.since),
                          .path = {},
                          .guard = {},
                          .safety_manager = {},
                          .daily_points = {}};
        school.path = district_path + school.id + "/";
        founding.organisation(district, school.id, district_id, school.path,
                              kKinds[made % kKinds.size()], fmt::format("School {}", made));
        founding.person(district, school.id, school.path, "principal");
        school.safety_manager = founding.person(district, school.id, school.path, "safety_manager");
        founding.person(district, school.id, school.path, "class_teacher");
        school.guard = founding.person(district, school.id, school.path, "guard");
        for (int point = 0; point < plan.daily_points; ++point)
          school.daily_points.push_back(
              founding.point(school, fmt::format("Place {}", point), "daily"));
        for (const auto* lists : kOtherLists) founding.point(school, lists, lists);
        city.schools.push_back(std::move(school));
      }
      return true;
    });
  return city;
}

}  // namespace anxiao::bench
