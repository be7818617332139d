// For tests: hazards of the invented town, opened and moved by its people.

#pragma once

#include "api/matter_shapes.h"
#include "app/test_town.h"
#include "base/hash.h"
#include "base/json_map.h"
#include "usecases/matters.h"
#include "usecases/matters_list.h"
#include "usecases/moves.h"

namespace anxiao::app {

class TownWithHazards : public testing::Test {
 protected:
  using Given = Result<usecases::MatterAnswer>;

  static json::object hazard(const std::string& category = "fire") {
    return {{"title", "疏散门上锁"}, {"place", "一号楼一层"}, {"category", category}};
  }
  static json::object five(const std::string& person) {
    return {{"person_answerable", person},
            {"measures", "拆除门锁，换成推杆锁"},
            {"funds", 1200},
            {"deadline", "2026-03-20"},
            {"contingency_plan", "治好以前安排专人守门"}};
  }
  static json::object lec(double l, double e, double c) {
    return {{"method", "lec"}, {"l", l}, {"e", e}, {"c", c}};
  }

  // A picture that is here whole, in that district.
  std::string photo(const std::string& name, const std::string& district = "500190",
                    bool complete = true, const std::string& type = "image/jpeg") {
    auto sha = sha256_hex(name);
    town.write([&](usecases::Transaction& t) -> Result<void> {
      t.exec(
          "INSERT INTO attachments (district, sha256, type, size, received, complete, person,"
          " began_at) VALUES ($1, $2, $3, 10, 10, $4, $5, $6)",
          {district, sha, type, complete, town.people["teacher"], town.now.ms});
      return {};
    });
    return sha;
  }

  Given open(const std::string& login, const std::string& id, json::object fields,
             const std::string& move = "find", const std::string& where = "school",
             std::optional<std::string> happened_at = {}) {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::open_matter(t, town.as(login), "hazard", id,
                                   {.organisation = town.places[where],
                                    .move = move,
                                    .happened_at = happened_at,
                                    .fields = fields});
    });
  }
  Given move(const std::string& login, const std::string& matter, const std::string& move_name,
             json::object fields = {}, std::optional<std::int64_t> version = {},
             std::string id = {}, std::optional<std::string> happened_at = {}) {
    if (id.empty()) id = new_id(district_of(matter), town.now);
    return town.changed([&](usecases::Transaction& t) {
      return usecases::make_move(t, town.as(login), "hazard", matter, id,
                                 {.move = move_name, .happened_at = happened_at, .fields = fields},
                                 version);
    });
  }
  Given look(const std::string& login, const std::string& matter) {
    return town.read([&](usecases::Reader& reader) {
      return usecases::read_matter(reader, town.as(login), "hazard", matter);
    });
  }
  Result<usecases::Page<usecases::MatterLine>> list(const std::string& login,
                                                    usecases::MatterFilter filter = {}) {
    return town.read([&](usecases::Reader& reader) {
      return usecases::list_matters(reader, town.as(login), "hazard", filter);
    });
  }

  // A hazard of the school that was found by the teacher; gives its id.
  std::string found(json::object fields = hazard()) {
    auto id = town.id();
    auto given = open("teacher", id, std::move(fields));
    EXPECT_TRUE(given) << key(given) << " " << (given ? "" : given.error().detail);
    return id;
  }
  void moved(const std::string& login, const std::string& matter, const std::string& name,
             json::object fields = {}) {
    auto given = move(login, matter, name, std::move(fields));
    ASSERT_TRUE(given) << name << ": " << key(given) << " " << given.error().detail;
  }
  // On to treatment, orange.
  std::string in_treatment() {
    auto id = found();
    moved("safety", id, "assess", lec(6, 6, 7));
    moved("safety", id, "begin_treatment", five(town.people["safety"]));
    return id;
  }

  static api::shapes::Matter shape(const usecases::MatterAnswer& answer) {
    auto shaped = anxiao::read<api::shapes::Matter>(answer.matter);
    EXPECT_TRUE(shaped) << shaped.error().key << " " << shaped.error().field;
    return shaped ? *shaped : api::shapes::Matter{};
  }
  template <class T>
  static std::string key(const Result<T>& result) {
    return result ? "taken" : result.error().key;
  }
  static std::vector<std::string> ids(const usecases::Page<usecases::MatterLine>& page) {
    std::vector<std::string> out;
    for (const auto& line : page.items) out.push_back(line.id);
    return out;
  }
  void pass(std::int64_t ms) { town.now = town.now.plus_ms(ms); }

  Town town;
};

}  // namespace anxiao::app
