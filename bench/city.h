// A city of any size, written straight into a new database: districts, schools of every common
// kind, their points and people. Nothing in it is anybody's.

#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/time.h"
#include "store/sqlite/sqlite_store.h"

namespace anxiao::bench {

struct CitySchool {
  std::string district;
  std::string id;
  std::string path;
  std::string guard, safety_manager;  // people
  std::vector<std::string> daily_points;
};

struct City {
  std::string id;
  std::vector<std::string> districts;
  std::vector<CitySchool> schools;
};

struct CityPlan {
  std::size_t schools = 1000;
  std::size_t schools_in_district = 250;
  int daily_points = 3;  // besides four of other lists
  Instant since;
};

City found_city(store::sqlite::SqliteStore& store, const CityPlan& plan);

}  // namespace anxiao::bench
