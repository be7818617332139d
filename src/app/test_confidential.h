// For tests: matters of a confidential loop in the invented town, with those who deal with them.

#pragma once

#include "app/test_matters.h"

namespace anxiao::app {

class TownWithSecrets : public TownWithHazards {
 protected:
  static constexpr const char* kLoop = "bullying";
  static constexpr const char* kPersonal = "三年级二班，张某某";

  TownWithSecrets() { enter("counsellor", "school", "counsellor"); }

  void enter(const std::string& login, const std::string& where, const std::string& post) {
    std::string district(district_of(town.places.at(where)));
    town.people[login] = town.id(district);
    town.write([&](usecases::Transaction& t) {
      return usecases::create_person(t, town.founder(),
                                     {.id = town.people[login],
                                      .name = "某" + login,
                                      .login = login,
                                      .organisation = town.places.at(where),
                                      .posts = {{town.id(district), post, town.places.at(where)}}},
                                     town.password);
    });
  }

  static json::object finding() {
    return {{"title", "课间推搡"}, {"concerned", kPersonal}, {"category", "body"}};
  }
  Given open_secret(const std::string& login, const std::string& id,
                    json::object fields = finding(), const std::string& where = "school") {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::open_matter(t, town.as(login), kLoop, id,
                                   {.organisation = town.places[where],
                                    .move = "find",
                                    .happened_at = {},
                                    .fields = fields});
    });
  }
  Given move_secret(const std::string& login, const std::string& matter, const std::string& name,
                    json::object fields = {}) {
    return town.changed([&](usecases::Transaction& t) {
      return usecases::make_move(t, town.as(login), kLoop, matter, town.id(),
                                 {.move = name, .happened_at = {}, .fields = fields}, {});
    });
  }
  Given look_secret(const std::string& login, const std::string& matter) {
    return town.read([&](usecases::Reader& reader) {
      return usecases::read_matter(reader, town.as(login), kLoop, matter);
    });
  }
  std::vector<std::string> listed(const std::string& login, usecases::MatterFilter filter = {}) {
    auto page = town.read([&](usecases::Reader& reader) {
      return usecases::list_matters(reader, town.as(login), kLoop, filter);
    });
    return page ? ids(*page) : std::vector<std::string>{key(page)};
  }
  // Found by the counsellor of the school; gives its id.
  std::string secret(json::object fields = finding()) {
    auto id = town.id();
    auto given = open_secret("counsellor", id, std::move(fields));
    EXPECT_TRUE(given) << key(given) << " " << (given ? "" : given.error().detail);
    return id;
  }
  void dealt(const std::string& login, const std::string& id, const std::string& name,
             json::object fields = {}) {
    auto given = move_secret(login, id, name, std::move(fields));
    ASSERT_TRUE(given) << name << ": " << key(given) << " " << given.error().detail;
  }
  // To its end: it was none.
  void end_secret(const std::string& id) {
    dealt("counsellor", id, "stop", {{"stopped", "已分开"}, {"guardians", "已电话告知双方"}});
    dealt("counsellor", id, "conclude", {{"findings", "双方无意碰撞"}, {"level", "none"}});
    dealt("principal", id, "close_unfounded", {{"result_told", "已告知双方"}});
  }
  // Every line of the journal as it stands there.
  std::string journal_text() {
    std::string text;
    town.store.read([&](usecases::Reader& reader) {
      reader.query("SELECT data FROM journal", {},
                   [&](const usecases::Row& row) { text += std::string(row.text(0)) + "\n"; });
    });
    return text;
  }
};

}  // namespace anxiao::app
